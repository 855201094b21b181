"""Which language a text is in, told cheaply: by script, and among Latin scripts by the commonest small words.

Made for shares and for mismatches over whole corpora (a few microseconds a row), not for telling Danish from Norwegian.
Codes are ISO 639-1 where the script or the small words decide (`en`, `zh`, `ja`, `ko`, `fr`, ...), BCP 47 `und-Cyrl`
and the like where only the script is known, and `""` for a text without letters.
"""

from __future__ import annotations

import numpy as np

LOOKED_AT = 4000
"""Code points; a longer text is judged by its beginning."""

_LATIN, _HAN, _KANA, _HANGUL = 1, 2, 3, 4
_OTHERS = ("Cyrl", "Arab", "Hebr", "Grek", "Deva", "Thai", "Indic")

_RANGES: tuple[tuple[int, int, int], ...] = (
    (_LATIN, 0x41, 0x5A), (_LATIN, 0x61, 0x7A), (_LATIN, 0xC0, 0x24F), (_LATIN, 0x1E00, 0x1EFF), (_LATIN, 0xFF21, 0xFF3A),
    (_LATIN, 0xFF41, 0xFF5A), (_HAN, 0x3400, 0x4DBF), (_HAN, 0x4E00, 0x9FFF), (_HAN, 0xF900, 0xFAFF), (_HAN, 0x20000, 0x323AF),
    (_KANA, 0x3041, 0x30FA), (_KANA, 0x31F0, 0x31FF), (_KANA, 0xFF66, 0xFF9D), (_HANGUL, 0xAC00, 0xD7AF), (_HANGUL, 0x1100, 0x11FF),
    (5, 0x400, 0x52F), (6, 0x600, 0x6FF), (6, 0x750, 0x77F), (7, 0x590, 0x5FF), (8, 0x370, 0x3FF), (8, 0x1F00, 0x1FFF),
    (9, 0x900, 0x97F), (10, 0xE00, 0xE7F), (11, 0x980, 0xDFF),
)  # fmt: skip

# A Han character or a hangul block says about as much as 2.5 Latin letters (a Chinese word has 1.7 characters, an English one 4.7 letters).
_WEIGHT = np.array([0, 1, 2.5, 2.5, 2.5] + [1] * len(_OTHERS))

_SMALL_WORDS = {
    "en": "the of and to in is that it for was with are this you as on be have not or an what how your i my do can which by from at he she his"
    " her they so has had we if will their there then than but all one per day no also each how many much",
    "fr": "le la les des une est et pour dans que qui sur avec pas vous nous du au ce sont plus je il elle ne être cette",
    "de": "der die das und ist nicht ein eine zu den mit sich von auf für dem des ich sie es wie auch werden sind wird",
    "es": "el los las una es y por para con que del se su como más pero está son lo cómo qué muy este esta",
    "pt": "os uma é por para com que não da dos das em na como mais seu você são ao foi",
    "it": "il gli della che di è una con non sono del nel alla più come questo anche lo dei delle si",
    "nl": "het een en van dat niet op te zijn voor met aan om ook als maar bij naar wordt",
    "id": "yang dan di untuk dengan ini dari pada tidak adalah itu dalam akan atau saya anda ke bisa",
    "vi": "là và của có không được cho một các với trong này để người những bạn",
    "tr": "ve bir bu için ile de da çok ne gibi olarak daha değil olan ama nasıl mı",
    "pl": "na nie się jest że jak od po ale co przez są dla oraz czy",
}
_WORDS = {code: frozenset(words.split()) for code, words in _SMALL_WORDS.items()}
_ENGLISH = _WORDS["en"]
_FOREIGN = frozenset().union(*(words for code, words in _WORDS.items() if code != "en")) - _ENGLISH


def _table() -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    table = np.zeros(0x110000, dtype=np.uint8)
    for script, first, last in _RANGES:
        table[first : last + 1] = script
    table[[0xD7, 0xF7]] = 0
    return table


_SCRIPT = _table()


def weights(text: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """How much of the text each script carries; index 0 (no letter) is always 0."""
    codes = np.frombuffer(text[:LOOKED_AT].encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    counts: np.ndarray[tuple[int], np.dtype[np.float64]] = np.bincount(_SCRIPT[codes], minlength=len(_WEIGHT)) * _WEIGHT
    return counts


def language(text: str) -> str:
    """The language that carries most of the text."""
    if text.isascii():
        return _latin(text) if any(c.isalpha() for c in text[:LOOKED_AT]) else ""
    found = weights(text).tolist()
    if not any(found):
        return ""
    east = found[_HAN] + found[_KANA]
    if east >= max(found[_LATIN], found[_HANGUL], *found[5:]):
        # Chinese text has a stray の now and then; Japanese prose is more than a third kana.
        return "ja" if found[_KANA] > 0.1 * east else "zh"
    top = found.index(max(found))
    if top == _LATIN:
        return _latin(text)
    return "ko" if top == _HANGUL else f"und-{_OTHERS[top - _HANGUL - 1]}"


def share(text: str, code: str) -> float:
    """How much of the text, from 0 to 1, is in the script of this language."""
    found = weights(text)
    total = found.sum()
    if not total:
        return 0.0
    mine = {"zh": (_HAN,), "ja": (_HAN, _KANA), "ko": (_HANGUL,)}.get(code)
    if mine is None:
        mine = (_OTHERS.index(code[4:]) + _HANGUL + 1,) if code[4:] in _OTHERS else (_LATIN,)
    return float(found[list(mine)].sum() / total)


def spoken_words(text: str) -> int:
    """How many of the commonest English words stand in the beginning, each counted once."""
    return len(_ENGLISH.intersection(text[:600].lower().split()))


def _latin(text: str) -> str:
    """English unless another language's small words clearly outnumber English ones."""
    words = text[:600].lower().split()
    # Distinct words: one foreign-looking word said ten times ("plus" in a sum) decides nothing.
    foreign = _FOREIGN.intersection(words)
    if len(foreign) < 2 or len(foreign) <= len(_ENGLISH.intersection(words)):
        return "en"
    return max(_WORDS, key=lambda code: len(_WORDS[code] & foreign))
