"""BIAS003 and BIAS004: sentences that generalise about a group, and sentences that abuse one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from curate.bias.lexicon import EN, Group, Lexicon, Stereotype
from curate.bias.reading import Reading, Span
from curate.bias.sentences import Sentence, bounds, pattern, sentences
from curate.bias.terms import Kind

STEREOTYPE_KINDS = frozenset({int(Kind.GROUP), int(Kind.PERSON), int(Kind.STEREOTYPE)})
ABUSE_KINDS = frozenset({int(Kind.GROUP), int(Kind.PERSON), int(Kind.DEHUMANISING), int(Kind.INCITEMENT)})


@dataclass(frozen=True, slots=True)
class Offence:
    text: int
    start: int
    end: int
    axis: str
    group: str


# A group as such: a bare plural at the start of a clause, or all, most, every of it.
ALL = r"(?:(?:all|most|many|every|these|those|the|you|typical|as|because|that|and|but|why|think|know|since|if|said|says) )*"
EN_GROUP = rf"(?:^\W*|[,:;] |\b(?:all|most|every|because|that|and|but|think|know|since|said|says|why) ){ALL}(?P<np>(?:<a> )*(?:<p>|<a> <Q>))"
EN_SINGLE = r"(?:^\W*|[,:;] |\b(?:because|that|and|but) )(?:every|an?|the typical|the average) (?P<np>(?:<a> )*(?:<n>|<a> <N>))"
EN_LINK = r"(?: (?:all|always|are|were|is|just|so|too|very|really|simply|naturally|inherently|generally|usually|often|typically|obviously|basically|only|never|a|an|the|such|more|most|of|course|in general|by nature|tend to be|can be|will always be|will always|will|do|bunch|nothing but|both|people who|who))*"
EN_ABOUT = pattern(rf"(?:{EN_GROUP}|{EN_SINGLE}){EN_LINK}(?: (?:[a-z]+ and|[a-z]+ ,))? (?P<at><S>)")
EN_PLACE = pattern(r"(?P<np><n>|<p>)'s (?P<at><S>)")
ZH_LINK = r"(?:都是|都|全是|全|总是|总|天生就是|天生就|天生|就是|就应该|就该|就|应该|普遍|一般|往往|通常|永远|一向|向来|根本|骨子里|大多|大多数|大部分|没有一个|太|很|最|更|只会|真的|肯定|一定|果然|也|又|当然|本来就|生来|是|们|会|的|比较|非常|特别|那么|这么|一群|一个个|个个|不过|嘛|啊|，|让人|让人觉得|给人感觉){0,6}"
ZH_ABOUT = pattern(rf"(?:^|[，。：；、“\s]|所有|大部分|多数|大多数|这些|那些|因为|觉得|说|知道|现在的|当今|如今|你们|这种|这帮|有些)(?P<np><a>*(?:[<n>]|<a>+<N>)){ZH_LINK}(?P<at><S>)")
ZH_BARE = {"的", "她", "他"}
EN_ABUSED = pattern(r"(?P<np>(?:<a> )*(?:[<n><p>]|<a> [<N><Q>])) (?:(?:who|all|just|really|should|simply|[a-z]+ly) )*(?P<at><D>)")
EN_INCITED = pattern(r"(?P<at><I>) (?:(?:these|those|the|all|every|fucking|damn|stupid) )*(?P<np>(?:<a> )*(?:<p>|<a> <Q>))(?!'s)")
ZH_ABUSED = pattern(r"(?P<np><a>*(?:[<n>]|<a>+<N>))(?:们|都|全|就|真|真的|根本|统统|通通|全部|，|简直|就是|这种人|这些人){0,3}(?P<at><D>)")
ZH_INCITED = pattern(r"(?P<at><I>)(?:这些|那些|所有|那帮|这帮|的|了){0,2}(?P<np><a>*(?:[<n>]|<a>+<N>))(?!的)")
NEGATED = re.compile(r"\b(?:not|no|never|isn't|aren't|don't think|nor|without|wouldn't|doubt)\b|不(?:都|是|全|一定|应|该|见得|能|要)|没有人")
QUOTED = re.compile(r"[\"“「『‘']")


def stereotypes(reading: Reading, lexicon: Lexicon, texts: np.ndarray | None = None) -> Iterator[Offence]:  # type: ignore[type-arg]
    """Sentences that say of a group as such what the lexicon lists for it, in nobody else's words."""
    wanted = reading.texts_with(reading.mentions(), reading.kind == Kind.STEREOTYPE)
    for text in wanted:
        yield from _sentences(reading, int(text), STEREOTYPE_KINDS, (EN_ABOUT, EN_PLACE), (ZH_ABOUT,), lexicon, Kind.STEREOTYPE)


