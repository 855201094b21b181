"""QUA003: loops, copies of one line, mashed keys and text decoded with the wrong table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from curate.quality import Hit, without_code
from curate.quality.copies import twice

_PIECE = 12
"""Characters of a sentence or line that counts when it returns; half as many of Chinese."""
_LOOP = 60
"""Characters of a loop; half as many of Chinese, where a character says about as much as two letters."""
_TAIL = 20
_LONG = 100
"""Characters of a stretch of which three copies are a loop."""
_SIGNS = 300
_TRIES = 8
# Lines to write on, rules of tables and leaders may be as long as they like.
_RULED = re.compile(r"^\s*$|[-_=.|*~·─…\d]")
# UTF-8 read as Latin-1 or Windows-1252, twice-encoded Chinese, and the two famous fillers of broken Chinese tools.
_MOJIBAKE = re.compile(
    r"(?:Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[\u0080-\u009f™œž¦\u009d“”˜]|Â[\u00a0-\u00bf]|ï»¿|ï¼[\u0080-\u00bfŒ]|"
    r"[åäæçèé][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|锟斤拷|烫烫烫|屯屯屯|ï¿½)"
)
_SUSPECT = re.compile("[ÃâÂïåäæçèé锟烫屯]")
_SAME_CHARACTER = re.compile(r"([^\W\d_])\1{14,}")
_LAUGHTER = "哈呵嘿啊嗯hH"
_THRICE = re.compile(r"([^\W\d_])\1\1")
_WORD = re.compile(r"(?<![\\w/.:-])[A-Za-z]{4,}(?![\\w/:-])")
_MASHED = re.compile(r"[bcdfghjklmnpqrstvwxz]{6,}|^[bcdfghjklmnpqrstvwxz]{5,}$|(?:asdf|qwer|zxcv|hjkl|sdfg|jkl;)", re.IGNORECASE)
_PIECES = re.compile(r"[^.!?。！？；\n]+[.!?。！？；\n]*")
_ASKED = re.compile(r"repeat|times|loop|lyrics|song|chorus|poem|重复|循环|遍|次|歌词|歌|诗|童谣", re.IGNORECASE)


# Who asks for a pattern gets one, but not without end.
_PATTERN = re.compile(r"alternat|pattern|symbols|交替|规律", re.IGNORECASE)


def repeats(answer: str, question: str) -> Hit | None:
    return mojibake(answer) or _loops(answer, question) or twice(answer, question) or _mashed(answer)


def mojibake(text: str) -> Hit | None:
    if text.isascii() or not _SUSPECT.search(text):
        return None
    found = list(_MOJIBAKE.finditer(text))
    # One odd pair may be French or Vietnamese; several, or a filler that no one writes, is a wrong table.
    if len(found) < 2 and not (found and found[0][0] in "锟斤拷烫烫烫屯屯屯ï»¿ï¿½"):
        return None
    return Hit("The text was decoded with the wrong character table", found[0].span())


def _loops(text: str, question: str) -> Hit | None:
    """Cheap questions first: nine of ten answers are through after three scans in compiled code."""
    if len(text) < 15:
        return None
    # Any run of 15 holds three neighbours among every fifth character.
    if _THRICE.search(text[::5]) and (found := _SAME_CHARACTER.search(text)) and found[1] not in _LAUGHTER:
        return Hit(f"One character stands {len(found[0])} times in a row", found.span())
    end = text.rstrip()
    dense = 1 if end.isascii() else 2
    looped = len(end) >= _LOOP // dense and end.count(end[-_TAIL // dense :]) >= 3
    pieces = [p for p in text.replace("。", ".").replace("\n", ".").split(".") if len(p) >= _PIECE // dense]
    copied = len(pieces) - len(set(pieces)) >= 3
    if not (looped or copied) or _ASKED.search(question) or (_PATTERN.search(question) and len(text) < 2 * len(question)):
        return None
    prose = without_code(text)
    return (looped and _cycle(prose)) or (copied and _same_pieces(prose)) or None


def _cycle(text: str) -> Hit | None:
    """The text ends in four copies of one stretch, together over 60 code points, or in three of a long one; the last may be broken off.

    Half as many code points suffice where most are Chinese.
    """
    end = text.rstrip()
    dense = 2 if _han(end[-_LOOP:]) else 1
    tails = (end[-_TAIL // dense :], end[-3 * _TAIL // dense :]) if end else ()
    # The longer one is for stretches that end on a line of one sign, whose nearest places are within that line.
    for period in (distance for tail in tails for distance in _distances(end, tail)):
        extent = period + _common_end(end, period)
        unit, copies = end[-period:], extent / period
        enough = copies >= 4 and extent >= _LOOP // dense if period < _LONG // dense else copies >= 3
        letters = any(c.isalpha() for c in unit)
        if enough and (letters or (extent >= _SIGNS and not _RULED.search(unit))):
            return Hit(
                f"The same {period} characters stand {int(copies)} times in a row at the end", (len(end) - extent, len(end))
            )
    return None


def _distances(end: str, tail: str) -> Iterator[int]:
    """How far before the end its last characters stood: the nearest places first."""
    last = len(end) - len(tail)
    at = last
    for _ in range(_TRIES):
        at = end.rfind(tail, 0, at + len(tail) - 1)
        if at < 0:
            return
        yield last - at


def _common_end(end: str, period: int) -> int:
    """How many characters at the end of the text are also at the end of it without its last `period` ones."""
    before = end[:-period]
    low, high = 0, len(before)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if before.endswith(end[-middle:]) else (low, middle - 1)
    return low


def _han(text: str) -> bool:
    return 2 * sum("\u3400" <= c <= "\u9fff" for c in text) > len(text)


def _same_pieces(text: str) -> Hit | None:
    """One sentence or line, of some length, makes up half of the text and stands there at least four times."""
    pieces = [piece.strip() for piece in _PIECES.findall(text)]
    least = _PIECE // 2 if _han(text[:_LOOP]) else _PIECE
    # A piece that stops inside a number was cut by its point: names of goods (`1.5-Ounce`) are no sentences.
    counts = Counter(piece for piece in pieces if len(piece) >= least and "|" not in piece and not piece[-2:-1].isdigit())
    if not counts:
        return None
    piece, n = counts.most_common(1)[0]
    if n < 4 or n * len(piece) < 0.5 * len(text.strip()):
        return None
    start = text.find(piece)
    return Hit(f"One sentence stands {n} times", (start, start + len(piece)))


def _mashed(text: str) -> Hit | None:
    """Keys struck at random: most of the longer words cannot be said."""
    if len(text) > 2000 or " the " in text or " and " in text or " to " in text or (" " not in text and len(text) > 60):
        return None
    # Each word once: an abbreviation said four times is no mashing.
    words = dict.fromkeys(_WORD.findall(text[:600]))
    bad = [w for w in words if _MASHED.search(w)]
    if len(bad) < 4 or len(bad) < 0.5 * len(words):
        return None
    start = text.find(bad[0])
    return Hit("Most of the words are letters at random", (start, start + len(bad[0])), 0.8)
