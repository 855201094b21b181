"""Numbers as people write them, in figures and in words, English and Chinese, with their units."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import NamedTuple

_ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12}
NUMBER_WORDS = frozenset([*_ONES, *_SCALES])
_HAN_DIGITS = (
    {c: i for i, c in enumerate("〇一二三四五六七八九")}
    | {"零": 0, "两": 2, "俩": 2}
    | {c: i for i, c in enumerate("壹贰叁肆伍陆柒捌玖", 1)}
)
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_HAN_BIG = {"万": 10**4, "亿": 10**8, "萬": 10**4, "億": 10**8}

_FIGURES = r"[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d+)?"
_HAN = "〇零一二两俩三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟"
_WORDS = "|".join(sorted([*_ONES, *_SCALES], key=len, reverse=True))
NUMBER = re.compile(
    rf"(?P<mixed>\d+ \d+/\d+)|(?P<ratio>{_FIGURES} ?/ ?\d+(?![\d/]))|(?P<figure>{_FIGURES})(?P<scale> ?(?:[十百千]?[万亿]|thousand|million|billion|trillion)|k\b)?"
    rf"|(?P<han>(?:负)?(?!一[共般样起定下直些旦切律致边同]|万一|百般)[{_HAN}]+(?:点[{_HAN}]+)?)|(?P<words>\b(?:minus |negative )?(?:{_WORDS})(?:(?: and |[- ])(?:{_WORDS}))*\b)",
    re.IGNORECASE,
)  # fmt: skip

# unit: (dimension, factor to the base of the dimension)
_UNITS: dict[str, tuple[str, Fraction]] = {
    name: (dimension, Fraction(factor))
    for dimension, rows in {
        "length": "mm millimeter millimeters millimetres 毫米=1/1000; cm centimeter centimeters centimetres 厘米 公分=1/100; m meter meters metre metres 米=1; "
        "km kilometer kilometers kilometres 公里 千米=1000; inch inches 英寸=254/10000; ft foot feet 英尺=3048/10000; mile miles 英里=1609344/1000; yard yards=9144/10000",
        "mass": "mg milligrams 毫克=1/1000; g gram grams 克=1; kg kilogram kilograms 千克 公斤=1000; 斤=500; 吨 ton tons tonne tonnes=1000000; lb lbs pound pounds 磅=45359237/100000; "
        "oz ounce ounces 盎司=28349523125/1000000000",
        "time": "s sec second seconds 秒 秒钟=1; min minute minutes 分 分钟=60; h hr hour hours 小时 个小时=3600; day days 天 日=86400; week weeks 周 星期 个星期=604800",
        "months": "month months 月 个月=1; year years 年 岁=12",
        "volume": "ml milliliter milliliters 毫升=1/1000; l liter liters litre litres 升=1",
        "area": "m² m2 平方米=1; km² km2 平方公里 平方千米=1000000; ha hectare hectares 公顷=10000; 亩=2000/3; acre acres=40468564224/10000000",
        "power": "kw kilowatt kilowatts 千瓦=1000; mw megawatt megawatts 兆瓦=1000000",
        "energy": "kwh 千瓦时=1",
        "usd": "$ usd dollar dollars 美元 美金=1; cent cents 美分=1/100",
        "cny": "¥ rmb cny yuan 元 块 块钱 人民币=1; 角 毛=1/10; 万元=10000",
        "eur": "€ eur euro euros 欧元=1",
        "percent": "% percent 个百分点=1",
        "celsius": "°c ℃ 摄氏度=1",
        "fahrenheit": "°f ℉ 华氏度=1",
    }.items()
    for row in rows.split("; ")
    for names, factor in [row.split("=")]
    for name in names.split()
}
_UNIT = re.compile(
    r"\s*(" + "|".join(sorted((re.escape(u) for u in _UNITS), key=len, reverse=True)) + r")(?![A-Za-z])", re.IGNORECASE
)
_MONEY_BEFORE = re.compile(r"([$¥€])\s*$")


class Number(NamedTuple):
    amount: Fraction
    """In the base of its dimension where that is known."""
    written: Fraction
    dimension: str
    places: int
    """Decimal places as written, for comparing 3.14 with 3.1416."""

    def agrees(self, other: Number, rough: Fraction | int = 0) -> bool:
        """Equal, equal once rounded as the coarser of the two was written, or within `rough` of each other."""
        if rough and abs(self.amount - other.amount) <= rough * max(abs(self.amount), abs(other.amount)):
            return True
        if self.written == other.written and self.dimension == other.dimension:
            return True
        if self.dimension and other.dimension and self.dimension == other.dimension:
            return _close(self.amount, other.amount, self.places, other.places)
        if "percent" in (self.dimension, other.dimension) and not (self.dimension and other.dimension):
            return any(
                _close(self.written * f, other.written * g, self.places, other.places) for f, g in ((1, 1), (100, 1), (1, 100))
            )
        # A table in thousands or millions gives figures without saying so again: 121.4 and 121.4 million.
        same = self.written and other.written and _figures(self.written) == _figures(other.written) > 99
        if same and max(self.written / other.written, other.written / self.written) in (10**3, 10**6, 10**9):
            return True
        # One without unit, or with one unknown here: only the figures can be compared.
        return _close(self.written, other.written, self.places, other.places)


def _figures(number: Fraction) -> int:
    """The digits of a decimal number as a whole one, without the zeros at its ends."""
    digits = f"{abs(float(number)):.9e}".partition("e")[0].replace(".", "").rstrip("0")
    return int(digits or 0)


_MOST = 10**300
_LONG = 300
"""Characters of a number that is read; Python stops at 4,300 digits."""
_POWER = re.compile(r"e[+-]?\d{4}", re.IGNORECASE)
_NOISE = Fraction(1, 10**9)
"""Relative: how a computer rounds thirds and tenths, and no other figure."""


def _close(a: Fraction, b: Fraction, a_places: int, b_places: int) -> bool:
    if abs(a - b) <= _NOISE * max(abs(a), abs(b)):
        return True
    places = min(a_places, b_places)
    return (a_places > 0 or b_places > 0) and abs(a - b) * 2 * 10**places <= 1


def numbers(text: str) -> list[tuple[Number, int, int]]:
    """All numbers of a text with their spans, units taken into account."""
    found = []
    for match in NUMBER.finditer(text):
        amount = _amount(match)
        if amount is None:
            continue
        end, dimension, factor = match.end(), "", Fraction(1)
        if unit := _UNIT.match(text, end):
            dimension, factor = _UNITS[unit[1].lower()]
            end = unit.end()
        elif money := _MONEY_BEFORE.search(text[max(0, match.start() - 3) : match.start()]):
            dimension, factor = _UNITS[money[1]]
        figure, han = match["figure"] or "", match["han"] or ""
        places = 0 if match["scale"] else len(figure.partition(".")[2]) or len(han.partition("点")[2])
        found.append((Number(amount * factor, amount, dimension, places), match.start(), end))
    return found


def _amount(match: re.Match[str]) -> Fraction | None:
    """None for what is no amount, and for one that nobody counts to."""
    read = _read(match)
    return read if read is not None and abs(read) < _MOST else None


def _read(match: re.Match[str]) -> Fraction | None:
    if len(match[0]) > _LONG or _POWER.search(match[0]):
        return None
    try:
        if match["mixed"]:
            whole, part = match["mixed"].split(" ")
            return int(whole) + Fraction(part)
        if match["ratio"]:
            above, below = re.split(r" ?/ ?", match["ratio"])
            return Fraction(_plain(above)) / int(below)
        if match["figure"]:
            return Fraction(_plain(match["figure"])) * _scale(match["scale"])
        if match["han"]:
            return han_number(match["han"])
        return Fraction(english_number(match["words"]))
    except (ValueError, ZeroDivisionError):
        return None


def _plain(figures: str) -> str:
    return figures.replace(",", "").replace("−", "-")


def _scale(word: str | None) -> int:
    if not word:
        return 1
    low = word.strip().lower()
    if low == "k" or low in _SCALES:
        return _SCALES.get(low, 1000)
    factor = 1
    for char in low:
        factor *= _HAN_UNITS.get(char) or _HAN_BIG[char]
    return factor


def han_number(text: str) -> Fraction | None:
    """`一百零五`, `两千三`, `三点一四`, `二〇二四`, `十二万`; None for what is no number, e.g. a lone `万`."""
    negative, text = text.startswith("负"), text.removeprefix("负")
    whole, _, decimals = text.partition("点")
    value = _han_whole(whole)
    if value is None or any(c not in _HAN_DIGITS for c in decimals):
        return None
    result = Fraction(value)
    for i, char in enumerate(decimals, 1):
        result += Fraction(_HAN_DIGITS[char], 10**i)
    return -result if negative else result


def _han_whole(text: str) -> int | None:
    if not text or text[0] in _HAN_BIG or (text[0] in _HAN_UNITS and text[0] not in "十拾"):
        return None
    if all(c in _HAN_DIGITS for c in text):
        return int("".join(str(_HAN_DIGITS[c]) for c in text))
    total = section = digit = 0
    unit = 1
    for char in text:
        if char in _HAN_DIGITS:
            digit = _HAN_DIGITS[char]
        elif char in _HAN_UNITS:
            unit = _HAN_UNITS[char]
            section += (digit or 1) * unit
            digit = 0
        else:
            total = (total + section + digit) * _HAN_BIG[char]
            section, digit, unit = 0, 0, _HAN_BIG[char]
    # 两千三 means 2,300: a last digit right after a unit counts tenths of it, unless a zero stands between.
    if digit and unit >= 100 and "零" not in text[-2:]:
        digit *= unit // 10
    return total + section + digit


def english_number(words: str) -> int:
    """`two hundred and five thousand and one`; raises ValueError where the words are no number."""
    parts = re.split(r"[- ]+", words.lower().replace(" and ", " "))
    negative = parts[0] in ("minus", "negative")
    total = current = 0
    for part in parts[1:] if negative else parts:
        if part in _ONES:
            # "twenty one" adds, "one two" lists digits and is no single number.
            if current % 100 and (current % 10 or _ONES[part] > 9):
                raise ValueError(words)
            current += _ONES[part]
        elif part in ("hundred", "dozen"):
            current = (current or 1) * _SCALES[part]
        else:
            total += (current or 1) * _SCALES[part]
            current = 0
    value = total + current
    return -value if negative else value


def folded(text: str) -> str:
    """Full-width digits and signs as plain ones."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text).replace("\u2044", "/")
