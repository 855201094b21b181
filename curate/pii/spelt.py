"""Numbers written in Chinese characters: 一三八…, 幺三八…, 壹叁捌…."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curate.pii import checks
from curate.pii.hits import Confidence, Hit, hit
from curate.pii.labels import View

DIGITS = "〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖貳參陸幺"
PLAIN = str.maketrans(DIGITS, "00123456789" + "123456789" + "236" + "1")
RUN = re.compile(rf"(?<![{DIGITS}])[{DIGITS}](?:[ -]?[{DIGITS}]){{10,18}}[xX]?(?![{DIGITS}十百千万亿])")
MOBILE = re.compile(r"1[3-9][0-9]{9}")


def spelt(view: View) -> Iterator[Hit]:
    """Mobile numbers, identity numbers and, beside their word, bank cards; as sure as the same in digits."""
    for match in RUN.finditer(view.text):
        number = match.group().translate(PLAIN).replace(" ", "").replace("-", "")
        label = view.label(match.start())
        if MOBILE.fullmatch(number):
            yield hit("cn-mobile", *match.span(), Confidence.CUED if label == "PII002" else Confidence.GUESS, 0.7)
        elif len(number) == 18 and checks.cn_id(number):
            yield hit("cn-id", *match.span(), Confidence.PROVED, 0.95)
        elif label == "PII003" and number.isdigit() and checks.card(number):
            yield hit("card", *match.span(), Confidence.PROVED, 0.9)
