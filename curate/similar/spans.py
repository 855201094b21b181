"""Long spans that two texts share word for word, though neither holds most of the other.

A span is, like a shingle, the next so many code points from a position: half as many where the one there is CJK. It counts where
few rows hold it: what many rows say is a set phrase. Spans are known by 64 bits of a polynomial; `longest` compares the texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from curate.similar.canonical import CJK, is_cjk
from curate.similar.texts import Ints, Texts

LETTERS, ROWS = 50, 10
"""Code points of a span (half as many from a CJK one), and in how many rows it may stand."""
CHUNK = 1 << 21
"""Bytes of text worked on at once."""
PART = 1 << 27
"""Bytes of text whose spans are held at once; of more, some of the spans at a time."""
SLOTS = 1 << 26
BASE = 0x9E3779B97F4A7C15
Keys = NDArray[np.uint64]
Mask = NDArray[np.bool_]
Number = TypeVar("Number", np.uint64, np.int64)
NONE, NOWHERE = np.empty(0, np.uint64), np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Shared:
    """Of the `of` spans of what row i says, `spans` stand in row j."""

    i: Ints
    j: Ints
    spans: Ints
    of: Ints

    def __len__(self) -> int:
        return len(self.i)

    @property
    def score(self) -> NDArray[np.float64]:
        return self.spans / self.of


def shared_spans(
    needles: Sequence[Texts], whole: Texts, against: NDArray[np.integer] | None = None, letters: int = LETTERS, most: int = ROWS
) -> Shared:
    """Pairs of rows (i, j) where a span of one of row i's `needles` stands in row j as a whole, and in at most `most` rows.

    All are texts of the same rows. With `against`, a side a row, j is of a lower side than i; without, any two rows are compared.
    """
    n = max(len(whole), 1)
    sides = np.zeros(len(whole), np.int64) if against is None else np.asarray(against).astype(np.int64)
    parts = max(-(-len(whole.data) // PART), 1)
    found, counts = [NOWHERE], [NOWHERE]
    for part in range(parts):
        sought = Sought(needles, whole, letters, (part, parts))
        i, j = sought.pairs(sought.parted(sides) if against is not None else sought.twice(), most)
        apart = sides[j] < sides[i] if against is not None else i != j
        pair, times = np.unique(i[apart] * n + j[apart], return_counts=True)
        found.append(pair)
        counts.append(times)
    pair, at = np.unique(np.concatenate(found), return_inverse=True)
    i, j = np.divmod(pair, n)
    of = sum((spans_of(texts, np.unique(i), letters) for texts in needles), np.zeros(len(whole), np.int64))
    return Shared(i, j, np.bincount(at, weights=np.concatenate(counts), minlength=len(pair)).astype(np.int64), of[i])


@dataclass(frozen=True, slots=True)
class Sought:
    """The spans of the needles, and the rows that hold them."""

    needles: Sequence[Texts]
    whole: Texts
    letters: int
    part: tuple[int, int]
    """Number of this part of all spans, and of how many."""

    def parted(self, sides: Ints) -> Keys:
        """Spans of a needle that stand in a row of a lower side."""
        found = [NONE]
        for side in np.unique(sides)[:-1].tolist():
            asked = distinct([NONE, *(keys for _, keys in self.asked(np.flatnonzero(sides > side)))])
            known = Known(asked)
            held = distinct([NONE, *(keys[known.maybe(keys)] for _, keys in self.held(np.flatnonzero(sides == side)))])
            found.append(np.intersect1d(asked, held, assume_unique=True))
        return distinct(found)

    def twice(self) -> Keys:
        """Spans that stand in two places."""
        every = np.sort(np.concatenate([NONE, *(keys for _, keys in self.held(np.arange(len(self.whole))))]))
        return distinct([every[1:][every[1:] == every[:-1]]])

    def pairs(self, keys: Keys, most: int) -> tuple[Ints, Ints]:
        """For each of these spans that stands in few rows: each row that asks with each row that holds it."""
        n, known, every = max(len(self.whole), 1), Known(keys), np.arange(len(self.whole))
        span, row = np.divmod(distinct([NOWHERE, *(known.find(rows, found, n) for rows, found in self.held(every))]), n)
        few = np.bincount(span, minlength=len(keys)) <= most
        span, row = span[few[span]], row[few[span]]
        first = np.searchsorted(span, np.arange(len(keys) + 1))

        asked = distinct([NOWHERE, *(known.find(rows, found, n) for rows, found in self.asked(np.unique(row)))])
        of, i = np.divmod(asked, n)
        each = np.diff(first)[of]
        place = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
        return np.repeat(i, each), row[np.repeat(first[of], each) + place]

    def held(self, rows: Ints) -> Iterator[tuple[Ints, Keys]]:
        yield from self._part(spans(self.whole, rows, self.letters))

    def asked(self, rows: Ints) -> Iterator[tuple[Ints, Keys]]:
        for texts in self.needles:
            yield from self._part(spans(texts, rows, self.letters))

    def _part(self, found: Iterator[tuple[Ints, Keys]]) -> Iterator[tuple[Ints, Keys]]:
        part, parts = self.part
        for rows, keys in found:
            mine = keys % np.uint64(parts) == part
            yield (rows[mine], keys[mine]) if parts > 1 else (rows, keys)


class Known:
    """A set of numbers in order, with a table of bits before it that tells most others at once."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        bits = max(10, min(8 * len(keys), SLOTS).bit_length())
        self.shift = np.uint64(64 - bits)
        self.filter = np.zeros(1 << bits, bool)
        self.filter[keys >> self.shift] = True

    def maybe(self, keys: Keys) -> Mask:
        found: Mask = self.filter[keys >> self.shift]
        return found

    def find(self, rows: Ints, keys: Keys, n: int) -> Ints:
        """For each key that is known: its place * n + its row."""
        maybe = np.flatnonzero(self.maybe(keys))
        keys = keys[maybe]
        at = np.searchsorted(self.keys, keys)
        right = np.flatnonzero(self.keys[np.minimum(at, len(self.keys) - 1)] == keys) if len(self.keys) else maybe[:0]
        return at[right] * n + rows[maybe[right]]


