"""What "the same" means, written down a second time from the contract (section 3)."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from functools import cache

THRESHOLD = Fraction(4, 5)
HAN_KANA_HANGUL = ((0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7AF), (0x20000, 0x323AF))


def canonical(text: str) -> str:
    """NFKC, full case folding, one space for every run of white space, none at the ends."""
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


CJK = re.compile("[" + "".join(f"{chr(low)}-{chr(high)}" for low, high in HAN_KANA_HANGUL) + "]")


@cache
def is_cjk(char: str) -> bool:
    return CJK.match(char) is not None


def shingles(text: str) -> frozenset[str]:
    """Of a canonical text: 3 code points from each CJK position, 5 from any other; a text too short has itself."""
    if CJK.search(text) is None:
        return frozenset({text[i : i + 5] for i in range(len(text) - 4)} or {text})
    ends = [(i, i + (3 if is_cjk(char) else 5)) for i, char in enumerate(text)]
    return frozenset({text[i:end] for i, end in ends if end <= len(text)} or {text})


def jaccard(a: frozenset[str], b: frozenset[str]) -> Fraction:
    common = len(a & b)
    return Fraction(common, len(a) + len(b) - common)


def contained(needle: frozenset[str], hay: frozenset[str]) -> Fraction:
    return Fraction(len(needle & hay), len(needle))
