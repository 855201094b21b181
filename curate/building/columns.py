"""The columns of a split file as loaders see them: which keys there are, and what stands under them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson

TRUTH, INTEGER, LONG, NUMBER, STAMP, TEXT, MIXED = "bool", "int64", "long", "float64", "timestamp", "string", "json"
"""What a value is. A long integer is one that a double does not hold; mixed is what no column of one type holds."""

CROISSANT: Final = {TRUTH: "sc:Boolean", INTEGER: "sc:Integer", LONG: "sc:Integer", NUMBER: "sc:Float"}
DTYPES: Final = {LONG: INTEGER, STAMP: TEXT}
WIDER: Final = {frozenset(p): w for *p, w in ((INTEGER, LONG, LONG), (INTEGER, NUMBER, NUMBER), (STAMP, TEXT, TEXT))}
EXACT, LARGEST = 1 << 53, 1 << 63
WIDE = 32
"""Keys of a nested value above which they are names of things, not columns."""
EARLY = 8 << 20
"""Bytes: less than the first 10 MiB of the first split, from which `datasets` infers all types."""
DATED = re.compile(r"\d{4}-\d\d-\d\d")
"""What Arrow may read as a time, if all values of a column are such."""


@dataclass
class Columns:
    """Keys of all rows of one file with what stands under them; a nested kind is a mapping, one in `[]` a list of it."""

    kinds: dict[str, Any] = field(default_factory=dict)
    early: dict[str, Any] = field(default_factory=dict)
    """The same of the rows that a loader has seen when it settles the types."""


def columns(path: Path) -> Columns:
    found, size = Columns(), 0
    with path.open("rb") as file:
        for line in file:
            if size < EARLY <= size + len(line):
                found.early = dict(found.kinds)
            size += len(line)
            for key, value in orjson.loads(line).items():
                new, old = kind(value), found.kinds.get(key)
                if new != old or key not in found.kinds:
                    found.kinds[key] = joined(old, new)
    if size < EARLY:
        found.early = found.kinds
    return found


def kind(value: Any) -> Any:
    """None of a null, which says nothing."""
    if isinstance(value, str):
        return STAMP if DATED.match(value) else TEXT
    if isinstance(value, dict):
        return narrow({key: kind(inner) for key, inner in value.items()})
    if isinstance(value, list):
        inner = None
        for item in value:
            inner = joined(inner, kind(item))
        return [inner]
    if isinstance(value, bool):
        return TRUTH
    if isinstance(value, int):
        return INTEGER if abs(value) <= EXACT else LONG if abs(value) < LARGEST else MIXED
    return NUMBER if isinstance(value, float) else None


def joined(a: Any, b: Any) -> Any:
    """What holds both."""
    if a is None or b is None or a == b:
        return b if a is None else a
    if isinstance(a, dict) and isinstance(b, dict):
        return narrow({key: joined(a.get(key), b.get(key)) for key in {**a, **b}})
    if isinstance(a, list) and isinstance(b, list):
        return [joined(a[0], b[0])]
    return WIDER.get(frozenset((a, b)), MIXED) if isinstance(a, str) and isinstance(b, str) else MIXED


def narrow(kinds: dict[str, Any]) -> Any:
    return kinds if len(kinds) <= WIDE else MIXED


def features(splits: Sequence[Columns]) -> list[dict[str, Any]]:
    """The `features` of a dataset card, as `datasets` writes them.

    Empty where a loader finds them out by itself: the first rows of the first split show all that any split has.
    """
    whole: dict[str, Any] = {}
    for each in splits:
        whole = {key: joined(whole.get(key), each.kinds.get(key)) for key in {**whole, **each.kinds}}
    alike = all(each.kinds.keys() == whole.keys() for each in splits)
    if not splits or (alike and splits[0].early == whole and not mixed(whole)):
        return []
    return struct(whole)


def mixed(kind: Any) -> bool:
    inner = kind.values() if isinstance(kind, dict) else kind if isinstance(kind, list) else ()
    return kind == MIXED or any(mixed(each) for each in inner)


def struct(kinds: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"name": name, **feature(kind)} for name, kind in kinds.items()]


def feature(kind: Any) -> dict[str, Any]:
    if isinstance(kind, dict):
        return {"struct": struct(kind)} if kind else {"dtype": MIXED}
    if isinstance(kind, list):
        inner = feature(kind[0])
        return {"list": inner.get("dtype") or inner.get("struct") or inner}
    return {"dtype": "null" if kind is None else DTYPES.get(kind, kind)}


def types(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Croissant's, only of what a table's column can hold: lists of lists are left out."""
    return {key: named(value) for key, value in fields.items() if not (isinstance(value, list) and isinstance(value[0], list))}


def named(kind: Any) -> Any:
    if isinstance(kind, dict):
        return {key: named(inner) for key, inner in kind.items()} or "sc:Text"
    if isinstance(kind, list):
        return [named(kind[0])]
    return None if kind is None else CROISSANT.get(kind, "sc:Text")
