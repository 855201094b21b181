"""Clause-level links of group mentions with occupations, traits and outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from curate.bias import chinese, english
from curate.bias.lexicon import EN, ZH
from curate.bias.reading import ATTRIBUTE_KINDS, Reading, Span
from curate.bias.sentences import Sentence, parts, tagged
from curate.bias.terms import Kind, Role

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
    whole, grammar, previous = reading.texts[text], GRAMMARS[lang], None
    for part in parts(whole, [span for span in reading.spans(text) if span.lang == lang], KINDS):
        sentence = None
        if part.has(Kind.GROUP) and part.has(*ATTRIBUTE_KINDS):
            sentence = tagged(whole, part)
            yield from ((*link, sentence) for link in grammar(sentence))
        if (
            lang == EN
            and previous
            and previous.end == part.start
            and previous.has(Kind.OCCUPATION)
            and part.spans[0].role == Role.SUBJECT
        ):
            sentence = sentence or tagged(whole, part)
            yield from ((*link, sentence) for link in english.across(tagged(whole, previous), sentence))
        previous = part
