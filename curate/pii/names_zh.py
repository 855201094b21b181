"""Chinese names: a surname, characters that names are made of, and what stands around them.

Words beside a candidate weigh most; jieba's segmentation (MIT licence, dictionary included) says whether it is a word of its own.
The weights are set by hand: each says how many times likelier a name becomes, as a power of e.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from curate.pii.lexicon import characters, either, words

HAN = r"\u3400-\u9fff"
LEXICON = "names-zh"
COMMON, RARE = characters(LEXICON, "common"), characters(LEXICON, "rare")
COMPOUND = frozenset(words(LEXICON, "compound"))
GIVEN, SOUNDS = characters(LEXICON, "given"), characters(LEXICON, "sounds")
GLUE, BOTH = characters(LEXICON, "glue"), characters(LEXICON, "both")
WORDS = frozenset(words(LEXICON, "words"))

ROLE_BEFORE = re.compile(rf"(?:{either(LEXICON, 'roles')}|[司局处科院校厅厂行站社队部署组馆所台州]长)[：:，、 ]?$")
SOON = "就|也|还|则|又|曾|便|并|对此|对记者|随后|今天|昨日|昨天|近日|日前"
AFTER = re.compile(
    rf"在?(?:接受|微博|博客)|(?:{SOON})?(?:{either(LEXICON, 'speaks')})(?<!称为)|"
    rf"{either(LEXICON, 'titles')}|{either(LEXICON, 'deeds')}"
)
NOT_AFTER = re.compile(either(LEXICON, "places"))
SOUND = "".join(sorted(SOUNDS))
FOREIGN = re.compile(
    rf"(?<![{HAN}·])[{HAN}]{{1,8}}(?:[·•・‧][{HAN}]{{1,8}}){{1,4}}|[{SOUND}]{{1,7}}(?:[·•・‧][{SOUND}]{{1,7}}){{1,4}}"
)
TITLE_END = re.compile("(?:先生|女士|小姐|太太|某+|老板|老师|总|主编|经理|同学|师傅|家|氏|姓|们)$")
FORM = (
    r"(?:姓\s?名|名\s?字(?:叫|是|为)?|我叫|本人叫|名叫|叫做|收\s?[件货]\s?人|[寄发]\s?[件货]\s?人|联\s?系\s?人|联络人|对接人|经办人|法定代表人|法人代表|"
    r"申请人|持卡人|户\s?名|开户名|患者(?:姓名)?|报案人|投保人|被保险人|委托人|署名|签名)(?:的?姓\s?名)?"
)
STRONG = re.compile(FORM)
HINT = "我是|负责人|客户(?:姓名)?|病人|员工|签字|此致|您好|请问|请|经理|主任|老师|医生|联系(?:销售)?|致电|转交|找"
DOTTED = rf"[{HAN}]{{1,8}}(?:[·•・‧][{HAN}]{{1,8}}){{1,3}}"
INTRODUCED = re.compile(rf"(?:{FORM}|{HINT})(?P<g>[\s:：为是，,“\"']{{0,4}})(?P<v>{DOTTED}|[{HAN}]{{2,4}})")
# A name with a mobile number right after it.
REACHED = re.compile(rf"(?<![{HAN}])(?P<v>[{HAN}]{{2,4}})(?=[ \t，,、:：]{{0,3}}[(（]?(?:\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{{4}})")
TITLE = "先生|女士|小姐|太太|阿姨|叔叔|大爷|大妈|师傅|同学|老师|教授|医生|大夫|律师|经理|主任|总监|总经理|同志|警官|护士|法官"
TITLED = re.compile(rf"(?P<v>[{HAN}]{{1,4}})(?=(?:{TITLE})(?!们|的课|节))")


class Candidate(NamedTuple):
    start: int
    end: int
    weight: float


@cache
def segmenter() -> Any:
    """Jieba's part-of-speech tagger; loaded once, a second and 100 MB."""
    import logging

    import jieba

    jieba.setLogLevel(logging.ERROR)
    import jieba.posseg

    jieba.initialize()
    return jieba.posseg.POSTokenizer(jieba.dt)


def surname(text: str, place: int) -> int:
    """The length of the surname that begins here, or 0."""
    if text[place : place + 2] in COMPOUND:
        return 2
    char = text[place : place + 1]
    return 1 if char and (char in COMMON or char in RARE) else 0


