"""Texts as integers: every sense of every surface, with the group mentions that count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from curate.bias.lexicon import Ints, Lexicon
from curate.bias.scan import Hits, scan
from curate.bias.terms import Kind, Role

Bools = npt.NDArray[np.bool_]
ATTRIBUTE_KINDS = (int(Kind.OCCUPATION), int(Kind.TRAIT), int(Kind.OUTCOME))


@dataclass(frozen=True)
class Reading:
    """The senses found in a batch of texts, in text order."""

    texts: Sequence[str]
    hits: Hits
    hit: Ints
    """The hit each sense belongs to."""
    kind: Ints
    lang: Ints
    role: Ints
    target: Ints

    @property
    def text(self) -> Ints:
        return self.hits.text[self.hit]

    def mentions(self) -> Bools:
        return np.asarray(self.kind == Kind.GROUP)

    @cached_property
    def bounds(self) -> Ints:
        """Senses of text i are those in [bounds[i], bounds[i + 1])."""
        return np.searchsorted(self.text, np.arange(len(self.texts) + 1))

    def spans(self, text: int) -> Iterator[Span]:
        for i in range(self.bounds[text], self.bounds[text + 1]):
            hit = self.hit[i]
            where = int(self.hits.start[hit]), int(self.hits.end[hit])
            yield Span(*where, int(self.kind[i]), int(self.lang[i]), int(self.role[i]), int(self.target[i]))

    def texts_with(self, *wanted: Bools) -> Ints:
        """Texts that hold at least one sense of every mask."""
        both = np.ones(len(self.texts), dtype=bool)
        for mask in wanted:
            both &= np.bincount(self.text[mask], minlength=len(self.texts)) > 0
        return np.flatnonzero(both)


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int
    kind: int
    lang: int
    role: int
    target: int


def read(texts: Sequence[str], lexicon: Lexicon, many: bool = False) -> Reading:
    hits = scan(texts, lexicon.trie, many)
    count = np.diff(lexicon.first)[hits.surface]
    hit = np.repeat(np.arange(len(hits)), count)
    offset = np.arange(len(hit)) - np.repeat(np.cumsum(count) - count, count)
    sense = lexicon.first[hits.surface[hit]] + offset
    columns = lexicon.columns
    reading = Reading(texts, hits, hit, *(columns[name][sense] for name in ("kind", "lang", "role", "target")))
    keep = ~reading.mentions() | counts(reading)
    return Reading(texts, hits, hit[keep], *(getattr(reading, name)[keep] for name in ("kind", "lang", "role", "target")))


def counts(reading: Reading) -> Bools:
    """An adjective counts where a person follows at once (`black woman`, `old black man`, 女医生), all else always."""
    hits, n = reading.hits, len(reading.hits)
    people = (reading.kind == Kind.PERSON) | (reading.kind == Kind.OCCUPATION)
    people |= reading.mentions() & np.isin(reading.role, (Role.NOUN, Role.PLURAL, Role.ONE))
    is_person = np.bincount(reading.hit[people], minlength=n) > 0
    is_adjective = np.bincount(reading.hit[reading.mentions() & (reading.role == Role.ADJECTIVE)], minlength=n) > 0
    touches = np.zeros(n, dtype=bool)
    gap = np.where(reading.lang[np.searchsorted(reading.hit, np.arange(n))] == 0, 1, 0)
    touches[:-1] = (hits.text[1:] == hits.text[:-1]) & (hits.start[1:] - hits.end[:-1] == gap[:-1])
    good = is_person.copy()
    for _ in range(3):  # three adjectives in a row are enough for anybody
        ahead = np.append(good[1:], False) & touches
        good |= is_adjective & ahead
    ahead = np.append(good[1:], False) & touches
    return np.asarray((reading.role != Role.ADJECTIVE) | ahead[reading.hit])
