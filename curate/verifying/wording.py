"""What "the same" means, written down a second time from the contract (section 3)."""

from __future__ import annotations

import unicodedata
from fractions import Fraction

THRESHOLD = Fraction(4, 5)
HAN_KANA_HANGUL = ((0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7AF), (0x20000, 0x323AF))


def canonical(text: str) -> str:
    """NFKC, full case folding, one space for every run of white space, none at the ends."""
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def is_cjk(char: str) -> bool:
    point = ord(char)
    return any(low <= point <= high for low, high in HAN_KANA_HANGUL)


def shingles(text: str) -> frozenset[str]:
    """Of a canonical text: 3 code points from each CJK position, 5 from any other; a text too short has itself."""
    found = set()
    for i, char in enumerate(text):
        end = i + (3 if is_cjk(char) else 5)
        if end <= len(text):
            found.add(text[i:end])
    return frozenset(found) or frozenset({text})


def jaccard(a: frozenset[str], b: frozenset[str]) -> Fraction:
    common = len(a & b)
    return Fraction(common, len(a) + len(b) - common)


def contained(needle: frozenset[str], hay: frozenset[str]) -> Fraction:
    return Fraction(len(needle & hay), len(needle))
