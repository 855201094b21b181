"""Validity by a JSON Schema of the user's: the keywords that describe a model's answers. One not known here stops at once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from curate.errors import UserError
from train.matching import NOT_JSON, parse_json, same

Schema = Mapping[str, Any]
NOTES = frozenset({"$schema", "$id", "title", "description", "default", "examples", "$comment"})
TYPES: Mapping[str, Callable[[object], bool]] = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
    "number": lambda v: isinstance(v, int | float) and not isinstance(v, bool),
    "integer": lambda v: (isinstance(v, int) and not isinstance(v, bool)) or (isinstance(v, float) and v.is_integer()),
}
LIMITS: Mapping[str, tuple[type | tuple[type, ...], Callable[[Any, Any], bool]]] = {
    "minimum": ((int, float), lambda v, x: v >= x),
    "maximum": ((int, float), lambda v, x: v <= x),
    "exclusiveMinimum": ((int, float), lambda v, x: v > x),
    "exclusiveMaximum": ((int, float), lambda v, x: v < x),
    "minLength": (str, lambda v, x: len(v) >= x),
    "maxLength": (str, lambda v, x: len(v) <= x),
    "pattern": (str, lambda v, x: re.search(x, v) is not None),
    "minItems": (list, lambda v, x: len(v) >= x),
    "maxItems": (list, lambda v, x: len(v) <= x),
    "required": (dict, lambda v, x: all(key in v for key in x)),
}
WITHIN = frozenset({"type", "enum", "const", "properties", "additionalProperties", "items", "anyOf", "allOf"})


def read(path: Path) -> Schema:
    try:
        schema = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"not a JSON Schema: {error}", where=str(path)) from None
    if not isinstance(schema, dict):
        raise UserError("a JSON Schema is an object", where=str(path))
    check_keywords(schema, str(path))
    return schema


def check_keywords(schema: object, where: str) -> None:
    if not isinstance(schema, dict):
        return
    unknown = schema.keys() - NOTES - WITHIN - LIMITS.keys()
    if unknown:
        raise UserError(
            f"JSON Schema keyword {min(unknown)!r} is not supported", where=where, hint="It would be passed over in silence."
        )
    for name in listed(schema.get("type", [])):
        if name not in TYPES:
            raise UserError(f"JSON Schema type {name!r} does not exist", where=where)
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", []), *schema.get("allOf", [])]
    for part in [*inner, schema.get("items"), schema.get("additionalProperties")]:
        check_keywords(part, where)


def listed(types: object) -> list[str]:
    return [str(t) for t in types] if isinstance(types, list) else [str(types)]


def valid(schema: Schema, text: str) -> float:
    """The whole answer is JSON that the schema accepts."""
    value = parse_json(text)
    return float(value is not NOT_JSON and accepts(schema, value))


def accepts(schema: Schema | bool, value: object) -> bool:
    if isinstance(schema, bool):
        return schema
    types = listed(schema.get("type", []))
    if types and not any(TYPES[t](value) for t in types):
        return False
    if "const" in schema and not same(schema["const"], value):
        return False
    if "enum" in schema and not any(same(choice, value) for choice in schema["enum"]):
        return False
    for name, (kind, holds) in LIMITS.items():
        if name in schema and isinstance(value, kind) and not isinstance(value, bool) and not holds(value, schema[name]):
            return False
    if not all(accepts(part, value) for part in schema.get("allOf", [])):
        return False
    return not ("anyOf" in schema and not any(accepts(part, value) for part in schema["anyOf"])) and accepts_inside(schema, value)


def accepts_inside(schema: Schema, value: object) -> bool:
    if isinstance(value, list):
        return all(accepts(schema.get("items", True), item) for item in value)
    if isinstance(value, dict):
        known, others = schema.get("properties", {}), schema.get("additionalProperties", True)
        return all(accepts(known.get(key, others), inner) for key, inner in value.items())
    return True
