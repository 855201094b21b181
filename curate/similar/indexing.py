"""Compiled loops that index the fronts of sets: which sets hold a shingle there, and where."""

from __future__ import annotations

from typing import NamedTuple

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
    heads: Array
    """By position what settles most candidates, side by side so that one read brings it: see `FRONT` to `NEXT`."""


FRONT, LAST, REST, NEXT, HEAD = 0, 1, 2, 3, 16
"""How many stored shingles of a member are indexed; the rank of the last of them; how many follow; and the ranks of the next few."""


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
        if held:
            head, rest = index.heads[y], sets.ends[y] - start - held
            head[FRONT], head[LAST], head[REST] = held, sets.ranks[start + held - 1], rest
            for k in range(min(rest, HEAD - NEXT)):
                head[NEXT + k] = sets.ranks[start + held + k]


@kernel
def clear_slots(sets: Sets, members: Array, prefix: Array, slot: Array) -> None:
    for y in members:
        start = sets.starts[y]
        for at in range(start, start + front(sets, prefix, y)):
            slot[sets.ranks[at]] = 0
