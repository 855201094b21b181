"""The columns of a split file as loaders see them: which keys there are, and what stands under them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

SCALARS = {bool: "sc:Boolean", int: "sc:Integer", float: "sc:Float", str: "sc:Text"}
SAMPLE = 1000


@dataclass
class Columns:
    """Keys of all rows of one file with their Croissant types; a nested type is a mapping, `[]` after a type a list of it."""

    kinds: dict[str, Any] = field(default_factory=dict)
    sample: list[bytes] = field(default_factory=list)
    """The first rows, and every row that brought a new key."""


def columns(path: Path) -> Columns:
    found = Columns()
    with path.open("rb") as file:
        for number, line in enumerate(file):
            row = orjson.loads(line)
            if number < SAMPLE or not row.keys() <= found.kinds.keys():
                found.sample.append(line)
                for key, value in row.items():
                    found.kinds[key] = joined(found.kinds.get(key), kind(value))
    return found


def kind(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: kind(inner) for key, inner in value.items()}
    if isinstance(value, list):
        inner = None
        for item in value:
            inner = joined(inner, kind(item))
        return [inner]
    return SCALARS.get(type(value))


def joined(a: Any, b: Any) -> Any:
    """None says nothing; what does not agree is text."""
    if a is None or b is None or a == b:
        return b if a is None else a
    if isinstance(a, dict) and isinstance(b, dict):
        return {key: joined(a.get(key), b.get(key)) for key in {**a, **b}}
    if isinstance(a, list) and isinstance(b, list):
        return [joined(a[0], b[0])]
    return "sc:Text"


def features(splits: Sequence[Columns]) -> list[Any]:
    """The `features` of a dataset card, where splits differ in their keys: then loaders cannot find them out by themselves.

    Empty where they need not be told, or where no type fits all rows.
    """
    if len({frozenset(c.kinds) for c in splits}) < 2:  # a pair
        return []
    import pyarrow as pa
    import pyarrow.json
    from datasets import Features

    try:
        tables = [pyarrow.json.read_json(io.BytesIO(b"".join(c.sample))) for c in splits if c.sample]
        schema = pa.unify_schemas([t.schema for t in tables], promote_options="permissive")
        told: list[Any] = Features.from_arrow_schema(schema)._to_yaml_list()
    except (pa.ArrowInvalid, pa.ArrowTypeError, ValueError):
        return []
    return told


def types(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Only what a table's column can hold: lists of lists are left out."""
    return {key: value for key, value in fields.items() if not (isinstance(value, list) and isinstance(value[0], list))}
