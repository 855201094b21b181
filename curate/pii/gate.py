"""The cheap tests that every text takes before any detector runs.

Each group of detectors has two: a pattern in RE2's syntax, with which Arrow judges a whole column in C++ and makes no Python
string, and a test of one text for callers that have only that. What a detector can find must pass both; the tests hold them to
it. First a few joint patterns find the texts that hold anything at all, then each group's own says what to look for in these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.pii import lexicon, places, places_zh
from curate.pii.documents import PROVINCES
from curate.pii.fold import DASHES, SPACES, ranges, strong
from curate.pii.labels import View, lower
from curate.pii.secrets import ISSUED
from curate.pii.spelt import DIGITS as DIGITS_ZH
from curate.reading.chunks import numbers

BETWEEN = rf"[ ._()/\-（）{ranges(DASHES + SPACES)}]"
DIGITS = rf"[0-9](?:{BETWEEN}{{0,2}}[0-9]){{5}}"
"""Six digits with no more than two separators between two of them: what almost every number has."""
HEX = "[0-9A-Fa-f]"
DOTTED = rf"[0-9]\.[0-9]+\.[0-9]|{HEX}:{HEX}*:|{HEX}{{2}}-{HEX}{{2}}-{HEX}{{2}}-|{HEX}{{4}}\.{HEX}{{4}}\."
CODES = r"[A-Z][0-9]{6}|[A-Za-z]{2}[0-9]{2}[ -]?[A-Za-z0-9]{4}"
MARKS = (*dict.fromkeys(mark for marks, _ in ISSUED for mark in marks), "-----BEGIN", ":AA", "wxid_", "<<<")
PLATES = rf"[{PROVINCES}使][A-HJ-NP-Z].?[A-Z0-9]{{4}}"
PROFILES = r"(?:linkedin|facebook|fb|weibo|t|wa|instagram|twitter|x|tiktok|bilibili|zhihu|snapchat|qq)\.(?:com|me)/"
AT = r"[\[({<_【（] ?[aA][tT] ?[\])}>_】）]|艾特| (?i:at [a-z0-9-]+ dot) |[A-Za-z0-9]#[A-Za-z0-9]+\.(?:com|cn|net|COM)"
CN_SPELT = rf"[{DIGITS_ZH}](?:[ -]?[{DIGITS_ZH}]){{10}}|[一二][一二三四五六七八九零〇]{{3}}年"
POINTS = r"[0-9]\.[0-9]{3,}[^0-9\n]+[0-9]+\.[0-9]{3}|[0-9]°[0-9]"
FORMS = "[" + ranges("".join(c for c in strong() if c <= "\uffff")) + "\U0001d400-\U0001d7ff\U0001fbf0-\U0001fbf9]"


# Which groups one pass may judge together before RE2's automaton outgrows its memory and slows down a hundredfold (measured), and
# whether all of them need a digit.
PASSES = (
    (False, "at marks secrets plates spelt profiles corners chinese forms"),
    (False, "url accounts"),
    (False, "placed"),
    (True, "digits dotted codes births discord streets boxes points"),
    (True, "papers"),
    (True, "morphemes prefixed"),
)


HOUSE = re.compile(" [0-9]")
ENDINGS = tuple(lower(w) for w in lexicon.words("places", "morphemes"))


@dataclass(frozen=True, slots=True)
class Group:
    """`here` judges one text, `pattern` a column."""

    name: str
    digit: bool
    """Whether nothing of this group can be found without an ASCII digit."""
    pattern: str
    here: Callable[[View], bool]


def any_of(words: Iterable[str]) -> str:
    """Latin words at their beginning (`vat`, not `private`), Chinese ones anywhere."""
    order = sorted(set(words), key=lambda w: (-len(w), w))
    latin = [re.escape(w).replace("\\ ", " ") for w in order if w[0].isascii()]
    other = [w for w in order if not w[0].isascii()]
    sides = ([f"(?:^|[^A-Za-z])(?:{'|'.join(latin)})"] if latin else []) + other
    return f"(?:{'|'.join(sides)})"


def exactly(marks: Iterable[str]) -> str:
    return "(?:" + "|".join(map(re.escape, marks)) + ")"


def searching(pattern: str) -> Callable[[View], bool]:
    compiled = re.compile(pattern)
    return lambda view: compiled.search(view.text) is not None


def announcing(*families: str) -> Callable[[View], bool]:
    return lambda view: not view.families.isdisjoint(families)


def groups(params: Mapping[str, Mapping[str, Any]]) -> Iterator[Group]:
    def words(code: str, *keys: str) -> str:
        return any_of(w for key in keys or ("cues",) for w in params[code].get(key, ()))

    yield Group("at", False, "@", lambda view: "@" in view.text)
    yield Group("url", False, r"://[^\s]*[?@]", lambda view: "://" in view.text)
    yield Group("digits", True, DIGITS, searching(DIGITS))
    yield Group("dotted", True, DOTTED, lambda view: separated(view.text) and re.search(DOTTED, view.text) is not None)
    yield Group("codes", True, CODES, searching(CODES))
    yield Group("marks", False, exactly(MARKS), lambda view: any(mark in view.text for mark in MARKS))
    glue = r"(?:[\"'`)\]]?[\"'`)\]]?\s*(?:is|was|=|:|：|为|是|改|设|設)| (?:for|to|of|on) |[A-Za-z0-9@#_.!$%&*+-]{6})"
    suffix = r"(?:s|[ _-]?(?:numbers?|num|nr|id|no\.?))?"
    yield Group("secrets", False, rf"(?i:{words('PII009', 'cues', 'passwords')}{suffix}{glue})", announcing("PII009", "password"))
    papers = f"(?:{words('PII010', 'passport', 'permit', 'licence')}|{words('PII011')}|{words('PII013')})"
    yield Group("papers", True, rf"(?i:{papers}[^\n]*[0-9])", announcing("passport", "permit", "licence", "PII011", "PII013"))
    between = r"[^A-Za-z0-9\n]*"
    said = rf"{between}(?:(?:id|account|handle|user ?name|is|as|at|账号|帐号|号|是|为){between})*"
    said += "(?:[0-9]{5}|(?:live:)?[A-Za-z][A-Za-z0-9._-]{4})"
    yield Group(
        "accounts", False, rf"(?i:{words('PII012', 'wechat', 'qq', 'social')}{said})", announcing("wechat", "qq", "social")
    )
    yield Group("plates", False, PLATES, lambda view: view.han and re.search(PLATES, view.text) is not None)
    births, told = words("PII014", "cues", "narrative"), announcing("PII014", "narrative")

    def born(view: View) -> bool:
        return told(view) or "出生" in view.text or "日生" in view.text

    yield Group(
        "births", True, rf"(?i:{births}[^0-9。!?]*[0-9])|[0-9]日?[ ，,]?出生|[0-9]日生|(?:{births})[^0-9。!?]{{0,20}}年", born
    )
    spelt = re.compile(f"{CN_SPELT}|{AT}")
    yield Group("spelt", False, spelt.pattern, lambda view: (view.han or at_spelt(view)) and spelt.search(view.text) is not None)
    yield Group("profiles", False, PROFILES, lambda view: ".com/" in view.text or ".me/" in view.text)
    yield Group("discord", True, "#[0-9]{4}", lambda view: "#" in view.text)
    yield from place_groups(params)
    yield Group("forms", False, FORMS, lambda _: False)  # to one text the folding has been done already


def separated(text: str) -> bool:
    return text.count(".") >= 2 or text.count(":") >= 2 or text.count("-") >= 5


def at_spelt(view: View) -> bool:
    return any(mark in view.low for mark in ("[at", "(at", "{at", "<at", "_at_", "[ at", "( at", "{ at", "< at", "#", " dot "))


def street_by_its_ending(view: View) -> bool:
    """A street's ending right before a house number."""
    heads = (view.low[max(0, m.start() - 12) : m.start()].rstrip(".") for m in HOUSE.finditer(view.low))
    return any(head.endswith(ENDINGS) for head in heads)


