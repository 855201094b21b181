"""Whether two names or short phrases may mean the same thing or person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher

_ALIKE = 0.85
"""How much of two spellings must agree, from five letters on."""
_WHOLE = 6
"""Letters of a word that is not another one by chance when it stands in a longer one or is spelt almost so."""
_HALVED = 3
"""Characters of a name in Chinese from which half of them are shared by no chance."""
_SPELT = 0.6
"""The same of two foreign names in Chinese characters (`利普斯`, `李普斯`)."""
HAN, _DIGITS = re.compile("[\u3400-\u9fff]"), re.compile(r"\d+")
_INFLECTED = re.compile(r"(?<=\w{3})(?:ies|ie|ey|y|es|(?<!s)s|ed|ing|e)$")
# `golf` and `golfer`, `Sumer` and `Sumerian`; `ia` is not among them, as it makes another country of one.
_DERIVED = frozenset(["er", "ers", "or", "ist", "ism", "an", "ian", "n", "ns", "ic", "al", "ish", "ka", "ly", "ation"])
# What kind of thing it is may be said or left out behind a Chinese name: 赤峰市, 清朝, 锡伯族.
_PLACE = re.compile("(?<=[\u3400-\u9fff])(?:市|省|县|州|区|国|朝|代|族)$")
_COUNTRIES = {"usa": "united states", "united states of america": "united states", "uk": "united kingdom"}
_DENIERS = frozenset(["un", "in", "im", "ir", "dis", "non", "non-", "不", "非", "无", "未"])

_WORDS = re.compile(r"[\w']+")
_SMALL = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "in",
        "on",
        "at",
        "by",
        "for",
        "to",
        "and",
        "or",
        "with",
        "from",
        "is",
        "was",
        "are",
        "were",
        "his",
        "her",
        "its",
    ]
)

NOTES = re.compile(r"(?<![A-Za-z0-9])[(（][^()（）]{0,40}[)）]")
"""What is said in brackets."""
_ARTICLES = re.compile(
    r"^[在于]|^(?:the|a|an|one|his|her|its|in|at|by|on)\s+|[^\w\s·]|的(?:一种)?$|(?<=[\u4e00-\u9fff])的(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff]国)人$",
    re.IGNORECASE,
)
# What stands between the names of a foreigner in Chinese, as it is typed.
_DOTS = re.compile("(?<=[\u4e00-\u9fff])[・•‧∙．.－-](?=[\u4e00-\u9fff])")


def phrase_key(text: str) -> str:
    """Names with equal keys are one; articles, punctuation and what stands in brackets are gone."""
    text = _DOTS.sub("·", text).replace("-", " ")
    return " ".join(_ARTICLES.sub("", NOTES.sub(" ", text) if not text.startswith(("(", "（")) else text).casefold().split())


def same_name(a: str, b: str) -> bool:
    """The same name written longer or shorter, abbreviated, derived, mistyped, or in another script (which cannot be told from here)."""
    a, b = _plain(a), _plain(b)
    if bool(HAN.search(a)) != bool(HAN.search(b)) and _letters(a) and _letters(b):
        return True
    left, right = a.split(), b.split()
    if not left or not right or _joined(a) == _joined(b):
        return True
    if a.isascii() and b.isascii():
        if _negated(left) != _negated(right):
            return False
        short, long = sorted((_joined(a), _joined(b)), key=len)
        if len(short) >= _WHOLE and short in long and not _denial(a, b):
            return True
        shorter, longer = sorted((left, right), key=len)
        if all(any(_same_word(w, v) for v in longer) for w in shorter) or _initials(left, right) or _one_person(left, right):
            return True
    elif _joined(a) in _joined(b) or _joined(b) in _joined(a):
        short, long = sorted((a, b), key=len)
        return not re.search("[不非无没未]", long.replace(short, ""))
    elif _shortened(a, b) or _transliterated(a, b):
        return True
    return (
        _DIGITS.findall(a) == _DIGITS.findall(b)
        and len(a) >= 5
        and len(b) >= 5
        and SequenceMatcher(None, a, b).ratio() >= _ALIKE
        and not _denial(a, b)
    )


def akin(a: str, b: str) -> bool:
    """One thing may have both names: in Chinese half of the characters are shared (`公营广播`, `公共广播`), else how a word begins (`gravity`, `gravitation`)."""
    if not (HAN.search(a) and HAN.search(b)):
        return any(w != v and len(w) >= _WHOLE and w[:_WHOLE] == v[:_WHOLE] for w in a.split() for v in b.split())
    numbers = _DIGITS.findall(a), _DIGITS.findall(b)
    if min(len(a), len(b)) < _HALVED or (all(numbers) and numbers[0] != numbers[1]):
        return False
    return SequenceMatcher(None, a, b).ratio() >= 0.5


def names(sentence: str, name: str, question: str = "") -> bool:
    """A word of the name stands in the sentence, or two of its characters in Chinese; a word that the question has too tells nothing, unless it has all of them."""
    sentence, name = _plain(sentence.casefold()), _plain(name)
    if not name.isascii():
        return any(name[i : i + 2] in sentence for i in range(max(1, len(name) - 1)))
    said = _WORDS.findall(sentence)
    meant = [w for w in _WORDS.findall(name) if w not in _SMALL] or name.split()
    asked = frozenset(_WORDS.findall(_plain(question.casefold())))
    meant = [w for w in meant if w not in asked] or meant
    return any(_same_word(w, v) for w in meant for v in said) or "".join(meant) in "".join(said)


def _joined(text: str) -> str:
    return text.replace(" ", "").replace("·", "")


def _letters(text: str) -> bool:
    return bool(re.search(r"[^\W\d_]{2}", text))


def _shortened(a: str, b: str) -> bool:
    """`宾州` for `宾夕法尼亚州`, `北大` for `北京大学`: its first character and others of it, in order."""
    short, long = sorted((a, b), key=len)
    rest = iter(long)
    return 2 <= len(short) <= len(long) - 2 and short[0] == long[0] and all(c in rest for c in short)


def _transliterated(a: str, b: str) -> bool:
    """A foreign name spelt with other characters, or the family name of one with a title before it."""
    if "·" in a and "·" in b:
        return SequenceMatcher(None, a, b).ratio() >= _SPELT
    dotted, other = (a, b) if "·" in a else (b, a)
    return "·" in dotted and dotted.rsplit("·", 1)[1] in other


def _plain(text: str) -> str:
    """Letters without their accents (`Malmö` and `Malmo` are one town), and two countries by one name."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
        text = _PLACE.sub("", text)
    return _COUNTRIES.get(text, text)


