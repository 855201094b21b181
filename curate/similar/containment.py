"""Texts that stand, whole or nearly so, inside longer ones: a question in a training row, an answer quoted in another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.similar.canonical import Threshold, fraction
from curate.similar.cases import Case, dense
from curate.similar.engines import choose, cores
from curate.similar.join import Engine, Measure, Side
from curate.similar.pairs import texts_of
from curate.similar.texts import Ints, Part, Rows, Texts, first_equal

MIN_SHINGLES = 40
"""Below this a text is no evidence: `Yes`, `42` and short greetings stand in many rows."""


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
    short, long = texts_of(short), texts_of(long)
    side = np.zeros(len(short), np.int64) if against is None else np.asarray(against).astype(np.int64)
    labels = first_equal(short.same, side)
    speakers, seconds = first_two(labels)
    if not views:
        seconds[:] = False
    # n shingles take n + 2 code points at least, n + 2 bytes
    asked = np.flatnonzero((np.diff(short.begin) >= min_shingles + 2) & (speakers | seconds))
    if not len(asked) or not len(long):
        return
    both = stacked(short, asked, long)
    every = np.arange(len(both))
    kind = (every >= len(asked)).astype(np.int64)
    columns = [kind]
    if views:
        rows = np.concatenate([asked, np.arange(len(long))])
        columns += [rows] if against is None else [rows, side[rows]]
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
    members = np.flatnonzero((tokens.rows < len(asked)) & (tokens.sizes >= min_shingles))
    probes = np.flatnonzero(tokens.rows >= len(asked))
    joiner = engine.joiner(tokens, Measure.holds_y(share), workers or cores())
    for found in joiner.match(Side(members, prefix), Side(probes, tokens.sizes), low, high):
        i, j = asked[tokens.rows[found.y]], tokens.rows[found.x] - len(asked)
        wanted = speakers[i] | (labels[i] == j)
        if wanted.any():
            yield Contained(*(column[wanted] for column in (i, j, found.overlap, tokens.sizes[found.y])))


def first_two(labels: Ints) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which positions are the first with their label, and which the second."""
    order = np.argsort(labels, kind="stable")
    new = np.ones(len(labels), bool)
    new[1:] = labels[order[1:]] != labels[order[:-1]]
    first, second = np.zeros(len(labels), bool), np.zeros(len(labels), bool)
    first[order] = new
    second[order[1:]] = new[:-1] & ~new[1:]
    return first, second


def stacked(short: Texts, rows: Ints, long: Texts) -> Texts:
    """The texts of some rows followed by other texts, as wholes."""
    pieces = [short.data[a:b] for a, b in zip(short.begin[rows].tolist(), short.begin[rows + 1].tolist(), strict=True)]
    sizes = np.concatenate([np.diff(short.begin)[rows], np.diff(long.begin)])
    nothing = np.zeros((len(sizes), 4), np.int32)
    nothing[:, 3] = sizes
    return Texts(
        np.concatenate([*pieces, long.data]),
        np.concatenate([[0], np.cumsum(sizes)]),
        nothing,
        np.concatenate([short.digests[rows], long.digests]),
        np.zeros(len(sizes), np.int64),
        np.full(len(sizes), -1),
    )
