"""Sentences as tagged strings: what the lexicon knows becomes one private character, so that grammar can be a regular expression."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

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
LONGEST = 2000
"""Code points; what runs on longer is a table or code and has no grammar to read."""

END = re.compile(r"(?<!\b[MD]r)(?<!\bMrs)(?<!\bMs)(?<!\bSt)(?<!\bvs)(?<!\bProf)[.!?]+[\"'”’)]*(?=\s|$)|[。！？；\n]+[”’」]?|;")
SPACED = re.compile(r"\s*([,:;()\"“”—])\s*")
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
    cuts = [0, *(m.end() for m in END.finditer(text)), len(text)]
    return [(a, b) for a, b in zip(cuts, cuts[1:], strict=False) if b > a]


def sentences(text: str, spans: Sequence[Span], kinds: frozenset[int]) -> Iterator[Sentence]:
    """Those sentences that hold at least one tag, with senses of other kinds left as plain words."""
    wanted = [span for span in spans if span.kind in kinds and (span.kind, span.role) in LETTER]
    at = 0
    for start, end in bounds(text):
        inside: list[Span] = []
        while at < len(wanted) and wanted[at].start < end:
            inside.append(wanted[at])
            at += 1
        if inside and end - start <= LONGEST:
            yield _tagged(text, start, end, inside)


def _tagged(text: str, start: int, end: int, spans: Sequence[Span]) -> Sentence:
    pieces: list[str] = []
    found: dict[int, tuple[Span, ...]] = {}
    length, cursor = 0, start
    for where in dict.fromkeys((span.start, span.end) for span in spans):
        same = tuple(span for span in spans if span.start == where[0])
        plain = _plain(text[cursor : where[0]])
        pieces += [plain, CHARACTER[min((LETTER[s.kind, s.role] for s in same), key="nkspoxhratJKVWYTSDINQM".index)]]
        length += len(plain)
        found[length] = same
        length, cursor = length + 1, where[1]
    pieces.append(_plain(text[cursor:end]))
    return Sentence(start, end, "".join(pieces), found)


def _plain(piece: str) -> str:
    """Lower case, single spaces around punctuation, names as tags."""
    piece = CAPITALISED.sub(NAME, piece)
    piece = SPACED.sub(r" \1 ", piece) if not piece.isspace() else " "
    return re.sub(r"\s+", " ", fold(piece))
