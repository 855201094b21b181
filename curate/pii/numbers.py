"""Cards, identity numbers and account numbers written in digits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from curate.pii import checks
from curate.pii.hits import Confidence, Hit, hit
from curate.pii.labels import View

PROVED, CUED, GUESS = Confidence

CN_ID = re.compile(r"(?<![0-9])(?<![0-9]\.)[1-9](?:[ -]?[0-9]){16}[ -]?[0-9Xx](?![0-9A-Za-z])")
MANY = re.compile(r"(?<![0-9])(?<![0-9]\.)[0-9]+(?:[ -][0-9]+)*")
"""A run of digit groups with one blank or dash between two of them, not the tail of a decimal."""
CARD_GROUPS = re.compile(
    r"[0-9]{4}([ -])(?:[0-9]{4}\1){2}[0-9]{1,4}(?:\1[0-9]{1,3})?|[0-9]{4}([ -])[0-9]{6}\2[0-9]{4,5}|"
    "[0-9]{6}[ -][0-9]{6,13}|[0-9]{12,19}"
)
IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?=[ -]?[A-Za-z0-9]{4})")
SSN = re.compile(r"(?<![0-9A-Za-z-])(?<![0-9][.,/ ])([0-9]{3})([- ]?)([0-9]{2})\2([0-9]{4})(?![0-9A-Za-z])(?!-[0-9])")
SORT_CODE = re.compile(r"[0-9]{2}([- ])[0-9]{2}\1[0-9]{2}")
# Numbers printed in advertisements and cards for show: Social Security Administration, "Misused SSNs".
SSN_SHOWN = re.compile(r"078051120|219099999|98765432[0-9]|123456789|111111111|457555462")


LETTERS = re.compile("(?<![A-Za-z])[A-Z]{1,2}$")
"""The letters that a paper's number begins with."""


def bare(text: str) -> str:
    return text.replace(" ", "").replace("-", "")


class Numbers:
    def __init__(self, params: Mapping[str, Mapping[str, Any]]) -> None:
        self.test_cards = frozenset(params["PII003"].get("test", ()))

    def __call__(self, view: View) -> Iterator[Hit]:
        text = view.text
        for match in CN_ID.finditer(text):
            yield from self.cn_id(view, match.start(), match.end())
        for match in MANY.finditer(text):
            if match.end() - match.start() >= 8:
                yield from self.digits(view, match.start(), match.end())
        for match in SSN.finditer(text):
            yield from self.ssn(view, match)

    def cn_id(self, view: View, start: int, end: int) -> Iterator[Hit]:
        number = bare(view.text[start:end])
        if not checks.cn_id_form(number):
            return
        if checks.cn_id(number):
            yield hit("cn-id", start, end, PROVED, 0.99, "" if number[14:17] != "000" else "never issued")
        elif view.label(start) == "PII004":
            # A mistyped or invented number is still meant as one; only the check character says otherwise.
            yield hit("cn-id", start, end, CUED, 0.6)

    def digits(self, view: View, start: int, end: int) -> Iterator[Hit]:
        """One run of digit groups: every stretch of groups that could be a card, then what a word before it says."""
        run = view.text[start:end]
        groups = [(m.start(), m.end()) for m in re.finditer(r"[0-9]+", run)]
        taken = -1
        for i, (a, _) in enumerate(groups):
            if a < taken:
                continue
            for _, b in groups[i : i + 6][::-1]:
                if 12 <= b - a <= 23 and CARD_GROUPS.fullmatch(run, a, b):
                    found = self.card(view, start + a, start + b)
                    if found:
                        yield found
                        taken = b
                        break
        if taken < 0 and len(groups) <= 8:
            yield from self.announced(view, start, end)

    def card(self, view: View, start: int, end: int) -> Hit | None:
        number = bare(view.text[start:end])
        if not 12 <= len(number) <= 19:
            return None
        label = view.label(start)
        beside = view.text[start - 1 : start] + view.text[end : end + 1]
        if label != "PII003" and any(c == "_" or (c.isascii() and c.isalpha()) for c in beside):
            return None  # a piece of a hash or a file name
        kind = checks.card(number)
        aside = "printed in guides for testing" if number in self.test_cards else ""
        if kind == "scheme" and label != "other":
            return hit("card", start, end, PROVED, 0.97 if label == "PII003" else 0.9, aside)
        if kind and label == "PII003":
            return hit("card", start, end, PROVED, 0.9, aside)
        if kind == "scheme":
            return hit("card", start, end, GUESS, 0.45, "announced as something else")
        if label == "PII003" and len(number) >= 15 and len(set(number)) > 2:
            return hit("card", start, end, CUED, 0.6)
        return None

    def announced(self, view: View, start: int, end: int) -> Iterator[Hit]:
        number, label = bare(view.text[start:end]), view.label(start)
        if len(number) == 15 and checks.cn_id_old(number):
            if label == "PII004":
                yield hit("cn-id", start, end, CUED, 0.7)
        elif label == "PII004" and 8 <= len(number) <= 12 and len(set(number)) > 2 and number[:3] != "000":
            letters = LETTERS.search(view.text, max(0, start - 3), start)
            yield hit("national-id", letters.start() if letters else start, end, CUED, 0.55)
        elif label == "PII005" and (8 <= len(number) <= 22 or SORT_CODE.fullmatch(view.text, start, end)):
            yield hit("account", start, end, CUED, 0.8)
        elif label == "PII003" and 16 <= len(number) <= 19 and checks.luhn(number):
            yield hit("card", start, end, CUED, 0.7)

    def ssn(self, view: View, match: re.Match[str]) -> Iterator[Hit]:
        number = "".join(match.group(1, 3, 4))
        label = view.label(match.start())
        if not checks.ssn(number) or label in ("other", "version") or (match[2] != "-" and label != "PII004"):
            return
        aside = "printed as an example" if SSN_SHOWN.fullmatch(number) else ""
        yield hit("us-ssn", *match.span(), CUED if label == "PII004" else GUESS, 0.95 if label == "PII004" else 0.7, aside)


def ibans(view: View) -> Iterator[Hit]:
    """Walk from a country and two digits over as many characters as that country's accounts have."""
    text = view.text
    for match in IBAN.finditer(text):
        length = checks.IBAN_LENGTHS.get(match.group()[:2].upper())
        if length is None:
            continue
        code, place = "", match.start()
        while len(code) < length and place < len(text) and place - match.start() < 48:
            char = text[place]
            if char.isascii() and char.isalnum():
                code += char.upper()
            elif char not in " -" or not code:
                break
            place += 1
        follows = text[place : place + 1]
        if len(code) == length and not (follows.isascii() and follows.isalnum()):
            if checks.iban(code):
                yield hit("iban", match.start(), place, PROVED, 0.99)
            elif view.label(match.start()) == "PII005" and code[4:].isalnum() and sum(c.isdigit() for c in code) > 8:
                yield hit("iban", match.start(), place, CUED, 0.6)