def place_groups(params: Mapping[str, Mapping[str, Any]]) -> Iterator[Group]:
    cues = any_of(params["PII008"].get("cues", ()))
    word = r"(?:[A-Z0-9\x80-\x{10ffff}][^\s,;]*|[a-z]{2,3}|[a-z]')"
    ends = frozenset(lower(w) for ending in lexicon.words("places", "endings") for w in (ending, ending + "s"))
    street = rf"[0-9][A-Za-z]?,? (?:{word} )+(?:{places.ENDING})"
    yield Group("streets", True, street, lambda view: view.digit and not ends.isdisjoint(view.words))
    morpheme = rf"(?i:{places.MORPHEME}) [0-9]"
    yield Group("morphemes", True, morpheme, street_by_its_ending)
    before, rue = rf"(?:^|[^A-Za-z]){places.BEFORE} ", rf"[0-9],? (?:bis |ter )?{places.RUE} "
    yield Group("prefixed", True, f"{before}[^\n0-9.]*[0-9]|{rue}", searching(f"{before}|{rue}"))
    boxes = r"(?i:box #?[0-9]|(?:BP|postfach|apartado|boîte postale) #?[0-9]|[AFD]PO,? A[AEP] )"
    units = rf"(?:{places.UNITS})\.? ?#?[A-Z0-9]|#[0-9]"
    kept = frozenset([*lower(places.UNITS).split("|"), *["box", "bp", "postfach", "apartado", "postale", "apo", "fpo", "dpo"]])
    yield Group("boxes", True, f"{boxes}|{units}", lambda view: "#" in view.text or not kept.isdisjoint(view.words))
    yield Group("corners", False, "corner of ", lambda view: "corner of " in view.text)
    placed = rf"(?i:{cues}[^0-9\n.。]*[0-9]|{cues}[^。\n]*[路街道巷弄园苑城厦场楼号號室栋组])"
    yield Group("placed", False, placed, announcing("PII008"))
    anchor = (
        rf"(?:[{places_zh.SITE}](?:[0-9一二三四五六七八九十]{{1,3}}组)?|大道|道|胡同|{places_zh.ESTATE_WORDS})[东西南北中]?{places_zh.STAGE} ?{places_zh.COUNT} ?"
        "(?:号|號|弄|栋|棟|幢|座|单元|室)"
    )
    # RE2 wants few counters, `re` wants bounds: without one it would be quadratic.
    estate = rf"[市区县縣區][一-鿿A-Za-z0-9]%s(?:{places_zh.ESTATES})"
    chinese = re.compile(f"{anchor}|{estate % '{1,16}'}")
    yield Group("chinese", False, f"{anchor}|{estate % '+'}", lambda view: view.han and chinese.search(view.text) is not None)
    yield Group("points", True, POINTS, searching(POINTS))


