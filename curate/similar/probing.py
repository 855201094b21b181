"""Compiled loops of the join: an index of the fronts of sets, look-ups in it, and exact counts of what two sets share."""
# ruff: noqa: C901, PLR0912, PLR0913, PLR0915

from __future__ import annotations

import numpy as np

from curate.similar.interning import HALF, ID_MASK, U64, Array, hashed, kernel, longest, shingles


@kernel
def front(offsets: Array, sizes: Array, prefix: Array, k: int) -> int:
    """How many stored shingles of set k lie in its prefix; those not stored come first and use some of it up."""
    held = offsets[k + 1] - offsets[k]
    return max(0, min(held, prefix[k] - (sizes[k] - held)))


@kernel
def count_postings(
    ranks: Array,
    offsets: Array,
    sizes: Array,
    members: Array,
    prefix: Array,
    apart: Array,
    owner: Array,
    owner_column: Array,
    slot: Array,
    lists: Array,
) -> int:
    """Gives each shingle in a front a list (`slot`, from 1) and counts its members in two: others, and those of its owner."""
    used = 0
    for y in members:
        for at in range(offsets[y], offsets[y] + front(offsets, sizes, prefix, y)):
            rank = ranks[at]
            if slot[rank] == 0:
                used += 1
                slot[rank] = used
            owned = len(owner) > 0 and owner[rank] >= 0 and apart[y, owner_column[rank]] == owner[rank]
            lists[slot[rank] - 1, 1 if owned else 0] += 1
    return used


@kernel
def fill_postings(
    ranks: Array,
    offsets: Array,
    sizes: Array,
    members: Array,
    prefix: Array,
    apart: Array,
    owner: Array,
    owner_column: Array,
    slot: Array,
    ends: Array,
    postings: Array,
) -> None:
    """Each posting is a set and the place of the shingle in it; sets ascend within a list because `members` do."""
    for y in members:
        unseen = sizes[y] - (offsets[y + 1] - offsets[y])
        for q in range(front(offsets, sizes, prefix, y)):
            rank = ranks[offsets[y] + q]
            owned = len(owner) > 0 and owner[rank] >= 0 and apart[y, owner_column[rank]] == owner[rank]
            list_ = slot[rank] - 1
            postings[ends[list_, 1 if owned else 0]] = U64(y) << HALF | U64(unseen + q)
            ends[list_, 1 if owned else 0] += 1


