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
    front: Array
    """By position: how many stored shingles of a member are indexed, the rank of the last one, and how many shingles follow."""
    last: Array
    rest: Array


class Asked(NamedTuple):
    """Sets to look up, ascending; the other arrays are by position."""

    probes: Array
    prefix: Array
    low: Array
    high: Array
    wanted: int
    """As in `join.Wanted`."""


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
def fill_postings(sets: Sets, members: Array, prefix: Array, index: Index, ends: Array) -> None:
    """Sets ascend within a list because `members` do."""
    for y in members:
        start = sets.offsets[y]
        unseen = sets.sizes[y] - (sets.offsets[y + 1] - start)
        held = front(sets, prefix, y)
        for q in range(held):
            rank = sets.ranks[start + q]
            list_, half = index.slot[rank] - 1, owned(sets, rank, y)
            index.postings[ends[list_, half]] = U64(y) << HALF | U64(unseen + q)
            ends[list_, half] += 1
        if held:
            index.front[y], index.last[y], index.rest[y] = held, sets.ranks[start + held - 1], sets.sizes[y] - unseen - held


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
def look_up(sets: Sets, index: Index, prefix: Array, x: int, runs: Array) -> int:
    """The postings of each shingle in the front of x: start, end, where the owner's begin, and the place of the shingle.

    It reads nothing but addresses, in a loop short enough for the processor to wait for many of them at once.
    """
    start = sets.offsets[x]
    unseen = sets.sizes[x] - (sets.offsets[x + 1] - start)
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
        for half in range(2):
            start, stop = (runs[k, 0], min(runs[k, 1], runs[k, 2])) if half == 0 else (runs[k, 2], runs[k, 1])
            for at in range(first_at_least(index.postings, start, stop, low), stop):
                y = np.int64(index.postings[at] >> HALF)
                if y >= high:
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
    ranks, offsets = sets.ranks, sets.offsets
    found = shared(ranks, offsets[x], offsets[x + 1], offsets[y], offsets[y + 1], 0, need)
    return found if found >= need else -1


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
def probe(
    sets: Sets, index: Index, asked: Asked, weights: Weights, first: int, seen: Array, touched: Array, out: Array
) -> tuple[int, int]:
    """Matches (x, y, overlap) of the probes from `first` on, as far as `out` has room; the next probe and the matches written."""
    ranks, offsets = sets.ranks, sets.offsets
    written = 0
    runs = np.empty((longest_front(sets, asked), 4), np.int64)
    for k in range(first, len(asked.probes)):
        x = asked.probes[k]
        found = candidates(sets, index, asked, weights, x, runs, seen, touched)
        full = written + found > len(out)
        front_x = front(sets, asked.prefix, x)
        last_x = ranks[offsets[x] + front_x - 1] if front_x else 0
        rest_x = offsets[x + 1] - offsets[x] - front_x
        by_x, by_y, gain = weights
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
            # Whichever front ends first: all that both sets share up to there is counted. What follows in that set bounds the
            # rest, which settles nearly every candidate without a look at its shingles.
            x_first = last_x < index.last[y]
            least = by_x * sets.sizes[x] + by_y * sets.sizes[y]
            if gain * (count + (rest_x if x_first else index.rest[y])) < least:
                continue
            need = -(-least // gain)
            a = offsets[x] + (front_x if x_first else count)
            b = offsets[y] + (count if x_first else index.front[y])
            common = shared(ranks, a, offsets[x + 1], b, offsets[y + 1], count, need)
            if common >= need:
                out[written, 0], out[written, 1], out[written, 2] = x, y, common
                written += 1
                if asked.wanted == 2:  # from now on nothing less alike than this
                    by_x, by_y, gain = int(common), int(common), int(sets.sizes[x] + sets.sizes[y])
        if full:
            return k, written
    return len(asked.probes), written