def _same_word(a: str, b: str) -> bool:
    """`supports`, `supported` and `support` say the same of one thing; so do `St` and `Saint`."""
    if a == b or stem(a) == stem(b):
        return True
    short, long = sorted((a, b), key=len)
    if len(short) == 2 and short[0] == long[0] and short[1] == long[-1] and len(long) > 3:
        return True
    if len(short) >= _WHOLE and SequenceMatcher(None, a, b).ratio() >= _ALIKE and not _denial(a, b):
        return True
    if long.endswith("ish") or short.endswith("ish"):  # British, Britain
        people, country = sorted((long.removesuffix("ish"), short.removesuffix("ish")), key=len)
        return len(people) >= 3 and country.startswith(people)
    return len(short) >= 4 and long.startswith(short) and long[len(short) :] in _DERIVED


def stem(word: str) -> str:
    """`supports`, `supported` and `support` have one, `kiss` and `kissing` too."""
    return _INFLECTED.sub("", word)


def _initials(left: Sequence[str], right: Sequence[str]) -> bool:
    """`NY` for `New York`."""
    return "".join(left) == "".join(w[0] for w in right) or "".join(right) == "".join(w[0] for w in left)


def _one_person(left: Sequence[str], right: Sequence[str]) -> bool:
    """The same family name behind given names that begin alike: `R J Mitchell` and `Reginald`, `Kate` and `Katherine Mulgrew`."""
    if left[-1] != right[-1] or min(len(left), len(right)) < 2:
        return False
    return left[0][:2] == right[0][:2] or (left[0][0] == right[0][0] and 1 in (len(left[0]), len(right[0])))


def _negated(words: Sequence[str]) -> bool:
    return any(w in ("not", "no", "non", "never") for w in words)


def _denial(a: str, b: str) -> bool:
    """The longer one is the shorter one denied: `reliable`, `unreliable`."""
    short, long = sorted((a, b), key=len)
    return long.endswith(short[-4:]) and long.removesuffix(short) in _DENIERS
