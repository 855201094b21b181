"""Every pair of rows in two splits that say the same, by each of the contract's meanings of it."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from curate.verifying.grams import Alphabet, Ints, Sets, Vocabulary
from curate.verifying.rows import Row
from curate.verifying.scan import Index, Overlaps, at_least
from curate.verifying.wording import contained, jaccard, shingles

LEAST_NEEDLE = 40
"""Shingles below which a contained text is no evidence: `Yes` and `42` stand in many rows."""
EVERY_PAIR = 4_000_000
"""Up to so many pairs of rows the nearest is found however far it is; beyond, only at or over half."""
Rows = Mapping[str, Sequence[Row]]


@dataclass(frozen=True)
class Leak:
    """Two rows on two sides; `row` may be trained on, `held` is the one to protect."""

    code: str
    row: Row
    held: Row
    score: Fraction
    """Of the whole text, question or needle."""
    content: Fraction
    """The same without what only a template gives both rows."""
    what: str


@dataclass(frozen=True)
class Near:
    """The row most like a protected one."""

    score: float
    row: Row
    held: Row


@dataclass
class Findings:
    """What came of comparing all splits."""

    floor: float
    leaks: list[Leak] = field(default_factory=list)
    pairs: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Pairs of rows at or over the threshold, by code, whether or not a graver code tells of them already."""
    nearest: dict[str, dict[tuple[str, int], Near]] = field(default_factory=lambda: defaultdict(dict))
    """By channel and protected row."""
    told: set[tuple[str, int, str, int]] = field(default_factory=set)

    def add(self, leak: Leak) -> None:
        self.pairs[leak.code] += 1
        pair = leak.row.file, leak.row.line, leak.held.file, leak.held.line
        if pair not in self.told:
            self.told.add(pair)
            self.leaks.append(leak)

    def see(self, channel: str, score: float, row: Row, held: Row) -> None:
        known = self.nearest[channel]
        address = held.file, held.line
        if address not in known or score > known[address].score:
            known[address] = Near(score, row, held)


class Texts:
    """One text of each row of a split, equal texts held once."""

    def __init__(self, rows: Sequence[Row], text: Callable[[Row], str]) -> None:
        members: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            if words := text(row):
                members[words].append(row)
        self.texts = list(members)
        self.members = list(members.values())

    def encode(self, vocabulary: Vocabulary) -> Sets:
        return vocabulary.sets(self.texts)


def whole(row: Row) -> str:
    return row.whole


def question(row: Row) -> str:
    return row.question


def answer(row: Row) -> str:
    return row.answer


def question_content(row: Row, other: Row) -> str:
    return row.input if row.shares_template(other) else row.question


def compare(splits: Rows, threshold: Fraction, floor: float | None = None) -> Findings:
    """Look for every kind of leak between any two of the splits, given in the order training side first."""
    names = list(splits)
    compared = sum(len(splits[a]) * len(splits[b]) for a, b in itertools.combinations(names, 2))
    out = Findings(floor if floor is not None else 0.1 if compared <= EVERY_PAIR else 0.5)
    texts = {(name, text): Texts(splits[name], text) for name in names for text in (whole, question, answer)}
    protected = [each.texts for (name, _), each in texts.items() if name != names[0]]
    every = [each.texts for (name, text), each in texts.items() if text is not answer]
    alphabet = Alphabet.of(list(itertools.chain(*every, *protected)))
    vocabulary = Vocabulary(alphabet, list(itertools.chain(*protected)))
    for channel, text in (("whole", whole), ("question", question)):
        for s, side in enumerate(names[:-1]):
            index = Index(texts[side, text].encode(vocabulary), len(vocabulary))
            for held in names[s + 1 :]:
                _alike(out, channel, texts[side, text], texts[held, text], index, vocabulary, threshold)
                if text is whole:
                    _contained(out, texts[side, text], texts[held, question], index, vocabulary, threshold)
                    _contained(out, texts[side, text], texts[held, answer], index, vocabulary, threshold)
    return out
