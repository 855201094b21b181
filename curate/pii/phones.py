"""Telephone numbers: national forms that speak for themselves, and groups of phone length beside a word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from curate.pii.hits import Confidence, Hit, hit
from curate.pii.labels import View, word_pattern

PROVED, CUED, GUESS = Confidence

# Not inside a longer number, a decimal, a word, an address or an amount. A Chinese character before or after is no obstacle.
LEFT = r"(?<![0-9A-Za-z_@#$€£¥￥=/])(?<![0-9][.,\-:~])(?<![A-Za-z]-)(?<![0-9] )"
RIGHT = r"(?![0-9A-Za-z_@]|[.,:\-/][0-9]|%)"
UNIT = r"(?! ?(?:元|万|亿|美元|人民币|人次|千克|公里|平方|英镑|日元|港币|块钱|度电|步|次|件|颗|粒|USD|RMB|CNY|dollars|euros))"
EXTENSION = r"(?: ?(?:x|ext\.?|extension|转|分机|-) ?[0-9]{1,6}(?![0-9]))?"

# `Tel13…` and `VX13…` are written without a blank.
SLASHED = LEFT.replace("=/]", "=]") + "(?<![A-Za-z_.-]/)"  # one number after another, not the path of a URL
STUCK = SLASHED.replace("(?<![0-9] )", "") + r"|(?<=[Tt][Ee][Ll])|(?<=[Hh][Oo][Nn][Ee])|(?<=[Vv][Xx])"
CN_MOBILE = re.compile(
    rf"(?:{STUCK})(?:[(（]?(?:\+|00)?86[)）]?[ -]?)?1[3-9][0-9](?P<s>[ ._-]?|[ -]{{2}})[0-9]{{4}}(?P=s)[0-9]{{4}}(?![0-9]|\.[0-9]){UNIT}"
)
CN_MOBILE_GROUPS = re.compile(
    rf"{LEFT}(?:1[3-9][0-9](?:[ -][0-9]{{2}}){{4}}|1[3-9][0-9][ -][0-9]{{3}}[ -][0-9]{{5}}|"
    r"[(（]\+?85[23][)）][ -]?[2-9][0-9]{3}[ -]?[0-9]{4}|"
    r"(?:(?:\+|00)?86[ -]?)?[(（]1[3-9][0-9][)）][ -]?[0-9]{4}[ -]?[0-9]{4}|"
    "1[3-9][0-9]{2}[ -][0-9]{3}[ -][0-9]{4})(?![0-9])"
)
CN_APART = re.compile(rf"{LEFT}1(?P<s>[ ,，、.-])[3-9](?:(?P=s)[0-9]){{9}}(?!(?P=s)?[0-9])")
"""One digit at a time: a list of numbers unless a word says otherwise."""
CN_AREA = "(?:10|2[0-9]|[3-9][0-9]{2})"
CN_LOCAL = r"[2-9][0-9]{2,3}[ -]?[0-9]{4}(?![0-9])"
CN_LANDLINE = re.compile(
    rf"{SLASHED}(?:(?:\+|00)86[ -]?)?(?:[(（]0{CN_AREA}[)）][ -]?|0{CN_AREA}[ -]){CN_LOCAL}"
    r"(?: ?[(（]?(?:转|分机|ext\.?|x|-) ?[0-9]{1,6}(?![0-9])[)）]?)?"
)
CN_ABROAD = re.compile(rf"{LEFT}(?:\+|00)86[ -]?[(（]?0?[)）]?{CN_AREA}[)）]?[ -]?{CN_LOCAL}")
SERVICE = re.compile(
    rf"{LEFT}(?:[48]00[ -]?[0-9]{{3,4}}[ -][0-9]{{3,4}}|[48]00[0-9]{{7}}|0800 [0-9]{{3}} ?[0-9]{{3,4}}|"
    r"(?:\+?1[ .-])?8(?:00|88|77|66|55|44|33)[ .-][0-9A-Z]{3}[ .-][0-9A-Z]{4})(?![0-9])"
)
NORTH_AMERICA = re.compile(
    rf"{LEFT}(?:\+?1[ .-]?|001[ .-])?(?:\([0-9]{{3}}\)[ -]?|[0-9]{{3}}(?P<s>[ .-]))[0-9]{{3}}(?(s)(?P=s)|[ .-])[0-9]{{4}}"
    rf"{EXTENSION}{RIGHT}",
    re.IGNORECASE,
)
TAIWAN = re.compile(rf"{LEFT}09[0-9]{{2}}-[0-9]{{3}}-[0-9]{{3}}{RIGHT}")
UK = re.compile(
    rf"{LEFT}0(?:7[0-9]{{3}} ?[0-9]{{3}} ?[0-9]{{3}}|20[ -][0-9]{{4}} ?[0-9]{{4}}|1[0-9]{{2,3}} [0-9]{{3}} ?[0-9]{{3,4}}){RIGHT}"
)
JOIN = r"(?:[ .\-/]|[ -]?\((?=[0-9]{1,4}\))"
ABROAD = re.compile(
    r"(?<![0-9A-Za-z_+])(?<![0-9] )(?:\+|00(?=[1-9][0-9]{0,2}[ -]))([1-9][0-9]{0,14})"
    rf"(?:{JOIN}|(?<=[0-9])\)[ -]?)[0-9]{{1,12}}){{0,6}}{EXTENSION}{RIGHT}",
    re.IGNORECASE,
)
ANY = re.compile(
    rf"(?<![0-9A-Za-z_@#$€£¥+])(?<![0-9][.,:])\(?[0-9]{{1,15}}\)?(?:{JOIN}|(?<=\))[ -]?)[0-9]{{1,11}}\)?){{0,6}}"
    rf"{EXTENSION}(?![0-9@])",
    re.IGNORECASE,
)
FORMS = (
    (CN_MOBILE, "cn-mobile", 0.8),
    (CN_MOBILE_GROUPS, "cn-mobile", 0.6),
    (CN_LANDLINE, "phone", 0.7),
    (CN_ABROAD, "phone", 0.9),
    (SERVICE, "service-phone", 0.6),
    (NORTH_AMERICA, "phone", 0.65),
    (TAIWAN, "phone", 0.6),
    (UK, "phone", 0.6),
)

# ITU-T E.164 country codes: all of one, two and three digits that are assigned.
COUNTRY = re.compile(
    r"1|7|2(?:0|7|1[1-3689]|[2-6][0-9]|9[0179])|3(?:[0-469]|5|7|8[0-35-79])|4(?:[013-9]|2[013])|5(?:[1-8]|0|9)|6(?:[0-6]|7[02-9]|8[0-35-9]|9[0-2])|"
    r"8(?:[1246]|0|5[02356]|7[08]|8[0-368])|9(?:[0-58]|6[0-8]|7[0-79]|9[234568])"
)  # fmt: skip
# Set aside for drama and examples by NANPA, Ofcom, ACMA; and what people type when they have no number.
FICTION = re.compile(
    r"(?:00)?1?(?:[0-9]{3}555[0-9]{4}|555[0-9]{7}|[0-9]{3}1234567|123456[0-9]{4})|555[0-9]{4}|(?:61|0)491570[0-9]{3}|"
    r"(?:0044|44|0)(?:7700900|2079460|1632960|1314960|1174960)[0-9]{3,4}"
)
SHOWN = re.compile(
    r"(?:86)?1[3-9][0-9](?:12345678|00138000|88888888|00000000|00001111)|"
    r"1?(?:1234567890|0123456789|9876543210)|0?10?12345678|12345678|([0-9])\1{6,}"
)


def aside(digits: str) -> str:
    if FICTION.fullmatch(digits):
        return "reserved for fiction"
    return "a placeholder" if SHOWN.fullmatch(digits) else ""


def only_digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", re.split(r"x|ext|转|分机", text, maxsplit=1, flags=re.IGNORECASE)[0])


YEAR = "(?:19|20)[0-9]{2}"
DATE = re.compile(rf"{YEAR}[-./ ][0-9]{{1,2}}[-./ ][0-9]{{1,2}}|[0-9]{{1,2}}[-./ ][0-9]{{1,2}}[-./ ]{YEAR}|{YEAR} ?[-/] ?{YEAR}")
# What may stand between a phone word and its number, and between two numbers of a list.
MARK = r"[\s:：.#,、\-–\"'“”‘’(（\[*_|>=/]"
BRIDGE = (
    "is|at|on|me|us|him|her|them|to|my|our|his|their|number|no|nr|now|this|was|are|the|or|and|new|home|cell|work|mobile|office|fax|"
    "registered|ext|under|via|by|for"
)
GAP = re.compile(rf"{MARK}{{0,8}}(?:(?:{BRIDGE}){MARK}{{1,4}}){{0,5}}[\u4e00-\u9fff]{{0,8}}{MARK}{{0,3}}\+?")


def arithmetic(text: str, start: int, end: int) -> bool:
    """Whether the number is a term of a calculation."""
    return bool(
        re.search(r"[=+*/×÷^<>] ?-?$", text[max(0, start - 3) : start])
        or (text[start] == "+" and re.search(r"[0-9]\s$", text[max(0, start - 2) : start]))
        or re.match(r" ?[=+*×÷^] ?[0-9(-]|!", text[end : end + 4])
        or re.search("(?:等于|约为|乘以|除以|加上|减去|共计|总计|合计)$", text[max(0, start - 3) : start])
    )


class Phones:
    def __init__(self, params: Mapping[str, Mapping[str, Any]]) -> None:
        words = word_pattern(tuple(params["PII002"].get("after", ()))).replace("(?<![a-z0-9])", "")
        self.after = re.compile(rf"[ \-–:,]{{0,2}}(?:{words}|[(（](?:{words})[)）])")

    def __call__(self, view: View) -> Iterator[Hit]:
        text = view.text
        for pattern, kind, score in FORMS:
            for match in pattern.finditer(text):
                yield from self.judge(view, kind, match.start(), match.end(), score)
        for match in ABROAD.finditer(text):
            digits = only_digits(match.group()).removeprefix("00")
            country = COUNTRY.match(digits)
            if country and 8 <= len(digits) <= 14 and len(digits) - country.end() >= 6:
                yield from self.judge(view, "phone", match.start(), match.end(), 0.75)
        yield from self.announced(view)

    def judge(self, view: View, kind: str, start: int, end: int, score: float) -> Iterator[Hit]:
        label = view.label(start)
        if label == "other" and kind != "service-phone":
            return
        if not label and arithmetic(view.text, start, end):
            return
        digits = only_digits(view.text[start:end])
        why = aside(digits) or ("a service line" if kind == "service-phone" else "")
        if label == "PII002":
            yield hit(kind, start, end, CUED, max(score, 0.9), why)
        elif label != "version":
            yield hit(kind, start, end, GUESS, score, why)

    def announced(self, view: View) -> Iterator[Hit]:
        """Any group of phone length that a phone word leads to, and those listed after it."""
        for label in view.labels:
            if label.family != "PII002":
                continue
            yield from self.before(view, label.start)
            for match in CN_APART.finditer(view.text, label.end, label.end + 48):
                yield hit("cn-mobile", *match.span(), CUED, 0.8)
            place = label.end
            for match in ANY.finditer(view.text, place, min(len(view.text), place + 120)):
                if not GAP.fullmatch(view.low, place, match.start()) or not self.phonelike(match.group()):
                    break
                place = match.end()
                yield hit("phone", match.start(), place, CUED, 0.8, aside(only_digits(match.group())))

    def before(self, view: View, place: int) -> Iterator[Hit]:
        """`555 4821 (office)`."""
        head = view.text[max(0, place - 30) : place].rstrip(" -–:,(（")
        found = re.search(r"(?<![0-9A-Za-z+])\+?[(]?[0-9][0-9 ().\-]{5,20}[0-9]$", head)
        if found and self.after.match(view.low, max(0, place - 30) + len(head)) and self.phonelike(found.group()):
            start = max(0, place - 30) + found.start()
            if view.label(start) in ("", "PII002"):
                yield hit("phone", start, start + len(found.group()), CUED, 0.75, aside(only_digits(found.group())))

    @staticmethod
    def phonelike(text: str) -> bool:
        date = DATE.fullmatch(text)
        if date:
            return False
        digits = only_digits(text)
        return 6 <= len(digits) <= 15 and len(set(digits)) > 1 and not re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}", text)
