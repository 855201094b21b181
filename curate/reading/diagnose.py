"""The slow second look at a line that orjson refused, or that may hold a key twice: what is wrong, and in which column."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from curate.reading.formats import Problem, json_type

KEY = re.compile(rb'"\s*:')

SURROGATE = re.compile("[\ud800-\udfff]")


class Constant(ValueError):
    """NaN, Infinity or a number as large, which Python reads and other readers do not."""


def not_json(line: str) -> Problem:
    """Why the line is not JSON, with the column that an editor would show."""
    try:
        value = json.loads(line, parse_constant=refuse, parse_float=finite, parse_int=finite)
    except json.JSONDecodeError as error:
        return Problem("SCH001", f"Line is not JSON: {told(error, line)}")
    except Constant as error:
        return Problem("SCH001", f"Line is not JSON: {error} is no JSON value")
    except RecursionError:
        return Problem("SCH001", "Line is not JSON: nested too deep (more than 1,000 levels)")
    except ValueError as error:
        return Problem("SCH001", f"Line is not JSON: {str(error)[:80]}")
    if SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        return Problem("SCH001", "Line is not JSON: a \\ud800-\\udfff escape stands alone (half a character)")
    return Problem("SCH001", f"Line is not JSON that other tools read ({json_type(value)})")


def refuse(name: str) -> None:
    raise Constant(name)


def finite(digits: str) -> float:
    """What no reader of doubles can hold; Python alone would."""
    if math.isinf(value := float(digits)):
        raise Constant("a number beyond 1.8e308")
    return value


def told(error: json.JSONDecodeError, line: str) -> str:
    """The decoder's message, in words about the line and without repeating what stands there."""
    at = error.pos + 1
    if error.msg.startswith("Extra data"):
        return f"a second value begins at column {at}"
    if error.msg.startswith("Unterminated string"):
        return f"the string that begins at column {at} never ends"
    if error.pos >= len(line.rstrip()):
        return f"it ends too early, at column {at}"
    return f"{error.msg[0].lower()}{error.msg[1:]} at column {at}"


def count_keys(value: Any) -> int:
    if isinstance(value, dict):
        return len(value) + sum(count_keys(v) for v in value.values() if v.__class__ in (dict, list))
    if isinstance(value, list):
        return sum(count_keys(v) for v in value if v.__class__ in (dict, list))
    return 0


def repeated_keys(raw: bytes, value: dict[str, Any]) -> list[Problem]:
    """SCH009. A key is always followed by a colon, so equal counts prove that no key was lost in parsing."""
    if len(KEY.findall(raw)) == count_keys(value):
        return []
    twice: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in items]
        twice.extend(key for i, key in enumerate(keys) if key in keys[:i])
        return dict(items)

    try:
        json.loads(raw, object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        return []
    return [Problem("SCH009", f"Key `{key[:40]}` stands twice; the last value counts", key[:40]) for key in dict.fromkeys(twice)]
