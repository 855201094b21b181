"""Every pair of rows in two splits that say the same, by each of the contract's meanings of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from curate.verifying.grams import Alphabet, Sets, Vocabulary
from curate.verifying.rows import Row
from curate.verifying.scan import Index, containing_pairs, jaccard_pairs
from curate.verifying.wording import contained, jaccard, shingles

LEAST_NEEDLE = 40
"""Shingles below which a contained text is no evidence: `Yes` and `42` stand in many rows."""
Shingled = frozenset[str]


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


@dataclass
class Comparison:
    """What came of comparing one side with another."""

    leaks: list[Leak] = field(default_factory=list)
    nearest: dict[str, dict[int, tuple[Fraction, int]]] = field(default_factory=lambda: defaultdict(dict))
    """By kind, for each protected row that has one, the most similar row at or over the floor."""


class Side:
    """The rows of one split, equal texts held once."""

    def __init__(self, rows: Sequence[Row], text: Callable[[Row], str]) -> None:
        self.rows = rows
        self.members: dict[str, list[int]] = defaultdict(list)
        for i, row in enumerate(rows):
            if words := text(row):
                self.members[words].append(i)
        self.texts = list(self.members)

    def each(self, number: int) -> list[int]:
        return self.members[self.texts[number]]


class Meaning:
    """One way to look at a row: its whole text, or its question. Compares two sides of rows by it."""

    def __init__(self, text: Callable[[Row], str], bare: Callable[[Row, Row], str]) -> None:
        self.text, self.bare = text, bare

    def content(self, row: Row, held: Row) -> Fraction:
        return jaccard(shingles(self.bare(row, held)), shingles(self.bare(held, row)))


def _question_content(row: Row, other: Row) -> str:
    return row.input if row.shares_template(other) else row.question


WHOLE = Meaning(lambda row: row.whole, Row.content)
QUESTION = Meaning(lambda row: row.question, _question_content)


def same_or_near(
    meaning: Meaning, rows: Sequence[Row], held: Sequence[Row], threshold: Fraction, floor: float
) -> Iterator[tuple[int, int, Fraction, Fraction]]:
    """(row, held, similarity, similarity of content) of every pair at or over the floor, equal texts included."""
    left, right = Side(rows, meaning.text), Side(held, meaning.text)
    for pair in _pairs(left, right, floor):
        for i in left.each(pair[0]):
            for j in right.each(pair[1]):
                content = meaning.content(rows[i], held[j]) if pair[2] >= threshold else pair[2]
                yield i, j, pair[2], content


def _pairs(left: Side, right: Side, floor: float) -> Iterator[tuple[int, int, Fraction]]:
    if not left.texts or not right.texts:
        return
    vocabulary = Vocabulary(Alphabet.of(left.texts + right.texts), right.texts)
    index, queries = Index(vocabulary.sets(left.texts), len(vocabulary)), vocabulary.sets(right.texts)
    for found in jaccard_pairs(index, queries, floor):
        union = index.rows.sizes[found.row] + queries.sizes[found.query] - found.common
        for j, i, common, either in zip(found.query.tolist(), found.row.tolist(), found.common.tolist(), union.tolist(), strict=True):
            yield i, j, Fraction(common, either)


def containing(rows: Sequence[Row], held: Sequence[Row], threshold: Fraction) -> Iterator[tuple[int, int, str, Fraction, Fraction]]:
    """(row, held, what, share, share of content) where a row holds the question or the answer of a protected one."""
    left = Side(rows, lambda row: row.whole)
    for what in ("question", "answer"):
        right = Side(held, lambda row, what=what: getattr(row, what))  # type: ignore[misc]
        if not left.texts or not right.texts:
            continue
        vocabulary = Vocabulary(Alphabet.of(left.texts + right.texts), right.texts)
        queries = _long_enough(vocabulary.sets(right.texts))
        index = Index(vocabulary.sets(left.texts), len(vocabulary))
        for found in containing_pairs(index, queries, float(threshold)):
            for j, i, common in zip(found.query.tolist(), found.row.tolist(), found.common.tolist(), strict=True):
                share = Fraction(common, int(queries.sizes[j]))
                for a in left.each(i):
                    for b in right.each(j):
                        yield a, b, what, share, needle_content(rows[a], held[b], what)


def needle_content(row: Row, held: Row, what: str) -> Fraction:
    """How much of the protected row's own words the row holds; none where too few are left to tell."""
    words = held.answer if what == "answer" else _question_content(held, row)
    needle = shingles(words)
    return contained(needle, shingles(row.content(held))) if len(needle) >= LEAST_NEEDLE else Fraction(0)


def _long_enough(queries: Sets) -> Sets:
    """Leave short needles without items, so that nothing is found for them."""
    held = np.diff(queries.starts)
    keep = queries.sizes >= LEAST_NEEDLE
    items = queries.items[np.repeat(keep, held)]
    starts = np.concatenate([[0], np.cumsum(np.where(keep, held, 0))])
    return Sets(starts, items, queries.sizes)


def compare(rows: Sequence[Row], held: Sequence[Row], threshold: Fraction, floor: float) -> Comparison:
    """Look for every kind of leak between two splits."""
    out = Comparison()
    told: set[tuple[int, int]] = set()
    for kind, meaning, codes in (("whole", WHOLE, ("LEAK001", "LEAK002")), ("question", QUESTION, ("LEAK009", "LEAK009"))):
        best = out.nearest[kind]
        for i, j, score, content in same_or_near(meaning, rows, held, threshold, floor):
            if j not in best or best[j][0] < score:
                best[j] = score, i
            if score >= threshold and content >= threshold and (i, j) not in told:
                told.add((i, j))
                same = meaning.text(rows[i]) == meaning.text(held[j])
                out.leaks.append(Leak(codes[0] if same else codes[1], rows[i], held[j], score, content, "same" if same else "near"))
    for i, j, what, share, content in containing(rows, held, threshold):
        best = out.nearest["contained"]
        if j not in best or best[j][0] < share:
            best[j] = share, i
        if content >= threshold and (i, j) not in told:
            told.add((i, j))
            out.leaks.append(Leak("LEAK008", rows[i], held[j], share, content, what))
    return out
