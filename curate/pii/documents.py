"""Papers, plates, accounts and dates of birth: forms that mostly need a word beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curate.pii import checks
from curate.pii.hits import Confidence, Hit, hit
from curate.pii.labels import View
from curate.pii.lexicon import words

PROVED, CUED, GUESS = Confidence

# `passport of my wife is …`
OWNER = r"(?: (?:of|for)(?: [A-Za-z']{1,15}){1,4}(?= is ))?"
BETWEEN = OWNER + r"[\"'\s]{0,3}(?:[:：=#]|is|was|are|为|是|号码|号|no\.?|number)?[\"'\s:：#是为]{0,4}"
CODE = re.compile(
    BETWEEN + r"(?P<v>[A-Za-z]{0,5}[ -]?[0-9][A-Za-z0-9]*(?:[ -][A-Za-z0-9]*[0-9][A-Za-z0-9]*){0,4})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
# The machine-readable zone of ICAO Doc 9303: names, then number and check digit.
MRZ = re.compile(
    r"P[A-Z<][A-Z]{1,3}[A-Z<]{10,41}<\s{1,3}([A-Z0-9<]{9})([0-9])[A-Z<]{3}[0-9]{6}[0-9][MFX<][0-9]{6}[0-9][A-Z0-9<]{10,16}"
)
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
SERIAL = "[A-HJ-NP-Z0-9]"
PLATE = re.compile(
    rf"[{PROVINCES}使][A-HJ-NP-Z][·•∙・.\- ]?"
    rf"(?:[DF]{SERIAL}[0-9]{{4}}|[0-9]{{5}}[DF]|{SERIAL}{{5}}|{SERIAL}{{4}}[挂学警港澳领试])"
    "(?![A-Za-z0-9])"
)
PLATE_CUED = re.compile(BETWEEN + r"(?P<v>[A-Z0-9]{5,8}|[A-Z0-9]{1,4}(?:[ -][A-Z0-9]{1,4}){0,3})(?![A-Za-z0-9])")
SAID, LOOSE = r"[:：=]|is|as|at|是|为|[(（]", r"[\"'\s]{0,2}"
HANDLE = re.compile(
    rf"{LOOSE}(?:id|ID|Id|handle|account|username|user name|账号|帐号|号码|号|昵称|同号|搜索|搜)?{LOOSE}"
    rf"(?P<g>{SAID}|@)?[\"'\s:：是为]{{0,3}}"
    r"(?P<at>@?)(?P<v>(?:live:)?[A-Za-z][A-Za-z0-9._-]{4,31})(?![A-Za-z0-9_-])"
)
# Sites that number their members: only right after a word such as 小红书号.
MEMBER = re.compile(r"[\"'\s:：是为]{0,4}(?P<v>[1-9][0-9]{6,11})(?![0-9A-Za-z]|\.[0-9])")
WECHAT = re.compile(
    rf"{LOOSE}(?:id|ID|Id|账号|帐号|号码|号|同号)?{LOOSE}(?:{SAID})?[\"'\s:：是为]{{0,3}}"
    r"(?P<v>[A-Za-z][A-Za-z0-9_-]{5,19})(?![A-Za-z0-9_-])"
)
QQ = re.compile(
    rf"{LOOSE}(?:账号|帐号|号码|号|群号|群)?{LOOSE}(?:{SAID})?[\"'\s:：是为]{{0,3}}"
    r"(?P<v>[1-9][0-9]{4,10})(?![0-9]|\.[0-9]| ?(?:人|个|元|万|亿|位|名|年|多))"
)
WXID = re.compile(r"(?<![A-Za-z0-9_])wxid_[a-z0-9]{10,20}(?![A-Za-z0-9_])")
DISCORD = re.compile(r"(?<![A-Za-z0-9_#])[A-Za-z0-9_.]{2,32}#[0-9]{4}(?![0-9A-Za-z])")
SITES = (
    r"linkedin\.com/in/|facebook\.com/(?:profile\.php\?id=|people/)|fb\.com/|weibo\.com/u/|t\.me/|wa\.me/|instagram\.com/|"
    r"(?:twitter|x)\.com/|tiktok\.com/@|space\.bilibili\.com/|zhihu\.com/people/|snapchat\.com/add/|user\.qzone\.qq\.com/"
)
PROFILE = re.compile(
    rf"(?<![A-Za-z0-9])(?:https?://)?(?:[a-z]{{2,3}}\.)?(?:{SITES})(?P<v>[A-Za-z0-9%._-]{{3,100}})/?(?![A-Za-z0-9])"
)
NOT_HANDLE = frozenset(words("words", "handles"))
USCC = re.compile(r"(?<![0-9A-Za-z])[1-9A-HJ-NP-Y][1-9A-HJ-NP-Y][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Za-z])")
HAN_DIGITS = "〇零一二三四五六七八九"
MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|"
    "dec(?:ember)?"
)
DATE = re.compile(
    r"(?P<y1>(?:18|19|20)[0-9]{2}) ?[-/.年] ?(?P<m1>[0-9]{1,2}) ?[-/.月] ?(?P<d1>[0-9]{1,2})日?(?![0-9])"
    r"|(?<![0-9])(?P<a2>[0-9]{1,2})[-/.](?P<b2>[0-9]{1,2})[-/.](?P<y2>(?:18|19|20)?[0-9]{2})(?![0-9])"
    rf"|(?<![0-9])(?P<d3>[0-9]{{1,2}})(?:st|nd|rd|th)?[ -](?:of )?(?P<n3>{MONTHS})\.?,?[ -]"
    r"(?P<y3>(?:18|19|20)[0-9]{2})(?![0-9])"
    rf"|(?<![a-z])(?P<n4>{MONTHS})\.? (?P<d4>[0-9]{{1,2}})(?:st|nd|rd|th)?,? (?P<y4>(?:18|19|20)[0-9]{{2}})(?![0-9])"
    r"|(?<![0-9])(?P<y5>(?:19|20)[0-9]{2})(?P<m5>0[1-9]|1[0-2])(?P<d5>[0-3][0-9])(?![0-9])"
    r"|(?<![0-9])(?P<y6>(?:19|20)[0-9]{2}) ?年 ?(?P<m6>[0-9]{1,2}) ?月(?! ?[0-9])"
    rf"|(?P<y7>[一二][{HAN_DIGITS}]{{3}})年(?P<m7>[一二三四五六七八九十]{{1,2}})月(?P<d7>[一二三四五六七八九十]{{1,3}})日?"
)
BORN_AFTER = re.compile(
    r"(?<![0-9])(?P<d>(?P<y1>(?:18|19|20)[0-9]{2}) ?[-/.年] ?(?P<m1>[0-9]{1,2}) ?[-/.月] ?(?P<d1>[0-9]{1,2})日?)"
    "(?:[ ，,]?出生|(?<=日)生(?=[于在，,。；;、）)\\s]|$))(?P<n>[于在])?"
)
HAN_VALUES = str.maketrans(HAN_DIGITS, "00123456789")
MONTH_ORDER = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def papers(view: View) -> Iterator[Hit]:
    """Passports, permits, driving licences, registrations: a code beside its word."""
    for label in view.labels:
        if label.family in ("passport", "permit", "licence", "PII013"):
            match = CODE.match(view.text, label.end, label.end + 96)
            if match and fits(label.family, match["v"]):
                kind = "organisation" if label.family == "PII013" else label.family
                yield hit(kind, *match.span("v"), CUED, 0.85)
    if "<<" in view.text:
        for match in MRZ.finditer(view.text):
            if mrz_check(match[1]) == match[2]:
                yield hit("passport", *match.span(), PROVED, 0.98)


def fits(family: str, value: str) -> bool:
    code = re.sub(r"[^A-Za-z0-9]", "", value)
    digits = sum(c.isdigit() for c in code)
    if family == "passport":
        return 7 <= len(code) <= 10 and digits >= 6
    if family == "permit":
        return 8 <= len(code) <= 12 and digits >= 8
    return 7 <= len(code) <= 18 and digits >= 5 and not re.fullmatch(r"(?:19|20)[0-9]{2}[01][0-9][0-3][0-9]", code)


def mrz_check(field: str) -> str:
    values = [0 if c == "<" else int(c, 36) for c in field]
    return str(sum(v * w for v, w in zip(values, (7, 3, 1) * 3, strict=False)) % 10)


def plates(view: View) -> Iterator[Hit]:
    for match in PLATE.finditer(view.text):
        if sum(c.isdigit() for c in match.group()) >= 2:
            yield hit("plate", *match.span(), CUED if view.label(match.start()) == "PII011" else GUESS, 0.85)
    for place in view.labelled("PII011"):
        found = PLATE_CUED.match(view.text, place, place + 96)
        if (
            found
            and 5 <= len(value := re.sub(r"[ -]", "", found["v"])) <= 9
            and not value.isalpha()
            and any(c.isdigit() for c in value)
        ):
            yield hit("plate", *found.span("v"), CUED, 0.7)


def accounts(view: View) -> Iterator[Hit]:
    text = view.text
    for label in view.labels:
        if label.family == "wechat":
            found = WECHAT.match(text, label.end, label.end + 48)
            if (
                found
                and lower_word(found["v"]) not in NOT_HANDLE
                and account_like(found["v"], text[label.end : found.start("v")])
            ):
                yield hit("wechat", *found.span("v"), CUED, 0.8)
        elif label.family == "qq":
            found = QQ.match(text, label.end, label.end + 32)
            if found:
                yield hit("qq", *found.span("v"), CUED, 0.85)
        elif label.family == "social":
            found = HANDLE.match(text, label.end, label.end + 56)
            if (
                found
                and (found["at"] or found["g"] == "@" or account_like(found["v"], found["g"] or ""))
                and lower_word(found["v"]) not in NOT_HANDLE
            ):
                yield hit("social", found.start("v"), found.start("v") + len(found["v"].rstrip(".-")), CUED, 0.75)
            elif text[label.end - 1] == "号" and (member := MEMBER.match(text, label.end, label.end + 24)):
                yield hit("social", *member.span("v"), CUED, 0.75)


def account_like(value: str, glue: str) -> bool:
    """A chosen name, not the next word of a sentence: it holds a digit or underscore, or a colon or copula stands before it."""
    value = value.rstrip(".-_")
    return any(c.isdigit() or c == "_" for c in value) or (
        bool(re.search(r"[:：=是为]|id", glue, re.IGNORECASE)) and value.islower() and len(value) >= 6
    )


def lower_word(value: str) -> str:
    return value.lower().rstrip("._-")


def profiles(view: View) -> Iterator[Hit]:
    for match in PROFILE.finditer(view.text):
        name = lower_word(match["v"])
        if name not in NOT_HANDLE and not name.startswith(("your", "%", "{", "<", "example")):
            yield hit("social", match.start(), match.end(), GUESS, 0.6)


def discord(view: View) -> Iterator[Hit]:
    for match in DISCORD.finditer(view.text):
        if "discord" in view.low[max(0, match.start() - 60) : match.end() + 20]:
            yield hit("social", *match.span(), CUED, 0.8)


def wxids(view: View) -> Iterator[Hit]:
    for match in WXID.finditer(view.text):
        yield hit("wechat", *match.span(), PROVED, 0.95)


def uscc(view: View) -> Iterator[Hit]:
    for match in USCC.finditer(view.text):
        if checks.uscc(match.group()) and len(set(match.group())) > 4:
            yield hit("uscc", *match.span(), PROVED, 0.97)


def births(view: View) -> Iterator[Hit]:
    for match in BORN_AFTER.finditer(view.text) if "出生" in view.text or "日生" in view.text else ():
        if exists(match):
            yield birth(match, match["n"] is not None)
    for label in view.labels:
        if label.family not in ("PII014", "narrative"):
            continue
        date = DATE.search(view.low, label.end, label.end + 48)
        if date and date.start() - label.end <= 18 and exists(date) and plain_gap(view.text[label.end : date.start()]):
            yield birth(date, label.family == "narrative")


def birth(match: re.Match[str], told: bool) -> Hit:
    """`X was born on …` is how encyclopaedias speak of public figures."""
    start, end = match.span("d") if "d" in match.groupdict() else match.span()
    told = told or long_dead(match.group())
    return hit("birth", start, end, GUESS if told else CUED, 0.4 if told else 0.85, "told as in a biography" if told else "")


def long_dead(date: str) -> bool:
    """Nobody born before 1915 is a private person any more: nobody alive is older."""
    year = re.search("1[0-9]{3}", date)
    return year is not None and int(year.group()) < 1915


def plain_gap(gap: str) -> bool:
    return (
        not re.search(r"[.。;；!?！？]\s|[，,。].*[\u4e00-\u9fff]{3}|\n.*\n|[\u4e00-\u9fff]{4}", gap)
        and len(re.findall(r"[A-Za-z]+", gap)) <= 2
    )


def exists(match: re.Match[str]) -> bool:
    g = match.groupdict()
    if g.get("y1"):
        return checks.real_date(g["y1"], g["m1"], g["d1"])
    if g["y5"]:
        return checks.real_date(g["y5"], g["m5"], g["d5"])
    if g["y6"]:
        return 1 <= int(g["m6"]) <= 12
    if g["y7"]:
        return checks.real_date(g["y7"].translate(HAN_VALUES), str(tens(g["m7"])), str(tens(g["d7"])))
    if g["y2"]:
        year = g["y2"] if len(g["y2"]) == 4 else "19" + g["y2"]
        return checks.real_date(year, g["b2"], g["a2"]) or checks.real_date(year, g["a2"], g["b2"])
    name, day, year = (g["n3"], g["d3"], g["y3"]) if g["n3"] else (g["n4"], g["d4"], g["y4"])
    return checks.real_date(year, str(MONTH_ORDER.index(name[:3]) + 1), day)


def tens(count: str) -> int:
    """`二十三` as a number up to 99."""
    before, ten, after = count.partition("十")
    if not ten:
        return int(count.translate(HAN_VALUES)) if len(count) == 1 else 0
    return 10 * (int(before.translate(HAN_VALUES)) if before else 1) + (int(after.translate(HAN_VALUES)) if after else 0)
