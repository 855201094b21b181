"""Compiled loops that turn UTF-8 into sets of numbered shingles.

A shingle is five code points at most, 21 bits each, so it fits two 64-bit words with room for the class that names it. Tables
compare both words: a collision of hashes costs a step and can never change a result.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray


@contextmanager
def absent(module: str) -> Iterator[None]:
    """For a while, `module` cannot be imported; unless it is loaded anyway."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = cast(Any, None)
    try:
        yield
    finally:
        del sys.modules[module]


# numba loads all of scipy.linalg to learn whether it may offer `dot`, which nothing here calls: half of its time to start.
with absent("scipy.linalg.cython_blas"):
    import numba.np.arraymath

F = TypeVar("F", bound=Callable[..., Any])
Array = NDArray[Any]
Int = int | np.signedinteger[Any]
U64 = np.uint64

CLASS_BITS = 22
CLASS_SHIFT = U64(42)
SHARD_SHIFT = U64(48)
ID_MASK = U64(0xFFFFFFFF)
HALF = U64(32)
MULTIPLY = (U64(0x9E3779B97F4A7C15), U64(0xC2B2AE3D27D4EB4F), U64(0xD6E8FEB86659FD93))


def kernel(function: F) -> F:
    """Compiled at the first call and kept on disk beside the package, or in the user's cache where that is read-only.

    Where neither can be written it is compiled anew by every process: some ten seconds, and no reason to fail. (A folder for all
    users is no way out: what is kept is code.)
    """
    try:
        return cast(F, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # "no locator available"
        return cast(F, numba.njit(nogil=True)(function))


@kernel
def is_wide(point: int) -> bool:
    """CJK as in `canonical.CJK`."""
    return point >= 0x3040 and (
        point <= 0x30FF
        or 0x3400 <= point <= 0x4DBF
        or 0x4E00 <= point <= 0x9FFF
        or 0xAC00 <= point <= 0xD7AF
        or 0x20000 <= point <= 0x323AF
    )


@kernel
def decode(data: Array, start: int, stop: int, points: Array, count: int) -> int:
    """Code points of well-formed UTF-8 (surrogates included), appended to `points`."""
    at = start
    while at < stop:
        byte = np.int64(data[at])
        if byte < 0x80:
            points[count] = byte
            at += 1
        elif byte < 0xE0:
            points[count] = (byte & 0x1F) << 6 | (data[at + 1] & 0x3F)
            at += 2
        elif byte < 0xF0:
            points[count] = (byte & 0x0F) << 12 | (np.int64(data[at + 1]) & 0x3F) << 6 | (data[at + 2] & 0x3F)
            at += 3
        else:
            high = (byte & 0x07) << 18 | (np.int64(data[at + 1]) & 0x3F) << 12
            points[count] = high | (np.int64(data[at + 2]) & 0x3F) << 6 | (data[at + 3] & 0x3F)
            at += 4
        count += 1
    return count


@kernel
def shingles(data: Array, span: Array, points: Array, keys: Array) -> int:
    """The shingles of one text as pairs of words, repetitions included; their number."""
    n = decode(data, span[0], span[1], points, 0)
    if span[3] > span[2]:
        if n:
            points[n] = 32
            n += 1
        n = decode(data, span[2], span[3], points, n)
    count = 0
    for i in range(n):
        if is_wide(points[i]):
            if i + 3 <= n:
                keys[count, 0] = U64(points[i] + 1) << U64(42) | U64(points[i + 1] + 1) << U64(21) | U64(points[i + 2] + 1)
                keys[count, 1] = 0
                count += 1
        elif i + 5 <= n:
            keys[count, 0] = U64(points[i] + 1) << U64(42) | U64(points[i + 1] + 1) << U64(21) | U64(points[i + 2] + 1)
            keys[count, 1] = U64(points[i + 3] + 1) << U64(21) | U64(points[i + 4] + 1)
            count += 1
    if count == 0:  # too short for a shingle: the text itself, of four code points at most
        keys[0, 0] = keys[0, 1] = 0
        for i in range(n):
            if i < 3:
                keys[0, 0] |= U64(points[i] + 1) << U64(42 - 21 * i)
            else:
                keys[0, 1] |= U64(points[i] + 1) << U64(21 * (4 - i))
        count = 1
    return count


@kernel
def hashed(high: np.uint64, low: np.uint64) -> np.uint64:
    mixed = high * MULTIPLY[0] + low * MULTIPLY[1]
    mixed ^= mixed >> HALF
    mixed *= MULTIPLY[2]
    return mixed ^ (mixed >> HALF)


@kernel
def longest(spans: Array) -> int:
    """Bytes of the longest text, with room for the space between two pieces; code points are never more."""
    most = 1
    for k in range(len(spans)):
        most = max(most, spans[k, 1] - spans[k, 0] + spans[k, 3] - spans[k, 2] + 1)
    return most


class Chunk(NamedTuple):
    """Some of the texts of a case."""

    data: Array
    spans: Array
    classes: Array
    before: int
    """Texts in the chunks before this one."""


class State(NamedTuple):
    """How far reading a chunk has come."""

    row: int
    used: int
    """Numbers given so far."""
    written: int
    """Length of the output."""


@kernel
def intern(chunk: Chunk, shard: np.uint64, shards: np.uint64, table: Array, state: State, out: Array, counts: Array) -> State:
    """Numbers for the distinct shingles of each text that fall to one shard of 2^k; a new shingle gets the next number.

    `table` rows are the two words of a shingle, then the last text it was seen in (from 1) and its number. Stops before a text
    that the table may have no room for.
    """
    data, spans, classes, before = chunk
    first, used, written = state
    mask = U64(len(table) - 1)
    room = longest(spans)
    points, keys = np.empty(room, np.int64), np.empty((room, 2), np.uint64)
    for row in range(first, len(spans)):
        n = shingles(data, spans[row], points, keys)
        if (used + n) * 3 > len(table) * 2:
            return State(row, used, written)
        start, stamp = written, U64(before + row + 1) << HALF
        name = U64(classes[row]) << CLASS_SHIFT
        for k in range(n):
            high, low = keys[k, 0], keys[k, 1] | name
            place = hashed(high, low)
            if (place >> SHARD_SHIFT) & (shards - U64(1)) != shard:
                continue
            place &= mask
            while table[place, 2] != 0 and (table[place, 0] != high or table[place, 1] != low):
                place = (place + U64(1)) & mask
            if table[place, 2] == 0:
                table[place, 0], table[place, 1] = high, low
                number = U64(used)
                used += 1
            elif table[place, 2] >> HALF == U64(before + row + 1):
                continue
            else:
                number = table[place, 2] & ID_MASK
            table[place, 2] = stamp | number
            out[written] = number
            written += 1
        counts[row] = written - start
    return State(len(spans), used, written)


@kernel
def rehash(table: Array, larger: Array) -> None:
    mask = U64(len(larger) - 1)
    for k in range(len(table)):
        if table[k, 2] != 0:
            place = hashed(table[k, 0], table[k, 1]) & mask
            while larger[place, 2] != 0:
                place = (place + U64(1)) & mask
            for word in range(3):  # a whole row at once takes numba two seconds to compile
                larger[place, word] = table[k, word]
