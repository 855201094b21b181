"""Look-alike characters folded to the plain ones, with the way back.

Full-width and mathematical forms and the digits of other scripts are folded as NFKC would; exotic dashes and spaces become plain
ones between digits; zero-width characters vanish. Superscripts and circled digits stay (`10²` is not 102, `①138…` starts a list),
and so does Chinese punctuation: the patterns know it, and folding it would send every Chinese text down the slow path.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import cache
from itertools import chain

DASHES = "‐‑‒–—―−﹣"
SPACES = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
VANISH = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e"
PROSE = "，：；！？（）～"

# Where Unicode keeps compatibility forms of ASCII, and the decimals of other scripts.
BLOCKS = tuple(
    chain(range(0x660, 0x66A), range(0x6F0, 0x6FA), range(0x966, 0x970), range(0x2100, 0x2150), range(0xFE50, 0xFE70))
) + tuple(chain(range(0xFF01, 0xFF5F), range(0x1D400, 0x1D800), range(0x1FBF0, 0x1FBFA)))
FORMS = ("<wide>", "<narrow>", "<small>", "<font>")


def plain(char: str) -> str:
    """The one ASCII character that this one is a form of, or itself."""
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    folded = unicodedata.normalize("NFKC", char) if unicodedata.decomposition(char).startswith(FORMS) else char
    return folded if len(folded) == 1 and folded.isascii() and char not in PROSE else char


@cache
def strong() -> dict[str, str]:
    """Forms that are folded wherever they stand."""
    forms = {c: plain(c) for c in map(chr, BLOCKS)}
    return {c: p for c, p in forms.items() if p != c} | dict.fromkeys(VANISH, "")


def ranges(chars: str) -> str:
    """The inside of a character class, for Python's `re` and RE2 alike; the characters are not ASCII and need no escape."""
    runs: list[list[int]] = []
    for point in sorted(map(ord, chars)):
        if runs and runs[-1][1] == point - 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return "".join(f"{chr(a)}-{chr(b)}" for a, b in runs)


@cache
def finders() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """One that tells in a glance that there is nothing to fold, and one that folds."""
    # Dashes and ideographic spaces are common in clean prose and matter only inside a number.
    weak = f"(?<=[0-9０-９)）])[{ranges(DASHES + SPACES)}](?=[0-9０-９(（])"
    # Python's character classes are tables within the BMP only; beyond it each range costs a comparison, so two blocks stand in.
    forms = ranges("".join(c for c in strong() if c <= "\uffff")) + "\U0001d400-\U0001d7ff\U0001fbf0-\U0001fbf9"
    return re.compile(f"[{forms}{ranges(DASHES + SPACES)}]"), re.compile(f"[{forms}]|{weak}")


def _form(char: str) -> str:
    return strong().get(char, "-" if char in DASHES else " " if char in SPACES else char)


class Folded:
    """A text as the patterns see it; `start` and `end` lead back to the original's code points."""

    __slots__ = ("_at", "_back", "original", "text")

    def __init__(self, original: str) -> None:
        self.original = self.text = original
        self._at: list[int] = []
        self._back: list[int] = []
        if not original.isascii() and finders()[0].search(original):
            self._fold()

    def _fold(self) -> None:
        gone = 0

        def swap(match: re.Match[str]) -> str:
            nonlocal gone
            form = _form(match.group())
            if not form:
                self._at.append(match.start() - gone)
                self._back.append(match.end())
                gone += 1
            return form

        self.text = finders()[1].sub(swap, self.original)

    def start(self, place: int) -> int:
        i = bisect_right(self._at, place) - 1
        return place if i < 0 else self._back[i] + place - self._at[i]

    def end(self, place: int) -> int:
        return self.start(place - 1) + 1 if place else 0
