"""Clause-level links of group mentions with occupations, traits and outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from curate.bias import chinese, english
from curate.bias.lexicon import EN, ZH
from curate.bias.reading import ATTRIBUTE_KINDS, Reading, Span
from curate.bias.sentences import Sentence, sentences
from curate.bias.terms import Kind

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
    for lang in GRAMMARS:
        here = reading.lang == lang
        for text in reading.texts_with(reading.mentions() & here, attributes & here):
            found = dict.fromkeys((group.target, attribute.target) for group, attribute, _ in pairs(reading, int(text), lang))
            yield from (Link(int(text), lang, *pair) for pair in found)


def pairs(reading: Reading, text: int, lang: int) -> Iterator[tuple[Span, Span, Sentence]]:
    """A group mention and its attribute, with the sentence that links them."""
    grammar, previous = GRAMMARS[lang], None
    for sentence in sentences(reading.texts[text], [span for span in reading.spans(text) if span.lang == lang], KINDS):
        kinds = {span.kind for spans in sentence.spans.values() for span in spans}
        if Kind.GROUP in kinds and not kinds.isdisjoint(ATTRIBUTE_KINDS):
            yield from ((*link, sentence) for link in grammar(sentence))
        if previous and lang == EN and previous.end == sentence.start and Kind.GROUP in kinds:
            yield from ((*link, sentence) for link in english.across(previous, sentence))
        previous = sentence
