"""BIAS003 and BIAS004: sentences that generalise about a group, and sentences that abuse one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from curate.bias.lexicon import Group, Lexicon
from curate.bias.reading import Reading
from curate.bias.sentences import Sentence, bounds, parts, pattern, tagged
from curate.bias.terms import Kind


@dataclass(frozen=True, slots=True)
class Offence:
    text: int
    start: int
    end: int
    axis: str
    group: str
    score: float = 1.0
    """1 where the lexicon lists it for this very group, less where it runs down any or is a mild insult."""


# A group as such: a bare plural at the start of a clause, or all, most, every of it.
EN_HEAD = (
    r"(?:^\W*|[,:;] |\b(?:all|most|because|that|and|but|so|since|why|know|knows|think|said|say|says|course|how|when|where|well"
    r"|wonder|like|if|as|than) )"
)
EN_SOME = r"(?:(?:all|most|many|every|these|those|the|you|other|typical|of|such) )*"
EN_PEOPLE = rf"{EN_HEAD}{EN_SOME}(?P<np>(?:<a> )*(?:<p>|<a> <Q>))"
EN_TYPICAL = (
    r"(?:^\W*|[,:;] |\b(?:because|that|and|but|so) )(?:every|an?|the typical|the average) (?P<np>(?:<a> )*(?:<n>|<a> <N>))"
)
EN_BE = (
    r"(?: (?:all|always|are|is|be|being|just|so|too|very|often|only|never|a|an|the|such|more|most|of course|in general|by nature"
    r"|tend to|can|will|would|do|bunch of|nothing but|both|who|seem|pretty|damn|quite|known to|[a-z]+ly|they|and))*"
)
EN_SAID = rf"{EN_BE}(?: (?:[a-z]+ and|[a-z]+ ,))? (?P<at><S>)"
EN_STEREOTYPES = (pattern(EN_PEOPLE + EN_SAID), pattern(EN_TYPICAL + EN_SAID), pattern(r"(?P<np><n>|<p>)'s (?P<at><S>)"))
ZH_START = (
    r"(?:^\s*|[，。：；、“\s]|所有|大部分|多数|大多数|这些|那些|因为|觉得|说|知道|现在的?|当今|如今|你们|这种|这帮|有些"
    r"|当然|难怪|毕竟|果然|还是|就知道|以为)"
)
ZH_ALL = (
    r"(?:都是|都|全是|全|总是|总|天生就是|天生就|天生|就是|就应该|就该|应该|普遍|往往|通常|永远|一向|向来|根本|骨子里|大多"
    r"|大多数|大部分|没有一个|只会|果然|当然|本来就|生来|一个个|不过|最)"
)
ZH_DEGREE = (
    r"(?:就|也|又|很|太|更|真的|肯定|一定|是|们|会|的|比较|非常|特别|那么|这么|这样|一群|嘛|啊|，|让人觉得|让人|给人感觉"
    r"|有点|挺|好|真|确实|几乎|还|容易)"
)
ZH_STEREOTYPES = (
    pattern(rf"{ZH_START}(?P<np><a>*<n>|<a>+<N>)们?(?:{ZH_ALL}|{ZH_DEGREE}){{0,6}}(?P<at><S>)"),
    pattern(rf"{ZH_START}(?P<np><a>*<k>)们?{ZH_DEGREE}{{0,2}}{ZH_ALL}(?:{ZH_ALL}|{ZH_DEGREE}){{0,4}}(?P<at><S>)"),
)
ABUSED = (
    pattern(r"(?P<np>(?:<a> )*(?:[<n><p>]|<a> [<N><Q>])) (?:(?:who|all|just|really|should|simply|[a-z]+ly) )*(?P<at><D>)"),
    pattern(
        r"(?P<np><a>*[<n><k>]|<a>+<N>)(?:们|都|全|就|真|真的|根本|统统|通通|全部|，|简直|就是|这种人|这些人){0,3}(?P<at><D>)"
    ),
)
INCITED = (
    pattern(r"(?P<at><I>) (?:(?:these|those|the|all|every|damn|stupid) )*(?P<np>(?:<a> )*(?:<p>|<a> <Q>))(?!'s)"),
    pattern(r"(?P<at><I>)(?:这些|那些|所有|那帮|这帮|的|了){0,2}(?P<np><a>*[<n><k>]|<a>+<N>)(?!的)"),
)
SHAPES = {Kind.STEREOTYPE: (*EN_STEREOTYPES, *ZH_STEREOTYPES), Kind.DEHUMANISING: ABUSED, Kind.INCITEMENT: INCITED}
NEGATED = re.compile(
    r"\b(?:not|no|never|isn't|aren't|don't think|nor|without|wouldn't|doubt)\b|不(?:都|是|全|一定|应|该|见得|能|要)|没有人"
)
QUOTED = re.compile(r"[\"“「『‘']")


def stereotypes(reading: Reading, lexicon: Lexicon) -> Iterator[Offence]:
    """Sentences that say of a group as such what the lexicon lists for it, in nobody else's words."""
    yield from _listed(reading, lexicon, Kind.PHRASE)
    yield from _said(reading, lexicon, Kind.STEREOTYPE)


