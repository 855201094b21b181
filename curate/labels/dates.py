"""Dates as people write them, as year, month and day where given."""

from __future__ import annotations

import re
from typing import NamedTuple

from curate.labels.numbers import han_number

_MONTHS = {m: i for i, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)}
_MONTH = r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
_BEFORE = re.compile(r"^(?:in|on|since|the|在|于)\s*(?=[\d〇零一二三四五六七八九十a-z])", re.IGNORECASE)
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})",
        r"(?P<year>\d{4}|[〇零一二三四五六七八九]{4})年(?:(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})月(?:(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})[日号])?)?",
        rf"{_MONTH} (?P<d>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?(?:,? (?P<year>\d{{4}}))?",
        rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? (?P<year>\d{{4}}))?",
        rf"{_MONTH}(?:,? (?P<year>\d{{4}}))",
        r"(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})月(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})[日号]",
        r"(?<!\d)(?P<year>1[0-9]\d\d|20\d\d)(?!\d)",
    )
)

# A decade, a season or a century is no one date, nor is about then.
_PERIOD = re.compile(
    r"\d{3}0s\b|\d{4} ?[–—~至到] ?\d|\d{4}-(?:\d{4}|1[3-9]|[2-9]\d)(?![-\d])|\b(?:century|early|late|mid|around|about|circa|between|before|after)\b|世纪|年代|左右|前后|[年月][初末底]|约",
    re.IGNORECASE,
)


class Day(NamedTuple):
    year: int = 0
    month: int = 0
    day: int = 0

    def agrees(self, other: Day) -> bool:
        """Equal in all that both give: 1969 agrees with July 1969."""
        return all(not a or not b or a == b for a, b in zip(self, other, strict=True))


def day(text: str, whole: bool) -> Day | None:
    """The date that the text is (`whole`), or the only one it holds."""
    if _PERIOD.search(text):
        return None
    for form in _FORMS:
        if whole:
            found = form.fullmatch(_BEFORE.sub("", text.strip()))
        else:
            all_ = list(form.finditer(text))
            found = all_[0] if len(all_) == 1 else None
        if found:
            return _read(found.groupdict())
        if not whole and form.search(text):
            return None
    return None


def _read(groups: dict[str, str | None]) -> Day | None:
    name = groups.get("month")
    month = _MONTHS[name[:3].lower()] if name else _number(groups.get("m"))
    result = Day(_number(groups.get("year")), month, _number(groups.get("d")))
    return result if result.month <= 12 and result.day <= 31 else None


def _number(text: str | None) -> int:
    if not text:
        return 0
    if text.isdecimal() and text.isascii():
        return int(text)
    value = han_number(text)
    return int(value) if value is not None else 0
