"""Why rows are in one group: how many rows each kind of tie holds there, and the weakest tie without which it would fall apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from curate.building.plan import Plan, Tie
from curate.corpus import Corpus

SHOWN = 10
SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Weakest:
    """A row and the tie that holds it to its group."""

    row: int
    tie: Tie


def weakest(ties: Mapping[int, Tie], rows: Iterable[int]) -> Weakest | None:
    """Of a tree of the strongest ties: every other way to hold these rows together has one as weak. The first of equals."""
    held = [(ties[row].score, row) for row in rows if row in ties]
    if not held:
        return None
    row = min(held)[1]
    return Weakest(row, ties[row])


def largest(plan: Plan, raw: Corpus) -> dict[str, Any]:
    """How many groups there are, and what holds the largest together: for the report."""
    members: defaultdict[int, list[int]] = defaultdict(list)
    for row in np.flatnonzero(plan.kept & (plan.group >= 0)).tolist():
        members[int(plan.group[row])].append(row)
    several = sorted((rows for rows in members.values() if len(rows) > 1), key=lambda rows: (-len(rows), rows[0]))
    return {
        "groups": len(members),
        "rows_in_groups": sum(map(len, several)),
        "largest": [described(rows, plan, raw) for rows in several[:SHOWN]],
    }


def described(rows: list[int], plan: Plan, raw: Corpus) -> dict[str, Any]:
    kinds = Counter(plan.ties[row].code for row in rows if row in plan.ties)
    found = weakest(plan.ties, rows)
    return {
        "group": rows[0] + 1,
        "rows": len(rows),
        "split": SPLITS[plan.split[rows[0]]],
        "ties": dict(sorted(kinds.items())),
        "weakest": None
        if found is None
        else {
            "code": found.tie.code,
            "score": round(found.tie.score, 6),
            "rows": [str(raw.address(found.row)), str(raw.address(found.tie.row))],
        },
    }
