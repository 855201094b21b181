"""Questions that differ in one mistyped word: the same question, asked by a tired hand.

Two such questions are equal once that word is left out, so each question is filed under itself without each of its longer
words. A pair then counts only where the two words are one slip apart, neither is a name, and one of them stands in no other
question.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

_SHORTEST = 5
"""Letters; shorter words one slip apart are mostly two words (`room`, `roof`)."""
_MOST_WORDS = 30
_CROWD = 50
"""Questions under one key; more of them come from a template, and what differs is what is asked."""

Asked = tuple[int, str, str]
"""Row, question as written, skeleton."""


def mistyped(questions: Iterable[Asked]) -> Iterator[tuple[int, int]]:
    """Pairs of rows that ask the same but for a slip. Only text in words with spaces between them is looked at."""
    filed: defaultdict[int, list[tuple[Asked, str]]] = defaultdict(list)
    seen: Counter[str] = Counter()
    for asked in questions:
        words = asked[2].split(" ")
        seen.update(set(words))
        if not asked[2].isascii() or not 3 <= len(words) <= _MOST_WORDS:
            continue
        for i, word in enumerate(words):
            # A word that is capitalised as written may be a name, and names one letter apart are two people.
            if len(word) >= _SHORTEST and word.isalpha() and word in asked[1]:
                filed[hash((i, *words[:i], *words[i + 1 :]))].append((asked, word))
    for members in filed.values():
        if 1 < len(members) <= _CROWD:
            yield from _pairs(members, seen)


def _pairs(members: list[tuple[Asked, str]], seen: Counter[str]) -> Iterator[tuple[int, int]]:
    for n, (left, a) in enumerate(members):
        for right, b in members[:n]:
            if a != b and 1 in (seen[a], seen[b]) and one_slip(a, b):
                yield right[0], left[0]


def one_slip(a: str, b: str) -> bool:
    """One letter too many, too few, wrong, or two swapped; the first letter is seldom mistyped and must agree."""
    if a[0] != b[0] or abs(len(a) - len(b)) > 1:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest_a, rest_b = a[start:], b[start:]
    if len(a) == len(b):
        return rest_a[1:] == rest_b[1:] or (rest_a[:2] == rest_b[1::-1] and rest_a[2:] == rest_b[2:])
    # An `s` at the end is a plural, and the plural may well be another question.
    longer, shorter = (rest_a, rest_b) if len(a) > len(b) else (rest_b, rest_a)
    return longer[1:] == shorter and longer != "s"
