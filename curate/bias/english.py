"""Who is what in an English sentence, by word order; it links where grammar decides and keeps silent where it does not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curate.bias.reading import Span
from curate.bias.sentences import CHARACTER, Sentence, pattern
from curate.bias.terms import Kind

Link = tuple[Span, Span]
"""A group mention and an attribute."""

NP = r"(?P<np>(?:<a> )*(?:[<n><p><s>]|<a> [<N><Q>]))"
DET = r"(?:an?|the|our|their|my|your|this|that|these|those|some|one|two|several|another|no)"
ADV = r"(?:[a-z]+ly|very|so|too|also|just|always|often|quite|more|most|still|now|rather|such|already|then|once|both|all|soon)"
AUX = (
    r"(?:has|had|have|would|could|will|can|may|might|must|should|wants?|wanted|hopes?|hoped|decided|dream(?:s|ed|t)"
    r"|to|of|that|used|later|eventually|first)"
)
BE = r"(?:is|are|was|were|be|been|being|am|became|becomes?|becoming|remain(?:s|ed)?)"
SEEM = rf"(?:{BE}|seem(?:s|ed)?|look(?:s|ed)?|feels?|felt|appear(?:s|ed)?|g[eo]ts?|sound(?:s|ed)?)"
TO_BE = rf"(?:'s|'re| (?:who )?(?:(?:{AUX}|{ADV}) )*{BE})"
AS = r"(?:work(?:s|ed|ing)?|serv(?:es|ed|ing)|train(?:s|ed|ing)|employed|hired|known) as"
TRAITS = rf"(?P<at><T>(?:(?: ,)?(?: and| but| or)?(?: {ADV})? <T>)*)"

PREDICATE = pattern(
    rf"{NP}(?:{TO_BE}| (?:who )?(?:(?:{AUX}|{ADV}|{BE}) )*{AS})(?: {ADV})?(?: {DET})?(?: [a-z]+){{0,2}} (?P<at>[<J><K>])(?!'s)"
)
MODIFIER = pattern(r"(?P<np>(?:<a> )*[<n><p><a>]) (?P<at>[<J><K>])")
APPOSITION = pattern(rf"{NP} , {DET}(?: [a-z]+){{0,2}} (?P<at><J>)(?= [,.]|$)")
CAREER = pattern(
    r"(?P<np>[<x><h>])(?: [a-z]+)? (?:job|work|career|role|position|time|experience|profession|life|dream) "
    r"(?:as|of (?:being|becoming)|is|was)(?: to be(?:come)?)? an?(?: [a-z]+){0,2} (?P<at><J>)"
)
TRAIT_AFTER = pattern(rf"{NP}(?:'s|'re| (?:who )?(?:(?:{AUX}|{ADV}) )*{SEEM})(?: {ADV})*(?: an?| the)?(?: {ADV})* {TRAITS}")
TRAIT_BEFORE = pattern(rf"{TRAITS} (?P<np>(?:<a> )*[<n><p>])")
PASSIVE = pattern(
    rf"{NP}(?:'s| (?:who )?(?:(?:{AUX}|{ADV}) )*(?:was|were|is|are|been|being|be|got|gets?))(?: {ADV})* (?P<at><V>)"
)
ACTIVE = pattern(
    rf"(?P<at>[<V><W>])(?: {DET})?(?: <T>)? (?P<np>(?:<a> )*[<n><p><o>](?!'s)"
    r"|<h>(?= (?:[.,;]|and|for|to|because|after|when|as|in|on|at|with|from|by)|[.,;]|$))"
)
SIMPLE = (
    *((shape, Kind.OCCUPATION) for shape in (PREDICATE, MODIFIER, APPOSITION, CAREER)),
    *((shape, Kind.TRAIT) for shape in (TRAIT_AFTER, TRAIT_BEFORE)),
    *((shape, Kind.OUTCOME) for shape in (PASSIVE, ACTIVE)),
)
NEGATED = re.compile(r"\b(?:not|never|no|without|neither|nor|hardly)\b|n't\b")


def links(sentence: Sentence) -> Iterator[Link]:
    for shape, kind in SIMPLE:
        for m in shape.finditer(sentence.tagged):
            if NEGATED.search(m.group()):
                continue
            for group in sentence.inside(*m.span("np"), Kind.GROUP):
                yield from ((group, attribute) for attribute in sentence.inside(*m.span("at"), kind))
    yield from anaphora(sentence)


PRONOUNS = pattern(r"[<s><o><x><h><r>]")
# A noun phrase that may be spoken of: with a determiner at most two words before, or at the very start.
REFERENT = pattern(rf"(?:\b(?:{DET}|[<x><h>]|every|each|any|as an?) (?:(?:[a-z]+|<a>|<T>) ){{0,2}}|^\s*(?:\W )?)(?P<at>[<J><N>])")
RIVAL = pattern(r"[<n><M>]|someone|somebody|anyone|everyone")
SOMEBODY = pattern(r"[<J><N><n><M><K>]|someone|somebody|anyone|everyone|\bi\b|\bwe\b")
OPENING = pattern(r"^\W*(?P<np><s>)")
# `Antonio's sister ...`, `Nissa is ...`: a first word that is no common one, before 's or a verb.
COMMON = (
    "the|an?|if|when|while|as|since|after|before|because|once|this|that|these|those|each|every|all|some|one|two|it|there|here|what|who|how|why|where"
    "|which|then|so|and|but|or|in|on|at|for|to|of|by|from|with|during|however|most|many|another|no|our|my|your|their|i|we|you|they|yes"
)
VERB = (
    "is|was|has|had|will|would|can|could|did|does|and|went|took|got|made|gave|said|told|came|saw|ran|bought|sold|won|lost|left|met|ate|drank|wrote"
    "|drew|sang|swam|rode|flew|threw|chose|wore|drove|woke|spoke|forgot|hid|slept|cut|hit|fed|stole|dug|swept|lent|broke|shot|fell|caught|brought|taught"
    "|spent|found|put|read|led|felt|began|became|knew|thought|kept|sat|stood|built|paid|held|set|grew|[a-z]{2,}(?:s|ed)"
)
FIRST_NAME = re.compile(rf"^\W*(?!(?:{COMMON})\b)[a-z]+(?:'s| (?:{VERB}) )")
BREAK = re.compile(
    r" (?:because|that|when|while|if|whether|since|so|although|though|before|after|until|unless|as|who|which|where|why|how|what"
    r"|and|but|or|then) | [,:;] "
)
# `and then slapped her`: the conjunction is followed by a verb at once, so the first clause's subject goes on.
SHARED_SUBJECT = pattern(
    rf" (?:and|but|then|or)(?: (?:then|also|so|even|{ADV}))* "
    rf"(?!{DET} |(?:it|there|they|we|i|you|if|when|because|that|in|at|on|for|with) )(?:[a-z]{{2,}}|<V>|<W>)[^,;:]*$"
)


def anaphora(sentence: Sentence) -> Iterator[Link]:
    """A pronoun and the one job it can mean.

    Binding theory decides (Chomsky 1981): a reflexive means its clause's subject, an object pronoun anything but. Where
    two jobs remain (`The developer argued with the designer because she ...`) only knowledge of the world would tell,
    so none is linked.
    """
    tagged = sentence.tagged
    referents = [m.start("at") for m in REFERENT.finditer(tagged)]
    # Groups of which somebody else is spoken of: `He told the attendant that it was his birthday`.
    foreign: set[int] = set()
    for m in PRONOUNS.finditer(tagged) if referents else ():
        at = m.start()
        groups = {span.target for span in sentence.spans[at]}
        before = [r for r in referents if r < at]
        chosen = (
            _antecedent(tagged, before, at) if before and not groups & foreign and not _rivals(sentence, at, groups) else None
        )
        if chosen is None:
            foreign |= groups
            continue
        for group in sentence.inside(at, at + 1, Kind.GROUP):
            yield from ((group, job) for job in sentence.inside(chosen, chosen + 1, Kind.OCCUPATION))


def _rivals(sentence: Sentence, at: int, groups: set[int]) -> bool:
    """Somebody else in the sentence whom the pronoun may mean: a name, or a noun of the same group."""
    for m in RIVAL.finditer(sentence.tagged, 0, at):
        spans = sentence.spans.get(m.start(), ())
        if not spans or any(span.target in groups or span.kind == Kind.NAME for span in spans):
            return True
    return FIRST_NAME.match(sentence.tagged) is not None


def across(before: Sentence, sentence: Sentence) -> Iterator[Link]:
    """`The baker opened early. She ...`: a sentence that begins with a pronoun, after one that speaks of a single person."""
    opening = OPENING.match(sentence.tagged)
    if not opening or FIRST_NAME.match(before.tagged) or PRONOUNS.search(before.tagged):
        return
    people = list(SOMEBODY.finditer(before.tagged))
    referents = [m.start("at") for m in REFERENT.finditer(before.tagged)]
    if len(people) == 1 and referents == [people[0].start()]:
        for group in sentence.inside(*opening.span("np"), Kind.GROUP):
            yield from ((group, job) for job in before.inside(referents[0], referents[0] + 1, Kind.OCCUPATION))


def _antecedent(tagged: str, referents: list[int], at: int) -> int | None:
    reflexive, possessive = tagged[at] == CHARACTER["r"], _possessive(tagged, at)
    obj = tagged[at] in CHARACTER["o"] + CHARACTER["h"] and not possessive
    between = tagged[referents[-1] : at]
    shared = SHARED_SUBJECT.search(between) is not None
    if len(referents) == 1:
        # In one clause `The nurse called her` is about two people.
        return None if obj and (shared or not BREAK.search(between)) else referents[0]
    if len(referents) == 2 and reflexive and not BREAK.search(between):
        return referents[0]
    return referents[1] if len(referents) == 2 and obj and shared else None


# After `her`, one of these or the end makes it an object; a noun or adjective makes it a possessive.
AFTER_OBJECT = re.compile(
    r"^(?:'|\s*(?:$|[.,;:!?)]|(?:and|or|but|to|for|in|on|at|with|from|by|about|as|if|when|because|that|the|an?|so|into|of|after"
    r"|before|over|up|out|off|down|back|again|how|why|what|where|who|all|some|any|it|this|every|while|until|during|than|too|not"
    r"|then|away|home|his|their|my)\b))"
)
CAUSATIVE = re.compile(
    r"\b(?:helps?|helped|helping|lets?|letting|makes?|made|making|see|saw|watch(?:ed)?|hear|heard|have|had|wish(?:ed)?) $"
)


def _possessive(tagged: str, at: int) -> bool:
    if tagged[at] == CHARACTER["x"]:
        return True
    return tagged[at] == CHARACTER["h"] and not AFTER_OBJECT.match(tagged[at + 1 :]) and not CAUSATIVE.search(tagged[:at])
