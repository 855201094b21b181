"""Sentences as tagged strings: a word of the lexicon is one private character, so that grammar can be a regular expression."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from curate.bias.reading import Span
from curate.bias.scan import fold
from curate.bias.terms import Kind, Role

# A letter in <> inside a pattern stands for a tag.
TAGS = {
    "n": (Kind.GROUP, Role.NOUN),
    "k": (Kind.GROUP, Role.ONE),
    "p": (Kind.GROUP, Role.PLURAL),
    "a": (Kind.GROUP, Role.ADJECTIVE),
    "s": (Kind.GROUP, Role.SUBJECT),
    "o": (Kind.GROUP, Role.OBJECT),
    "x": (Kind.GROUP, Role.POSSESSIVE),
    "h": (Kind.GROUP, Role.EITHER),
    "r": (Kind.GROUP, Role.REFLEXIVE),
    "t": (Kind.GROUP, Role.TITLE),
    "J": (Kind.OCCUPATION, Role.NOUN),
    "K": (Kind.OCCUPATION, Role.PLURAL),
    "V": (Kind.OUTCOME, Role.NOUN),
    "W": (Kind.OUTCOME, Role.ACTIVE),
    "Y": (Kind.OUTCOME, Role.OWN),
    "T": (Kind.TRAIT, Role.NOUN),
    "N": (Kind.PERSON, Role.NOUN),
    "Q": (Kind.PERSON, Role.PLURAL),
    "M": (Kind.NAME, Role.NOUN),
    "S": (Kind.STEREOTYPE, Role.NOUN),
    "D": (Kind.DEHUMANISING, Role.NOUN),
    "I": (Kind.INCITEMENT, Role.NOUN),
}
CHARACTER = {letter: chr(0xE000 + i) for i, letter in enumerate(TAGS)}
LETTER = {(int(kind), int(role)): letter for letter, (kind, role) in TAGS.items()}
NAME = CHARACTER["M"]
FIRST = "nkspoxhratJKVWYTSDINQM"
"""Which tag stands for a surface of several senses."""
LONGEST = 2000
"""Code points; what runs on longer is a table or code and has no grammar to read."""

END = re.compile(r"[.!?]+[\"'”’)]*(?=\s|$)|[。！？；\n]+[”’」]?|;")
ABBREVIATION = re.compile(r"(?:\b(?:[MD]r|Mrs|Ms|St|vs|Prof|[A-Z])|e\.g|i\.e)$")
SPACED = re.compile(r"\s*([,:;()\"“”—])\s*")
MARKUP = str.maketrans("", "", "*_`[]{}<>#~")
CAPITALISED = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")


@cache
def pattern(source: str) -> re.Pattern[str]:
    """Compile a pattern in which `<n>` is a tag."""
    return re.compile(re.sub(r"<([a-zA-Z])>", lambda m: CHARACTER[m.group(1)], source))


@dataclass(frozen=True, slots=True)
class Sentence:
    start: int
    """Offset in its text."""
    end: int
    tagged: str
    spans: dict[int, tuple[Span, ...]]
    """Position of a tag in `tagged` and the senses it stands for; empty for an unknown name."""

    def inside(self, start: int, end: int, kind: Kind) -> Iterator[Span]:
        for position in range(start, end):
            yield from (span for span in self.spans.get(position, ()) if span.kind == kind)


def bounds(text: str) -> list[tuple[int, int]]:
    """Sentences of a text as [start, end)."""
    ends = [m for m in END.finditer(text) if m[0] != "." or not ABBREVIATION.search(text, max(0, m.start() - 5), m.start())]
    cuts = [0, *(m.end() for m in ends), len(text)]
    return [(a, b) for a, b in pairwise(cuts) if b > a]


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence before its tags are set."""

    start: int
    end: int
    spans: tuple[Span, ...]

    def has(self, *kinds: int) -> bool:
        return any(span.kind in kinds for span in self.spans)


def parts(text: str, spans: Sequence[Span], kinds: frozenset[int]) -> Iterator[Part]:
    """Sentences that hold senses of these kinds."""
    wanted = [span for span in spans if span.kind in kinds and (span.kind, span.role) in LETTER]
    at = 0
    for start, end in bounds(text):
        first = at
        while at < len(wanted) and wanted[at].start < end:
            at += 1
        if at > first and end - start <= LONGEST:
            yield Part(start, end, tuple(wanted[first:at]))


def tagged(text: str, part: Part) -> Sentence:
    """Senses of other kinds stay plain words."""
    pieces: list[str] = []
    found: dict[int, tuple[Span, ...]] = {}
    length, cursor = 0, part.start
    for where in dict.fromkeys((span.start, span.end) for span in part.spans):
        same = tuple(span for span in part.spans if span.start == where[0])
        plain = _plain(text[cursor : where[0]])
        pieces += [plain, CHARACTER[min((LETTER[s.kind, s.role] for s in same), key=FIRST.index)]]
        length += len(plain)
        found[length] = same
        length, cursor = length + 1, where[1]
    pieces.append(_plain(text[cursor : part.end]))
    return Sentence(part.start, part.end, "".join(pieces), found)


def _plain(piece: str) -> str:
    """Without emphasis, lower case, single spaces around punctuation, names as tags."""
    piece = CAPITALISED.sub(NAME, piece.translate(MARKUP))
    piece = SPACED.sub(r" \1 ", piece) if not piece.isspace() else " "
    return re.sub(r"\s+", " ", fold(piece))
