"""An exact set-similarity join: every pair of sets whose overlap is large enough, and no other.

The method is AllPairs with the positional filter of PPJoin (Bayardo 2007, Xiao 2008; Mann, Augsten and Bouros 2016 measured that
nothing fancier wins). Each set is sorted by one order of all shingles, those first that can bring the fewest pairs together. Two
sets that overlap enough must then share a shingle near the front of both, so only the fronts are indexed and looked up. What this
module decides is who is compared with whom; an engine (`plain` in numpy, `compiled` by numba) does the counting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from curate.similar.cases import Case
from curate.similar.texts import Ints, Part, Texts


@dataclass(frozen=True, slots=True)
class Tokens:
    """Sets of shingles as sorted ranks, the sets in order of size. Positions in this order are what a join speaks of."""

    rows: Ints
    """Row of each set."""
    sizes: Ints
    """Number of distinct shingles, those included that are not stored."""
    starts: Ints
    ends: Ints
    """Where in `ranks` each set is."""
    ranks: NDArray[np.uint32]
    """Ascending within a set. A shingle that cannot bring two rows together has no rank: it stands unseen before the others."""
    vocabulary: int
    apart: NDArray[np.int32]
    """Columns of classes whose members do not meet (see `cases`)."""
    owner: NDArray[np.int32]
    """Per rank: the class that holds most of the shingle's rows, in the column beside; empty where nothing is kept apart."""
    owner_column: NDArray[np.int8]
    content_only: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Measure:
    """Sets x and y match when gain * overlap >= x * |x| + y * |y|, in integers."""

    x: int
    y: int
    gain: int

    @classmethod
    def jaccard(cls, threshold: Fraction) -> Measure:
        over, under = threshold.numerator, threshold.denominator
        return cls(over, over, over + under)

    @classmethod
    def holds_y(cls, threshold: Fraction) -> Measure:
        """The share of y that lies in x."""
        return cls(0, threshold.numerator, threshold.denominator)


@dataclass(frozen=True, slots=True)
class Matches:
    """Matching sets by position, with the number of shingles they share."""

    x: Ints
    y: Ints
    overlap: Ints


class Wanted(IntEnum):
    """What need be told of each probe; an engine may tell more."""

    ALL = 0
    ANY = 1
    """One match, if there is any."""
    BEST = 2
    """Those with the highest Jaccard similarity."""
    LINKS = 3
    """Enough of them that whatever all matches would link is linked, directly or through others."""


class Joiner(Protocol):
    """An index over some sets, asked with others."""

    def match(self, members: Side, probes: Side, low: Ints, high: Ints, wanted: Wanted = Wanted.ALL) -> Iterator[Matches]:
        """Each probe x against the other members at positions [low[x], high[x])."""


class Engine(Protocol):
    """How the counting is done; all engines give the same pairs."""

    def tokenise(self, texts: Texts, case: Case, workers: int) -> Tokens: ...

    def joiner(self, tokens: Tokens, measure: Measure, workers: int) -> Joiner: ...

    def overlaps(self, texts: Texts, part: Part, i: Ints, j: Ints, workers: int) -> tuple[Ints, Ints]:
        """Shingles shared by the texts of each pair, and those of the pair together."""


@dataclass(frozen=True, slots=True)
class Side:
    """Some positions, ascending; and for every position how many shingles from the front of the set are looked at."""

    positions: Ints
    prefix: Ints


class JaccardJoin:
    """Pairs of sets with a Jaccard similarity at or over the threshold."""

    def __init__(self, tokens: Tokens, threshold: Fraction, engine: Engine, workers: int) -> None:
        over, under = threshold.numerator, threshold.denominator
        sizes = tokens.sizes
        self.joiner = engine.joiner(tokens, Measure.jaccard(threshold), workers)
        # A match of x shares at least t|x| shingles with it, so at least one of the first |x| - ceil(t|x|) + 1;
        self.prefix = sizes + 1 + (-over * sizes) // under
        # with a set at least as large it shares 2t/(1+t)|x|, so a front about half as long is enough to be found by.
        self.short_prefix = sizes + 1 + (-2 * over * sizes) // (over + under)
        self.low = np.searchsorted(sizes, -((-over * sizes) // under))
        self.high = np.searchsorted(sizes, under * sizes // over, side="right")
        self.own = np.arange(len(tokens))

    def within(self, positions: Ints, wanted: Wanted = Wanted.ALL) -> Iterator[Matches]:
        """Matching pairs among ascending positions, each once, as y < x."""
        return self.joiner.match(Side(positions, self.short_prefix), Side(positions, self.prefix), self.low, self.own, wanted)

    def between(self, x: Ints, y: Ints, wanted: Wanted = Wanted.ALL) -> Iterator[Matches]:
        """Matching pairs of one of `x` and another one of `y`, both ascending."""
        return self.joiner.match(Side(y, self.prefix), Side(x, self.prefix), self.low, self.high, wanted)


def runs(starts: NDArray[Any], counts: NDArray[Any]) -> Ints:
    """The numbers start, start + 1, ... of each run, one run after the other."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.asarray(np.arange(total) + np.repeat(starts - (ends - counts), counts), np.int64)
