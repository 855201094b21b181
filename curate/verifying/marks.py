"""What speaks against two rows beside their likeness: one group or conversation in two splits, a training row that is not earlier."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

from curate.verifying.found import MOST_RELATED
from curate.verifying.result import Finding
from curate.verifying.rows import Row
from curate.verifying.wording import shingles

LEAST_OPENING = 40
"""Shingles below which two conversations that begin alike are no evidence: a greeting and its reply open many."""
Splits = Mapping[str, Sequence[Row]]


def groups(splits: Splits, field: str) -> Iterator[Finding]:
    """LEAK004: the same value in two splits, given in the order training side first. A row without one is in no group."""
    holders: dict[str, list[Row]] = defaultdict(list)
    for rows in splits.values():
        for row in rows:
            if field in row.marks:
                holders[row.marks[field]].append(row)
    for held in holders.values():
        yield from _parted(splits, held, f"Same `{field}` as", field)


def openings(splits: Splits) -> Iterator[Finding]:
    """LEAK004: two splits hold rows that begin with the same question and answer, and one of them goes on: one conversation."""
    chats = {row.opening for rows in splits.values() for row in rows if row.goes_on}
    holders: dict[str, list[Row]] = defaultdict(list)
    for rows in splits.values():
        for row in rows:
            if row.opening in chats:
                holders[row.opening].append(row)
    for opening, held in holders.items():
        if held[0].file != held[-1].file and len(shingles(opening)) >= LEAST_OPENING:
            yield from _parted(splits, held, "Same opening turns as", None)


def _parted(splits: Splits, held: Sequence[Row], words: str, field: str | None) -> Iterator[Finding]:
    """A finding for every row of a group that has members in later splits."""
    order = {name: place for place, name in enumerate(splits)}
    for row in held:
        later = [other for other in held if order[other.file] > order[row.file]] if held[-1].file != row.file else []
        if later:
            more = f", and {len(later) - 1} more" if len(later) > 1 else ""
            message = f"{words} {later[0].file}:{later[0].line}{more}"
            related = tuple((other.file, other.line, other.id) for other in later[:MOST_RELATED])
            yield Finding("LEAK004", message, row.file, row.line, row.id, field=field, related=related, score=1.0)


def times(splits: Splits, field: str, embargo: str = "") -> Iterator[Finding]:
    """LEAK006: a row that is trained or tuned on and not earlier than the first test row; or nearer to a later split than the embargo."""
    names, dated = list(splits), {name: [row for row in rows if field in row.marks] for name, rows in splits.items()}
    for s, side in enumerate(names[:-1]):
        tests, later = dated[names[-1]], [row for name in names[s + 1 :] for row in dated[name]]
        first = min(tests, key=lambda row: moment(row.marks[field]), default=None)
        following = min(later, key=lambda row: moment(row.marks[field]), default=None)
        for row in dated[side]:
            if first and moment(row.marks[field]) >= moment(first.marks[field]):
                yield _late(f"`{field}` is not before {first.file}:{first.line}, the first test row", row, first, field)
            elif following and within(embargo, moment(row.marks[field]), moment(following.marks[field])):
                place = f"{following.file}:{following.line}"
                yield _late(f"`{field}` is nearer than the embargo of {embargo} to {place}", row, following, field)


def _late(message: str, row: Row, held: Row, field: str) -> Finding:
    return Finding("LEAK006", message, row.file, row.line, row.id, field=field, related=((held.file, held.line, held.id),))


Moment = tuple[int, int, str]
TICKS = 1_000_000
"""Millionths, of a second or of the field's own unit: finer than that no two times are told apart."""
SPAN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([smhdw]?)\s*")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def moment(text: str) -> Moment:
    """Numbers by value, ISO 8601 by moment (without a zone it counts as UTC), all else as it is written."""
    try:
        number = Decimal(text.strip())
        if number.is_finite() and abs(number) < 2**40:
            return 0, int(number * TICKS), ""
    except InvalidOperation:
        pass
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return 2, 0, text
    since = (at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime(1970, 1, 1, tzinfo=UTC)
    return 1, since // timedelta(microseconds=1), ""


def within(embargo: str, row: Moment, following: Moment) -> bool:
    """Whether less than the embargo lies between two times of a kind: `7d`, `12h`, `30m`, `45s` of dates, a bare number of numbers."""
    span = SPAN.fullmatch(embargo)
    if not span or row[0] != following[0] or row[0] != (1 if span[2] else 0):
        return False
    return following[1] - row[1] < Decimal(span[1]) * SECONDS.get(span[2], 1) * TICKS
