"""Which rows are NEAR: alike at or over a threshold as a whole and in their content, every pair counted exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from curate.similar.canonical import Threshold, fraction
from curate.similar.cases import Case, cases
from curate.similar.engines import choose, cores
from curate.similar.join import Engine, JaccardJoin, Matches, Wanted
from curate.similar.texts import Ints, Part, Rows, Texts, first_equal, read

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Edges:
    """NEAR pairs i < j, with their shingles shared and together, of the whole texts and of the contents."""

    i: Ints
    j: Ints
    whole_shared: Ints
    whole_union: Ints
    content_shared: Ints
    content_union: Ints

    def __len__(self) -> int:
        return len(self.i)

    @property
    def whole(self) -> NDArray[np.float64]:
        return self.whole_shared / self.whole_union

    @property
    def content(self) -> NDArray[np.float64]:
        return self.content_shared / self.content_union

    @property
    def score(self) -> NDArray[np.float64]:
        """The smaller of the two similarities: the one that decides."""
        return np.minimum(self.whole, self.content)

    def where(self, chosen: NDArray[np.bool_] | Ints) -> Edges:
        return Edges(*(getattr(self, name)[chosen] for name in self.__slots__))

    @classmethod
    def gathered(cls, parts: Iterable[Edges]) -> Edges:
        """All parts as one; only where they are known to be few."""
        held = [*parts]
        empty = np.empty(0, np.int64)
        return cls(*(np.concatenate([empty, *(getattr(part, name) for part in held)]) for name in cls.__slots__))


def texts_of(rows: Rows | Texts) -> Texts:
    return rows if isinstance(rows, Texts) else read(rows)


def same_groups(rows: Rows | Texts) -> Ints:
    """SAME: for each row the first row with the equal canonical text."""
    return texts_of(rows).same


def copy_groups(rows: Rows | Texts, side: NDArray[np.integer] | None = None) -> Ints:
    """For each row the first row (of its side) with the equal text in equal parts; `near_pairs` speaks of that row."""
    copies = texts_of(rows).copies
    return copies if side is None else first_equal(copies, np.asarray(side))


def near_pairs(
    rows: Rows | Texts,
    threshold: Threshold = "0.8",
    *,
    workers: int = 0,
    against: NDArray[np.integer] | None = None,
    links_only: bool = False,
    progress: Progress | None = None,
    engine: Engine | None = None,
) -> Iterator[Edges]:
    """Every NEAR pair of rows, a chunk at a time; SAME pairs are left to `same_groups`.

    Copies cost nothing: a row stands for all that equal it part by part (`copy_groups`). `against` gives each row a side, and
    only pairs across sides are looked for; a row then stands for the copies on its own side.

    With `links_only` a pair may be left out whose rows the pairs given, and `same_groups`, link through others: enough to find
    groups by, and of a family however large no row comes in more than some hundred pairs.
    """
    texts = texts_of(rows)
    side = None if against is None else np.asarray(against).astype(np.int64)
    labels = copy_groups(texts, side)
    chosen = np.flatnonzero(labels == np.arange(len(labels)))
    exact, engine = fraction(threshold), engine or choose(texts, chosen)
    for case in cases(texts, chosen, None if side is None else side[chosen]):
        join = CaseJoin(texts, case, exact, engine, workers or cores())
        wanted = Wanted.LINKS if links_only else Wanted.ALL
        for edges in join.within(wanted=wanted) if side is None else join.across(side):
            if progress is not None:
                progress(len(edges))
            yield edges


class CaseJoin:
    """The join of one case, in rows instead of positions, with the whole text looked at where the case leaves part of it out."""

    def __init__(self, texts: Texts, case: Case, threshold: Fraction, engine: Engine, workers: int) -> None:
        self.texts, self.threshold, self.engine, self.workers = texts, threshold, engine, workers
        self.tokens = engine.tokenise(texts, case, workers)
        self.join = JaccardJoin(self.tokens, threshold, engine, workers)
        self.position = np.full(len(texts), -1)
        self.position[self.tokens.rows] = np.arange(len(self.tokens))

    def positions(self, rows: Ints) -> Ints:
        """Of those rows that take part in this case, ascending."""
        found = self.position[rows]
        return np.sort(found[found >= 0])

    def within(self, rows: Ints | None = None, wanted: Wanted = Wanted.ALL) -> Iterator[Edges]:
        positions = np.arange(len(self.tokens)) if rows is None else self.positions(rows)
        return self.verified(self.join.within(positions, self.possible(wanted)))

    def between(self, x: Ints, y: Ints, wanted: Wanted = Wanted.ALL) -> Iterator[Edges]:
        """Pairs of one of `x` and one of `y`; a pair that lies in both comes twice.

        With less than all wanted no row of `x` may be SAME as one of `y`: such a match would stand in for one that counts.
        """
        return self.verified(self.join.between(self.positions(x), self.positions(y), self.possible(wanted)))

    def possible(self, wanted: Wanted) -> Wanted:
        """All, where the whole text has to be looked at: a match told in place of others might fail there."""
        return Wanted.ALL if self.tokens.content_only.any() else wanted

    def across(self, side: Ints) -> Iterator[Edges]:
        """Pairs of rows of different sides. Of two sides the smaller one is indexed."""
        sides = side[self.tokens.rows]
        values, counts = np.unique(sides, return_counts=True)
        if len(values) != 2:
            return self.within()
        member = sides == values[np.argmin(counts)]
        return self.between(self.tokens.rows[~member], self.tokens.rows[member])

    def verified(self, found: Iterator[Matches]) -> Iterator[Edges]:
        for matches in found:
            edges = self.edges(matches)
            if len(edges):
                yield edges

    def edges(self, matches: Matches) -> Edges:
        tokens, x, y, shared = self.tokens, matches.x, matches.y, matches.overlap
        union = tokens.sizes[x] + tokens.sizes[y] - shared
        whole_shared, whole_union = shared.copy(), union.copy()
        i, j = np.minimum(tokens.rows[x], tokens.rows[y]), np.maximum(tokens.rows[x], tokens.rows[y])
        unlike = self.texts.same[i] != self.texts.same[j]
        unsure = np.flatnonzero((tokens.content_only[x] | tokens.content_only[y]) & unlike)
        if len(unsure):
            whole_shared[unsure], whole_union[unsure] = self.engine.overlaps(
                self.texts, Part.WHOLE, i[unsure], j[unsure], self.workers
            )
        near = unlike & (whole_shared * self.threshold.denominator >= whole_union * self.threshold.numerator)
        return Edges(i, j, whole_shared, whole_union, shared, union).where(near)
