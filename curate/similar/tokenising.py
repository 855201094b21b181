"""Texts as sets of ranked shingles, in compiled code on all cores."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from curate.similar import interning, ranking
from curate.similar.cases import Case
from curate.similar.interning import CLASS_BITS, U64, Chunk, State
from curate.similar.join import Tokens
from curate.similar.ranking import DROPPED
from curate.similar.texts import Ints, Texts, put_aside

MOST_SHARDS = 8
"""Each shard reads all texts for its part of the shingles, so more of them than cores would be a waste."""

CHUNK_BYTES = 8 << 20


@dataclass(slots=True)
class Shard:
    """The shingles whose hash falls to one part of the table: numbered from 0, and listed chunk by chunk."""

    used: int
    numbers: list[NDArray[np.uint32]]
    counts: list[NDArray[np.int32]]


def tokenise(texts: Texts, case: Case, workers: int) -> Tokens:
    if int(case.same.max()) >> CLASS_BITS:
        raise ValueError("more than four million classes of rows that share a template: beyond the exact engine")
    spans = texts.spans(case.rows, case.part)
    chunks = cut(spans)
    number_of_shards = min(MOST_SHARDS, 1 << (workers - 1).bit_length())
    with ThreadPoolExecutor(workers) as pool:
        shards = [
            *pool.map(lambda number: read_shard(number, number_of_shards, chunks, texts, spans, case), range(number_of_shards))
        ]
        weighed = [*pool.map(lambda shard: weights(shard, chunks, case), shards)]
        weight, owner, column = (np.concatenate(each) for each in zip(*weighed, strict=True))
        del weighed
        kept = np.flatnonzero(weight)
        # Any order of the ranks gives the same matches. Sixteen bits of the weight's size can be sorted by counting.
        kept = kept[np.argsort(np.minimum(np.sqrt(weight[kept]), 65535).astype(np.uint16), kind="stable")]
        ranks = np.full(len(weight), DROPPED)
        ranks[kept] = np.arange(len(kept), dtype=np.uint32)
        by_shard = np.split(ranks, np.cumsum([shard.used for shard in shards])[:-1])
        owners = (owner[kept], column[kept]) if case.apart.shape[1] else (owner[:0], column[:0])
        return arranged(pool, case, chunks, shards, by_shard, owners)


def cut(spans: Ints) -> list[slice]:
    """Consecutive texts, about `CHUNK_BYTES` in each run."""
    through = np.cumsum(bytes_of(spans)) // CHUNK_BYTES
    edges = [0, *(np.flatnonzero(np.diff(through)) + 1).tolist(), len(spans)]
    return [slice(a, b) for a, b in pairwise(edges)]


def bytes_of(spans: Ints) -> Ints:
    """With room for the space between two pieces: an upper bound of code points, and of shingles."""
    room: Ints = spans[:, 1] - spans[:, 0] + spans[:, 3] - spans[:, 2] + 1
    return room


def read_shard(number: int, of: int, chunks: list[slice], texts: Texts, spans: Ints, case: Case) -> Shard:
    table = np.zeros((1 << 12, 3), np.uint64)
    shard = Shard(0, [], [])
    room = bytes_of(spans)
    for chunk in chunks:
        mine = Chunk(texts.data, spans[chunk], case.same[chunk], chunk.start)
        out = np.empty(int(room[chunk].sum()), np.uint32)
        counts = np.zeros(len(mine.spans), np.int32)
        state = State(0, shard.used, 0)
        while (state := interning.intern(mine, U64(number), U64(of), table, state, out, counts)).row < len(counts):
            table = grown(table)
        shard.used = state.used
        shard.numbers.append(put_aside(out[: state.written]))
        shard.counts.append(counts)
    return shard


def grown(table: NDArray[np.uint64]) -> NDArray[np.uint64]:
    larger = np.zeros((2 * len(table), 3), np.uint64)
    interning.rehash(table, larger)
    return larger


def weights(shard: Shard, chunks: list[slice], case: Case) -> tuple[Ints, NDArray[np.int32], NDArray[np.int8]]:
    """As in `plain`: the pairs each shingle can bring together at most, and the class that holds most of its rows."""
    nobody = np.empty(0, np.int32)
    df = np.zeros(shard.used, np.int64)
    for numbers, counts in zip(shard.numbers, shard.counts, strict=True):
        ranking.tally(numbers, counts, nobody, df, nobody, nobody)
    least, owner, column = df**2 - 1, np.full(shard.used, -1, np.int32), np.zeros(shard.used, np.int8)
    for k in range(case.apart.shape[1]):
        holder, lead, held = (np.zeros(shard.used, np.int32) for _ in range(3))
        again = np.zeros(shard.used, np.int64)
        classes = np.ascontiguousarray(case.apart[:, k])
        for numbers, counts, chunk in zip(shard.numbers, shard.counts, chunks, strict=True):
            ranking.tally(numbers, counts, classes[chunk], again, holder, lead)
        for numbers, counts, chunk in zip(shard.numbers, shard.counts, chunks, strict=True):
            ranking.tally_held(numbers, counts, classes[chunk], holder, held)
        weight = df**2 - held.astype(np.int64) ** 2
        better = weight < least
        least[better], owner[better], column[better] = weight[better], holder[better], k
    return least, owner, column


def arranged(
    pool: ThreadPoolExecutor,
    case: Case,
    chunks: list[slice],
    shards: list[Shard],
    ranks: list[NDArray[np.uint32]],
    owners: tuple[NDArray[np.int32], NDArray[np.int8]],
) -> Tokens:
    """The shards put together again, row by row; what is no longer needed is let go on the way."""
    n = len(case.rows)
    sizes, held = np.zeros(n, np.int64), np.zeros(n, np.int64)

    def measure(k: int) -> None:
        for shard, rank in zip(shards, ranks, strict=True):
            sizes[chunks[k]] += shard.counts[k]
            ranking.stored(shard.numbers[k], shard.counts[k], rank, held[chunks[k]])

    finish(pool.map(measure, range(len(chunks))))
    order = np.argsort(sizes, kind="stable")
    vocabulary = sum(int(np.count_nonzero(rank != DROPPED)) for rank in ranks)
    # In the order of the rows, so that pages of the result are touched only as those of the shards are let go.
    starts = np.cumsum(held) - held
    ends, out = starts.copy(), np.empty(int(held.sum()), np.uint32)

    def write(k: int) -> None:
        for shard, rank in zip(shards, ranks, strict=True):
            ranking.place(shard.numbers[k], shard.counts[k], rank, ends[chunks[k]], out)
            shard.numbers[k] = np.empty(0, np.uint32)  # not a slice of it, which would hold on to the whole
        ranking.sort_sets(starts[chunks[k]], ends[chunks[k]], out, vocabulary)

    finish(pool.map(write, range(len(chunks))))
    return Tokens(
        case.rows[order],
        sizes[order],
        starts[order],
        ends[order],
        out,
        vocabulary,
        case.apart[order],
        owners[0],
        owners[1],
        case.content_only[order],
    )


def finish(results: Iterable[None]) -> None:
    """Wait for all, and raise what one of them raised."""
    for _ in results:
        pass
