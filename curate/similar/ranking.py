"""Compiled loops that count in how many rows a shingle stands, and write each row's shingles as sorted ranks."""

from __future__ import annotations

import numpy as np

from curate.similar.interning import Array, kernel

DROPPED = np.uint32(0xFFFFFFFF)
"""In place of the rank of a shingle that can bring no two rows together."""


@kernel
def tally(numbers: Array, counts: Array, classes: Array, df: Array, holder: Array, lead: Array) -> None:
    """Rows of each shingle; and by majority vote (Boyer and Moore) the only class that can hold more than half of them."""
    at = 0
    for row in range(len(counts)):
        for _ in range(counts[row]):
            number = numbers[at]
            at += 1
            df[number] += 1
            if len(classes):
                if lead[number] == 0:
                    holder[number] = classes[row]
                lead[number] += 1 if holder[number] == classes[row] else -1


@kernel
def tally_held(numbers: Array, counts: Array, classes: Array, holder: Array, held: Array) -> None:
    """Rows of each shingle that lie in the class that was voted for it."""
    at = 0
    for row in range(len(counts)):
        for _ in range(counts[row]):
            number = numbers[at]
            at += 1
            held[number] += holder[number] == classes[row]


@kernel
def stored(numbers: Array, counts: Array, ranks: Array, out: Array) -> None:
    """Adds to `out` for each row how many of its shingles have a rank."""
    at = 0
    for row in range(len(counts)):
        for _ in range(counts[row]):
            out[row] += ranks[numbers[at]] != DROPPED
            at += 1


@kernel
def place(numbers: Array, counts: Array, ranks: Array, ends: Array, out: Array) -> None:
    """Writes each row's ranks at `ends[row]`, which moves on."""
    at = 0
    for row in range(len(counts)):
        for _ in range(counts[row]):
            rank = ranks[numbers[at]]
            at += 1
            if rank != DROPPED:
                out[ends[row]] = rank
                ends[row] += 1


@kernel
def sort_sets(starts: Array, ends: Array, ranks: Array, top: int) -> None:
    """Sorts each run of ranks up to `top`, a byte at a time; a third of the time of a comparison sort on some hundred of them."""
    most = 1
    for k in range(len(starts)):
        most = max(most, ends[k] - starts[k])
    spare, places = np.empty(most, np.uint32), np.empty(257, np.int64)
    for k in range(len(starts)):
        start, n = starts[k], ends[k] - starts[k]
        shift = 0
        while top >> shift:
            for digit in range(257):
                places[digit] = 0
            for i in range(n):
                places[1 + ((ranks[start + i] >> shift) & 255)] += 1
            for digit in range(256):
                places[digit + 1] += places[digit]
            for i in range(n):
                digit = (ranks[start + i] >> shift) & 255
                spare[places[digit]] = ranks[start + i]
                places[digit] += 1
            for i in range(n):
                ranks[start + i] = spare[i]
            shift += 8
