"""Compiled loops that count shingles in the texts themselves, pair by pair."""

from __future__ import annotations

import numpy as np

from curate.similar.interning import U64, Array, hashed, kernel, longest, shingles


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
def find(table: Array, stamp: Array, current: int, size: int, high: np.uint64, low: np.uint64) -> np.int64:
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
