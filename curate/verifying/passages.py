"""Long passages that stand word for word in rows of two splits, where no stronger tie is.

Any 50 code points hold a block of 25 that begins at a multiple of 25 in its row (any 25, one of 13). So one side is known by few
blocks; the other is read letter by letter, and whole passages are compared only around a block that both sides have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from curate.verifying.rows import Row
from curate.verifying.wording import CJK, is_cjk

LETTERS, ROWS = 50, 10
"""Code points of a passage, half as many from a CJK one; and in how many rows it may stand and still tell something."""
Splits = Mapping[str, Sequence[Row]]
Holders = dict[str, list[int]]


@dataclass(frozen=True)
class Passage:
    """The longest piece that a training-side row has of what a protected one says."""

    row: Row
    held: Row
    letters: int
    share: Fraction
    """Of the question's matter or the answer, whichever it is from."""

    @property
    def pair(self) -> tuple[str, int, str, int]:
        return self.row.file, self.row.line, self.held.file, self.held.line


def passages(splits: Splits, letters: int = LETTERS, most: int = ROWS) -> list[Passage]:
    """One for each pair of rows, the longest first."""
    rows = [row for held in splits.values() for row in held]
    side = np.repeat(np.arange(len(splits)), [len(held) for held in splits.values()])
    holders: Holders = {}
    for s in range(len(splits) - 1):
        here, later = np.flatnonzero(side == s).tolist(), np.flatnonzero(side > s).tolist()
        for size, cjk in ((letters, False), (letters // 2, True)):
            for words, held in _common(rows, here, later, size, cjk, most).items():
                holders[words] = sorted({*holders.get(words, ()), *held})
    best: dict[tuple[int, int], Passage] = {}
    for words, held in holders.items():
        for pair in _pairs(held, side) if len(held) <= most else ():
            row, protected = rows[pair[0]], rows[pair[1]]
            for text in (protected.asked, protected.answer):
                if words in text and (pair not in best or best[pair].letters < len(words)):
                    size = _grown(words, text, row.whole)
                    best[pair] = Passage(row, protected, size, Fraction(size, len(text)))
    return sorted(best.values(), key=lambda p: (-p.letters, p.row.file, p.row.line, p.held.file, p.held.line))


def _pairs(held: Sequence[int], side: NDArray[np.integer]) -> Iterator[tuple[int, int]]:
    for a in held:
        for b in held:
            if side[a] < side[b]:
                yield a, b


def _grown(words: str, text: str, whole: str) -> int:
    """How long the piece around the first place of the passage is, as far as the other text has it, too."""
    at = text.index(words)
    end = at + len(words)
    while end < len(text) and text[at : end + 1] in whole:
        end += 1
    while at and text[at - 1 : end] in whole:
        at -= 1
    return end - at


def _common(rows: Sequence[Row], here: Sequence[int], later: Sequence[int], size: int, cjk: bool, most: int) -> Holders:
    """The passages of one length that both sides have, with their rows; of many rows, only so many that it is seen to be too many."""
    block = (size + 1) // 2
    here, later = ([i for i in some if not cjk or CJK.search(rows[i].whole)] for some in (here, later))
    blocks = [_blocks(rows[i].whole, block, block) for i in here]
    known = Known(np.concatenate([np.empty(0, np.int64), *blocks]))
    holders: defaultdict[str, list[int]] = defaultdict(list)
    shared: set[int] = set()
    for i in later:
        text = rows[i].whole
        found = _blocks(text, block, 1)
        hits = known.among(found)
        shared.update(found[hits].tolist())
        for words in _around(text, hits.tolist(), size, block, cjk):
            _add(holders[words], i, most)
    told = Known(np.fromiter(shared, np.int64, len(shared)))
    for i, found in zip(here, blocks, strict=True):
        for words in _around(rows[i].whole, (told.among(found) * block).tolist(), size, block, cjk):
            if words in holders:
                _add(holders[words], i, most)
    lower = set(here)
    return {words: held for words, held in holders.items() if len(held) > most or lower.intersection(held)}


def _blocks(text: str, size: int, step: int) -> NDArray[np.int64]:
    starts = range(0, len(text) - size + 1, step)
    pieces = map(text.__getitem__, map(slice, starts, range(size, len(text) + 1, step)))
    return np.fromiter(map(hash, pieces), np.int64, len(starts))


class Known:
    """Numbers to be recognised; most others are told by their low bits alone."""

    def __init__(self, values: NDArray[np.int64]) -> None:
        self.values = np.sort(values)
        self.low = (1 << min(max(10, (8 * len(values)).bit_length()), 26)) - 1
        self.seen = np.zeros(self.low + 1, bool)
        self.seen[values & self.low] = True

    def among(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """Places of those that are known."""
        maybe = np.flatnonzero(self.seen[values & self.low])
        if not len(maybe):
            return maybe
        chosen = values[maybe]
        at = np.minimum(np.searchsorted(self.values, chosen), len(self.values) - 1)
        right: NDArray[np.int64] = maybe[self.values[at] == chosen]
        return right


def _around(text: str, starts: Sequence[int], size: int, block: int, cjk: bool) -> Iterator[str]:
    """The passages of a text that hold a block at one of these places, each place once."""
    done = 0
    for start in starts:
        for at in range(max(done, start - size + block), min(start, len(text) - size) + 1):
            if is_cjk(text[at]) == cjk:
                yield text[at : at + size]
        done = max(done, start + 1)


def _add(held: list[int], row: int, most: int) -> None:
    if len(held) <= most and row not in held:
        held.append(row)
