"""The join in compiled code, on all cores: for anything larger than `plain` is meant for.

Threads share nothing but what they read. Work is cut into pieces of fixed size and its results are taken in order, so neither
their number nor their speed shows in the outcome.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import islice

import numpy as np

from curate.similar import counting, indexing, probing
from curate.similar.graph import components
from curate.similar.indexing import Index, Sets
from curate.similar.join import Matches, Measure, Side, Tokens, Wanted
from curate.similar.probing import Asked, Scratch
from curate.similar.texts import Ints, Part, Texts
from curate.similar.tokenising import finish, tokenise

__all__ = ["CompiledJoiner", "joiner", "overlaps", "tokenise"]

PROBES = 1024
"""Sets looked up in one piece of work."""
ROUND = 256
"""Sets looked up before the links found are taken note of; at most half as many links a set are told."""
MATCHES = 1 << 18
"""Room for what a piece of work finds; where that is not enough it comes in parts."""
NOBODY = np.empty(0, np.int64)
Ask = Callable[[Ints, Ints], tuple[Matches, int]]


class CompiledJoiner:
    """One index at a time: the matches of one call are taken to the end, or dropped, before the next call."""

    def __init__(self, tokens: Tokens, measure: Measure, workers: int) -> None:
        self.tokens, self.workers = tokens, workers
        self.measure = (measure.x, measure.y, measure.gain)
        self.pool = ThreadPoolExecutor(workers)
        self.slot = np.zeros(max(tokens.vocabulary, 1), np.int32)
        self.scratch: list[Scratch] = []
        self.words = indexing.words(tokens.sizes)

    def match(self, members: Side, probes: Side, low: Ints, high: Ints, wanted: Wanted = Wanted.ALL) -> Iterator[Matches]:
        t, y = self.tokens, members.positions
        held = t.ends[y] - t.starts[y]
        total = int(np.clip(members.prefix[y] - (t.sizes[y] - held), 0, held).sum())
        if not total:
            return
        sets = Sets(t.ranks, t.starts, t.ends, t.sizes, t.apart, t.owner, t.owner_column)
        sizes = np.zeros((min(total, t.vocabulary), 2), np.int64)
        used = indexing.count_postings(sets, y, members.prefix, self.slot, sizes)
        try:
            ends = np.concatenate([[0], np.cumsum(sizes[:used])])
            lists = np.stack([ends[:-1:2], ends[1::2], ends[2::2]], axis=1)
            signs = np.empty((len(t), self.words + 1), np.uint64)
            index = Index(self.slot, lists, np.empty(total, np.uint64), signs)
            indexing.fill_postings(sets, y, members.prefix, index, lists[:, :2].copy())

            def ask(chunk: Ints, labels: Ints) -> tuple[Matches, int]:
                scratch = self.scratch.pop() if self.scratch else fresh(len(t), self.words)
                out = np.empty((max(len(y), MATCHES), 3), np.int32)
                asked = Asked(chunk, probes.prefix, low, high, int(wanted), labels)
                following, count = probing.probe(sets, index, asked, self.measure, scratch, out)
                self.scratch.append(scratch)
                x, other, overlap = out[:count].T.astype(np.int64)
                return Matches(x, other, overlap), following

            yield from self.links(ask, probes.positions) if wanted is Wanted.LINKS else self.answers(ask, probes.positions)
        finally:
            indexing.clear_slots(sets, y, members.prefix, self.slot)

    def links(self, ask: Ask, probes: Ints) -> Iterator[Matches]:
        """In rounds: what earlier rounds have linked is not looked at again. Within a round nobody learns from another."""
        self.scratch.clear()
        labels = np.arange(len(self.tokens))
        for start in range(0, len(probes), ROUND):
            found = []
            for matches in self.answers(ask, probes[start : start + ROUND], ROUND // 8, labels):
                found.append(matches)
                yield matches
            if found:
                x, y = (np.concatenate(ends) for ends in zip(*((m.x, m.y) for m in found), strict=True))
                labels = components(len(labels), x, y, labels)

    def answers(self, ask: Ask, probes: Ints, size: int = 0, labels: Ints = NOBODY) -> Iterator[Matches]:
        """Matches in the order of the probes. A chunk with very many comes in several parts, so that memory stays bounded."""
        size = size or PROBES
        waiting = iter([probes[k : k + size] for k in range(0, len(probes), size)])
        running: deque[tuple[Ints, Future[tuple[Matches, int]]]] = deque()
        try:
            while True:
                for chunk in islice(waiting, 2 * self.workers - len(running)):
                    running.append((chunk, self.pool.submit(ask, chunk, labels)))
                if not running:
                    return
                chunk, result = running.popleft()
                matches, following = result.result()
                if following < len(chunk):
                    running.appendleft((chunk[following:], self.pool.submit(ask, chunk[following:], labels)))
                if len(matches.x):
                    yield matches
        finally:  # whoever stops asking leaves no thread behind that still reads the index
            wait([result for _, result in running if not result.cancel()])


def fresh(size: int, words: int) -> Scratch:
    seen, touched, met = np.zeros((3, size), np.int32)
    return Scratch(seen, touched, met, np.zeros(words + 1, np.uint64))


def joiner(tokens: Tokens, measure: Measure, workers: int) -> CompiledJoiner:
    return CompiledJoiner(tokens, measure, workers)


def overlaps(texts: Texts, part: Part, i: Ints, j: Ints, workers: int) -> tuple[Ints, Ints]:
    """Counted from the texts themselves: only pairs that share a template come here."""
    order = np.argsort(i, kind="stable")
    left, right = i[order], j[order]
    rows, place = np.unique(np.concatenate([left, right]), return_inverse=True)
    shared, sizes = np.empty(len(left), np.int64), np.empty(len(rows), np.int64)

    def count(chunk: slice) -> None:
        spans = [texts.spans(side[chunk], part) for side in (left, right)]
        counting.text_overlaps(texts.data, spans[0], spans[1], left[chunk], shared[chunk])

    def measure(chunk: slice) -> None:
        counting.set_sizes(texts.data, texts.spans(rows[chunk], part), sizes[chunk])

    with ThreadPoolExecutor(workers) as pool:
        finish(pool.map(count, blocks(len(left))))
        finish(pool.map(measure, blocks(len(rows))))
    back = np.empty_like(shared)
    back[order] = shared
    both = sizes[place].reshape(2, -1).sum(axis=0)
    union = np.empty_like(shared)
    union[order] = both - shared
    return back, union


def blocks(n: int) -> list[slice]:
    return [slice(k, k + 4 * PROBES) for k in range(0, n, 4 * PROBES)]
