"""The contract's words on SAME and NEAR, taken one pair at a time: the oracle of the tests, and corpora to try it on."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from itertools import combinations

from hypothesis import strategies as st

from curate.similar import Rows

Row = tuple[str, str, str, str]


def canonical(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()


def shingles(text: str) -> set[str]:
    found = set()
    for i, char in enumerate(text):
        c = ord(char)
        cjk = (
            0x3400 <= c <= 0x4DBF
            or 0x4E00 <= c <= 0x9FFF
            or 0x20000 <= c <= 0x323AF
            or 0x3040 <= c <= 0x30FF
            or 0xAC00 <= c <= 0xD7AF
        )
        width = 3 if cjk else 5
        if i + width <= len(text):
            found.add(text[i : i + width])
    return found or {text}


def joined(*parts: str) -> str:
    return canonical("\n".join(part for part in parts if part))


def similarity(a: str, b: str) -> Fraction:
    left, right = shingles(a), shingles(b)
    return Fraction(len(left & right), len(left | right))


def contents(a: Row, b: Row) -> tuple[str, str]:
    drop = set()
    if canonical(a[0]) == canonical(b[0]):
        drop.add(0)
    if canonical(a[1]) == canonical(b[1]) and canonical(a[2]) and canonical(b[2]):
        drop.add(1)
    left, right = (joined(*(part for k, part in enumerate(row) if k not in drop)) for row in (a, b))
    return left, right


def scores(a: Row, b: Row) -> tuple[Fraction, Fraction]:
    """Similarity of the whole rows and of their content."""
    return similarity(joined(*a), joined(*b)), similarity(*contents(a, b))


def near(rows: list[Row], threshold: Fraction) -> dict[tuple[int, int], tuple[Fraction, Fraction]]:
    """All NEAR pairs that are not SAME."""
    found = {}
    for i, j in combinations(range(len(rows)), 2):
        if joined(*rows[i]) != joined(*rows[j]):
            pair = scores(rows[i], rows[j])
            if min(pair) >= threshold:
                found[i, j] = pair
    return found


def as_rows(rows: list[Row]) -> Rows:
    return Rows(*([row[k] for row in rows] for k in range(4)))


ALPHABET = "abcde AB，.\n猫狗鸟鱼的是カ한1é\u0301ﬁ😀\u3000\U00020001"
SENTENCES = (
    "the quick brown fox jumps over the lazy dog",
    "pack my box with five dozen liquor jugs",
    "the five boxing wizards jump quickly over it",
    "今天天气很好我们一起去公园散步吧",
    "人工智能正在改变我们的生活方式和工作方式",
    "ＡＢＣ full-width and CASE do not matter",
    "",
    "a",
    "猫",
    "日本語のテキストも含まれています",
)
TEMPLATES = (
    "",
    "You are a helpful assistant.",
    "Translate the following sentence into French, keeping every name as it is:",
    "翻译成英文：",
)


@st.composite
def edited(draw: st.DrawFn, text: str) -> str:
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(ALPHABET)) + text[at + draw(st.integers(0, 1)) :]
    return text


@st.composite
def sentences(draw: st.DrawFn) -> str:
    chosen = draw(st.lists(st.sampled_from(SENTENCES), max_size=3))
    return draw(edited(" ".join(chosen))) if draw(st.booleans()) else " ".join(chosen)


def rows_of_few_words() -> st.SearchStrategy[Row]:
    """Few distinct parts, so that rows share templates, are copies, or nearly so."""
    template = st.sampled_from(TEMPLATES)
    anything = st.one_of(sentences(), st.text(ALPHABET, max_size=30), st.text(max_size=8))
    return st.tuples(template, st.one_of(template, anything), st.one_of(st.just(""), anything), anything)


@st.composite
def corpora(draw: st.DrawFn) -> list[Row]:
    """Some rows, and others made of them by a small edit or by another template around the same content."""
    rows = draw(st.lists(rows_of_few_words(), max_size=6))
    for _ in range(draw(st.integers(0, 8)) if rows else 0):
        row = [*draw(st.sampled_from(rows))]
        part = draw(st.integers(0, 3))
        row[part] = draw(st.sampled_from(TEMPLATES)) if part < 2 and draw(st.booleans()) else draw(edited(row[part]))
        rows.append((row[0], row[1], row[2], row[3]))
    return rows


thresholds = st.sampled_from([Fraction(1, 2), Fraction(3, 5), Fraction(7, 10), Fraction(4, 5), Fraction(9, 10), Fraction(1)])
