"""Compiled loops of the join: look-ups in the index, and exact counts of what two sets share."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from curate.similar.indexing import Index, Sets, front, owned, sign
from curate.similar.interning import HALF, ID_MASK, U64, Array, Int, kernel

Weights = tuple[int, int, int]
"""As in `join.Measure`."""


class Asked(NamedTuple):
    """Sets to look up, ascending; the other arrays are by position."""

    probes: Array
    prefix: Array
    low: Array
    high: Array
    wanted: int
    """As in `join.Wanted`."""
    labels: Array
    """Where links are wanted: by position the group a set is known to belong to."""


class Scratch(NamedTuple):
    """What one thread works on, by position: counts (0 between probes), a list of sets, and by group the last probe linked."""

    seen: Array
    touched: Array
    met: Array
    own: Array
    """The signature of the probe."""


@kernel
def first_at_least(postings: Array, start: int, stop: int, low: int) -> int:
    while start < stop:
        middle = (start + stop) // 2
        if np.int64(postings[middle] >> HALF) < low:
            start = middle + 1
        else:
            stop = middle
    return start


@kernel
def first_larger(sizes: Array, start: int, stop: int, size: Int) -> int:
    """The first position of a range that is larger than `size`."""
    while start < stop:
        middle = (start + stop) // 2
        if sizes[middle] <= size:
            start = middle + 1
        else:
            stop = middle
    return start


@kernel
def shared(ranks: Array, a: int, a_end: int, b: int, b_end: int, count: Int, need: int) -> Int:
    """`count` and the ranks common to two sorted runs; or -1 as soon as they cannot reach `need`."""
    while a < a_end and b < b_end:
        if ranks[a] == ranks[b]:
            count += 1
            a += 1
            b += 1
        else:
            if ranks[a] < ranks[b]:
                a += 1
            else:
                b += 1
            if count + min(a_end - a, b_end - b) < need:
                return -1
    return count


@kernel
def look_up(sets: Sets, index: Index, prefix: Array, x: int, runs: Array) -> int:
    """The postings of each shingle in the front of x: start, end, where the owner's begin, and the place of the shingle.

    It reads nothing but addresses, in a loop short enough for the processor to wait for many of them at once.
    """
    start = sets.starts[x]
    unseen = sets.sizes[x] - (sets.ends[x] - start)
    found = 0
    for q in range(front(sets, prefix, x)):
        rank = sets.ranks[start + q]
        list_ = index.slot[rank] - 1
        if list_ >= 0:
            runs[found, 0] = index.lists[list_, 0]
            runs[found, 1] = index.lists[list_, 2 - owned(sets, rank, x)]
            runs[found, 2] = index.lists[list_, 1]
            runs[found, 3] = unseen + q
            found += 1
    return found


@kernel
def candidates(  # noqa: C901
    sets: Sets, index: Index, asked: Asked, weights: Weights, x: int, runs: Array, seen: Array, touched: Array
) -> int:
    """Counts in `seen` the shingles that x shares with members, front against front; returns how many members are `touched`.

    The positional filter: sets that agree at places q and p share at most what they shared before and the shorter rest. A member
    that fails it is marked -1, or not touched at all, since it can only fail again further on.
    """
    by_x, by_y, gain = weights
    nx, low, high = sets.sizes[x], asked.low[x], asked.high[x]
    found = 0
    for k in range(look_up(sets, index, asked.prefix, x, runs)):
        rest_x = nx - runs[k, 3]
        fresh = first_larger(sets.sizes, low, high, (gain * rest_x - by_x * nx) // by_y) if by_y else high
        for half in range(2):
            start, stop = (runs[k, 0], min(runs[k, 1], runs[k, 2])) if half == 0 else (runs[k, 2], runs[k, 1])
            for at in range(first_at_least(index.postings, start, stop, low), stop):
                y = np.int64(index.postings[at] >> HALF)
                if y >= fresh:
                    break
                count = seen[y]
                if count < 0:
                    continue
                rest = min(rest_x, sets.sizes[y] - np.int64(index.postings[at] & ID_MASK))
                if gain * (count + rest) < by_x * nx + by_y * sets.sizes[y]:
                    seen[y] = -1 if count else 0
                    continue
                seen[y] = count + 1
                if count == 0:
                    touched[found] = y
                    found += 1
                    if barred(sets.apart, x, y):
                        seen[y] = -1
                    elif asked.wanted == 1:  # looked at whole and at once: among thousands alike the first one settles it
                        if overlap(sets, x, y, weights) >= 0:
                            return found
                        seen[y] = -1
    return found


@kernel
def overlap(sets: Sets, x: int, y: Int, weights: Weights) -> Int:
    """Shingles shared by two sets, or -1 if they do not match."""
    need = -((-weights[0] * sets.sizes[x] - weights[1] * sets.sizes[y]) // weights[2])
    found = shared(sets.ranks, sets.starts[x], sets.ends[x], sets.starts[y], sets.ends[y], 0, need)
    return found if found >= need else -1


@kernel
def ones(word: np.uint64) -> np.uint64:
    """How many bits are set, in the form that compilers know for one instruction."""
    word -= (word >> U64(1)) & U64(0x5555555555555555)
    word = (word & U64(0x3333333333333333)) + ((word >> U64(2)) & U64(0x3333333333333333))
    word = (word + (word >> U64(4))) & U64(0x0F0F0F0F0F0F0F0F)
    return (word * U64(0x0101010101010101)) >> U64(56)


@kernel
def differing(a: Array, b: Array) -> Int:
    """Bits in which two signatures differ; the last word is none of theirs."""
    total = U64(0)
    for k in range(len(a) - 1):
        total += ones(a[k] ^ b[k])
    return np.int64(total)


@kernel
def likely(index: Index, weights: Weights, own: Array, seen: Array, touched: Array, found: int) -> int:
    """Moves to the front those touched that their signatures do not rule out, and clears the counts of the others.

    Two sets share at most half of what both have together less the bits that differ. The loop has no branches, so that the processor
    waits for many signatures at once.
    """
    by_x, by_y, gain = weights
    last = len(own) - 1
    nx, stored = np.int64(own[last] >> HALF), np.int64(own[last] & ID_MASK)
    left = 0
    for c in range(found):
        y = np.int64(touched[c])
        sign, count = index.signs[y], seen[y]
        most = stored + np.int64(sign[last] & ID_MASK) - differing(own, sign)
        keep = (count > 0) & (gain * most >= 2 * (by_x * nx + by_y * np.int64(sign[last] >> HALF)))
        touched[left] = y
        seen[y] = count if keep else 0
        left += keep
    return left


@kernel
def barred(apart: Array, x: Int, y: Int) -> bool:
    for column in range(apart.shape[1]):
        if apart[x, column] == apart[y, column]:
            return True
    return x == y


@kernel
def longest_front(sets: Sets, asked: Asked) -> Int:
    most: Int = 1
    for x in asked.probes:
        most = max(most, front(sets, asked.prefix, x))
    return most


@kernel
def probe(  # noqa: C901
    sets: Sets, index: Index, asked: Asked, weights: Weights, scratch: Scratch, out: Array
) -> tuple[int, int]:
    """Matches (x, y, overlap) of the probes, as far as `out` has room; how many probes are done, and the matches written."""
    seen, touched, met, own = scratch
    written = 0
    runs = np.empty((longest_front(sets, asked), 4), np.int64)
    for k in range(len(asked.probes)):
        x = asked.probes[k]
        found = candidates(sets, index, asked, weights, x, runs, seen, touched)
        full = written + found > len(out)
        by_x, by_y, gain = weights
        if found and not full:
            sign(sets, x, own)
            found = likely(index, weights, own, seen, touched, found)
        for c in range(found):
            y = np.int64(touched[c])
            count = np.int64(seen[y])
            seen[y] = 0
            if count <= 0 or full:
                continue
            if asked.wanted == 1:
                out[written, 0], out[written, 1], out[written, 2] = x, y, overlap(sets, x, y, weights)
                written += 1
                continue
            group = asked.labels[y] if asked.wanted == 3 else 0
            if asked.wanted == 3 and (met[group] == x + 1 or group == asked.labels[x]):
                continue
            common = overlap(sets, x, y, (by_x, by_y, gain))
            if common >= 0:
                out[written, 0], out[written, 1], out[written, 2] = x, y, common
                written += 1
                if asked.wanted == 3:
                    met[group] = x + 1
                if asked.wanted == 2:  # from now on nothing less alike than this
                    by_x, by_y, gain = int(common), int(common), int(sets.sizes[x] + sets.sizes[y])
        if full:
            return k, written
    return len(asked.probes), written