def abuse(reading: Reading, lexicon: Lexicon) -> Iterator[Offence]:
    """Slurs, and sentences that dehumanise or threaten a group; its name alone is neither."""
    yield from _listed(reading, lexicon, Kind.SLUR)
    yield from _said(reading, lexicon, Kind.DEHUMANISING)
    yield from _said(reading, lexicon, Kind.INCITEMENT)


def _listed(reading: Reading, lexicon: Lexicon, kind: Kind) -> Iterator[Offence]:
    """Slurs and sayings, which need no other word."""
    for text in reading.texts_with(reading.kind == kind):
        for span in reading.spans(int(text)):
            if span.kind == kind and not reported(reading, int(text), *_around(reading.texts[text], span.start)):
                about = lexicon.stereotypes[span.target]
                yield Offence(int(text), span.start, span.end, about.axis, min(about.groups), 0.5 if about.mild else 1.0)


def _said(reading: Reading, lexicon: Lexicon, kind: Kind) -> Iterator[Offence]:
    """Sentences with a group and such a predicate in one of its shapes, one offence each."""
    kinds = frozenset({int(Kind.GROUP), int(Kind.PERSON), int(kind)})
    for text in map(int, reading.texts_with(reading.mentions(), reading.kind == kind)):
        whole = reading.texts[text]
        for part in parts(whole, list(reading.spans(text)), kinds):
            if part.has(Kind.GROUP) and part.has(kind):
                found = next(_fitting(tagged(whole, part), lexicon, kind), None)
                if found and not reported(reading, text, part.start, part.end):
                    group, score = found
                    yield Offence(text, *trim(whole, part.start, part.end), group.axis, group.name, score)


def _fitting(sentence: Sentence, lexicon: Lexicon, kind: Kind) -> Iterator[tuple[Group, float]]:
    """Groups of which the sentence says it; a question says nothing, and negation before the predicate unsays it."""
    if sentence.tagged.rstrip().endswith(("?", "？")):
        return
    for m in (m for shape in SHAPES[kind] for m in shape.finditer(sentence.tagged)):
        if NEGATED.search(sentence.tagged[: m.start("at")]):
            continue
        said = [lexicon.stereotypes[span.target] for span in sentence.inside(*m.span("at"), Kind.STEREOTYPE)]
        for group in (lexicon.groups[span.target] for span in sentence.inside(*m.span("np"), Kind.GROUP)):
            fits = [about for about in said if about.fits(group)]
            if fits or kind is not Kind.STEREOTYPE:
                yield group, 0.5 if fits and all(about.axis == "*" for about in fits) else 1.0


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _around(text: str, at: int) -> tuple[int, int]:
    return next((a, b) for a, b in bounds(text) if a <= at < b)


def reported(reading: Reading, text: int, start: int, end: int) -> bool:
    """Somebody else's words, talk about talk, or speech against it, in the sentence or its neighbours."""
    whole = reading.texts[text]
    cues = [span for span in reading.spans(text) if span.kind == Kind.CUE]
    if cues:
        limits = bounds(whole)
        here = next(i for i, (a, b) in enumerate(limits) if a <= start < b or b >= end)
        low, high = limits[max(0, here - 1)][0], limits[min(len(limits) - 1, here + 1)][1]
        if any(low <= span.start < high for span in cues):
            return True
    return _in_quotes(whole, start, end)


def _in_quotes(text: str, start: int, end: int) -> bool:
    """An opening quote in the sentence, or before it in its paragraph and not closed; a text that is one quote is said."""
    begin = text.rfind("\n\n", 0, start) + 1
    stop = text.find("\n\n", end)
    head, tail = text[begin:start], text[end : stop if stop >= 0 else len(text)]
    for opening, closing in (("“", "”"), ("「", "」"), ("『", "』")):
        if head.count(opening) > head.count(closing) or opening in text[start:end]:
            return True
    whole = begin == 0 and head.strip() in ('"', "") and tail.strip() in ('"', "")
    return (head.count('"') % 2 == 1 or '"' in text[start:end]) and not whole
