"""Texts as sparse vectors of hashed words: no vocabulary, the same numbers on every machine.

A word is a run of letters and digits; a Chinese, Japanese or Korean character counts alone and with its neighbour. All texts of a chunk are
hashed at once on their code points, because a loop over words in Python would take a minute where this takes a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, Literal

import numpy as np
import scipy.sparse as sp

BITS = 18
_CHUNK = 2000
_BASE = np.uint64(0x9E3779B97F4A7C15 | 1)
_INVERSE = np.uint64(pow(int(_BASE), -1, 2**64))
_MIX = np.uint64(0xFF51AFD7ED558CCD)
_PAIR = np.uint64(0xC2B2AE3D27D4EB4F)

Pairs = Literal["all", "wide"]
Longs = np.ndarray[Any, np.dtype[np.uint64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]


@cache
def _classes() -> np.ndarray[Any, np.dtype[np.uint8]]:
    """0: between words; 1: part of a word; 2: a character that is a word."""
    table = np.zeros(0x110000, dtype=np.uint8)
    letters = [c for c in range(0x3000) if chr(c).isalnum()]
    table[letters] = 1
    for first, last in (
        (0x3040, 0x30FF),
        (0x3400, 0x4DBF),
        (0x4E00, 0x9FFF),
        (0xAC00, 0xD7AF),
        (0xF900, 0xFAFF),
        (0x20000, 0x323AF),
    ):
        table[first : last + 1] = 2
    return table


def counts(texts: Sequence[str], bits: int = BITS, pairs: Pairs = "all") -> sp.csr_matrix:
    """Word counts, one row a text, and of every two words side by side; with `wide` characters count in pairs and only they do."""
    parts = [_chunk(texts[i : i + _CHUNK], bits, pairs) for i in range(0, len(texts), _CHUNK)]
    return sp.vstack(parts, format="csr") if parts else sp.csr_matrix((0, 1 << bits), dtype=np.float32)


def _chunk(texts: Sequence[str], bits: int, pairs: Pairs) -> sp.csr_matrix:
    lowered = [text.lower() for text in texts]
    codes = np.frombuffer("\n".join(lowered).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = np.fromiter((len(text) + 1 for text in lowered), dtype=np.int64, count=len(lowered))
    starts, hashes, wide = _tokens(codes)
    owner = np.searchsorted(np.cumsum(lengths), starts, side="right")
    keys, rows = ([hashes], [owner]) if pairs == "all" else ([hashes[~wide]], [owner[~wide]])
    if len(hashes) > 1:
        beside = owner[1:] == owner[:-1]
        if pairs == "wide":
            beside &= wide[1:] & wide[:-1]
        # Two characters form a word only where nothing stands between them.
        beside &= ~(wide[1:] & wide[:-1]) | (starts[1:] - starts[:-1] == 1)
        keys.append((hashes[:-1] * _PAIR + hashes[1:])[beside])
        rows.append(owner[1:][beside])
    # The chunk's last text ends without a line feed, so no token may belong past it.
    column = ((np.concatenate(keys) * _MIX) >> np.uint64(64 - bits)).astype(np.int32)
    row = np.concatenate(rows).astype(np.int32)
    data = np.ones(len(column), dtype=np.float32)
    return sp.coo_matrix((data, (row, column)), shape=(len(texts), 1 << bits)).tocsr()


def _tokens(codes: np.ndarray[Any, np.dtype[np.uint32]]) -> tuple[Ints, Longs, np.ndarray[Any, np.dtype[np.bool_]]]:
    """Start, hash and width class of every token, in order."""
    kind = _classes()[codes]
    word = np.concatenate(([False], kind == 1, [False]))
    edges = np.flatnonzero(word[1:] != word[:-1])
    begin, end = edges[::2], edges[1::2]
    # A polynomial hash of every prefix gives that of every word by one subtraction; powers wrap at 2^64 and the base is odd, so it has an inverse.
    room = 1 << len(codes).bit_length()
    prefix = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum((codes + np.uint64(1)) * _powers(_BASE, room)[: len(codes)], out=prefix[1:])
    hashes = (prefix[end] - prefix[begin]) * _powers(_INVERSE, room)[begin]
    single = np.flatnonzero(kind == 2)
    starts = np.concatenate((begin, single))
    order = np.argsort(starts, kind="stable")
    all_hashes = np.concatenate((hashes, (codes[single].astype(np.uint64) + np.uint64(1)) * _PAIR))
    wide = np.concatenate((np.zeros(len(begin), bool), np.ones(len(single), bool)))
    return starts[order], all_hashes[order], wide[order]


@lru_cache(2)
def _powers(base: np.uint64, n: int) -> Longs:
    powers = np.full(n, base, dtype=np.uint64)
    powers[0] = 1
    return np.cumprod(powers, dtype=np.uint64)


def tfidf(
    found: sp.csr_matrix, weights: np.ndarray[Any, np.dtype[np.float32]] | None = None
) -> tuple[sp.csr_matrix, np.ndarray[Any, np.dtype[np.float32]]]:
    """Log counts, rare words heavier, every row of length one; `weights` of other texts may be given."""
    if weights is None:
        n = found.shape[0]
        seen = np.bincount(found.indices, minlength=found.shape[1])
        weights = (np.log((1 + n) / (1 + seen)) + 1).astype(np.float32)
    data = (1 + np.log(found.data)) * weights[found.indices]
    result = sp.csr_matrix((data.astype(np.float32), found.indices, found.indptr), shape=found.shape)
    sizes = np.sqrt(np.asarray(result.multiply(result).sum(axis=1)).ravel())
    result.data /= np.repeat(np.maximum(sizes, 1e-9), np.diff(result.indptr)).astype(np.float32)
    return result, weights