@kernel
def clear_slots(ranks: Array, offsets: Array, sizes: Array, members: Array, prefix: Array, slot: Array) -> None:
    for y in members:
        for at in range(offsets[y], offsets[y] + front(offsets, sizes, prefix, y)):
            slot[ranks[at]] = 0


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
def shared(ranks: Array, a: int, a_end: int, b: int, b_end: int, count: int, need: int) -> int:
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
def probe(
    ranks: Array, offsets: Array, sizes: Array, apart: Array, owner: Array, owner_column: Array,
    slot: Array, lists: Array, postings: Array, member_prefix: Array,
    probes: Array, prefix: Array, low: Array, high: Array, weights: tuple[int, int, int],
    seen: Array, touched: Array, out: Array, first: int,
) -> tuple[int, int]:  # fmt: skip
    """Matches (x, y, overlap) of the probes from `first` on; returns the next probe and the number of matches.

    `seen` counts, per set, shingles found in both fronts. The positional filter: two sets that agree at places q and p have at
    most as many more in common as follow in the shorter rest.
    """
    by_x, by_y, gain = weights
    written = 0
    for k in range(first, len(probes)):
        x = probes[k]
        nx, a = sizes[x], offsets[x]
        unseen = nx - (offsets[x + 1] - a)
        looked = front(offsets, sizes, prefix, x)
        candidates = 0
        for q in range(looked):
            rank = ranks[a + q]
            list_ = slot[rank] - 1
            if list_ < 0:
                continue
            rest_x = nx - unseen - q
            for half in range(2):
                start, stop = lists[list_, half], lists[list_, half + 1]
                if start == stop or (half == 1 and apart[x, owner_column[rank]] == owner[rank]):
                    continue
                for e in range(first_at_least(postings, start, stop, low[x]), stop):
                    y = np.int64(postings[e] >> HALF)
                    if y >= high[x]:
                        break
                    rest = min(rest_x, sizes[y] - np.int64(postings[e] & ID_MASK))
                    count = seen[y]
                    if count < 0:
                        continue
                    if gain * (count + rest) < by_x * nx + by_y * sizes[y]:
                        if count > 0:
                            seen[y] = -1
                        continue
                    if count == 0:
                        touched[candidates] = y
                        candidates += 1
                        barred = y == x
                        for c in range(apart.shape[1]):
                            barred |= apart[x, c] == apart[y, c]
                        if barred:
                            seen[y] = -1
                            continue
                    seen[y] = count + 1
        if written + candidates > len(out):
            for c in range(candidates):
                seen[touched[c]] = 0
            return k, written
        for c in range(candidates):
            y = np.int64(touched[c])
            count = np.int64(seen[y])
            seen[y] = 0
            if count <= 0:
                continue
            b = offsets[y]
            looked_y = front(offsets, sizes, member_prefix, y)
            need = -((-by_x * nx - by_y * sizes[y]) // gain)
            # whichever front ends first: all that both sets have up to there is counted already
            if ranks[a + looked - 1] < ranks[b + looked_y - 1]:
                count = shared(ranks, a + looked, offsets[x + 1], b + count, offsets[y + 1], count, need)
            else:
                count = shared(ranks, a + count, offsets[x + 1], b + looked_y, offsets[y + 1], count, need)
            if count >= need:
                out[written, 0], out[written, 1], out[written, 2] = x, y, count
                written += 1
    return len(probes), written


@kernel
def set_sizes(data: Array, spans: Array, out: Array) -> None:
    """The number of distinct shingles of each text."""
    room = longest(spans)
    points, keys = np.empty(room, np.int64), np.empty((room, 2), np.uint64)
    table = np.zeros((fitting(room), 2), np.uint64)
    stamp = np.zeros(len(table), np.int64)
    for k in range(len(spans)):
        n = shingles(data, spans[k], points, keys)
        out[k] = 0
        for c in range(n):
            place = find(table, stamp, k + 1, fitting(n), keys[c, 0], keys[c, 1])
            if stamp[place] != k + 1:
                table[place, 0], table[place, 1], stamp[place] = keys[c, 0], keys[c, 1], k + 1
                out[k] += 1


@kernel
def fitting(n: int) -> int:
    """A power of two with room for n entries, half of it free."""
    size = 16
    while size < 2 * n:
        size *= 2
    return size


@kernel
def find(table: Array, stamp: Array, current: int, size: int, high: int, low: int) -> int:
    """The place of a shingle in the part of a table in use, or the free place where it belongs."""
    mask = U64(size - 1)
    place = hashed(high, low) & mask
    while stamp[place] == current and (table[place, 0] != high or table[place, 1] != low):
        place = (place + U64(1)) & mask
    return np.int64(place)


@kernel
def text_overlaps(data: Array, left: Array, right: Array, group: Array, out: Array) -> None:
    """Distinct shingles shared by texts left[k] and right[k]; consecutive pairs of one group have the same left text."""
    room = max(longest(left), longest(right))
    points, keys = np.empty(room, np.int64), np.empty((room, 2), np.uint64)
    table = np.zeros((fitting(room), 2), np.uint64)
    stamp, last = np.zeros(len(table), np.int64), np.zeros(len(table), np.int64)
    current, size = 0, 16
    for k in range(len(group)):
        if k == 0 or group[k] != group[k - 1]:
            current += 1
            n = shingles(data, left[k], points, keys)
            size = fitting(n)
            for c in range(n):
                place = find(table, stamp, current, size, keys[c, 0], keys[c, 1])
                table[place, 0], table[place, 1], stamp[place] = keys[c, 0], keys[c, 1], current
        n = shingles(data, right[k], points, keys)
        out[k] = 0
        for c in range(n):
            place = find(table, stamp, current, size, keys[c, 0], keys[c, 1])
            if stamp[place] == current and last[place] != k + 1:
                last[place] = k + 1
                out[k] += 1
