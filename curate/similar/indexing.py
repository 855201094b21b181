"""Compiled loops that index the fronts of sets: which sets hold a shingle there, and where."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from curate.similar.interning import HALF, U64, Array, Int, kernel


class Sets(NamedTuple):
    """The arrays of `join.Tokens`."""

    ranks: Array
    starts: Array
    ends: Array
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
    signs: Array
    """By position the signature of the member, which settles most candidates with one read: see `sign`."""


WORDS = (7, 15, 31)
"""How many words of 64 bits a signature may have; one more holds the size of the set and how many of its shingles are stored."""


def words(sizes: Array) -> int:
    """Enough for signatures of sets of these sizes to tell: about two bits a shingle, for three sets of four."""
    usual = float(np.quantile(sizes, 0.75)) if len(sizes) else 0.0
    return next((n for n in WORDS if 64 * n >= 1.7 * usual), WORDS[-1])


@kernel
def front(sets: Sets, prefix: Array, k: Int) -> Int:
    """How many stored shingles of set k lie in its prefix; those not stored come first and use some of it up."""
    held: Int = sets.ends[k] - sets.starts[k]
    seen: Int = prefix[k] - (sets.sizes[k] - held)
    return max(0, min(held, seen))


@kernel
def owned(sets: Sets, rank: Int, y: Int) -> int:
    """1 if set y belongs to the class that holds most sets with this shingle: its members look past one another's postings."""
    owner = sets.owner[rank] if len(sets.owner) else -1
    return 1 if owner >= 0 and sets.apart[y, sets.owner_column[rank]] == owner else 0


@kernel
def sign(sets: Sets, y: Int, out: Array) -> None:
    """Whether the stored shingles that fall on each bit (by rank modulo their number) are odd in number.

    A shingle that only one of two sets holds turns one bit, so the signatures differ in at most as many bits as the sets in shingles:
    the bitmap filter of Sandes, Teodoro and Melo (2020).
    """
    out[:] = 0
    last = len(out) - 1
    for at in range(sets.starts[y], sets.ends[y]):
        rank = sets.ranks[at]
        out[(rank >> 6) % last] ^= U64(1) << U64(rank & 63)
    out[last] = U64(sets.sizes[y]) << HALF | U64(sets.ends[y] - sets.starts[y])


@kernel
def count_postings(sets: Sets, members: Array, prefix: Array, slot: Array, lists: Array) -> int:
    """Gives each shingle in a front a list and counts its postings, those of the owner apart; the number of lists."""
    used = 0
    for y in members:
        start = sets.starts[y]
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
        start = sets.starts[y]
        unseen = sets.sizes[y] - (sets.ends[y] - start)
        held = front(sets, prefix, y)
        for q in range(held):
            rank = sets.ranks[start + q]
            list_, half = index.slot[rank] - 1, owned(sets, rank, y)
            index.postings[ends[list_, half]] = U64(y) << HALF | U64(unseen + q)
            ends[list_, half] += 1
        sign(sets, y, index.signs[y])


@kernel
def clear_slots(sets: Sets, members: Array, prefix: Array, slot: Array) -> None:
    for y in members:
        start = sets.starts[y]
        for at in range(start, start + front(sets, prefix, y)):
            slot[sets.ranks[at]] = 0
