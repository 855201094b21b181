"""When two questions are the same one."""

from __future__ import annotations

import re

from curate.labels.numbers import NUMBER_WORDS, english_number, folded, han_number

# Words that a question may have or lack without asking anything else. No number, name, negation or content word is here.
_POLITE = frozenset(
    [
        "please",
        "pls",
        "kindly",
        "hi",
        "hello",
        "hey",
        "thanks",
        "thank",
        "exactly",
        "just",
        "the",
        "a",
        "an",
        "tell",
        "me",
        "question",
        "q",
        "answer",
        "following",
        "so",
        "well",
        "ok",
        "okay",
        "请",
    ]
)
_POLITE_START = re.compile(
    r"^(?:\W*(?:(?:could|can|would|will) you (?:please |kindly )?(?:tell me|say|let me know|explain to me)?|(?:do you know|can i ask|may i ask|let me know|"
    r"i(?: would|'d)? (?:want|like|need) to know|i wonder|i was wondering)))",
)
_POLITE_ZH = re.compile(
    r"请问一下|请问|请教|请您|请你|请|麻烦您?|劳驾|帮我|帮忙|一下子?|告诉我|我想知道|你知道|您知道|知道|你好|您好|谢谢|问题|[吗呢吧啊呀么嘛的了]"
)
_FULL = {"what's": "what is", "who's": "who is", "where's": "where is", "isn't": "is not", "aren't": "are not", "don't": "do not",
         "doesn't": "does not", "can't": "can not", "cannot": "can not", "it's": "it is", "when's": "when is"}  # fmt: skip
_SHORT = re.compile("|".join(_FULL))
_LONG = 2000
"""Characters; nobody asks the same in other words at that length."""
# Punctuation says nothing here; operators, currency and the like do.
_SPLIT = re.compile(r"[^\w+\-*/=<>^%$€¥°×÷±√≥≤≠&|#@~'.]+|(?<!\d)[.'-]+|[.'-]+(?!\w)")
_HAN_NUMBER = re.compile(r"[〇零一二两三四五六七八九十百千万亿]+(?:点[〇零一二三四五六七八九]+)?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")


def skeleton(question: str) -> str:
    """What is asked, in order: number words as figures, politeness and punctuation gone. Equal skeletons ask the same."""
    text = folded(question).casefold()
    if len(text) > _LONG:
        return " ".join(text.split())
    if "'" in text or "’" in text or "cannot" in text:
        text = _SHORT.sub(lambda m: _FULL[m[0]], text.replace("’", "'"))
    if not text.isascii():
        text = _HAN_NUMBER.sub(_figures, _POLITE_ZH.sub(" ", text))
    if "," in text:
        text = _THOUSANDS.sub("", text)
    words = [w for w in _SPLIT.split(_POLITE_START.sub("", text)) if w and w not in _POLITE]
    if "-" in text or not NUMBER_WORDS.isdisjoint(words):
        words = _word_numbers(words)
    # Spaces mean nothing between Chinese characters, and a gap is left where a polite word stood.
    return " ".join(words) if text.isascii() else "".join(words)


def _figures(match: re.Match[str]) -> str:
    value = han_number(match[0])
    return match[0] if value is None else str(value)


def _word_numbers(words: list[str]) -> list[str]:
    """`two hundred and five apples` as `205 apples`."""
    found: list[str] = []
    run: list[str] = []
    for word in [*words, ""]:
        pieces = word.split("-") if "-" in word else [word]
        if NUMBER_WORDS.issuperset(pieces) or (word == "and" and run and run[-1] in ("hundred", "thousand")):
            run += pieces
            continue
        if run:
            found += _as_number(run)
            run = []
        found.append(word)
    return found[:-1]


def _as_number(run: list[str]) -> list[str]:
    tail = ["and"] if run[-1] == "and" else []
    try:
        return [str(english_number(" ".join(run[: len(run) - len(tail)]))), *tail]
    except ValueError:
        return run
