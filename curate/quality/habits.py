"""How the answers of this very corpus end: learned from them, so that no list of words has to be right for every language and field."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

_TOKEN = re.compile(r"([a-z]+(?:'[a-z]+)?|[\u3400-\u4dbf\u4e00-\u9fff])([.,!?;:)\]\"”。，！？；：、）」』…]|\s*\n)?")
_SEEN = 50
"""Occurrences before a rate is believed."""
_RARELY = 0.005


@dataclass
class Habits:
    """Counts of words (of characters in Chinese) and of how often each stands before a stop."""

    seen: Counter[str] = field(default_factory=Counter)
    stops: Counter[str] = field(default_factory=Counter)
    sorted_words: list[str] = field(default_factory=list)
    long: int = 0
    """Characters from which an answer is among the longest quarter."""

    def never_ends(self, token: str) -> bool:
        """The word or character is common here and hardly ever the last of a clause."""
        n, stops = self.seen[token], self.stops[token] - 1
        if token.isascii():
            return n >= _SEEN and stops <= _RARELY * n
        # One Chinese character is part of many words, so the bar is higher; a pronoun may close a polite formula.
        return n >= 2 * _SEEN and stops <= _RARELY * n and token not in "您你我他她它们"

    def seldom_ends(self, token: str) -> bool:
        """The word is known here, and nine times of ten something follows it."""
        return self.seen[token] > 5 and self.stops[token] - 1 <= 0.1 * self.seen[token]

    def torn(self, word: str) -> bool:
        """The word occurs nowhere else here, and longer words begin with it."""
        if len(word) < 2 or self.seen[word] > 1:
            return False
        i = bisect_left(self.sorted_words, word)
        longer = self.sorted_words[i : i + 40]
        return any(w.startswith(word) and len(w) > len(word) and self.seen[w] >= 3 for w in longer)


def learn(answers: Iterable[str]) -> Habits:
    habits = Habits()
    lengths = []
    for answer in answers:
        lengths.append(len(answer))
        # The line feed is the stop of the last word, so that no stop is an empty one.
        found = _TOKEN.findall(answer[:1000].lower() + "\n")
        habits.seen.update([word for word, _ in found])
        habits.stops.update([word for word, stop in found if stop])
    habits.sorted_words = sorted(w for w in habits.seen if w.isascii())
    habits.long = sorted(lengths)[3 * len(lengths) // 4] if lengths else 0
    return habits
