"""What "the same" is measured on: the canonical text, its shingles, and thresholds as exact fractions.

The functions here are the definition, in plain Python. The engines (`plain`, `compiled`) compute the same sets on arrays, and
tests hold them to this page.
"""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from functools import cache

# Han with extensions A to H, hiragana and katakana, hangul syllables: scripts in which a word is one to three characters.
CJK = ((0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7AF), (0x20000, 0x323AF))
CJK_WIDTH, OTHER_WIDTH = 3, 5

MAX_DENOMINATOR = 10**6
"""Thresholds are decimal; six places keep every product below 2^63 for rows of any length that fits in memory."""

Threshold = Fraction | str | float


def canonical(text: str) -> str:
    """NFKC, then full case folding, then every run of white space as one space, ends stripped.

    Parts may be made canonical one by one and joined by a space: a line feed neither composes nor reorders, so the result is
    that of the whole.
    """
    if not text.isascii():  # ASCII is its own NFKC
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.casefold().split())


@cache
def is_cjk(char: str) -> bool:
    point = ord(char)
    return any(first <= point <= last for first, last in CJK)


def shingle_set(text: str) -> frozenset[str]:
    """The shingles of a canonical text; a text too short for one is its own."""
    found = set()
    for i, char in enumerate(text):
        end = i + (CJK_WIDTH if is_cjk(char) else OTHER_WIDTH)
        if end <= len(text):
            found.add(text[i:end])
    return frozenset(found or {text})


def jaccard(a: str, b: str) -> Fraction:
    """The exact similarity of two canonical texts."""
    left, right = shingle_set(a), shingle_set(b)
    return Fraction(len(left & right), len(left | right))


def fraction(threshold: Threshold) -> Fraction:
    """The threshold as the decimal its writer meant: 0.8 is 4/5, not the nearest binary number."""
    exact = threshold if isinstance(threshold, Fraction) else Fraction(str(threshold))
    if not 0 < exact <= 1:
        raise ValueError(f"a similarity threshold lies above 0 and at most at 1, not at {threshold}")
    if exact.denominator > MAX_DENOMINATOR:
        raise ValueError(f"the threshold {threshold} has more than six decimal places")
    return exact
