"""Clause-level links of group mentions with occupations, traits and outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from curate.bias import chinese, english
from curate.bias.lexicon import EN, ZH
from curate.bias.reading import ATTRIBUTE_KINDS, Reading, Span
from curate.bias.sentences import sentences
from curate.bias.terms import Kind

import numpy as np

GRAMMARS = {EN: english.links, ZH: chinese.links}
KINDS = frozenset({*ATTRIBUTE_KINDS, int(Kind.GROUP), int(Kind.PERSON), int(Kind.NAME)})


@dataclass(frozen=True, slots=True)
class Link:
    text: int
    lang: int
    group: int
    attribute: int


def links(reading: Reading) -> Iterator[Link]:
    """Each link once per text, in text order."""
    attributes = np.isin(reading.kind, ATTRIBUTE_KINDS)
    for lang, grammar in GRAMMARS.items():
        here = reading.lang == lang
        for text in reading.texts_with(reading.mentions() & here, attributes & here):
            spans = [span for span in reading.spans(text) if span.lang == lang]
            found: dict[tuple[int, int], None] = {}
            for sentence in sentences(reading.texts[text], spans, KINDS):
                if _promising(sentence.spans.values()):
                    found |= {(group.target, attribute.target): None for group, attribute in grammar(sentence)}
            yield from (Link(int(text), lang, *pair) for pair in found)


def _promising(spans: Iterator[tuple[Span, ...]] | object) -> bool:
    kinds = {span.kind for group in spans for span in group}  # type: ignore[attr-defined]
    return int(Kind.GROUP) in kinds and not kinds.isdisjoint(ATTRIBUTE_KINDS)
