"""Postal addresses and coordinates. Nothing here has a check digit: form, place and words must do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curate.pii.hits import Confidence, Hit, hit
from curate.pii.labels import View

PROVED, CUED, GUESS = Confidence

UP = r"[A-ZÀ-ÖØ-ÞŁŚŻŹĆŠČŘŽĐΑ-Ω]"
WORD = rf"(?:{UP}[\w'’.\-]{{0,30}})"
SMALL = r"(?:de|del|della|delle|dei|di|da|do|dos|das|du|des|la|le|les|van|von|der|den|ten|op|am|an|im|zum|zur|auf|el|los|las|y|e|i|og|och|of|the|l'|d'|al)"
ENDING = (
    "Street|St|Avenue|Ave|Av|Boulevard|Blvd|Road|Rd|Lane|Ln|Drive|Dr|Court|Ct|Circle|Cir|Way|Place|Pl|Square|Sq|Terrace|Ter|Trail|Trl|Parkway|Pkwy|"
    "Highway|Hwy|Crescent|Cres|Close|Grove|Mews|Row|Gardens|Alley|Loop|Plaza|Walk|Heights|Ridge|Pass|Path|Bend|Cove|Quay|Esplanade|Broadway|"
    "Turnpike|Pike|Crossing|Summit|Junction|Parade|Rise|View|Hollow|Meadows?|Run|Green|Glen|Knoll|Landing|Manor|Mall|Mill|Orchard|Point|Shores?|Springs?|Station|Track|Valley|Villas?|Vista|Wharf|Streets|Roads"
)
# Endings of street names in German, Dutch, Nordic, Finnish, Estonian, Hungarian and Slavic languages.
MORPHEME = (
    "strasse|straße|str\\.?|gasse|weg|platz|allee|ufer|damm|steig|laan|straat|gracht|plein|dreef|gatan|gata|vägen|väg|gränd|vegen|veien|vejen|vej|vei|gade|"
    "gate|stræde|torv|torvet|alléen|brekka|braut|gerði|stræti|straeti|katu|kuja|polku|tie|puiestee|tänav|põik|utca|útja|tér|"
    "ulica|ulice|náměstí|trg|cesta|ova|ská|ského|ího|gårdsvej|bakken|stien|vænget"
)
BEFORE = (
    r"Via|Viale|Piazza|Piazzale|Corso|Vicolo|Largo|Strada|Rue|Avenue|Av\.?|Boulevard|Bd\.?|Place|Chemin|Impasse|Allée|Quai|Route|Calle|C/|Avenida|Avda\.?|Plaza|Paseo|Carrer|"
    r"Camino|Carretera|Ctra\.?|Rua|R\.?|Travessa|Praça|Estrada|Alameda|[Uu]l\.|[Uu]lica|[Aa]l\.|[Pp]l\.|[Oo]s\.|Náměstí|Calea|Bulevardul|Jalan|Jl\.|Ulitsa|Hoog|Sector"
)
UNIT = r"(?:(?:Apt|Apartment|Suite|Ste|Unit|Flat|Room|Rm|Floor|Bldg|Building|Lot|Wohnung|Appartement|Piso)\b\.? ?#?(?:[0-9]{1,5}[A-Za-z]?|[A-Z][0-9]{0,4})(?![0-9A-Za-z])|#[0-9]{1,5}[A-Za-z]?)"
STATE = r"(?:A[BKLRSZ]|BC|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ABDEINOST]|N[BCDEHJLMSTUVY]|O[HKNR]|P[AERQ]|QC|RI|S[CDK]|T[NX]|UT|V[AIT]|W[AIVY]|YT|[A-Z]{1,3})"
ZIP = r"(?:[0-9]{5}-[0-9]{4}|[0-9]{3} ?[0-9]{2}|[0-9]{4,6}|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]|[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}|[A-Z]{1,2}-[0-9]{4,5}|[0-9]{4} ?[A-Z]{2})(?![0-9A-Za-z])"
SEP = r"(?:[ ,;]{1,3}|[ ,.]{0,3}\r?\n[ >?#*|\t,]{0,8}(?:\n[ >?#*|\t]{0,8})?)"
TOWN = rf"(?:{WORD}(?:[ \-](?:{SMALL} )?{WORD}){{0,3}}(?: \([^()\n]{{1,30}}\))?)"
# Everything after the street: unit, then town with state, country or postal code.
TAIL = re.compile(
    rf"(?:{SEP}{UNIT}){{0,2}}"
    rf"(?:{SEP}{TOWN}{SEP}{STATE}(?:{SEP}{ZIP})|(?:{SEP}{TOWN}){{0,2}}{SEP}{TOWN},? {ZIP}|{SEP}{ZIP}(?:,? {TOWN})?|{SEP}{TOWN}(?:\n{{1,2}}[ >?]*{TOWN} {ZIP}))?"
    rf"(?:{SEP}{UNIT})?"
)  # fmt: skip
NUMBER = r"(?:[0-9]{1,6}(?:[A-Za-z](?![A-Za-z]))?(?:[-/][0-9]{1,4}[A-Za-z]?)?)"
ORDINAL = r"(?:[0-9]{1,3}(?:st|nd|rd|th)|First|Second|Third|Fourth|Fifth|Sixth|Seventh|Eighth|Ninth|Tenth)"

STREET = re.compile(
    rf"(?<![\w.,$€£#/:-])(?:{NUMBER},? ){{1,2}}(?:[NSEW]{{1,2}}\.? |North |South |East |West )?(?:(?:{WORD}|{ORDINAL}|{SMALL}) ){{1,4}}(?:{ENDING})(?![\w-])\.?(?: [NSEW]{{1,2}}(?!\w))?"
)  # fmt: skip
MORPHEMIC = re.compile(
    rf"(?<![\w])(?:{NUMBER} )?(?:{WORD} ){{0,2}}(?:{UP}[\w'’\-]{{0,30}}(?:{MORPHEME})|{UP}[\w'’\-]{{1,30}} (?:{MORPHEME})) {NUMBER}(?![\w%])"
)
PREFIXED = re.compile(
    rf"(?<![\w])(?:{NUMBER},? )?(?:{BEFORE}) (?:(?:{SMALL}[ ]?|{WORD} |[0-9]{{1,2}} (?={UP}|{SMALL})){{1,6}}),? ?{NUMBER}(?![\w%])"
)
NUMBER_RUE = re.compile(
    rf"(?<![\w.,])(?:{NUMBER},? )+(?:bis |ter )?(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Cc]hemin|[Ii]mpasse|[Aa]llée|[Pp]lace|[Qq]uai|Via|Calle|Rua|[Aa]v\.?|[Uu]l\.) (?:(?:{SMALL} ?)){{0,3}}{WORD}(?:[ \-]{WORD}){{0,2}}"
)
BOX = re.compile(
    r"(?<![\w])(?:(?:PSC|CMR|Unit) [0-9]{1,5},? Box [0-9]{1,5}|(?:[0-9]{1,5} )?(?:P\.? ?O\.? ?Box|Post Office Box|Postfach|Apartado|Boîte postale|BP) #?[0-9]{1,6})(?![\w])",
    re.IGNORECASE,
)
MILITARY = re.compile(r"(?:[AFD]PO),? (?:AA|AE|AP) [0-9]{5}(?![0-9])", re.IGNORECASE)
SHIP = re.compile(r"(?:USS|USNS|USCGC) [A-Z][\w ]{2,30}\s+FPO (?:AA|AE|AP) [0-9]{5}")
CORNER = re.compile(rf"(?:the )?corner of (?:{NUMBER} )?(?:{WORD} ){{1,4}}and (?:{WORD} ?){{1,4}}")
# Two numbers around a name, or one before a name and a unit: no word of `street`, so it needs a word that says address.
LOOSE = re.compile(
    rf"(?:{NUMBER},? )(?:{NUMBER} )?(?:(?:{WORD}|{SMALL})[ ,]){{1,5}}{NUMBER}(?![\w%])|{NUMBER} (?:{NUMBER} )?(?:{WORD} ){{0,3}}{WORD}"
)
BLOCK = re.compile(
    rf"(?:^|\n)[ >?#*|\t]{{0,8}}({NUMBER} (?:{NUMBER} )?(?:{WORD} ?|{SMALL} |{NUMBER} ?){{1,6}})(?={SEP}{UNIT})", re.MULTILINE
)
UNIT_NUMBER = re.compile(rf"{UNIT} {NUMBER} (?:{WORD} ){{1,4}}{NUMBER}(?!\w)")
SHOWN = re.compile(
    r"(?:123|1234|456|789|321|100) (?:Main|Elm|Oak|Maple|Any|Fake|Example|Sample|Street|Business|First|Park)\b|742 Evergreen|221B Baker|1600 Pennsylvania|10 Downing",
    re.IGNORECASE,
)
YEAR = re.compile(r"(?:1[5-9]|20)[0-9]{2} ")


def addresses(view: View) -> Iterator[Hit]:
    text = view.text
    for pattern, score in (
        (STREET, 0.7),
        (MORPHEMIC, 0.65),
        (PREFIXED, 0.65),
        (NUMBER_RUE, 0.65),
        (BOX, 0.6),
        (MILITARY, 0.8),
        (SHIP, 0.8),
        (CORNER, 0.5),
        (UNIT_NUMBER, 0.6),
    ):
        for match in pattern.finditer(text):
            yield grown(view, match.start(), match.end(), score)
    for match in BLOCK.finditer(text):
        yield grown(view, match.start(1), match.end(1), 0.6)
    for place in view.labelled("PII008"):
        gap = re.compile(r"[\s:：\"'>]{0,8}(?:is |at |to |in |it is |the same: )?[\s\"'>]{0,4}").match(text, place)
        start = gap.end() if gap else place
        match = LOOSE.match(text, start)
        if match and re.search(r"[A-Za-zÀ-ž]{2}", match.group()):
            yield grown(view, start, match.end(), 0.75)


def grown(view: View, start: int, end: int, score: float) -> Hit:
    """The street with what follows it on the envelope."""
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


HAN = r"\u3400-\u9fff"
COUNT = r"(?:[0-9]{1,5}(?:[-之][0-9]{1,4})?|[A-Za-z][0-9]{0,3}|[一二三四五六七八九十百零〇]{1,5})"
SITE = "路街巷弄村庄镇段苑园区城院厦场楼坊屯乡湾庭府轩居邸"
# A road or estate, its number and what kind of number it is.
CN_ANCHOR = re.compile(
    rf"(?:[{SITE}]|大道|(?<![知报频渠通轨味])道|胡同|公寓|小区|花园|家园|新村|宿舍|中心|国际)[东西南北中]?(?:[一二三四五六七八九十][段期])? ?{COUNT} ?(?:号楼|号院|[号號](?![线線召称])|弄|栋|棟|幢|座(?![位谈])|单元|室(?!内))"
)  # fmt: skip
CN_MORE = re.compile(
    rf"(?:[ ,，]?(?:[{HAN}A-Za-z0-9]{{2,12}}?(?:小区|花园|公寓|大厦|大廈|广场|廣場|中心|园区|软件园|科技园|家园|苑|大楼|写字楼|宿舍|国际|新村))?[ ]?{COUNT} ?(?:号楼|[号號](?![线線])|栋|棟|幢|座|单元|[层層]|[楼樓]|室|房|户|门))"
    rf"|[ ,，]?[{HAN}]{{2,10}}(?:小区|花园|公寓|大厦|大廈|广场|园区|家园|大楼|写字楼)[A-Z]?[座区]?|[-—]?(?<=[楼元栋幢座号樓號])[ -]?[0-9]{{3,4}}(?![0-9])室?"
)  # fmt: skip
CN_STOP = re.compile(
    r"位于|坐落于|住在|家住|住址|地址|现住|現住|寄[到往至]|送[到往至]|来到|前往|搬到|搬家|发[到往至]|现居|居住|[在到是为為](?!庄)|于(?![洪都田])|从(?![化江])|(?<!呼)和(?![平田县顺静硕政])|与|及(?!第)|[的了我他她你您把去给]|"
    rf"[^{HAN}A-Za-z0-9 ]|收货|收件|户籍|籍贯|邮编[0-9 ]*"
)  # fmt: skip
CN_REGION = re.compile(rf"[{HAN}]{{2,7}}?(?:省|自治[区州县]|特别行政区|[市区县旗縣區](?![场值民区域别分间内外长委]))")
CN_ESTATE = re.compile(
    rf"(?:[{HAN}]{{2,4}}(?:省|市|自治区)?)?[{HAN}]{{2,5}}(?:[市区县縣區])[{HAN}A-Za-z0-9]{{2,12}}?(?:大厦|大廈|广场|小区|花园|公寓|软件园|科技园|园区|产业园|写字楼|家园|新村|宿舍)(?:[A-Z0-9]{{1,3}}[区座栋期])?"
)  # fmt: skip
CN_LABELLED = re.compile(rf"[ 是为為:：\"'“]{{0,4}}([{HAN}][{HAN}A-Za-z0-9 \-—#（）()·]{{5,60}})")
CN_PLACE = re.compile(
    r"[省市区县縣區镇乡村].*(?:[路街道巷弄园苑城厦场楼号號室栋]|村.*组)|[路街道巷弄苑厦区].*[0-9]+ ?[号號室栋幢楼]"
)


def chinese(view: View) -> Iterator[Hit]:
    text, floor = view.text, 0
    for match in CN_ANCHOR.finditer(text):
        if match.start() < floor:
            continue
        start, end = back(text, match.start(), floor), forward(text, match.end())
        floor = end
        body = text[start : match.start() + 1]
        if len(body) < 3:
            continue
        region = CN_REGION.search(body)
        cued = view.label(start, 12) == "PII008"
        score = 0.9 if cued else 0.8 if region else 0.6 if re.search("[路街道巷弄]", body[-2:]) else 0.45
        yield hit("address", start, end, CUED if cued else GUESS, score)
    for match in CN_ESTATE.finditer(text):
        start = back(text, match.end() - 2, match.start())
        if CN_REGION.search(text, start, match.end()):
            cued = view.label(start, 12) == "PII008"
            yield hit("address", start, match.end(), CUED if cued else GUESS, 0.8 if cued else 0.45)
    for place in view.labelled("PII008"):
        found = CN_LABELLED.match(text, place)
        if found and CN_PLACE.search(found[1]) and re.search("[0-9０-９]|[路街巷村镇鄉乡]", found[1]) and "的" not in found[1]:
            end = found.end(1) - len(found[1]) + len(found[1].rstrip(" -—(（"))
            yield hit("address", found.start(1), end, CUED, 0.8)


def back(text: str, place: int, floor: int) -> int:
    """The beginning of the chain: 36 characters back at most, not over a word that is no place."""
    low = max(floor, place - 36)
    start = low
    for match in CN_STOP.finditer(text, low, place):
        start = match.end()
    while start < place and text[start] in " 0123456789":
        start += 1
    gap = text.rfind(" ", start, place)
    # A blank parts the chain unless what stands before it is a place as well.
    while gap > start:
        if text[gap - 1] not in SITE + "市省县旗道":
            return gap + 1
        gap = text.rfind(" ", start, gap)
    return start


def forward(text: str, end: int) -> int:
    for _ in range(6):
        more = CN_MORE.match(text, end)
        if not more or more.end() == end:
            break
        end = more.end()
    return end


DECIMAL = re.compile(
    r"(?<![0-9.])(?P<a>[-+]?[0-9]{1,2}\.[0-9]{3,15})(?P<x>°? ?[NSns北南]?)[纬]?(?P<g>[,，;/ ]{1,3}|[^0-9\n]{1,12})(?P<b>[-+]?1?[0-9]{1,2}\.[0-9]{3,15})(?P<y>(?:°? ?[EWew东西](?![A-Za-z]))?)(?![0-9])"
)  # fmt: skip
DEGREES = re.compile(
    r"(?<![0-9])[0-9]{1,2}°[0-9]{1,2}['′’](?:[0-9]{1,2}(?:\.[0-9]+)?[\"″”'’]{1,2})? ?[NS][ ,]{1,3}[0-9]{1,3}°[0-9]{1,2}['′’](?:[0-9]{1,2}(?:\.[0-9]+)?[\"″”'’]{1,2})? ?[EW]"
)


def coordinates(view: View) -> Iterator[Hit]:
    for match in DECIMAL.finditer(view.text):
        fine = min(len(match["a"].split(".")[1]), len(match["b"].split(".")[1]))
        marked = bool(match["x"].strip()) and bool(match["y"].strip())
        cued = view.label(match.start(), 40) == "PII008"
        if (marked or cued) and fine >= 3 and abs(float(match["a"])) <= 90 and abs(float(match["b"])) <= 180:
            sure = cued and fine >= 4
            yield hit("coordinates", match.start(), match.end("y"), CUED if sure else GUESS, 0.8 if sure else 0.45)
    for match in DEGREES.finditer(view.text):
        yield hit("coordinates", *match.span(), GUESS, 0.45)
