"""The join in numpy alone: for small corpora, which would spend longer on loading a compiler than on the work.

Up to a few thousand rows. It agrees with `compiled` pair by pair; a test holds them together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from curate.similar.canonical import CJK, CJK_WIDTH, OTHER_WIDTH, shingle_set
from curate.similar.cases import Case, dense
from curate.similar.join import Matches, Measure, Side, Tokens, Wanted, runs
from curate.similar.texts import Ints, Part, Texts

ENTRIES = 1 << 22
"""Postings looked at in one vectorised step."""


def tokenise(texts: Texts, case: Case, workers: int = 1) -> Tokens:  # noqa: ARG001
    n = len(case.rows)
    row, token = shingles(texts.strings(case.rows, case.part), case.same)
    sizes = np.bincount(row, minlength=n)
    order = np.argsort(sizes, kind="stable")
    place = np.empty(n, np.int64)
    place[order] = np.arange(n)

    weight, owner, column = weights(row, token, case.apart)
    kept = np.flatnonzero(weight)
    kept = kept[np.argsort(weight[kept], kind="stable")]
    rank = np.full(len(weight), -1)
    rank[kept] = np.arange(len(kept))

    stored = rank[token] >= 0
    at, ranks = place[row[stored]], rank[token[stored]]
    both = np.sort(at * max(len(kept), 1) + ranks)
    held = np.bincount(at, minlength=n)
    ends = np.cumsum(held)
    return Tokens(
        case.rows[order],
        sizes[order],
        ends - held,
        ends,
        (both % max(len(kept), 1)).astype(np.uint32),
        len(kept),
        case.apart[order],
        owner[kept],
        column[kept],
        case.content_only[order],
    )


def shingles(strings: list[str], classes: Ints) -> tuple[Ints, Ints]:
    """Each distinct shingle of each text, as a row number and an exact dense number of the shingle within its class."""
    lengths = np.array([len(s) for s in strings], np.int64)
    points = np.frombuffer("".join(strings).encode("utf-32-le", "surrogatepass"), "<u4").astype(np.int64)
    begin = np.cumsum(lengths) - lengths
    row, at = np.repeat(np.arange(len(strings)), lengths), np.arange(len(points))
    width = np.full(len(points), OTHER_WIDTH)
    for first, last in CJK:
        width[(points >= first) & (points <= last)] = CJK_WIDTH
    fits = at + width <= (begin + lengths)[row]
    short = np.flatnonzero(np.bincount(row[fits], minlength=len(strings)) == 0)

    row, at = np.concatenate([row[fits], short]), np.concatenate([at[fits], begin[short]])
    width = np.concatenate([width[fits], lengths[short]])
    letters = np.zeros(len(points) + OTHER_WIDTH, np.int64)
    letters[: len(points)] = alphabet(points)
    key = exact_key([classes[row], *(np.where(k < width, letters[at + k], 0) for k in range(OTHER_WIDTH))])
    token = np.unique(key, return_inverse=True)[1]
    vocabulary = int(token.max(initial=0)) + 1
    found = distinct(row * vocabulary + token)
    return found // vocabulary, found % vocabulary


def alphabet(points: Ints) -> Ints:
    """Small numbers from 1 for the code points in use."""
    used = np.zeros(int(points.max(initial=0)) + 1, np.int64)
    used[points] = 1
    return np.cumsum(used)[points]


def exact_key(columns: list[Ints]) -> Ints:
    """One number per row of the columns, different for different rows: no hashing, so nothing can collide."""
    key, top = np.zeros_like(columns[0]), 1
    for column in columns:
        base = int(column.max(initial=0)) + 1
        if top * base >= 1 << 62:
            key = dense(key)
            top = int(key.max(initial=0)) + 1
        key, top = key * base + column, top * base
    return key


def distinct(values: Ints) -> Ints:
    """Sorted, each once. `np.unique` without its extras goes by a hash table, which takes six times as long on these."""
    ordered = np.sort(values)
    return ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(ordered) else ordered


def weights(row: Ints, token: Ints, apart: NDArray[np.int32]) -> tuple[Ints, NDArray[np.int32], NDArray[np.int8]]:
    """How many ordered pairs of rows each shingle can bring together, at most; and the class that holds most of its rows.

    A shingle of one row, or of one class that is kept apart, brings none together: it counts in sizes and is never looked up.
    """
    count = np.bincount(token)
    least, owner, owner_column = count**2 - 1, np.full(len(count), -1, np.int32), np.zeros(len(count), np.int8)
    for k in range(apart.shape[1]):
        classes = apart[row, k].astype(np.int64)
        base = int(classes.max(initial=0)) + 1
        keys, members = np.unique(token * base + classes, return_counts=True)
        most = np.zeros(len(count), np.int64)
        np.maximum.at(most, keys // base, members)
        holder = np.full(len(count), -1, np.int32)
        largest = members == most[keys // base]
        holder[(keys // base)[largest]] = (keys % base)[largest]
        weight = count**2 - most**2
        better = weight < least
        least, owner = np.where(better, weight, least), np.where(better, holder, owner)
        owner_column = np.where(better, np.int8(k), owner_column)
    return least, owner, owner_column


@dataclass(frozen=True)
class PlainJoiner:
    tokens: Tokens
    measure: Measure

    @cached_property
    def bits(self) -> NDArray[np.uint64]:
        """Each set as a row of bits, one a shingle: some ten megabytes, and families of thousands are counted by the word."""
        tokens = self.tokens
        words = np.zeros((len(tokens), tokens.vocabulary // 64 + 1), np.uint64)
        for start in range(0, len(tokens), 64):
            starts, counts = tokens.starts[start : start + 64], (tokens.ends - tokens.starts)[start : start + 64]
            dense = np.zeros((len(starts), words.shape[1] * 64), bool)
            dense[np.repeat(np.arange(len(starts)), counts), tokens.ranks[runs(starts, counts)]] = True
            words[start : start + 64] = np.packbits(dense, axis=1).view(np.uint64)
        return words

    def match(self, members: Side, probes: Side, low: Ints, high: Ints, wanted: Wanted = Wanted.ALL) -> Iterator[Matches]:  # noqa: ARG002
        """All matches, whatever is wanted: few rows, few matches."""
        token, owner = self.front(members)
        order = np.argsort(token, kind="stable")
        y, lists = members.positions[owner[order]], np.searchsorted(token[order], np.arange(self.tokens.vocabulary + 1))
        asked, k = self.front(probes)
        counts = np.diff(lists)[asked]
        for part in slices(k, counts, len(probes.positions)):
            if part.start == part.stop:
                continue
            first = int(k[part.start])
            found = np.zeros((int(k[part.stop - 1]) + 1 - first, len(self.tokens)), bool)
            found[np.repeat(k[part] - first, counts[part]), y[runs(lists[asked[part]], counts[part])]] = True
            number, other = np.nonzero(found)
            x = probes.positions[number + first]
            inside = (other >= low[x]) & (other < high[x]) & (other != x)
            yield self.verified(x[inside], other[inside])

    def front(self, side: Side) -> tuple[Ints, Ints]:
        """The stored shingles in the prefix of each set, and the number of the set in `side`."""
        tokens, at = self.tokens, side.positions
        stored = tokens.ends[at] - tokens.starts[at]
        counts = np.clip(side.prefix[at] - (tokens.sizes[at] - stored), 0, stored)
        return tokens.ranks[runs(tokens.starts[at], counts)].astype(np.int64), np.repeat(np.arange(len(at)), counts)

    def verified(self, x: Ints, y: Ints) -> Matches:
        tokens, measure = self.tokens, self.measure
        allowed = ~(tokens.apart[x] == tokens.apart[y]).any(axis=1)
        need = measure.x * tokens.sizes[x] + measure.y * tokens.sizes[y]
        allowed &= measure.gain * np.minimum(tokens.sizes[x], tokens.sizes[y]) >= need
        x, y, need = x[allowed], y[allowed], need[allowed]
        overlap = np.empty(len(x), np.int64)
        for group in np.split(np.arange(len(x)), np.flatnonzero(np.diff(x)) + 1) if len(x) else []:
            overlap[group] = np.bitwise_count(self.bits[y[group]] & self.bits[x[group[0]]]).sum(axis=1)
        enough = measure.gain * overlap >= need
        return Matches(x[enough], y[enough], overlap[enough])


def joiner(tokens: Tokens, measure: Measure, workers: int = 1) -> PlainJoiner:  # noqa: ARG001
    return PlainJoiner(tokens, measure)


def slices(probe: Ints, postings: Ints, probes: int) -> Iterator[slice]:
    """Consecutive look-ups, all of a probe together, with about `ENTRIES` postings in each slice."""
    through = np.cumsum(np.bincount(probe, postings, minlength=probes)) // ENTRIES
    edges = np.flatnonzero(np.diff(through[probe])) + 1
    for start, stop in pairwise([0, *edges.tolist(), len(probe)]):
        yield slice(start, stop)


def overlaps(texts: Texts, part: Part, i: Ints, j: Ints, workers: int = 1) -> tuple[Ints, Ints]:  # noqa: ARG001
    @lru_cache(maxsize=4096)
    def of(row: int) -> frozenset[str]:
        return shingle_set(texts.strings(np.array([row]), part)[0])

    shared = np.array([len(of(a) & of(b)) for a, b in zip(i.tolist(), j.tolist(), strict=True)], np.int64)
    sizes = [np.array([len(of(row)) for row in side.tolist()], np.int64) for side in (i, j)]
    return shared, sizes[0] + sizes[1] - shared
