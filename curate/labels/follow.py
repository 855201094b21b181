"""LAB003: whether the prompt helps to guess the answer.

A language model reads the answer after its prompt and alone. The ratio of the two perplexities is the instruction-following difficulty
(Li et al. 2023, "From Quantity to Quality", arXiv 2308.12032); a model of 124M weights ranks rows much as a large one does (arXiv
2402.00530). Above 1 the prompt makes the answer harder to guess, which is how a shifted column looks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from heapq import nsmallest
from importlib import import_module
from typing import Protocol, cast

from curate.records import Record
from curate.turns import last_question

READERS = "train.following"
"""The module whose `reader` brings a model. Named here and imported only when a model is asked for: see docs/decisions/0006."""
PROMPT, ANSWER = 1000, 600
"""Characters that are read: the end of the prompt, where the question stands, and the beginning of the answer."""
SECONDS = 1.2
"""Of one CPU core for a row, with the embedded model (docs/quality.md)."""
BATCH = 32

Row = tuple[int, str, str]
"""Row, question, answer."""


class Reader(Protocol):
    """What a model must be able to do; `train` brings one, so that nothing here imports it."""

    @property
    def name(self) -> str: ...

    def loss(self, prompts: Sequence[str], answers: Sequence[str]) -> Sequence[float]:
        """Mean negative log-likelihood of each answer's tokens after its prompt; an empty prompt means the answer alone."""
        ...


@dataclass(frozen=True, slots=True)
class Followed:
    row: int
    difficulty: float
    """Perplexity after the prompt over perplexity alone; NaN where the model gave no number."""


def reader(model: str) -> Reader:
    """The named model, `auto` for the embedded one.

    Raises:
        MissingExtra: torch or transformers is not installed.
        UserError: no such model.

    """
    brings = cast("Callable[[str], Reader]", import_module(READERS).reader)
    return brings(model)


def asked_and_answered(records: Iterable[Record]) -> Iterator[Row]:
    """Rows that have a question and an answer, cut to what is read."""
    for record in records:
        question, answer = last_question(record), record.answer
        if question.strip() and answer.strip():
            yield record.row, question[-PROMPT:], answer[:ANSWER]


def sample(rows: Iterable[Row], n: int, seed: int) -> list[Row]:
    """`n` rows drawn by what they say, so that the order of the file decides nothing; in the order of the file."""

    def lot(row: Row) -> bytes:
        return blake2b(f"{seed}\0{row[1]}\0{row[2]}".encode(errors="surrogatepass"), digest_size=8).digest()

    return sorted(nsmallest(n, rows, key=lambda row: (lot(row), row[0])))


def difficulties(rows: Sequence[Row], model: Reader) -> Iterator[Followed]:
    """Row, question and answer in; difficulty out, batch by batch."""
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        answers = [answer for _, _, answer in part]
        asked = model.loss([question for _, question, _ in part], answers)
        alone = model.loss([""] * len(part), answers)
        for (row, _, _), after, bare in zip(part, asked, alone, strict=True):
            yield Followed(row, math.exp(min(after - bare, 50.0)))


def unlikely(followed: Sequence[Followed], ratio: float) -> list[Followed]:
    """Rows to read, the least fitting first. Nothing is removed on this evidence."""
    return sorted((f for f in followed if f.difficulty > ratio), key=lambda f: (-f.difficulty, f.row))
