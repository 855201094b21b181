"""The contract's leaks between two rows, word for word: sets of strings, nothing clever.

What the counting on arrays is held to, by the tests and by the canaries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from curate.verifying.rows import Row
from curate.verifying.wording import contained, jaccard, shingles

LEAST_NEEDLE = 40
"""Shingles below which a contained text is no evidence: `Yes` and `42` stand in many rows."""
COMMON_ANSWER = 10
"""Rows in whose answers a shingle may stand and still be evidence."""


def answers_of(rows: Iterable[Row]) -> Counter[str]:
    """In how many answers each shingle stands."""
    return Counter(shingle for row in rows if row.answer for shingle in shingles(row.answer))


def leak(row: Row, held: Row, threshold: Fraction, answers: Counter[str]) -> str | None:
    """The gravest code by which `row` gives `held` away."""
    if row.whole and held.whole:
        if row.whole == held.whole:
            return "LEAK001"
        if _near(row.whole, held.whole, threshold) and _near(row.content(held), held.content(row), threshold):
            return "LEAK002"
    if row.question and held.question:
        template = row.shares_template(held)
        if _near(row.question, held.question, threshold) and (not template or _near(row.input, held.input, threshold)):
            return "LEAK009"
    of_substance = sum(answers[shingle] <= COMMON_ANSWER for shingle in shingles(held.answer)) >= LEAST_NEEDLE
    for needle in (held.asked, held.answer if of_substance else ""):
        if needle and row.whole and _stands_in(needle, row.whole, threshold):
            return "LEAK008"
    return None


def _near(a: str, b: str, threshold: Fraction) -> bool:
    return jaccard(shingles(a), shingles(b)) >= threshold


def _stands_in(needle: str, hay: str, threshold: Fraction) -> bool:
    return len(shingles(needle)) >= LEAST_NEEDLE and contained(shingles(needle), shingles(hay)) >= threshold
