"""Sets of shingles as sparse rows of integers. Each shingle is a number of its own, so counting them is exact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from curate.verifying.wording import HAN_KANA_HANGUL

Ints = NDArray[np.int64]
CHUNK = 500_000
"""Code points worked on at once; what is held in memory follows it."""


@dataclass(frozen=True)
class Alphabet:
    """The code points that occur, numbered, so that five of them fit into 63 bits.

    Where they are too many for that, the pairs of code points that occur are numbered as well.
    """

    code: Ints
    """By code point; -1 where it does not occur."""
    cjk: NDArray[np.bool_]
    """By number."""
    pairs: Ints
    radix: int

    @classmethod
    def of(cls, texts: Sequence[str]) -> Alphabet:
        seen = np.zeros(0x110000, dtype=bool)
        for points, _ in _points(texts):
            seen[points] = True
        used = np.flatnonzero(seen)
        code = np.full(0x110000, -1, dtype=np.int64)
        code[used] = np.arange(len(used))
        cjk = np.zeros(len(used), dtype=bool)
        for low, high in HAN_KANA_HANGUL:
            cjk |= (used >= low) & (used <= high)
        size = max(len(used), 1)
        if size**5 < 2**63:
            return cls(code, cjk, np.zeros(0, dtype=np.int64), size**2)
        found = np.zeros(0, dtype=np.int64)
        for points, _ in _points(texts):
            codes = code[points]
            found = np.union1d(found, codes[:-1] * size + codes[1:])
        return cls(code, cjk, found, len(found))

    def pair(self, first: Ints, second: Ints) -> Ints:
        joined = first * len(self.cjk) + second
        return np.searchsorted(self.pairs, joined) if len(self.pairs) else joined

    def keys(self, points: Ints, ends: Ints) -> tuple[Ints, Ints]:
        """(text, key) of every shingle, repeats included; `ends` says where each text of the chunk ends."""
        codes = self.code[points]
        text = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
        short = self.cjk[codes]
        room = ends[text] - np.arange(len(codes))
        padded = np.concatenate([codes, np.zeros(5, dtype=np.int64)])
        pair = self.pair(padded[:-1], padded[1:])
        size = len(codes)
        # The first code point tells how long the shingle is, so short and long ones cannot be mistaken for each other.
        key = codes * self.radix**2 + pair[1 : size + 1] * self.radix + np.where(short, 0, pair[3 : size + 3])
        full = room >= np.where(short, 3, 5)
        return text[full], key[full]


def _points(texts: Sequence[str]) -> Iterator[tuple[Ints, slice]]:
    """Code points of consecutive texts, a chunk at a time."""
    start, size = 0, 0
    for i, text in enumerate(texts):
        size += len(text)
        if size >= CHUNK or i == len(texts) - 1:
            blob = "".join(texts[start : i + 1]).encode("utf-32-le", "surrogatepass")
            yield np.frombuffer(blob, dtype="<u4").astype(np.int64), slice(start, i + 1)
            start, size = i + 1, 0


@dataclass(frozen=True)
class Sets:
    """Sparse rows: `items[starts[i]:starts[i + 1]]` are the sorted numbers of the shingles of text i."""

    starts: Ints
    items: NDArray[np.int32]
    sizes: Ints
    """Of the whole set: `items` may leave out shingles that nothing else has."""


class Vocabulary:
    """The shingles of the protected texts; those that only training texts have cannot be shared and get no number."""

    def __init__(self, alphabet: Alphabet, texts: Sequence[str]) -> None:
        self.alphabet = alphabet
        self.short: dict[str, int] = {}
        found = [np.zeros(0, dtype=np.int64)]
        for points, where in _points(texts):
            _, keys = self._keys(points, texts[where], learn=True)
            found.append(pd.unique(keys))
        self.known = np.unique(np.concatenate(found))

    def __len__(self) -> int:
        return len(self.known)

    def sets(self, texts: Sequence[str]) -> Sets:
        sizes, items = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int32)]
        counts = [np.zeros(0, dtype=np.int64)]
        for points, where in _points(texts):
            text, keys = self._keys(points, texts[where], learn=False)
            total = where.stop - where.start
            code, unique = pd.factorize(keys)
            once = np.sort(text * max(len(unique), 1) + code)
            once = once[np.diff(once, prepend=-1) > 0]
            owner, code = np.divmod(once, max(len(unique), 1))
            sizes.append(np.bincount(owner, minlength=total))
            number = self._numbers(unique)[code]
            kept = number >= 0
            ordered = np.sort(owner[kept] * max(len(self), 1) + number[kept])
            owner, number = np.divmod(ordered, max(len(self), 1))
            items.append(number.astype(np.int32))
            counts.append(np.bincount(owner, minlength=total))
        starts = np.concatenate([[0], np.cumsum(np.concatenate(counts))])
        return Sets(starts, np.concatenate(items), np.concatenate(sizes))

    def _numbers(self, keys: Ints) -> Ints:
        if not len(self.known):
            return np.full(len(keys), -1, dtype=np.int64)
        place = np.minimum(np.searchsorted(self.known, keys), len(self.known) - 1)
        return np.where(self.known[place] == keys, place, -1)

    def _keys(self, points: Ints, texts: Sequence[str], learn: bool) -> tuple[Ints, Ints]:
        """Keys of a chunk; a text without any shingle stands for itself, by a negative number."""
        ends = np.cumsum([len(text) for text in texts])
        text, keys = self.alphabet.keys(points, ends)
        bare = np.flatnonzero(np.bincount(text, minlength=len(texts)) == 0)
        if not len(bare):
            return text, keys
        own = []
        for i in bare.tolist():
            if learn:
                self.short.setdefault(texts[i], -2 - len(self.short))
            own.append(self.short.get(texts[i], -1))
        return np.concatenate([text, bare]), np.concatenate([keys, np.array(own, dtype=np.int64)])
