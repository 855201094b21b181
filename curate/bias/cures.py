"""What each cure would do to a figure, and what it would cost, before anybody applies it."""

from __future__ import annotations

from typing import Any

from curate.bias.associate import Association
from curate.bias.represent import Share
from curate.bias.statistics import log_odds

Cure = dict[str, Any]
"""JSON of one way out. Counterfactual figures assume that every row can be swapped; `curate augment` says how many could."""


def of_association(pair: Association) -> list[Cure]:
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
        cures.insert(1, _cure("add a counterfactual copy of every linked row", a + c, 0, a + c, n1 + c, c + a, n2 + a))
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
        _share("sample rows that mention the group more often", needed, 0, (share.rows + needed) / (share.of + needed)),
        _share("drop rows that mention only the others", 0, surplus, share.rows / max(share.of - surplus, 1)),
    ]
    if share.axis == "gender":
        cures.insert(1, _share("add a counterfactual copy of every row that mentions a gender", share.of, 0, 0.5))
    return cures


def _share(what: str, added: int, removed: int, after: float) -> Cure:
    return {"cure": what, "rows_added": added, "rows_removed": removed, "share_after": round(after, 3)}
