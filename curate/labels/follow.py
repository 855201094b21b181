"""LAB003: does the prompt help to guess the answer? Designed; looked for only once a model can be named.

A language model reads the answer after its prompt and alone. The ratio of the two perplexities is the instruction-following difficulty
(Li et al. 2023, arXiv 2308.12032); a model of 124M weights ranks rows much as a large one does (arXiv 2402.00530). Above 1 the prompt
makes the answer harder to guess, which is how a shifted column looks. Small models are weak in Chinese, so ranks are compared within a
language only.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol


class Reader(Protocol):
    """What a model must be able to do; the caller brings one, so that nothing here imports it."""

    def loss(self, prompts: Sequence[str], answers: Sequence[str]) -> Sequence[float]:
        """Mean negative log-likelihood of each answer's tokens after its prompt; an empty prompt means the answer alone."""
        ...


@dataclass(frozen=True, slots=True)
class Followed:
    row: int
    difficulty: float
    """Perplexity after the prompt over perplexity alone; NaN where the model gave no number."""


def difficulties(rows: Sequence[tuple[int, str, str]], reader: Reader, batch: int = 16) -> Iterator[Followed]:
    """Row, question and answer in; difficulty out, batch by batch."""
    for start in range(0, len(rows), batch):
        part = rows[start : start + batch]
        answers = [answer for _, _, answer in part]
        asked = reader.loss([question for _, question, _ in part], answers)
        alone = reader.loss([""] * len(part), answers)
        for (row, _, _), after, bare in zip(part, asked, alone, strict=True):
            yield Followed(row, math.exp(min(after - bare, 50.0)))


def unlikely(followed: Sequence[Followed], ratio: float) -> list[Followed]:
    """Rows to read, the least fitting first. Nothing is removed on this evidence."""
    return sorted((f for f in followed if f.difficulty > ratio), key=lambda f: (-f.difficulty, f.row))
