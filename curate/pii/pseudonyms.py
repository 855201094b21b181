"""Values that look like what they replace and belong to nobody.

One value becomes one pseudonym wherever it stands, under one key. A pseudonym that is found again (a card beginning with 000000, or
`user_1234` beside the word WeChat) is known as one and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from curate.pii.hits import KINDS, Hit
from curate.pii.keyed import Stream
from curate.pii.labels import lower
from curate.pii.makers import DOMAIN, FAMILY_ZH, GIVEN_ZH, HEADS, MAKERS, STREETS, TAILS, zeros

# The forms that only pseudonyms have, by kind.
OURS = {
    "email": rf"user[0-9]{{7}}@{re.escape(DOMAIN)}",
    "person": rf"(?:(?:{'|'.join(HEADS)})(?:{'|'.join(TAILS)}) ?)+|[{FAMILY_ZH}][{GIVEN_ZH}]{{1,2}}",
    "address": rf"[0-9]{{4}} (?:{'|'.join(STREETS)}).*|某省某市某区虚构路.*",
    "coordinates": r"0\.0000.*",
    "ip": r"192\.0\.2\..*|198\.51\.100\..*|203\.0\.113\..*|2001:db8:.*",
    "mac": r"(?i)0{4}5e005[3].*|00.00.5e.00.53.*|0000\.5e00\.53.*",
    "iban": "ZZ.*",
    "plate": r"[^A-HJ-NP-Za-z]*[IO][^A-HJ-NP-Za-z]*",
    "cn-mobile": r"[^1-9]*1\D*0\D*0\D*0.*",
    "cn-id": r"(?:0\D*){6}.*",
    "card": r"(?:0\D*){6}.*",
    "us-ssn": "000.*",
    "phone": r"\D*0\D*0\D*0.*|[^1-9]*1\D*0\D*0\D*0(?:\D*\d){3,}.*",  # of one in single digits a part may be found
    "service-phone": r"\D*0\D*0\D*0.*",
    "wechat": r"user\.\.[0-9]{7}",
    "social": r"user\.\.[0-9]{7}",
    "qq": "0.*",
    "organisation": "..000000.{10}",
    "secret": "secret-[0-9]{8}",
    "private-key": "private-key-[0-9]{8}",
    "password": "(?:secret|private-key|password)-[0-9]{8}",
}
UNISSUED = frozenset(("national-id", "account", "passport", "permit", "licence", "organisation"))
COMPILED = {kind: re.compile(form, re.DOTALL) for kind, form in OURS.items()}
# A mobile number stays one person's, whether the text writes it as `phone` or with its country.
FAMILY = {"cn-mobile": "phone", "service-phone": "phone"}


def pseudonym(text: str, hits: Sequence[Hit], key: bytes) -> str:
    """The text with every hit replaced; `hits` are disjoint and in order."""
    pieces: list[str] = []
    place = 0
    for h in hits:
        value = text[h.start : h.end]
        # Of an IBAN of ours the digits alone are found again, as an account.
        known = ours(h.kind, value) or (h.kind == "account" and text[max(0, h.start - 2) : h.start] == "ZZ")
        pieces += (text[place : h.start], value if known else replacement(h.kind, value, key))
        place = h.end
    return "".join((*pieces, text[place:]))


def replacement(kind: str, value: str, key: bytes) -> str:
    return MAKERS[kind](value, Stream(key, FAMILY.get(kind, kind), canonical(kind, value)))


def ours(kind: str, value: str) -> bool:
    """Whether the value is a pseudonym already, of this build or of another."""
    if kind in COMPILED and COMPILED[kind].fullmatch(value):
        return True
    digits = re.sub("[^0-9]", "", value)
    return kind in UNISSUED and set(re.sub("[^A-Za-z]", "", value)) <= set("IOio") and digits.startswith("0" * zeros(len(digits)))


def canonical(kind: str, value: str) -> str:
    """What two spellings of one value share."""
    if kind in ("secret", "password", "private-key", "connection"):
        return value
    if KINDS[kind].code == "PII002":
        return re.sub("[^0-9]", "", value)[-10:]  # with its country code or without
    return re.sub(r"[\s().·\-]", "", lower(value)) if kind != "person" else lower(value)
