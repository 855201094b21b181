"""Sets of shingles as sparse rows of integers. Each shingle is a number of its own, so counting them is exact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
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
        for where in _chunks(texts):
            seen[_points(texts[where])] = True
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
        for where in _chunks(texts):
            codes = code[_points(texts[where])]
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


def _chunks(texts: Sequence[str]) -> Iterator[slice]:
    """Consecutive texts of about a chunk together."""
    ends = np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)))
    start, done = 0, 0
    while start < len(texts):
        stop = min(int(np.searchsorted(ends, done + CHUNK)) + 1, len(texts))
        yield slice(start, stop)
        start, done = stop, int(ends[stop - 1])


def _points(texts: Sequence[str]) -> Ints:
    """Code points of the texts, one after another."""
    return np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)


@dataclass(frozen=True)
class Sets:
    """Sparse rows: `items[starts[i]:starts[i + 1]]` are the sorted numbers of the shingles of text i."""

    starts: Ints
    items: NDArray[np.int32]
    sizes: Ints
    """Of the whole set: `items` may leave out shingles that nothing else has."""


Chunk = tuple[Ints, Ints, NDArray[np.int32]]
_NONE: Chunk = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32))
THREADS = 4


class Vocabulary:
    """The shingles of the protected texts; those that only training texts have cannot be shared and get no number."""

    def __init__(self, alphabet: Alphabet, texts: Sequence[str]) -> None:
        self.alphabet = alphabet
        self.short: dict[str, int] = {}
        found = [np.zeros(0, dtype=np.int64)]
        for where in _chunks(texts):
            _, keys = self._keys(texts[where], learn=True)
            found.append(pd.unique(keys))
        self.known = np.sort(pd.unique(np.concatenate(found)))
        self._numbers = pd.Index(self.known)
        self._numbers.get_indexer(self._numbers[:1])  # builds the table now, not in several threads at once

    def __len__(self) -> int:
        return len(self.known)

    def sets(self, texts: Sequence[str]) -> Sets:
        """The texts as sparse rows. Chunks are independent; sorting and hashing let other threads run."""
        chunks = [texts[where] for where in _chunks(texts)]
        if len(chunks) > 1:
            with ThreadPoolExecutor(THREADS) as pool:
                done = list(pool.map(self._chunk, chunks))
        else:  # to start a thread would take longer
            done = [self._chunk(chunk) for chunk in chunks]
        sizes, counts, items = zip(_NONE, *done, strict=True)
        starts = np.append(0, np.cumsum(np.concatenate(counts)))
        return Sets(starts, np.concatenate(items), np.concatenate(sizes))

    def _chunk(self, texts: Sequence[str]) -> Chunk:
        """Sizes of the sets, how many of their shingles are known, and the numbers of those."""
        text, keys = self._keys(texts, learn=False)
        code, unique = pd.factorize(keys)
        number = self._numbers.get_indexer(pd.Index(unique))  # -1 for a shingle that no protected text has
        order = np.argsort(number)
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        width = max(len(order), 1)
        # One sort brings equal shingles of a text together and puts them in the order of their numbers.
        once = np.sort(text * width + rank[code])
        owner, place = np.divmod(once[np.diff(once, prepend=-1) > 0], width)
        numbers = number[order][place]
        kept = numbers >= 0
        sizes, counts = (np.bincount(rows, minlength=len(texts)) for rows in (owner, owner[kept]))
        return sizes, counts, numbers[kept].astype(np.int32)

    def _keys(self, texts: Sequence[str], learn: bool) -> tuple[Ints, Ints]:
        """Keys of a chunk; a text without any shingle stands for itself, by a negative number."""
        ends = np.cumsum([len(text) for text in texts])
        text, keys = self.alphabet.keys(_points(texts), ends)
        bare = np.flatnonzero(np.bincount(text, minlength=len(texts)) == 0)
        if not len(bare):
            return text, keys
        own = []
        for i in bare.tolist():
            if learn:
                self.short.setdefault(texts[i], -2 - len(self.short))
            own.append(self.short.get(texts[i], -1))
        return np.concatenate([text, bare]), np.concatenate([keys, np.array(own, dtype=np.int64)])
