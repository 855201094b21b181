"""Compiled loops of the join: an index of the fronts of sets, look-ups in it, and exact counts of what two sets share."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from curate.similar.interning import HALF, ID_MASK, U64, Array, kernel

Int = int | np.signedinteger[Any]
Weights = tuple[int, int, int]
"""As in `join.Measure`."""


class Sets(NamedTuple):
    """The arrays of `join.Tokens`."""

    ranks: Array
    offsets: Array
    sizes: Array
    apart: Array
    owner: Array
    owner_column: Array


class Index(NamedTuple):
    """Postings by shingle: a set and the place of the shingle in it."""

    slot: Array
    """Per rank the number of its list, from 1; 0 where it has none."""
    lists: Array
    """Per list the start of its postings, the start of those that belong to the shingle's owner, and the end."""
    postings: Array
    prefix: Array


class Asked(NamedTuple):
    """Sets to look up, ascending; the other arrays are by position."""

    probes: Array
    prefix: Array
    low: Array
    high: Array


@kernel
def front(sets: Sets, prefix: Array, k: Int) -> Int:
    """How many stored shingles of set k lie in its prefix; those not stored come first and use some of it up."""
    held: Int = sets.offsets[k + 1] - sets.offsets[k]
    seen: Int = prefix[k] - (sets.sizes[k] - held)
    return max(0, min(held, seen))


@kernel
def owned(sets: Sets, rank: Int, y: Int) -> int:
    """1 if set y belongs to the class that holds most sets with this shingle: its members look past one another's postings."""
    owner = sets.owner[rank] if len(sets.owner) else -1
    return 1 if owner >= 0 and sets.apart[y, sets.owner_column[rank]] == owner else 0


@kernel
def count_postings(sets: Sets, members: Array, prefix: Array, slot: Array, lists: Array) -> int:
    """Gives each shingle in a front a list and counts its postings, those of the owner apart; the number of lists."""
    used = 0
    for y in members:
        start = sets.offsets[y]
        for at in range(start, start + front(sets, prefix, y)):
            rank = sets.ranks[at]
            if slot[rank] == 0:
                used += 1
                slot[rank] = used
            lists[slot[rank] - 1, owned(sets, rank, y)] += 1
    return used


@kernel
def fill_postings(sets: Sets, members: Array, prefix: Array, slot: Array, ends: Array, postings: Array) -> None:
    """Sets ascend within a list because `members` do."""
    for y in members:
        start = sets.offsets[y]
        unseen = sets.sizes[y] - (sets.offsets[y + 1] - start)
        for q in range(front(sets, prefix, y)):
            rank = sets.ranks[start + q]
            half = owned(sets, rank, y)
            postings[ends[slot[rank] - 1, half]] = U64(y) << HALF | U64(unseen + q)
            ends[slot[rank] - 1, half] += 1


@kernel
def clear_slots(sets: Sets, members: Array, prefix: Array, slot: Array) -> None:
    for y in members:
        start = sets.offsets[y]
        for at in range(start, start + front(sets, prefix, y)):
            slot[sets.ranks[at]] = 0


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
def candidates(sets: Sets, index: Index, asked: Asked, weights: Weights, x: int, seen: Array, touched: Array) -> int:
    """Counts in `seen` the shingles that x shares with members, front against front; returns how many members are `touched`.

    The positional filter: sets that agree at places p and q share at most what they shared before and the shorter rest. A member
    that fails it is marked -1, or not touched at all, since it can only fail again further on.
    """
    by_x, by_y, gain = weights
    nx, start = sets.sizes[x], sets.offsets[x]
    unseen = nx - (sets.offsets[x + 1] - start)
    found = 0
    for q in range(front(sets, asked.prefix, x)):
        rank = sets.ranks[start + q]
        list_ = index.slot[rank] - 1
        if list_ < 0:
            continue
        rest_x = nx - unseen - q
        for half in range(2 - owned(sets, rank, x)):
            stop = index.lists[list_, half + 1]
            for at in range(first_at_least(index.postings, index.lists[list_, half], stop, asked.low[x]), stop):
                y = np.int64(index.postings[at] >> HALF)
                if y >= asked.high[x]:
                    break
                count = seen[y]
                if count < 0:
                    continue
                rest = min(rest_x, sets.sizes[y] - np.int64(index.postings[at] & ID_MASK))
                if gain * (count + rest) < by_x * nx + by_y * sets.sizes[y]:
                    seen[y] = -1 if count else 0
                    continue
                if count == 0:
                    touched[found] = y
                    found += 1
                seen[y] = -1 if count == 0 and barred(sets.apart, x, y) else count + 1
    return found


@kernel
def barred(apart: Array, x: Int, y: Int) -> bool:
    for column in range(apart.shape[1]):
        if apart[x, column] == apart[y, column]:
            return True
    return x == y


@kernel
def probe(
    sets: Sets, index: Index, asked: Asked, weights: Weights, first: int, seen: Array, touched: Array, out: Array
) -> tuple[int, int]:
    """Matches (x, y, overlap) of the probes from `first` on, as far as `out` has room; the next probe and the matches written."""
    by_x, by_y, gain = weights
    ranks, offsets = sets.ranks, sets.offsets
    written = 0
    for k in range(first, len(asked.probes)):
        x = asked.probes[k]
        found = candidates(sets, index, asked, weights, x, seen, touched)
        full = written + found > len(out)
        front_x = front(sets, asked.prefix, x)
        for c in range(found):
            y = np.int64(touched[c])
            count = np.int64(seen[y])
            seen[y] = 0
            if count <= 0 or full:
                continue
            need = -((-by_x * sets.sizes[x] - by_y * sets.sizes[y]) // gain)
            front_y = front(sets, index.prefix, y)
            a, b = offsets[x], offsets[y]
            # whichever front ends first: all that both sets have up to there is counted already
            if ranks[a + front_x - 1] < ranks[b + front_y - 1]:
                a, b = a + front_x, b + count
            else:
                a, b = a + count, b + front_y
            overlap = shared(ranks, a, offsets[x + 1], b, offsets[y + 1], count, need)
            if overlap >= need:
                out[written, 0], out[written, 1], out[written, 2] = x, y, overlap
                written += 1
        if full:
            return k, written
    return len(asked.probes), written
