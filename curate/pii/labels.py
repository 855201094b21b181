"""Words that announce what the value after them is: `phone:`, `卡号`, `order no.`. The nearest one decides."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from curate.pii.fold import Folded
from curate.pii.lexicon import words

# Numbers that follow these are nobody's: orders, versions, amounts, codes of things.
OTHER = words("words", "other")

DIGIT = re.compile("[0-9]")
LATIN = re.compile(r"[a-z]+")
REACH = 30
"""Code points between a word and its value."""
SUFFIX = r"(?:s|[ _-]?(?:numbers?|num|nr|no|id))?(?:(?<=no)\.)?"
BREAK = re.compile(r"[!?。！？；;]|[^0-9]\. |[0-9]\. (?=[^0-9])|\.\n|\n[^\n]*\n")


def lower(text: str) -> str:
    """In lower case and as long as before (`İ` would grow)."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


Trie = dict[str, "Trie"]


def trie(these: Iterable[str]) -> str:
    """A pattern for any of the words, longest first, that never tries two branches with one beginning."""
    root: Trie = {}
    for word in these:
        node = root
        for char in word:
            node = node.setdefault(char, {})
        node[""] = {}

    def write(node: Trie) -> str:
        branches = [re.escape(c) + write(below) for c, below in sorted(node.items()) if c]
        if not branches:
            return ""
        inner = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
        return f"(?:{inner})?" if "" in node else inner

    return write(root)


@lru_cache(16)  # a build makes four engines of the same words
def word_pattern(these: tuple[str, ...], suffix: str = "") -> str:
    """Any of the words; those that begin or end in a Latin letter do so at a word's edge. Chinese ones stand anywhere."""
    latin = [w for w in these if LATIN.match(w)]
    other = [w for w in these if not LATIN.match(w)]
    sides = []
    if latin:
        ends = [w for w in latin if w[-1].isascii()], [w for w in latin if not w[-1].isascii()]
        edge = [f"(?:{trie(ends[0])}){suffix}(?![a-z])"] if ends[0] else []
        # `v信` ends where its last character does, whatever follows.
        sides.append(rf"(?<![a-z0-9])(?:{'|'.join([f'(?:{trie(ends[1])})', *edge] if ends[1] else edge)})")
    if other:
        sides.append(trie(other))
    return "|".join(sides) or r"(?!)"


@dataclass(frozen=True, slots=True)
class Label:
    start: int
    end: int
    family: str


class Labels:
    """All words of a rule set with the family each of them announces."""

    def __init__(self, families: Mapping[str, Iterable[str]]) -> None:
        self.family = {lower(word): family for family, words in families.items() for word in words}
        latin = [w for w in self.family if LATIN.match(w)]
        self.latin = re.compile(word_pattern(tuple(latin), SUFFIX))
        self.other = re.compile(word_pattern(tuple(w for w in self.family if not LATIN.match(w))))
        first = {m.group() for w in latin if (m := LATIN.match(w))}
        self.first = first | {w + end for w in first for end in ("s", "number", "numbers", "num", "nr", "no", "id")}

    def scan(self, low: str, words: frozenset[str]) -> list[Label]:
        found = []
        # Most texts hold none of the first words: then the pattern never runs.
        if not self.first.isdisjoint(words):
            end = 0
            for word in LATIN.finditer(low):
                if word.group() in self.first and word.start() >= end and (match := self.latin.match(low, word.start())):
                    end = match.end()
                    found.append(Label(match.start(), end, self._family(match.group())))
        if not low.isascii():
            found += [Label(m.start(), m.end(), self.family[m.group()]) for m in self.other.finditer(low)]
            found.sort(key=lambda label: label.start)
        return [label for label in found if low[label.start - 1 : label.start] != "[" or low[label.end : label.end + 1] != "]"]

    def _family(self, word: str) -> str:
        while word not in self.family:
            word = word[:-1]
        return self.family[word]


class View:
    """A folded text with what the detectors ask of it, each computed once and only when asked."""

    def __init__(self, folded: Folded, labels: Labels) -> None:
        self.folded, self.text = folded, folded.text
        self._labels = labels

    @cached_property
    def low(self) -> str:
        return lower(self.text)

    @cached_property
    def words(self) -> frozenset[str]:
        """The Latin words of the text."""
        return frozenset(LATIN.findall(self.low))

    @cached_property
    def digit(self) -> bool:
        return DIGIT.search(self.text) is not None

    @cached_property
    def han(self) -> bool:
        return not self.text.isascii()

    @cached_property
    def labels(self) -> list[Label]:
        return self._labels.scan(self.low, self.words)

    @cached_property
    def families(self) -> frozenset[str]:
        return frozenset(label.family for label in self.labels)

    @cached_property
    def _ends(self) -> list[int]:
        return [label.end for label in self.labels]

    def label(self, place: int, reach: int = REACH) -> str:
        """The family of the word that announces the value at this place, or nothing."""
        i = bisect_right(self._ends, place) - 1
        if i < 0 or place - self._ends[i] > reach or BREAK.search(self.text, self._ends[i], place):
            return ""
        return self.labels[i].family

    def labelled(self, family: str) -> list[int]:
        """Where values announced by this family may begin."""
        return [label.end for label in self.labels if label.family == family]
