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
    r"(?i:\b(?:mr|mrs|ms|miss|mx|dr|prof|professor|doctor|rev|capt|sgt|lt|col|judge|monsieur|madame|herr|frau)\b|name|dear|regards|sincerely|signed|yours|attn|c/o|cheers|love,|i'm |i am |this is |"
    r"speak |spoke |talk to|ask for|call |meet |contact|reach |respectfully|care of|attention|author|patient|client|customer|employee|applicant|cardholder|passenger|recipient|sender|tenant|landlord|"
    r"plaintiff|defendant|witness|lives |resides|was born|years? old|\bhi |hello |hey |\bto: |from: |cc: |is a [0-9])|[A-Za-z] ?[<(\[]\s?[A-Za-z0-9._%+-]+@|, [0-9]{2},"
)
CUE_ZH = "姓|名|我叫|件|联系|联络|对接|经办|负责|法[定人]|申请|持卡|户|客户|患者|病人|员工|报案|投保|委托|此致|您好|请|经理|主任|老师|医生|致电|转交|找|先生|女士|小姐|太太|阿姨|叔叔|大爷|大妈|师傅|同学|教授|大夫|律师|总监|同志|警官|护士|法官"


class Namer:
    def __init__(self, mode: Literal["cue", "all"], model: str = "") -> None:
        self.mode, self.model = mode, model

    def gate(self, texts: pa.Array) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Texts that may hold a name at all."""
        if self.mode == "cue":
            return matches(texts, CUE_EN) & matches(texts, CAPITAL) | matches(texts, CUE_ZH) | matches(texts, "(?i:name)")
        return matches(texts, f"{CAPITAL}|[一-鿿][一-鿿]")

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
