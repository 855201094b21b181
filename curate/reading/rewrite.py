"""Rows as they are written: the user's own bytes, with an id, and with nothing changed but what a rule repairs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import orjson

from curate.reading.formats import replace

STRING_OR_SPACE = re.compile(rb'("(?:[^"\\]|\\.)*")|\s+')


class Literal(str):
    """A number as it was written: 1.0, 1e2 and 12345678901234567890 stay what they are."""

    __slots__ = ()


def one_line(raw: bytes) -> bytes:
    """The same JSON without line feeds; white space inside strings is the user's."""
    return STRING_OR_SPACE.sub(lambda m: m[1] or b"", raw) if b"\n" in raw else raw


def with_id(raw: bytes, new: Any, given: bool) -> bytes:
    """The row with its id in front where it had none. `given`: the row has this very id already."""
    raw = one_line(raw)
    if given:
        return raw
    if b'"id"' in raw and "id" in (value := loaded(raw)):
        value["id"] = new
        return dumped(value)
    rest = raw[1:].lstrip()
    return b'{"id": ' + orjson.dumps(new) + (b", " if rest != b"}" else b"") + rest


def edited(raw: bytes, texts: Mapping[str, str]) -> bytes:
    """The row with new texts at the given paths; every other value keeps its spelling."""
    value = loaded(raw)
    for path, text in texts.items():
        replace(value, path, text)
    return dumped(value)


def loaded(raw: bytes) -> Any:
    return json.loads(raw, parse_float=Literal, parse_int=Literal)


def kept(value: Any) -> bytes:
    """JSON that is held on to: orjson's own bytes stay in the block of 4 KiB that they were written to."""
    return memoryview(orjson.dumps(value)).tobytes()


def dumped(value: Any) -> bytes:
    return "".join(pieces(value)).encode("utf-8", "surrogatepass")


def pieces(value: Any) -> list[str]:
    if isinstance(value, Literal):
        return [value]
    if isinstance(value, dict):
        inner = [[json.dumps(key, ensure_ascii=False), ": ", *pieces(item)] for key, item in value.items()]
        return ["{", *joined(inner), "}"]
    if isinstance(value, list):
        return ["[", *joined([pieces(item) for item in value]), "]"]
    return [json.dumps(value, ensure_ascii=False)]


def joined(groups: list[list[str]]) -> list[str]:
    out: list[str] = []
    for i, group in enumerate(groups):
        out += [", ", *group] if i else group
    return out
