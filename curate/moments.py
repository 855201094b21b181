"""Times as rows give them: numbers, or ISO 8601 text with or without a zone; and spans of time as a user types them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

import numpy as np
from numpy.typing import NDArray

from curate.splitting.chronology import UNKNOWN

TICKS = 1_000_000
"""Whole millionths: of a second, or of the field's own unit where times are numbers."""
SPANS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw]?)")


def seconds(text: str) -> Decimal | None:
    """Seconds since 1970 of an ISO 8601 time; without a zone it counts as UTC. None where it is none."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    whole = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    # Integers all the way: a float of 1.7e9 seconds has no room for microseconds.
    since = whole - datetime(1970, 1, 1, tzinfo=UTC)
    return Decimal(since.days * 86_400 + since.seconds) + Decimal(since.microseconds) / TICKS


def number(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def key(text: str) -> tuple[int, Decimal, str]:
    """By which times of one field are ordered: numbers by value, ISO 8601 by moment, all else as it is written."""
    if (value := number(text)) is not None:
        return 0, value, ""
    if (value := seconds(text)) is not None:
        return 1, value, ""
    return 2, Decimal(0), text


def ticks(texts: Sequence[str]) -> tuple[NDArray[np.int64], bool, list[int]]:
    """Each time in ticks, UNKNOWN where there is none; whether they are numbers; positions that are no time.

    A field that holds numbers and dates has no order: the fewer of them count as no time.
    """
    numbers = [number(text) if text else None for text in texts]
    dates = [seconds(text) if text and numbers[k] is None else None for k, text in enumerate(texts)]
    numeric = sum(v is not None for v in numbers) >= sum(v is not None for v in dates)
    values = numbers if numeric else dates
    out = np.full(len(texts), UNKNOWN, dtype=np.int64)
    wrong = []
    for k, value in enumerate(values):
        if value is not None and abs(value) < 2**40:
            out[k] = int(value * TICKS)
        elif texts[k]:
            wrong.append(k)
    return out, numeric, wrong


def span(text: str, numeric: bool) -> int | None:
    """Ticks of a span like `7d` or `12h`, or of a bare number in the field's own unit; None where it does not fit the field."""
    found = SPAN.fullmatch(text.strip()) if text else None
    if found is None:
        return None if text else 0
    value, unit = Decimal(found[1]), found[2]
    if numeric != (not unit) and value:
        return None
    return int(value * TICKS * (SPANS[unit] if unit else 1))
