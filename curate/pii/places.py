"""Postal addresses of Europe and the Americas, and coordinates. Nothing here has a check digit: form, place and words must do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curate.pii.hits import Confidence, Hit, hit
from curate.pii.labels import View
from curate.pii.lexicon import either, words

PROVED, CUED, GUESS = Confidence

UP = r"[A-ZÀ-ÖØ-ÞŁŚŻŹĆŠČŘŽĐΑ-Ω]"
WORD = rf"(?:{UP}[\w'’.\-]{{0,30}})"
SMALL = (
    r"(?:de|del|della|delle|dei|di|da|do|dos|das|du|des|la|le|les|van|von|der|den|ten|op|am|an|im|zum|zur|auf|el|los|las|y|e|i|og|och|of|the|"
    r"l'|d'|al)"
)
ENDING = "|".join(f"{w}s?" if w in ("Meadow", "Shore", "Spring", "Villa") else w for w in words("places", "endings"))
MORPHEME = either("places", "morphemes") + r"|str\."
BEFORE = "|".join(f"[{w[0].upper()}{w[0]}]{w[1:]}" if w[0].islower() else w for w in words("places", "before"))
BEFORE = rf"(?:{BEFORE})\.?"
UNITS = "Apt|Apartment|Suite|Ste|Unit|Flat|Room|Rm|Floor|Bldg|Building|Lot|Wohnung|Appartement|Piso"
UNIT = rf"(?:(?:{UNITS})\b\.? ?#?(?:[0-9]{{1,5}}[A-Za-z]?|[A-Z][0-9]{{0,4}})(?![0-9A-Za-z])|#[0-9]{{1,5}}(?:-[0-9]{{1,5}})?[A-Za-z]?)"
FRONT = re.compile(rf"(?<![A-Za-z])(?:{UNITS})\.? (?:[0-9]{{1,4}}[A-Za-z]?, ?)?$")
"""`Flat 3,` before the house number."""
STATE = r"[A-Z]{1,3}"
ZIP = (
    r"(?:[0-9]{5}-[0-9]{4}|[0-9]{3} ?[0-9]{2}|[0-9]{4,6}|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]|"
    r"[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}|[A-Z]{1,2}-[0-9]{4,5}|[0-9]{4} ?[A-Z]{2})(?![0-9A-Za-z])"
)
SEP = r"(?:[ ,;]{1,3}|[ ,.]{0,3}\r?\n[ >?#*|\t,]{0,8}(?:\n[ >?#*|\t]{0,8})?)"
TOWN = rf"(?:{WORD}(?:[ \-](?:{SMALL} )?{WORD}){{0,3}}(?: \([^()\n]{{1,30}}\))?)"
# Everything after the street: unit, then town with state, country or postal code.
TAIL = re.compile(
    rf"(?:{SEP}{UNIT}){{0,2}}"
    rf"(?:{SEP}{TOWN}{SEP}{STATE}(?:{SEP}{ZIP})|(?:{SEP}{TOWN}){{0,2}}{SEP}{TOWN},? {ZIP}|"
    rf"{SEP}{ZIP}(?:,? {TOWN})?|{SEP}{TOWN}(?:\n{{1,2}}[ >?]*{TOWN} {ZIP}))?"
    rf"(?:{SEP}{UNIT})?"
)
NUMBER = r"(?:[0-9]{1,6}(?:[A-Za-z](?![A-Za-z]))?(?:[-/][0-9]{1,4}[A-Za-z]?)?)"
ORDINAL = r"(?:[0-9]{1,3}(?:st|nd|rd|th)|First|Second|Third|Fourth|Fifth|Sixth|Seventh|Eighth|Ninth|Tenth)"
WIND = r"(?:[NSEW]{1,2}\.? |North |South |East |West )?"

STREET = re.compile(
    rf"(?<![\w.,$€£#/:-])(?:{NUMBER},? ){{1,2}}{WIND}(?:(?:{WORD}|{ORDINAL}|{SMALL}) ){{1,4}}(?:{ENDING})(?![\w-])\.?"
    r"(?: [NSEW]{1,2}(?!\w))?"
)
MORPHEMIC = re.compile(
    rf"(?<![\w])(?:{NUMBER} )?(?:{WORD} ){{0,2}}"
    rf"(?:{UP}[\w'’\-]{{0,30}}(?:{MORPHEME})|{UP}[\w'’\-]{{1,30}} (?i:{MORPHEME})) {NUMBER}(?![\w%])"
)
PREFIXED = re.compile(
    rf"(?<![\w])(?:{NUMBER},? )?{BEFORE} (?:(?:{SMALL}[ ]?|{WORD} |[0-9]{{1,2}} (?={UP}|{SMALL})){{1,6}}),? ?{NUMBER}(?![\w%])"
)
RUE = r"(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Cc]hemin|[Ii]mpasse|[Aa]llée|[Pp]lace|[Qq]uai|Via|Calle|Rua|[Aa]v\.?|[Uu]l\.)"
NUMBER_RUE = re.compile(rf"(?<![\w.,])(?:{NUMBER},? )+(?:bis |ter )?{RUE} (?:(?:{SMALL} ?)){{0,3}}{WORD}(?:[ \-]{WORD}){{0,2}}")
BOXED = r"P\.? ?O\.? ?Box|Post Office Box|Postfach|Apartado|Boîte postale|BP"
BOX = re.compile(
    rf"(?<![\w])(?:(?:PSC|CMR|Unit) [0-9]{{1,5}},? Box [0-9]{{1,5}}|(?:[0-9]{{1,5}} )?(?:{BOXED}) #?[0-9]{{1,6}})(?![\w])",
    re.IGNORECASE,
)
MILITARY = re.compile(r"(?:[AFD]PO),? (?:AA|AE|AP) [0-9]{5}(?![0-9])", re.IGNORECASE)
SHIP = re.compile(r"(?:USS|USNS|USCGC) [A-Z][\w ]{2,30}\s+FPO (?:AA|AE|AP) [0-9]{5}")
CORNER = re.compile(rf"(?:the )?corner of (?:{NUMBER} )?(?:{WORD} ){{1,4}}and (?:{WORD} ?){{1,4}}")
UNIT_NUMBER = re.compile(rf"{UNIT} {NUMBER} (?:{WORD} ){{1,4}}{NUMBER}(?!\w)")
FORMS = (
    (STREET, 0.7), (MORPHEMIC, 0.65), (PREFIXED, 0.65), (NUMBER_RUE, 0.65), (BOX, 0.6), (MILITARY, 0.8), (SHIP, 0.8),
    (CORNER, 0.5), (UNIT_NUMBER, 0.6),
)  # fmt: skip
# Two numbers around a name, or one before a name and a unit: no word of `street`, so it needs a word that says address.
LOOSE = re.compile(
    rf"(?:{NUMBER},? )(?:{NUMBER} )?(?:(?:{WORD}|{SMALL})[ ,]){{1,5}}{NUMBER}(?![\w%])|"
    rf"{NUMBER} (?:{NUMBER} )?(?:{WORD} ){{0,3}}{WORD}"
)
LEAD = re.compile(r"[\s:：\"'>]{0,8}(?:is |at |to |in |it is |the same: )?[\s\"'>]{0,4}")
BLOCK = re.compile(
    rf"(?:^|\n)[ >?#*|\t]{{0,8}}({NUMBER} (?:{NUMBER} )?(?:{WORD} ?|{SMALL} |{NUMBER} ?){{1,6}})(?={SEP}{UNIT})", re.MULTILINE
)
SHOWN = re.compile(
    r"(?:123|1234|456|789|321|100) (?:Main|Elm|Oak|Maple|Any|Fake|Example|Sample|Street|Business|First|Park)\b|"
    r"742 Evergreen|221B Baker|1600 Pennsylvania|10 Downing",
    re.IGNORECASE,
)
YEAR = re.compile(r"(?:1[5-9]|20)[0-9]{2} ")


def addresses(view: View) -> Iterator[Hit]:
    text = view.text
    for pattern, score in FORMS:
        for match in pattern.finditer(text):
            yield grown(view, match.start(), match.end(), score)
    for match in BLOCK.finditer(text):
        yield grown(view, match.start(1), match.end(1), 0.6)
    for place in view.labelled("PII008"):
        lead = LEAD.match(text, place)
        start = lead.end() if lead else place
        loose = LOOSE.match(text, start)
        if loose and re.search(r"[A-Za-zÀ-ž]{2}", loose.group()):
            yield grown(view, start, loose.end(), 0.75)


def grown(view: View, start: int, end: int, score: float) -> Hit:
    """The street with what follows it on the envelope."""
    front = FRONT.search(view.text, max(0, start - 20), start)
    start = front.start() if front else start
    tail = TAIL.match(view.text, end, end + 160)
    long = tail is not None and tail.end() > end + 4
    end = tail.end() if tail else end
    while end > start and view.text[end - 1] in " ,.\n>?\t":
        end -= 1
    cued = view.label(start, 60) == "PII008"
    body = view.text[start:end]
    aside = "a placeholder" if SHOWN.match(body) else ""
    if not cued and not long and YEAR.match(body):
        score = 0.45  # `the 1929 Wall Street crash`
    return hit(
        "address", start, end, CUED if cued else GUESS, min(0.95, score + (0.15 if cued else 0) + (0.1 if long else 0)), aside
    )


DECIMAL = re.compile(
    r"(?<![0-9.])(?P<a>[-+]?[0-9]{1,2}\.[0-9]{3,15})(?P<x>°? ?[NSns北南]?)[纬]?(?:[,，;/ ]{1,3}|[^0-9\n]{1,12})"
    r"(?P<b>[-+]?1?[0-9]{1,2}\.[0-9]{3,15})(?P<y>(?:°? ?[EWew东西](?![A-Za-z]))?)(?![0-9])"
)
SIXTIETHS = r"°[0-9]{1,2}['′’](?:[0-9]{1,2}(?:\.[0-9]{1,6})?[\"″”'’]{1,2})? ?"
DEGREES = re.compile(rf"(?<![0-9])[0-9]{{1,2}}{SIXTIETHS}[NS][ ,]{{1,3}}[0-9]{{1,3}}{SIXTIETHS}[EW]")


def coordinates(view: View) -> Iterator[Hit]:
    for match in DECIMAL.finditer(view.text):
        fine = min(len(match["a"].split(".")[1]), len(match["b"].split(".")[1]))
        marked = bool(match["x"].strip()) and bool(match["y"].strip())
        cued = view.label(match.start(), 40) == "PII008"
        if "纬" in view.text[max(0, match.start() - 2) : match.start()] and "经" in match.group():
            marked = True
        if (marked or cued) and fine >= 3 and abs(float(match["a"])) <= 90 and abs(float(match["b"])) <= 180:
            # With letters and four decimals it is how an encyclopaedia speaks of a town.
            sure = cued and fine >= (5 if marked else 4)
            yield hit("coordinates", match.start(), match.end("y"), CUED if sure else GUESS, 0.8 if sure else 0.45)
    for match in DEGREES.finditer(view.text):
        yield hit("coordinates", *match.span(), GUESS, 0.45)
