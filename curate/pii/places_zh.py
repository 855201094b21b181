"""Chinese addresses: from a numbered road or estate back to the region and on to the room."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curate.pii.hits import Confidence, Hit, hit
from curate.pii.labels import View
from curate.pii.lexicon import either, words

PROVED, CUED, GUESS = Confidence

HAN = r"\u3400-\u9fff"
COUNT = r"(?:[0-9]{1,5}(?:[-之][0-9]{1,4})?|[A-Za-z][0-9]{0,3}|[一二三四五六七八九十百零〇]{1,5})"
SITE = "".join(words("places", "sites"))
ESTATES = either("places", "estates")
ESTATE_WORDS = "小区|花园|公寓|家园|新村|宿舍|中心|国际"
STAGE = "(?:[一二三四五六七八九十][段期])?"
NUMBERED = r"号楼|号院|[号號](?![线線召称])|弄|栋|棟|幢|座(?![位谈])|单元|室(?!内)"
# A road or estate, its number and what kind of number it is.
ANCHOR = re.compile(
    rf"(?:[{SITE}](?:[0-9一二三四五六七八九十]{{1,3}}组)?|大道|(?<![知报频渠通轨味])道|胡同|{ESTATE_WORDS})[东西南北中]?{STAGE} ?{COUNT} ?(?:{NUMBERED})"
)
FLOOR = r"号楼|[号號](?![线線])|栋|棟|幢|座|单元|[层層]|[楼樓]|期|室|房|户|门"
MORE = re.compile(
    rf"(?:[ ,，]?(?:[{HAN}A-Za-z0-9]{{2,12}}?(?:{ESTATES}|苑|中心|国际))?[ ]?{COUNT} ?(?:{FLOOR}))"
    rf"|[ ,，]?[{HAN}]{{2,10}}(?:{ESTATES})(?:[A-Z]?[座区塔])?|[-—]?(?<=[楼元栋幢座号樓號])[ -]?[0-9]{{3,4}}(?![0-9])室?"
)
# Words that are no part of a place; those in look-aheads begin a place's name (和平区, 从化, 于洪).
STOP = re.compile(
    r"位于|坐落于|(?<!解)放(?!鹤)[到在]?|住在|家住|住址|地址|现住|現住|寄[到往至]|送[到往至]|来到|前往|搬到|搬家|发[到往至]|现居|居住|住(?!宅)|[在到是为為](?!庄)|于(?![洪都田])|"
    rf"从(?![化江])|(?<!呼)和(?![平田县顺静硕政])|与|及(?!第)|[的了我他她你您把去给]|[^{HAN}A-Za-z0-9 ]|"
    "收货|收件|户籍|籍贯|邮编[0-9 ]{0,8}"
)
REGION = re.compile(rf"[{HAN}]{{2,7}}?(?:省|自治[区州县]|特别行政区|[市区县旗縣區](?![场值民区域别分间内外长委]))")
ESTATE = re.compile(
    rf"(?:[{HAN}]{{2,4}}(?:省|市|自治区)?)?[{HAN}]{{2,5}}(?:[市区县縣區])[{HAN}A-Za-z0-9]{{2,12}}?(?:{ESTATES})(?:[A-Z0-9]{{1,3}}[区座栋期])?"
)
LABELLED = re.compile(rf"(?:地址|住址|所在地)?[ 是为為:：\"'“]{{0,4}}([{HAN}][{HAN}A-Za-z0-9 \-—#（）()·]{{5,60}})")
PLACE = re.compile(
    r"[省市区县縣區镇乡村].*(?:[路街道巷弄园苑城厦场楼号號室栋]|村.*组)|[路街道巷弄苑厦区].*[0-9]+ ?[号號室栋幢楼]"
)


# Said of these, an address is what every map tells. Firms are left out: one may be somebody's front room.
PUBLIC = re.compile(
    "(?:大学|学院|中学|小学|幼儿园|医院|银行|分行|支行|博物[馆院]|纪念馆|展览馆|科技馆|剧院|动物园|植物园|邮局|海关|图书馆|美术馆|体育馆|酒店|宾馆|饭店|公园|景区|景点|车站|机场|白宫|"
    "法院|检察院|政府|派出所|大使馆|领事馆|教堂|商场|广场|旧址|故居|遗址)(?:分别|均|都|就|也)?(?:坐落[于在]|位于|地处|(?:的?(?:地址|位置))(?:[是为在]|[:：] ?)?)$"
)
PRECISE = re.compile("[0-9]|[路街巷村镇鄉乡]")


def chinese(view: View) -> Iterator[Hit]:
    text, floor = view.text, 0
    seen: list[tuple[int, int]] = []
    for match in ANCHOR.finditer(text):
        if match.start() < floor:
            continue
        start, end = back(text, match.start(), floor), forward(text, match.end())
        floor = end
        seen.append((start, end))
        body = text[start : match.start() + 1]
        if len(body) < 3:
            continue
        region = REGION.search(body)
        cued = view.label(start, 12) == "PII008"
        score = 0.9 if cued else 0.8 if region else 0.6 if re.search("[路街道巷弄]", body[-2:]) else 0.45
        yield hit("address", start, end, CUED if cued else GUESS, score, aside(text, start))
    for match in ESTATE.finditer(text):
        start = back(text, match.end() - 2, match.start())
        if REGION.search(text, start, match.end()):
            cued = view.label(start, 12) == "PII008"
            yield hit("address", start, match.end(), CUED if cued else GUESS, 0.8 if cued else 0.45, aside(text, start))
    for place in view.labelled("PII008"):
        found = LABELLED.match(text, place)
        if found and PLACE.search(found[1]) and PRECISE.search(found[1]) and "的" not in found[1]:
            start, end = found.start(1), found.end(1) - len(found[1]) + len(found[1].rstrip(" -—(（"))
            if not any(a < end and start < b for a, b in seen):
                yield hit("address", start, end, CUED, 0.8, aside(text, start))


def aside(text: str, start: int) -> str:
    return "the address of a public place" if PUBLIC.search(text, max(0, start - 12), start) else ""


def back(text: str, place: int, floor: int) -> int:
    """The beginning of the chain: 36 characters back at most, not over a word that is no place."""
    low = max(floor, place - 36)
    start = low
    for match in STOP.finditer(text, low, place):
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
        more = MORE.match(text, end)
        if not more or more.end() == end:
            break
        end = more.end()
    return end
