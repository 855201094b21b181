"""Is the answer right? Equality of texts, of JSON and of its fields."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

NOT_JSON: Final = object()
ENDS = " \t\n.。!！?？,，;；:：'\"“”‘’`"
CJK = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U000323af"
AS_CJK = re.compile(rf"[{CJK}]")
AROUND_CJK = re.compile(rf"(?<=[{CJK}])\s+|\s+(?=[{CJK}])")


def exact(prediction: str, reference: str) -> float:
    """Equal code point by code point; white space around the answer is not part of it."""
    return float(prediction.strip() == reference.strip())


def exact_normalised(prediction: str, reference: str) -> float:
    """Equal as JSON values, or as texts after `normalised`."""
    a, b = parse_json(prediction), parse_json(reference)
    if isinstance(a, dict | list) or isinstance(b, dict | list):
        return float(same(a, b))
    return float(normalised(prediction) == normalised(reference))


def normalised(text: str) -> str:
    """NFKC, case folded, white space collapsed (none beside CJK), punctuation at both ends dropped; -5 stays apart from 5."""
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return AROUND_CJK.sub("", folded).strip(ENDS)


def parse_json(text: str) -> Any:
    """The value that the whole text is, or NOT_JSON. NaN and Infinity are no JSON."""
    try:
        return orjson.loads(text.strip())
    except (orjson.JSONDecodeError, RecursionError):
        return NOT_JSON


def found_json(text: str) -> Any:
    """The whole text as JSON, else the first object in it: a code fence around it does not make the fields wrong."""
    whole = parse_json(text)
    if whole is not NOT_JSON:
        return whole
    decoder = json.JSONDecoder()
    for start in [m.start() for m in re.finditer(r"\{", text)][:20]:
        try:
            value, _ = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        return value
    return NOT_JSON


def same(a: object, b: object) -> bool:
    """JSON equality: order of keys is nothing, true is not 1, 1.0 is 1."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return isinstance(a, bool) == isinstance(b, bool) and a == b


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every field with its path; an empty object or list is a leaf of its own."""
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}")
    elif isinstance(value, list) and value:
        for i, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{i}]")
    else:
        yield path, value


def field_accuracy(prediction: str, reference: str) -> float:
    """Fields with the right value, out of the fields that either side has: a field made up costs as much as one left out."""
    right, given = parse_json(reference), found_json(prediction)
    if right is NOT_JSON or given is NOT_JSON or isinstance(right, dict) != isinstance(given, dict):
        return 0.0
    truth, answer = dict(leaves(right)), dict(leaves(given))
    hits = sum(path in answer and same_field(answer[path], value) for path, value in truth.items())
    return hits / len(truth.keys() | answer.keys())


def same_field(a: object, b: object) -> bool:
    return normalised(a) == normalised(b) if isinstance(a, str) and isinstance(b, str) else same(a, b)


def same_keys(prediction: str, reference: str) -> float:
    """The whole answer is JSON with the reference's field paths and types: the schema that the reference row implies."""
    right, given = parse_json(reference), parse_json(prediction)
    if right is NOT_JSON or given is NOT_JSON:
        return 0.0
    return float(shape(right) == shape(given))


def shape(value: object) -> object:
    """Keys and types without the values; a list is the set of its items' shapes."""
    if isinstance(value, dict):
        return frozenset((k, shape(v)) for k, v in value.items())
    if isinstance(value, list):
        return ("list", frozenset(shape(v) for v in value))
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def json_valid(prediction: str) -> float:
    """The whole answer, and nothing around it, is a JSON object or list."""
    return float(isinstance(parse_json(prediction), dict | list))