def abuse(reading: Reading, lexicon: Lexicon) -> Iterator[Offence]:
    """Slurs, and sentences that dehumanise or threaten a group; its name alone is neither."""
    slur = reading.kind == Kind.SLUR
    for text in reading.texts_with(slur):
        spans = list(reading.spans(int(text)))
        for span in spans:
            if span.kind == Kind.SLUR and not _reported(reading, int(text), *_around(reading.texts[text], span.start)):
                about = lexicon.stereotypes[span.target]
                yield Offence(int(text), span.start, span.end, about.axis, ", ".join(sorted(about.groups)))
    for text in reading.texts_with(reading.mentions(), (reading.kind == Kind.DEHUMANISING) | (reading.kind == Kind.INCITEMENT)):
        for kind in (Kind.DEHUMANISING, Kind.INCITEMENT):
            english, chinese = ((EN_ABUSED,), (ZH_ABUSED,)) if kind is Kind.DEHUMANISING else ((EN_INCITED,), (ZH_INCITED,))
            yield from _sentences(reading, int(text), ABUSE_KINDS, english, chinese, lexicon, kind)


def _sentences(reading: Reading, text: int, kinds: frozenset[int], english: tuple[re.Pattern[str], ...], chinese: tuple[re.Pattern[str], ...], lexicon: Lexicon, kind: Kind) -> Iterator[Offence]:
    spans = list(reading.spans(text))
    for sentence in sentences(reading.texts[text], spans, kinds):
        for shape in (*english, *chinese):
            match = next(_fitting(shape, sentence, lexicon, kind), None)
            if match and not _reported(reading, text, sentence.start, sentence.end):
                yield Offence(text, *trim(reading.texts[text], sentence.start, sentence.end), match.axis, match.name)
                break


def _fitting(shape: re.Pattern[str], sentence: Sentence, lexicon: Lexicon, kind: Kind) -> Iterator[Group]:
    """Groups of which the sentence says it; negation anywhere before the predicate unsays it."""
    for m in shape.finditer(sentence.tagged):
        if NEGATED.search(sentence.tagged[: m.start("at")]) or sentence.tagged.rstrip().endswith(("?", "？")):
            continue
        for group in (lexicon.groups[span.target] for span in sentence.inside(*m.span("np"), Kind.GROUP)):
            if kind is not Kind.STEREOTYPE or any(lexicon.stereotypes[s.target].fits(group) for s in sentence.inside(*m.span("at"), kind)):
                yield group


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _around(text: str, at: int) -> tuple[int, int]:
    return next((a, b) for a, b in bounds(text) if a <= at < b)


def _reported(reading: Reading, text: int, start: int, end: int) -> bool:
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
    """An opening quote in the sentence or before it in the same line that is not closed again."""
    line = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    head, tail = text[line:start], text[end : stop if stop >= 0 else len(text)]
    for opening, closing in (("“", "”"), ("「", "」"), ("『", "』")):
        if head.count(opening) > head.count(closing) or opening in text[start:end]:
            return True
    whole = line == 0 and head.strip() in ('"', "") and tail.strip() in ('"', "")
    return (head.count('"') % 2 == 1 or '"' in text[start:end]) and not whole
