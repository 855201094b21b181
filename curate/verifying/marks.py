"""What a field of theirs says against two rows: one group in two splits, a training row that is not earlier than the test."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from curate.verifying.found import MOST_RELATED
from curate.verifying.result import Finding
from curate.verifying.rows import Row

Splits = Mapping[str, Sequence[Row]]


def groups(splits: Splits, field: str) -> Iterator[Finding]:
    """LEAK004: the same value in two splits, given in the order training side first. A row without one is in no group."""
    order = {name: place for place, name in enumerate(splits)}
    holders: dict[str, list[Row]] = defaultdict(list)
    for rows in splits.values():
        for row in rows:
            if field in row.marks:
                holders[row.marks[field]].append(row)
    for held in holders.values():
        for row in held:
            later = [other for other in held if order[other.file] > order[row.file]] if held[-1].file != row.file else []
            if later:
                more = f", and {len(later) - 1} more" if len(later) > 1 else ""
                message = f"Same `{field}` as {later[0].file}:{later[0].line}{more}"
                related = tuple((other.file, other.line, other.id) for other in later[:MOST_RELATED])
                yield Finding("LEAK004", message, row.file, row.line, row.id, field=field, related=related, score=1.0)


def times(splits: Splits, field: str) -> Iterator[Finding]:
    """LEAK006: a row that is trained or tuned on and not earlier than the first test row."""
    *sides, last = splits
    tests = [row for row in splits[last] if field in row.marks]
    if not tests:
        return
    first = min(tests, key=lambda row: moment(row.marks[field]))
    for side in sides:
        for row in splits[side]:
            if field in row.marks and moment(row.marks[field]) >= moment(first.marks[field]):
                message = f"`{field}` is not before {first.file}:{first.line}, the first test row"
                yield Finding(
                    "LEAK006", message, row.file, row.line, row.id, field=field, related=((first.file, first.line, first.id),)
                )


def moment(text: str) -> tuple[int, float, str]:
    """Numbers by value, ISO 8601 by moment (without a zone it counts as UTC), all else as it is written."""
    try:
        return 0, float(text), ""
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return 2, 0.0, text
    return 1, (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp(), ""
