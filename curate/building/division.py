"""Kept rows into splits: tied rows never part, and what would part them otherwise is set aside, with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from curate import moments
from curate.building.cleaning import Cleaned, Request, alive_rows
from curate.building.pins import pinned
from curate.building.plan import Fate, Reason, Tie
from curate.building.strata import strata
from curate.building.ties import Ties, components
from curate.corpus import Corpus
from curate.errors import UserError
from curate.leaks import LEVELS, links
from curate.splits import Refused, SetAside, SplitImpossible, SplitResult, quarantine, split, split_by_time
from curate.splitting.because import largest_by_kind, strongest, toward_first
from curate.splitting.chronology import CLOSE
from curate.views import View, values, view

Ints = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
ROUNDS = 4
MOST_TIES = 5_000_000
"""Of rows to be cut apart. Rows that are all alike have no cheap cut, and their ties grow with the square."""


@dataclass
class Division:
    """Rows of the view, and what is known of them on the way."""

    corpus: Corpus
    seen: View
    origin: Ints
    """Position in the input of each row of the corpus."""
    request: Request
    ties: Ties
    pins: np.ndarray[Any, np.dtype[np.int8]]
    codes: np.ndarray[Any, np.dtype[np.int32]]
    """Stratum of each row."""
    aside: dict[int, Reason] = field(default_factory=dict)
    """By position in the view; `related` is one, too."""

    @property
    def hashes(self) -> np.ndarray[Any, Any]:
        return np.ascontiguousarray(self.seen.whole.digests).view("V16").ravel()

    @property
    def kept(self) -> Mask:
        mask = np.ones(len(self.seen), bool)
        mask[list(self.aside)] = False
        return mask

    @property
    def budget(self) -> int:
        return int(self.request.settings.max_drop * len(self.seen))


def divide(cleaned: Cleaned, request: Request) -> SplitResult | SplitImpossible | None:
    """Split, group, ties and what is set aside, into the plan. None: there is no row; SplitImpossible: the plan is as it was."""
    written, settings = cleaned.written, request.settings
    own = replace(written, usable=written.usable & alive_rows(cleaned) & written.own, cache={})
    seen = view(own)
    if not len(seen):
        return None
    ties = Ties.among(len(seen), seen.rows, links(own, request.rules, settings))
    work = Division(own, seen, cleaned.origin, request, ties, pinned(seen, cleaned, request), strata(own, seen, settings))
    result = by_time(work, cleaned) if settings.time_by else by_size(work)
    for _ in range(ROUNDS):
        if isinstance(result, SplitImpossible) or not work.aside or not crossing(work, result):
            break
        result = without_aside(work, result) if settings.time_by else dealt(work, components_of(work))
    if isinstance(result, SplitResult) and len(work.aside) > work.budget:
        result = too_many(work)
    if isinstance(result, SplitResult):
        settle(cleaned, work, result)
    return result


# ---- by size ----------------------------------------------------------------------------------------------------------------


def by_size(work: Division) -> SplitResult | SplitImpossible:
    """Whole groups; if a group fits nowhere, the cheapest rows without which it does are set aside."""
    groups = components_of(work)
    result = dealt(work, groups)
    if isinstance(result, SplitResult):
        return result
    stuck = np.isin(groups, oversized(groups, work.pins, work.request.settings.split))
    if (ties := every_tie(work, stuck)) is None:
        dense = Refused("its rows are too densely tied to be cut apart", -1, result.reachable)
        return impossible(work, result, dense, stuck)
    work.ties, settings = ties, work.request.settings
    answer = quarantine(ties.cuttable(), settings.split, work.hashes, work.pins, max_drop=settings.max_drop)
    if isinstance(answer, Refused):
        return impossible(work, result, answer, stuck)
    note(work, answer)
    return dealt(work, answer.groups)


def dealt(work: Division, groups: Ints) -> SplitResult | SplitImpossible:
    """The split of what is not set aside, by position in the view."""
    kept, settings = work.kept, work.request.settings
    result = split(groups[kept], work.codes[kept], settings.split, settings.seed, work.hashes[kept], work.pins[kept])
    if isinstance(result, SplitImpossible):
        return result
    whole = np.full(len(kept), -1, np.int8)
    whole[kept] = result.assignment
    return replace(result, assignment=whole)


def components_of(work: Division) -> Ints:
    """Labels of rows linked through rows that are not set aside."""
    a, b, _, _ = work.ties.among_kept(work.kept)
    return components(len(work.seen), a, b)


def oversized(groups: Ints, pins: np.ndarray[Any, np.dtype[np.int8]], shares: tuple[float, float, float]) -> Ints:
    """Groups larger than the largest split, or pinned to more than one."""
    sizes = np.bincount(groups)
    two = np.zeros((len(sizes), 3), bool)
    two[groups[pins >= 0], pins[pins >= 0]] = True
    return np.flatnonzero((sizes > max(shares) / sum(shares) * len(groups)) | (two.sum(axis=1) > 1))


def every_tie(work: Division, stuck: Mask) -> Ties | None:
    """All ties of the rows that are to be cut apart: of the others it is enough to know that they are linked.

    None: there are more than can be held.
    """
    part = np.zeros(len(work.corpus), bool)
    part[work.seen.rows[stuck]] = True
    corpus = replace(work.corpus, usable=work.corpus.usable & part, cache={})
    # Meaning is judged against all rows, so its ties stay those that were found among all.
    exact = replace(work.request.settings, semantic="")
    found, number = Ties(len(work.seen), []), 0
    for tie in links(corpus, work.request.rules, exact, every=True):
        if (number := number + len(tie)) > MOST_TIES:
            return None
        found.each.extend(Ties.among(len(work.seen), work.seen.rows, [tie]).each)
    others = work.ties.where(lambda tie: ~stuck[tie.a] | (tie.code == "LEAK003"))
    return Ties(len(work.seen), [*others.each, *found.each])


def impossible(work: Division, first: SplitImpossible, answer: Refused, stuck: Mask) -> SplitImpossible:
    a, b, kinds, _ = work.ties.where(lambda tie: stuck[tie.a]).among_kept(work.kept)
    sizes = largest_by_kind(len(work.seen), kinds, a, b)
    glue = {LEVELS[kind]: size for kind, size in sorted(sizes.items(), key=lambda item: item[1][1])}
    reason = f"{first.reason}; {answer.reason}"
    return SplitImpossible(reason, first.groups, answer.reachable, answer.rows, glue)


def note(work: Division, answer: SetAside) -> None:
    codes, scores = work.ties.between(answer.rows, answer.partners)
    for row, partner, code, score in zip(answer.rows.tolist(), answer.partners.tolist(), codes, scores, strict=True):
        message = "Set aside: it ties together rows that cannot all be in one split"
        work.aside[row] = Reason(code or "LEAK004", message, partner if partner >= 0 else None, score)


# ---- by time ----------------------------------------------------------------------------------------------------------------


def by_time(work: Division, cleaned: Cleaned) -> SplitResult | SplitImpossible:
    settings, rows = work.request.settings, work.seen.rows.tolist()
    if (work.pins >= 0).any():
        raise UserError("--time-by decides every row; --pin-by and --keep-splits do, too", hint="Give one of them.")
    said = values(work.corpus, settings.time_by)
    times, numeric, wrong = moments.ticks([said[row] for row in rows])
    if wrong:
        place = cleaned.raw.address(int(cleaned.origin[rows[wrong[0]]]))
        raise UserError(
            f"`{settings.time_by}` of {len(wrong)} rows is no time",
            where=str(place),
            hint="Numbers, or dates as 2026-11-22T08:00:00Z.",
        )
    gap = moments.span(settings.embargo, numeric)
    if gap is None:
        hint = "A bare number where times are numbers; 7d, 12h, 30m or 45s where they are dates."
        raise UserError(f"--embargo {settings.embargo} does not fit the times of `{settings.time_by}`", hint=hint)
    groups = components_of(work)
    result = split_by_time(groups, times, settings.split, gap)
    for i in np.flatnonzero(result.assignment < 0).tolist():
        partner = first_kept(groups, result.assignment, i)
        if result.assignment[i] == CLOSE:
            work.aside[i] = Reason("LEAK006", "Set aside: nearer to the next split than the embargo")
        else:
            work.aside[i] = Reason("LEAK006", "Set aside: the rest of its group is of another period", partner)
    return result


def without_aside(work: Division, result: SplitResult) -> SplitResult:
    """The same split, less what was set aside since."""
    assignment = np.where(work.kept, result.assignment, np.minimum(result.assignment, -1)).astype(np.int8)
    train, validation, test = np.bincount(assignment[assignment >= 0], minlength=3).tolist()
    return replace(result, assignment=assignment, sizes=(train, validation, test))


def first_kept(groups: Ints, assignment: np.ndarray[Any, np.dtype[np.int8]], row: int) -> int | None:
    kept = np.flatnonzero((groups == groups[row]) & (assignment >= 0))
    return int(kept[0]) if len(kept) else None


# ---- at the end -------------------------------------------------------------------------------------------------------------


def crossing(work: Division, result: SplitResult) -> bool:
    """Set aside what still ties two splits; says whether there was any.

    Whether an answer is of substance depends on how many rows give it: with rows set aside it may become so.
    """
    side = np.full(len(work.corpus), -1, np.int8)
    side[work.seen.rows] = result.assignment
    kept = replace(work.corpus, usable=work.corpus.usable & (side >= 0), cache={})
    found = Ties.among(
        len(work.seen), work.seen.rows, links(kept, work.request.rules, replace(work.request.settings, semantic=""), side)
    )
    for tie in found.each:
        for a, b, score in zip(tie.a.tolist(), tie.b.tolist(), tie.score.tolist(), strict=True):
            gone, stays = (a, b) if (work.pins[a], result.assignment[a]) <= (work.pins[b], result.assignment[b]) else (b, a)
            if gone not in work.aside and stays not in work.aside:
                work.aside[gone] = Reason(tie.code, "Set aside: it is tied to a row of another split", stays, score)
    return bool(found.each)


def too_many(work: Division) -> SplitImpossible:
    reason = f"{len(work.aside)} rows would have to be set aside, and {work.budget} may be"
    return SplitImpossible(reason, (), work.request.settings.split, len(work.aside))


def settle(cleaned: Cleaned, work: Division, result: SplitResult) -> None:
    """Into the plan, in the rows of the input."""
    plan, rows, kept = cleaned.plan, cleaned.origin[work.seen.rows], work.kept
    a, b, kinds, scores = work.ties.among_kept(kept)
    plan.pins[rows] = work.pins
    plan.split[rows[kept]] = result.assignment[kept]
    plan.group[rows] = np.where(kept, components(len(kept), a, b), -1)
    for i, reason in work.aside.items():
        related = None if reason.related is None else int(rows[reason.related])
        plan.remove(int(rows[i]), replace(reason, related=related), Fate.QUARANTINED)
    held = strongest(len(kept), a, b, scores)
    parent, by = toward_first(len(kept), a[held], b[held])
    for i in np.flatnonzero(parent >= 0).tolist():
        tie = int(held[by[i]])
        plan.ties[int(rows[i])] = Tie(LEVELS[kinds[tie]], int(rows[parent[i]]), float(scores[tie]))