def given_fits(given: str) -> bool:
    """Han characters, none of them a word that glues sentences unless it is one that names are made of as well."""
    return bool(given) and all("\u3400" <= c <= "\u9fff" and (c not in GLUE or c in BOTH) for c in given)


def introduced(text: str) -> Iterator[Candidate]:
    """Names beside a word that says so: no segmenter needed."""
    for match in INTRODUCED.finditer(text):
        start, value = match.start("v"), match["v"]
        strong = STRONG.match(match.group()) is not None
        if any(c in "·•・‧" for c in value):
            yield Candidate(start, dotted(text, start, match.end("v"))[1], 3.0)
            continue
        n = surname(value, 0)
        length = best_length(text, start, n) if n else 0
        if length and text[start : start + length] not in WORDS and text[start : start + 2] not in WORDS:
            follows = text[start + length : start + length + 1]
            closed = not ("\u3400" <= follows <= "\u9fff") or bool(AFTER.match(text, start + length)) or follows in GLUE
            said = match.group().startswith("我是")  # most of what one is, is no name
            if (
                (strong and (closed or length == n + 2))
                or (closed and match["g"].strip() in (":", "："))
                or (closed and value[0] in COMMON and length > 1 + said and in_names(value[n:length]))
            ):
                yield Candidate(start, start + length, 3.0 if strong else 2.0)
    for match in REACHED.finditer(text):
        n = surname(match["v"], 0)
        if n and len(match["v"]) > n and given_fits(match["v"][n:]) and match["v"] not in WORDS and in_names(match["v"][n:]):
            yield Candidate(match.start("v"), match.end("v"), 2.0)
    for match in TITLED.finditer(text):
        found = titled(match["v"])
        if found and apart(text, match.end("v") - found, found):
            yield Candidate(match.end("v") - found, match.end("v"), 2.5)


def in_names(given: str) -> bool:
    return bool(given) and all(c in GIVEN for c in given)


def titled(value: str) -> int:
    """How many of the last characters before a title are a name."""
    for length in (4, 3, 2):
        name = value[-length:]
        if len(name) == length:
            n = surname(name, 0)
            if (
                n
                and 1 <= length - n <= 2
                and given_fits(name[n:])
                and name not in WORDS
                and name[:2] not in WORDS
                and (length == 2 or n == 2 or in_names(name[n:]))
            ):
                return length
    return 0  # `王先生` alone names nobody in particular


def apart(text: str, start: int, length: int) -> bool:
    """Whether no word runs on into the name: `必要时约师傅`, `和平方老师`. Common surnames are taken at their word."""
    if text[start] in COMMON or length > 2:
        return True
    before = text[start - 1 : start]
    return in_names(text[start + 1 : start + length]) and (not "\u3400" <= before <= "\u9fff" or before in GLUE)


def best_length(text: str, start: int, n: int) -> int:
    """Surname and two more characters where these can be a given name, else one more."""
    for extra in (2, 1):
        given = text[start + n : start + n + extra]
        if len(given) == extra and given_fits(given):
            follows = text[start + n + extra : start + n + extra + 1]
            if extra == 2 and n == 1 and not in_names(given) and given[1] not in GIVEN and "\u3400" <= follows <= "\u9fff":
                continue
            return n + extra
    return 0


def candidates(text: str) -> list[Candidate]:
    """All that may be names with their weights; 0 is even odds."""
    tokens = [(w.word, w.flag) for w in segmenter().cut(text)]
    starts: dict[int, int] = {}
    place = 0
    for i, (word, _) in enumerate(tokens):
        starts[place] = i
        place += len(word)
    starts[place] = len(tokens)
    titles = [m.span() for m in re.finditer(r"《[^》]{0,40}》?", text)]
    found: list[Candidate] = []
    for place, i in starts.items():
        if i < len(tokens):
            best = best_at(text, place, i, tokens, starts, titles)
            if best and best.weight > -1.5 and not TITLE_END.search(text, best.start, best.end):
                found.append(best)
    return lists(text, found)


