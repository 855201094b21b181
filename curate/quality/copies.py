"""QUA003: a text that is given again from its beginning, and thousands of one digit."""

from __future__ import annotations

import re

from curate.quality import Hit

_LEAST = 300
"""Characters that must return word for word; half as many where most are Chinese."""
_HEAD = 80
_DIGITS = re.compile(r"(\d)\1{299,}")
_DIGITS_THRICE = re.compile(r"(\d)\1\1")
# Who asks for versions or for the text beside another may get the same stretch twice.
_ASKED = re.compile(
    r"repeat|times|loop|lyrics|song|chorus|po[eèé]m|poes[ií]|chanson|canci[oó]n|gedicht|стих|copy|twice|again|versions?\b|variations?|paraphras|rewrit|rephras|proofread|correct|edit|compare|"
    r"重复|循环|遍|次|歌词|歌|诗|童谣|改写|润色|修改|纠正|比较|版本",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"binary|hex|digits?\b|zeros?\b|decimal|googol|power|二进制|十六进制|位数|小数|次方", re.IGNORECASE)


def twice(text: str, question: str) -> Hit | None:
    """Cheap questions first: two scans for the beginning of the text decide for nearly all answers."""
    if len(text) < _LEAST:
        return None
    if _DIGITS_THRICE.search(text[::60]) and (found := _DIGITS.search(text)) and not _NUMBERS.search(question):
        return Hit(f"One digit stands {len(found[0])} times in a row", found.span())
    body = text.strip()
    head = body[:_HEAD]
    second = body.find(head, _HEAD)
    if second < 0 or _ASKED.search(question):
        return None
    least = _LEAST // 2 if 2 * sum("\u3400" <= c <= "\u9fff" for c in head) > len(head) else _LEAST
    n = _shared(body, second)
    # What comes between may be a line of dashes or a heading; what is not copied must be little.
    if n < least or n < 0.9 * min(second, len(body) - second):
        return None
    start = text.find(head)
    return Hit("The text is given again from its beginning", (start + second, start + second + n))


def _shared(text: str, second: int) -> int:
    """How far the text from `second` on is the same as from its beginning."""
    low, high = 0, min(second, len(text) - second)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if text.startswith(text[:middle], second) else (low, middle - 1)
    return low
