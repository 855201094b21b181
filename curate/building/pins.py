"""Rows whose split is settled before anything is drawn: by a field of theirs, or because an earlier build put them there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from curate.errors import UserError
from curate.views import View, values

if TYPE_CHECKING:
    from curate.building.cleaning import Cleaned, Request

NAMES = {"train": 0, "training": 0, "validation": 1, "valid": 1, "val": 1, "dev": 1, "test": 2}
Pins = np.ndarray[Any, np.dtype[np.int8]]


def pinned(seen: View, cleaned: Cleaned, request: Request) -> Pins:
    """The split each row of the view must go to, -1 where it is free. What an earlier build decided stands over a field."""
    pins = np.full(len(seen), -1, np.int8)
    if request.settings.pin_by:
        pins = by_field(seen, cleaned, request.settings.pin_by)
    if request.earlier is not None:
        old = request.earlier.pins(seen, given_ids(cleaned, seen))
        pins = np.where(old >= 0, old, pins)
    return pins


def given_ids(cleaned: Cleaned, seen: View) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Whether the id of each row is the user's own, not its address."""
    raw = cleaned.raw
    given = raw.table.column("id").is_valid().to_numpy()
    rows = cleaned.origin[seen.rows]
    renamed = np.isin(rows, np.fromiter(raw.renamed, np.int64, len(raw.renamed)))
    return np.asarray(given[rows] & ~renamed)


def by_field(seen: View, cleaned: Cleaned, field: str) -> Pins:
    said = values(seen.corpus, field)
    pins = np.full(len(seen), -1, np.int8)
    for k, row in enumerate(seen.rows.tolist()):
        if name := said[row].strip().casefold():
            if name not in NAMES:
                place = cleaned.raw.address(int(cleaned.origin[row]))
                hint = "train, validation or test; without it a row is free."
                raise UserError(f"`{field}` names no split", where=str(place), hint=hint)
            pins[k] = NAMES[name]
    if (pins < 0).all() and len(pins):
        raise UserError(f"no row has `{field}`", hint="--pin-by names the field that says which split a row must go to.")
    return pins


def alike_to_old(seen: View, old: np.ndarray[Any, np.dtype[np.bool_]], request: Request) -> dict[int, tuple[int, float]]:
    """New rows NEAR to one of an earlier build, with the most alike of those and how alike: the new one of the two has to go.

    What is like more rows than a group of copies would be is left in, as it is among new rows.
    """
    from curate.similar import near_pairs
    from curate.stages.dup import LARGE_GROUP, LARGE_SHARE

    best: dict[int, tuple[int, float]] = {}
    for edges in near_pairs(
        seen.whole, request.settings.exact_threshold, workers=request.settings.processes, against=old.astype(np.int8)
    ):
        for i, j, score in zip(edges.i.tolist(), edges.j.tolist(), edges.score.tolist(), strict=True):
            new, known = (j, i) if old[i] else (i, j)
            if new not in best or (score, -known) > (best[new][1], -best[new][0]):
                best[new] = known, score
    near: dict[int, list[int]] = {}
    for new, (known, _) in best.items():
        near.setdefault(known, []).append(new)
    limit = max(LARGE_GROUP, LARGE_SHARE * len(seen))
    if not request.settings.force_groups:
        best = {new: best[new] for news in near.values() if len(news) < limit for new in news}
    # The join names one of several equal rows; the others are as near.
    by_label = {int(seen.whole.same[new]): found for new, found in best.items()}
    return {k: by_label[int(label)] for k, label in enumerate(seen.whole.same) if not old[k] and int(label) in by_label}
