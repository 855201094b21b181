"""What a model would score that learned the training rows by heart and understood nothing.

It answers each test question with the answer of the training row whose question is most alike. On splits that share nothing
it should do little better than an answer drawn blindly; on a random split of the same rows it does better by what leaks
(Lewis, Stenetorp and Riedel 2021, "Question and answer test-train overlap in open-domain question answering datasets").
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from curate.verifying.grams import Alphabet, Ints, Vocabulary
from curate.verifying.rows import Row
from curate.verifying.scan import Index
from curate.verifying.wording import shingles

QUESTIONS = 300
"""Test rows asked; drawn by content, so the same for any order of the rows."""
Figures = Mapping[str, float | int]


def memoriser(train: Sequence[Row], test: Sequence[Row]) -> Figures:
    """Mean likeness of the copied to the true answer: on these splits, on a random split of the same rows, and drawn blindly.

    Likeness is the Dice coefficient of the shingles of two answers, 1 for equal ones.
    """
    rows = [row for row in (*train, *test) if row.question and row.answer]
    asked = sum(bool(row.question and row.answer) for row in test)
    if not asked or asked == len(rows):
        return {}
    drawn = sorted(range(len(rows)), key=lambda i: _digest(rows[i], "drawn"))
    ours = np.arange(len(rows)) >= len(rows) - asked
    naive = np.zeros(len(rows), dtype=bool)
    naive[drawn[:asked]] = True
    mine = [i for i in drawn if ours[i]][:QUESTIONS]
    theirs = drawn[: min(asked, QUESTIONS)]
    index = _Questions(rows, [*mine, *theirs])
    copied, naively = index.nearest(mine, ~ours), index.nearest(theirs, ~naive)
    learned = [i for i in drawn if not ours[i]]
    blind = [(learned[k % len(learned)], i) for k, i in enumerate(mine)]
    score, inflated, chance = (_mean(rows, pairs) for pairs in (copied, naively, blind))
    return {
        "questions": len(mine),
        "these_splits": score,
        "random_split": inflated,
        "blind_guess": chance,
        "inflation_spared": round(inflated - score, 6),
    }


class _Questions:
    """The questions of all rows by shingle."""

    def __init__(self, rows: Sequence[Row], asked: Sequence[int]) -> None:
        texts = [row.question for row in rows]
        self.asked = {i: q for q, i in enumerate(asked)}
        wanted = [texts[i] for i in asked]
        vocabulary = Vocabulary(Alphabet.of(texts), wanted)
        self.queries = vocabulary.sets(wanted)
        self.index = Index(vocabulary.sets(texts), len(vocabulary))

    def nearest(self, asked: Sequence[int], learned: NDArray[np.bool_]) -> list[tuple[int, int]]:
        """(the learned row whose question is most alike, the row asked); the first of equals."""
        return [(self._best(i, learned), i) for i in asked]

    def _best(self, i: int, learned: NDArray[np.bool_]) -> int:
        q = self.asked[i]
        items = self.queries.items[self.queries.starts[q] : self.queries.starts[q + 1]].astype(np.int64)
        common: Ints = np.zeros(len(learned), dtype=np.int64)
        counts = self.index.counts(items)
        common[: len(counts)] = counts
        either = self.index.rows.sizes + self.queries.sizes[q] - common
        return int(np.argmax(np.where(learned, common / either, -1.0)))


def _mean(rows: Sequence[Row], pairs: Sequence[tuple[int, int]]) -> float:
    """Rounded, for the last bits of a mean may differ between machines."""
    return round(sum(_dice(rows[a].answer, rows[b].answer) for a, b in pairs) / len(pairs), 6)


def _dice(a: str, b: str) -> float:
    left, right = shingles(a), shingles(b)
    return 2 * len(left & right) / (len(left) + len(right))


def _digest(row: Row, salt: str) -> bytes:
    return hashlib.blake2b((salt + row.whole).encode("utf-8", "surrogatepass"), digest_size=16).digest()