def distinct(pieces: Sequence[NDArray[Number]]) -> NDArray[Number]:
    """In order, each once; `np.unique` hashes, which takes several times as long for numbers that are hashes already."""
    every = np.sort(np.concatenate(pieces))
    new = np.ones(len(every), bool)
    new[1:] = every[1:] != every[:-1]
    return every[new]


def spans_of(texts: Texts, rows: Ints, letters: int) -> Ints:
    """How many spans each of these rows has; 0 for the others."""
    held = [np.bincount(row, minlength=len(texts)) for row, _ in spans(texts, rows, letters)]
    return np.sum(held, axis=0, dtype=np.int64) if held else np.zeros(len(texts), np.int64)


def spans(texts: Texts, rows: Ints, letters: int) -> Iterator[tuple[Ints, Keys]]:
    """The spans of some rows, a chunk of text at a time: the row of each, and its number."""
    sizes = np.diff(texts.begin)[rows]
    cuts = np.flatnonzero(np.diff(np.cumsum(sizes) // CHUNK)) + 1
    for some in np.split(rows, cuts):
        if len(some) and (found := chunk_spans(texts, some, letters)) is not None:
            yield found


def chunk_spans(texts: Texts, rows: Ints, letters: int) -> tuple[Ints, Keys] | None:
    pieces = [texts.data[a:b] for a, b in zip(texts.begin[rows].tolist(), texts.begin[rows + 1].tolist(), strict=True)]
    data = np.concatenate(pieces)
    wide = data.tobytes().decode("utf-8", "surrogatepass").encode("utf-32-le", "surrogatepass")
    points = np.frombuffer(wide, "<u4")
    begins = np.append(0, np.cumsum((data & 0xC0) != 0x80))[np.append(0, np.cumsum(np.diff(texts.begin)[rows]))]
    row = np.repeat(np.arange(len(rows)), np.diff(begins))
    stop = np.arange(len(points)) + np.where(of_cjk(points), letters // 2, letters)
    start = np.flatnonzero(stop <= begins[1:][row])
    if not len(start):
        return None
    up, down = powers(len(points) + 1)
    # The sum of c[k] / b^k over a window, times b^start, is the same wherever the window stands; all modulo 2^64.
    sums = np.append(np.uint64(0), np.cumsum((points.astype(np.uint64) + np.uint64(1)) * down[: len(points)]))
    keys = (sums[stop[start]] - sums[start]) * up[start]
    keys ^= keys >> np.uint64(32)
    keys *= np.uint64(BASE)
    keys ^= keys >> np.uint64(29)
    return rows[row[start]], keys


def of_cjk(points: NDArray[np.uint32]) -> Mask:
    found = np.zeros(len(points), bool)
    if len(points) and points.max() >= CJK[0][0]:
        for first, last in CJK:
            found |= (points >= first) & (points <= last)
    return found


def powers(count: int) -> tuple[Keys, Keys]:
    """b^k and b^-k modulo 2^64, for k up to `count`."""
    up, down = np.full(count, BASE, np.uint64), np.full(count, pow(BASE, -1, 1 << 64), np.uint64)
    up[0] = down[0] = 1
    return np.cumprod(up), np.cumprod(down)


def longest(needle: str, whole: str, letters: int = LETTERS) -> int:
    """Code points of the longest piece of one text that stands in the other and begins with a span; 0 if none does."""
    best = end = 0
    for at, first in enumerate(needle):
        size = letters // 2 if is_cjk(first) else letters
        if at + size > len(needle):
            continue
        if end < at + size:
            if needle[at : at + size] not in whole:
                continue
            end = at + size
        while end < len(needle) and needle[at : end + 1] in whole:
            end += 1
        best = max(best, end - at)
    return best
