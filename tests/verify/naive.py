"""The contract's leaks by brute force: every pair, sets of strings, nothing clever. What the verifier is held to."""

from __future__ import annotations

import itertools
from collections import Counter
from fractions import Fraction

from curate.verifying.rows import Row
from curate.verifying.wording import contained, jaccard, shingles

T = Fraction(4, 5)
SPLITS = ("train.jsonl", "validation.jsonl", "test.jsonl")


def leaks(rows: dict[str, list[Row]], threshold: Fraction = T) -> set[tuple[str, str, str]]:
    """(code, file:line of the training side, file:line of the protected row)."""
    found = set()
    answers = Counter(shingle for each in rows.values() for row in each if row.answer for shingle in shingles(row.answer))
    for side, held in itertools.combinations(SPLITS, 2):
        for a, b in itertools.product(rows[side], rows[held]):
            if code := kind(a, b, threshold, answers):
                found.add((code, f"{a.file}:{a.line}", f"{b.file}:{b.line}"))
    return found


def kind(a: Row, b: Row, t: Fraction, answers: Counter[str]) -> str | None:
    if a.whole and b.whole:
        if a.whole == b.whole:
            return "LEAK001"
        if near(a.whole, b.whole, t) and near(a.content(b), b.content(a), t):
            return "LEAK002"
    if a.question and b.question:
        template = a.shares_template(b)
        if near(a.question, b.question, t) and (not template or near(a.input, b.input, t)):
            return "LEAK009"
    substance = b.answer and sum(answers[shingle] <= 10 for shingle in shingles(b.answer)) >= 40
    for needle in (b.input or b.prompt, b.answer if substance else ""):
        if needle and a.whole and stands_in(needle, a.whole, t):
            return "LEAK008"
    return None


def near(a: str, b: str, t: Fraction) -> bool:
    return jaccard(shingles(a), shingles(b)) >= t


def stands_in(needle: str, hay: str, t: Fraction) -> bool:
    return len(shingles(needle)) >= 40 and contained(shingles(needle), shingles(hay)) >= t
