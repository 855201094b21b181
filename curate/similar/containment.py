"""Texts that stand, whole or nearly so, inside longer ones: a question in a training row, an answer quoted in another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.similar.canonical import Threshold, fraction
from curate.similar.cases import Case, dense
from curate.similar.engines import choose, cores
from curate.similar.join import Engine, Measure, Side, Tokens, runs
from curate.similar.pairs import texts_of
from curate.similar.texts import Ints, Part, Rows, Texts, first_equal

MIN_SHINGLES = 40
"""Below this a text is no evidence: `Yes`, `42` and short greetings stand in many rows."""
RANKS = 1 << 22
"""Shingles counted at once."""


@dataclass(frozen=True, slots=True)
class Contained:
    """Short text i stands in long text j: how many of its shingles do, and how many it has."""

    i: Ints
    j: Ints
    shared: Ints
    size: Ints

    def __len__(self) -> int:
        return len(self.i)

    @property
    def score(self) -> NDArray[np.float64]:
        return self.shared / self.size


@dataclass(frozen=True, slots=True)
class Needles:
    """Texts that are looked for, one a row."""

    texts: Texts
    common: int = 0
    """Above 0: a text counts only if `min_shingles` of its shingles stand in at most so many of these texts."""


def contained(
    short: Rows | Texts,
    long: Rows | Texts,
    threshold: Threshold = "0.8",
    *,
    min_shingles: int = MIN_SHINGLES,
    views: bool = True,
    against: NDArray[np.integer] | None = None,
    workers: int = 0,
    engine: Engine | None = None,
) -> Iterator[Contained]:
    """Pairs (i, j) with at least the threshold of the shingles of short text i among those of long text j. Exact.

    With `views` both are texts of the same rows (row i's question, say, and row i as a whole): no row is looked for in itself,
    and `against` may give each row a side, so that only pairs across sides count. Without, they are two sets apart.
    Of equal short texts (of one side) the first stands for all; the second is named where the long text is the first's own row.
    """
    needles = [Needles(texts_of(short))]
    found = looked_for(
        needles, texts_of(long), threshold, min_shingles, views=views, against=against, workers=workers, engine=engine
    )
    return (each for _, each in found)


def looked_for(
    needles: Sequence[Needles],
    long: Texts,
    threshold: Threshold,
    min_shingles: int,
    *,
    views: bool = True,
    against: NDArray[np.integer] | None = None,
    workers: int = 0,
    engine: Engine | None = None,
) -> Iterator[tuple[int, Contained]]:
    """As `contained`, for several kinds of short texts in one pass over the long ones; with each result the number of its kind."""
    kinds = [prepared(each, min_shingles, views, against, workers or cores(), engine) for each in needles]
    if not len(long) or not any(kind.wanted.any() for kind in kinds):
        return
    both = stacked([(kind.texts, kind.rows) for kind in kinds], long)
    every = np.arange(len(both))
    of = np.repeat(np.arange(len(kinds) + 1), [*(len(kind.rows) for kind in kinds), len(long)])
    rows = np.concatenate([*(kind.rows for kind in kinds), np.arange(len(long))])
    columns = [(of == len(kinds)).astype(np.int64)]
    if views:
        columns += [rows] if against is None else [rows, np.asarray(against).astype(np.int64)[rows]]
    apart = np.stack([dense(column) for column in columns], axis=1).astype(np.int32)
    case = Case(Part.WHOLE, every, np.zeros(len(both), np.int64), apart, np.zeros(len(both), bool))

    share, engine = fraction(threshold), engine or choose(both, every)
    tokens = engine.tokenise(both, case, workers or cores())
    # t|y| shingles of y lie in x, so at least one of its first |y| - ceil(t|y|) + 1 does; of x any may be the one.
    prefix = tokens.sizes + 1 + (-share.numerator * tokens.sizes) // share.denominator
    low, high = (
        np.zeros(len(tokens), np.int64),
        np.searchsorted(tokens.sizes, tokens.sizes * share.denominator // share.numerator, side="right"),
    )
    kind_of, first = of[tokens.rows], len(both) - len(long)
    wanted = np.concatenate([*(kind.wanted for kind in kinds), np.zeros(len(long), bool)])[tokens.rows]
    wanted &= tokens.sizes >= min_shingles
    for k, kind in enumerate(kinds):
        if kind.common:
            mine = np.flatnonzero(kind_of == k)
            wanted[mine] &= rare_shingles(tokens, mine, kind.common) >= min_shingles
    members, probes = np.flatnonzero(wanted), np.flatnonzero(kind_of == len(kinds))
    joiner = engine.joiner(tokens, Measure.holds_y(share), workers or cores())
    for found in joiner.match(Side(members, prefix), Side(probes, tokens.sizes), low, high):
        i, j, sort = rows[tokens.rows[found.y]], tokens.rows[found.x] - first, kind_of[found.y]
        for k, kind in enumerate(kinds):
            told = (sort == k) & (kind.speakers[i] | (kind.labels[i] == j))
            if told.any():
                yield k, Contained(*(column[told] for column in (i, j, found.overlap, tokens.sizes[found.y])))


@dataclass(frozen=True, slots=True)
class Prepared:
    """Which of the short texts of one kind take part."""

    texts: Texts
    rows: Ints
    wanted: NDArray[np.bool_]
    """By place in `rows`; the others are there to be counted."""
    labels: Ints
    speakers: NDArray[np.bool_]
    common: int


def prepared(
    needles: Needles, least: int, views: bool, against: NDArray[np.integer] | None, workers: int, engine: Engine | None
) -> Prepared:
    texts, common = needles.texts, needles.common
    side = np.zeros(len(texts), np.int64) if against is None else np.asarray(against).astype(np.int64)
    labels = first_equal(texts.same, side)
    speakers, seconds = first_two(labels)
    if not views:
        seconds[:] = False
    # n shingles take n + 2 code points at least, n + 2 bytes
    wanted = (np.diff(texts.begin) >= least + 2) & (speakers | seconds)
    taken = wanted
    if common and wanted.any():
        if against is None:
            taken = np.diff(texts.begin) > 0
        else:
            # Shingles of one side alone get no rank when sides are compared, so how common they are is counted beforehand.
            wanted[wanted] = substance(texts, common, workers, engine)[wanted] >= least
            taken, common = wanted, 0
    rows = np.flatnonzero(taken)
    return Prepared(texts, rows, wanted[rows], labels, speakers, common)


def substance(texts: Texts, common: int, workers: int, engine: Engine | None) -> Ints:
    """For each text how many of its shingles stand in at most `common` of the texts."""
    every = np.arange(len(texts))
    alone = Case(Part.WHOLE, every, np.zeros(len(every), int), np.zeros((len(every), 0), np.int32), np.zeros(len(every), bool))
    tokens = (engine or choose(texts, every)).tokenise(texts, alone, workers)
    found = np.zeros(len(texts), np.int64)
    found[tokens.rows] = rare_shingles(tokens, every, common)
    return found


def rare_shingles(tokens: Tokens, positions: Ints, common: int) -> Ints:
    """For each of these sets how many of its shingles stand in at most `common` of them. What has no rank stands in one row."""
    held = tokens.ends[positions] - tokens.starts[positions]
    cuts = np.flatnonzero(np.diff(np.cumsum(held) // RANKS)) + 1
    parts = np.split(positions, cuts)
    times = np.zeros(tokens.vocabulary, np.int64)
    for part in parts:
        times += np.bincount(ranks_of(tokens, part), minlength=tokens.vocabulary)
    frequent = times > common
    counts = [np.add.reduceat(np.append(frequent[ranks_of(tokens, part)], False), first_of(tokens, part)) for part in parts]
    return np.asarray(tokens.sizes[positions] - np.where(held, np.concatenate(counts), 0), np.int64)


def ranks_of(tokens: Tokens, positions: Ints) -> NDArray[np.uint32]:
    return tokens.ranks[runs(tokens.starts[positions], tokens.ends[positions] - tokens.starts[positions])]


def first_of(tokens: Tokens, positions: Ints) -> Ints:
    """Where in `ranks_of` each set begins."""
    held = tokens.ends[positions] - tokens.starts[positions]
    return np.asarray(np.cumsum(held) - held, np.int64)


def first_two(labels: Ints) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which positions are the first with their label, and which the second."""
    order = np.argsort(labels, kind="stable")
    new = np.ones(len(labels), bool)
    new[1:] = labels[order[1:]] != labels[order[:-1]]
    first, second = np.zeros(len(labels), bool), np.zeros(len(labels), bool)
    first[order] = new
    second[order[1:]] = new[:-1] & ~new[1:]
    return first, second


def stacked(shorts: Sequence[tuple[Texts, Ints]], long: Texts) -> Texts:
    """The texts of some rows followed by other texts, as wholes."""
    pieces = [
        texts.data[a:b]
        for texts, rows in shorts
        for a, b in zip(texts.begin[rows].tolist(), texts.begin[rows + 1].tolist(), strict=True)
    ]
    sizes = np.concatenate([*(np.diff(texts.begin)[rows] for texts, rows in shorts), np.diff(long.begin)])
    nothing = np.zeros((len(sizes), 4), np.int32)
    nothing[:, 3] = sizes
    return Texts(
        np.concatenate([*pieces, long.data]),
        np.concatenate([[0], np.cumsum(sizes)]),
        nothing,
        np.concatenate([*(texts.digests[rows] for texts, rows in shorts), long.digests]),
        np.zeros(len(sizes), np.int64),
        np.full(len(sizes), -1),
    )