def best_at(
    text: str, place: int, i: int, tokens: list[tuple[str, str]], starts: dict[int, int], titles: list[tuple[int, int]]
) -> Candidate | None:
    options: list[Candidate] = []
    n = surname(text, place)
    if n:
        lengths = [m for m in (n + 2, n + 1) if place + m in starts and given_fits(text[place + n : place + m])]
        options = [Candidate(place, place + m, native(text, place, m, n, tokens[i : starts[place + m]])) for m in lengths]
    word, flag = tokens[i]
    if flag in ("nrt", "nrfg", "nr") and 2 <= len(word) <= 7 and not options and all(c in SOUNDS for c in word):
        options.append(Candidate(place, place + len(word), -1.6 + 0.2 * (flag == "nrt") + 0.2 * len(word)))
    if not options:
        return None
    weighed = [c._replace(weight=c.weight + around(text, c, titles)) for c in options]
    return max(weighed, key=lambda c: (c.weight, c.end))


def native(text: str, place: int, length: int, n: int, inside: list[tuple[str, str]]) -> float:
    """The name's own form."""
    name, given = text[place : place + length], text[place + n : place + length]
    weight = -2.2 + (0.7 if text[place] in COMMON or n == 2 else 0.0) + (0.9 if len(given) == 2 else 0.0)
    weight += 0.8 if in_names(given) else -0.8
    weight -= 1.0 * any(c in BOTH for c in given)
    if len(inside) == 1:
        flag = inside[0][1]
        weight += 1.2 if flag in ("nr", "nrfg") else -3.5
    elif len(inside) == 2 and len(inside[0][0]) == n and inside[1][1] in ("v", "d", "c", "p", "u", "r", "m", "q", "uj"):
        weight -= 0.8
    elif len(inside) == 2 and inside[0][1] == "nr" and len(inside[1][0]) == 1 and in_names(given):
        weight += 0.6  # `吴子`, `深`
    elif len(inside[0][0]) > n:
        weight -= 1.5  # the segmenter cuts elsewhere
    if name in WORDS or name[:2] in WORDS:
        weight -= 3
    return weight


def around(text: str, c: Candidate, titles: list[tuple[int, int]]) -> float:
    before, weight = text[max(0, c.start - 8) : c.start], 0.0
    if ROLE_BEFORE.search(before):
        weight += 2.0
    if AFTER.match(text, c.end):
        weight += 2.0
    elif NOT_AFTER.match(text, c.end):
        weight -= 2.2
    if re.match(r"[（(][A-Za-z. ]{3,}|[（(][0-9]{4}", text[c.end : c.end + 6]):
        weight += 1.0
    if any(a < c.start < b for a, b in titles) or re.search(r"(?i)vs\.?$|[“\"《]$", before):
        weight -= 1.5
    if not before or before[-1] in "，。：；、！？ （(\n":
        weight += 0.3
        if text[c.end : c.end + 1] in ("：", ":") and (not before or before[-1] in "。！？\n"):
            weight += 1.5  # who speaks, in a dialogue
    return weight


def lists(text: str, found: list[Candidate]) -> list[Candidate]:
    """Names come in company: `冯超然、吴子深和…`."""
    out = list(found)
    for i, (a, b) in enumerate(pairwise(found)):
        gap = text[a.end : b.start]
        if 0 < len(gap) <= 2 and gap.strip("、，和与及/ ") == "":
            if a.weight > 0.3:
                out[i + 1] = out[i + 1]._replace(weight=out[i + 1].weight + 0.9)
            if b.weight > 0.3:
                out[i] = out[i]._replace(weight=out[i].weight + 0.9)
    return out


def foreign(text: str) -> Iterator[Candidate]:
    """`买买提·阿凡提`: the dot joins the parts of a name, seldom of a place."""
    for match in FOREIGN.finditer(text):
        start, end, sounds = dotted(text, match.start(), match.end())
        known = ROLE_BEFORE.search(text[max(0, start - 8) : start]) or AFTER.match(text, end)
        if (sounds or known) and not NOT_AFTER.match(text, end):
            yield Candidate(start, end, 1.5)


def dotted(text: str, start: int, end: int) -> tuple[int, int, bool]:
    """A dotted name without the words that run on before and after it, and whether both its ends sound like one."""
    dots = [i for i in range(start, end) if text[i] in "·•・‧"]
    left, right = sounding(text[start : dots[0]][::-1]), sounding(text[dots[-1] + 1 : end])
    return dots[0] - left if left else start, dots[-1] + 1 + right if right else end, bool(left and right)


def sounding(part: str) -> int:
    """How many characters from the dot on transliterate a name; those of minorities' names may repeat (`买买提`)."""
    n = 0
    while n < len(part) and (
        part[n] in SOUNDS or (n + 1 < len(part) and part[n] == part[n + 1]) or (n and part[n] == part[n - 1])
    ):
        n += 1
    return n