class Gate:
    def __init__(self, params: Mapping[str, Mapping[str, Any]]) -> None:
        self.groups = tuple(groups(params))
        pattern = {g.name: f"(?:{g.pattern})" for g in self.groups}
        self.passes = tuple((digit, "|".join(pattern[name] for name in names.split())) for digit, names in PASSES)
        self.all = frozenset(g.name for g in self.groups)

    def of(self, view: View) -> frozenset[str]:
        """The groups that may find something in one text."""
        return frozenset(g.name for g in self.groups if (view.digit or not g.digit) and g.here(view))

    def column(self, texts: pa.Array) -> np.ndarray[Any, np.dtype[np.uint32]]:
        """For each text of an Arrow column the groups that may find something, as bits; see `names`."""
        open_ = np.zeros(len(texts), bool)
        where = np.flatnonzero(matches(texts, "[0-9]"))
        numbered = texts.take(numbers(where, pa.int64()))
        for digit, pattern in self.passes:
            if digit:
                open_[where] |= matches(numbered, pattern)
            else:
                open_ |= matches(texts, pattern)
        bits = np.zeros(len(texts), np.uint32)
        where = np.flatnonzero(open_)
        few = texts.take(numbers(where, pa.int64()))
        for i, group in enumerate(self.groups):
            bits[where] |= matches(few, group.pattern).astype(np.uint32) << np.uint32(i)
        return bits

    def names(self, bits: int) -> frozenset[str]:
        """A text with characters to fold must be judged again once they are: everything may be in it."""
        found = frozenset(g.name for i, g in enumerate(self.groups) if bits >> i & 1)
        return self.all if "forms" in found else found


def matches(texts: pa.Array, pattern: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    found = pc.match_substring_regex(texts, pattern)
    # By its bits: `to_numpy` of these would load pandas.
    bits = np.unpackbits(np.frombuffer(found.buffers()[1], np.uint8), bitorder="little")
    return bits[found.offset : found.offset + len(found)].astype(bool)
