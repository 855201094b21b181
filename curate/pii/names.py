"""Names, in a cascade: words that introduce a person pick them out; on request every text is tagged."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from curate.pii import names_en, names_zh
from curate.pii.gate import matches
from curate.pii.hits import Confidence, Hit, hit

HAN = re.compile("[\u3400-\u9fff]")
LATIN = re.compile("[A-Za-z]{2}")
CAPITAL = "[A-ZÀ-ÞĀ-ŽΑ-ΩА-Я]"
ODDS = -0.2
"""The weight from which a Chinese candidate counts as a name."""

CUE_EN = (
    rf"(?i:(?:^|[^a-z])(?:{names_en.TITLE}|hi|hello|hey|to:|from:|cc:)(?:[^a-z]|$)|{names_en.PRESENTED}|name|lives |resides|"
    r"was born|years? old|is a [0-9]|, [0-9]{2},|love,)|"
    rf"(?:^|[^A-Za-z])(?:{names_en.ASKED}|{names_en.GREETED})|[A-Za-z] ?[<(\[]\s?[A-Za-z0-9._%+-]+@|\n[>?*| \t]*{names_en.STREET}"
)
CUE_ZH = rf"{names_zh.FORM}|{names_zh.HINT}|{names_zh.TITLE}|[一-鿿][ \t，,、:：(（]*(?:\+?86[ -]?)?1[3-9][0-9]"


class Namer:
    def __init__(self, mode: Literal["cue", "all"], model: str = "") -> None:
        self.mode, self.model = mode, model

    def gate(self, texts: pa.Array) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Texts that may hold a name at all."""
        if self.mode == "cue":
            found = matches(texts, CUE_EN) | matches(texts, CUE_ZH)
        else:
            found = matches(texts, f"{CAPITAL}|[一-鿿][一-鿿]")
        return found

    def tag(self, texts: Sequence[str]) -> list[list[Hit]]:
        """Names by text. Prompts repeat: each different text is tagged once."""
        different = list(dict.fromkeys(texts))
        found = dict(zip(different, self._tag(different), strict=True))
        return [found[text] for text in texts]

    def _tag(self, texts: Sequence[str]) -> list[list[Hit]]:
        found = [list(self.cued(text)) for text in texts]
        if self.mode == "all":
            if self.model:
                self.add(found, range(len(texts)), transformer(self.model, texts), 0.85)
            else:
                english = [i for i, text in enumerate(texts) if LATIN.search(text) and mostly_latin(text)]
                self.add(
                    found,
                    english,
                    (
                        clean(texts[i], spans)
                        for i, spans in zip(english, names_en.tagged([texts[i] for i in english]), strict=True)
                    ),
                    0.7,
                )
                self.chinese(found, texts)
        for text, hits in zip(texts, found, strict=True):
            if hits and LATIN.search(text):
                seen = [(h.start, h.end) for h in hits]
                hits += [hit("person", a, b, Confidence.GUESS, 0.6) for a, b in names_en.repeated(text, seen)]
        return found

    def cued(self, text: str) -> Iterator[Hit]:
        if LATIN.search(text):
            for a, b in names_en.cued(text, self.mode == "all"):
                yield hit("person", a, b, Confidence.CUED, 0.8)
            if self.mode == "all":
                for a, b in names_en.known(text):
                    yield hit("person", a, b, Confidence.GUESS, 0.65)
        if HAN.search(text):
            for c in names_zh.introduced(text):
                yield hit("person", c.start, c.end, Confidence.CUED, 0.85)

    @staticmethod
    def add(found: list[list[Hit]], where: Sequence[int] | range, spans: Any, score: float) -> None:
        for i, places in zip(where, spans, strict=True):
            found[i] += [hit("person", a, b, Confidence.GUESS, score) for a, b in places]

    @staticmethod
    def chinese(found: list[list[Hit]], texts: Sequence[str]) -> None:
        for i, text in enumerate(texts):
            if HAN.search(text):
                for c in (*names_zh.foreign(text), *names_zh.candidates(text)):
                    if c.weight > ODDS:
                        found[i].append(
                            hit("person", c.start, c.end, Confidence.GUESS, round(1 / (1 + math.exp(-c.weight - 0.5)), 2))
                        )


def mostly_latin(text: str) -> bool:
    return text.isascii() or len(HAN.findall(text)) * 4 < len(text)


def clean(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    return [
        s
        for a, b in spans
        if (s := names_en.trimmed(text, a, b))
        and text[s[0]].isupper()
        and not HAN.search(text, *s)
        and not names_en.NOT_AFTER.match(text, s[1])
    ]


@cache
def namer(mode: str, model: str = "") -> Namer:
    return Namer("all" if mode == "all" else "cue", model)


def transformer(model: str, texts: Sequence[str]) -> Iterator[list[tuple[int, int]]]:
    from curate.pii.presidio import transformer_names

    return transformer_names(model, texts)
