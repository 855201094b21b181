"""What each cure would do to a figure, and what it would cost, before anybody applies it."""

from __future__ import annotations

from typing import Any

from curate.bias.associate import Association
from curate.bias.represent import Share
from curate.bias.statistics import log_odds

Cure = dict[str, Any]


def of_association(pair: Association, linked_rows: int) -> list[Cure]:
    """Three ways; each names the rows it adds or removes and the log-odds that would be left."""
    a, n1, c, n2 = pair.linked, pair.of, pair.other_linked, pair.other_of
    # As many linked rows of the group as give both the same rate: sampling down, the rest dropped.
    kept = min(a, max(0, round((n1 - a) * c / max(n2 - c, 1))))
    cures = [
        _cure("sample the linked rows down to the others' rate", 0, a - kept, kept, n1 - (a - kept), c, n2),
        _cure("drop every linked row of the group", 0, a, 0, n1 - a, c, n2),
    ]
    if pair.axis == "gender":
        # A swapped copy of every row that ties either gender to it: each cell gets the other's rows.
        cures.insert(1, _cure("add a counterfactual copy of every linked row", linked_rows, 0, a + c, n1 + c, c + a, n2 + a))
    return cures


def _cure(what: str, added: int, removed: int, a: int, n1: int, c: int, n2: int) -> Cure:
    value, _ = log_odds(a, n1, c, n2)
    return {"cure": what, "rows_added": added, "rows_removed": removed, "log_odds_after": round(float(value), 3)}


def of_share(share: Share) -> list[Cure]:
    """For a group that is mentioned less than its reference."""
    others = share.of - share.rows
    target = share.reference or 0.0
    needed = max(0, round(target / (1 - target) * others) - share.rows) if target < 1 else 0
    surplus = max(0, others - round(share.rows * (1 - target) / target)) if target > 0 else 0
    cures = [
        {
            "cure": "sample rows that mention the group more often",
            "rows_added": needed,
            "rows_removed": 0,
            "share_after": round((share.rows + needed) / (share.of + needed), 3),
        },
        {
            "cure": "drop rows that mention only the others",
            "rows_added": 0,
            "rows_removed": surplus,
            "share_after": round(share.rows / max(share.of - surplus, 1), 3),
        },
    ]
    if share.axis == "gender":
        cures.insert(
            1,
            {
                "cure": "add a counterfactual copy of every row that mentions a gender",
                "rows_added": share.of,
                "rows_removed": 0,
                "share_after": 0.5,
            },
        )
    return cures
