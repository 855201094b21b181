"""Values that look like what they replace and belong to nobody.

One value becomes one pseudonym wherever it stands, under one key. A pseudonym that is found again (a card beginning with 000000, or
`user_1234` beside the word WeChat) is known as one and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from curate.pii.hits import KINDS, Hit
from curate.pii.keyed import Stream, bears_seal
from curate.pii.labels import lower
from curate.pii.makers import DOMAIN, FAMILY_ZH, GIVEN_ZH, HEADS, MAKERS, SEALED, STREETS, TAILS

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
    "phone": r"\D*0\D*0\D*0.*|[^1-9]*1\D*0\D*0\D*0(?:\D*\d){7,}.*",
    "service-phone": r"\D*0\D*0\D*0.*",
    # Found again as something else: eighteen characters of a pseudonym of an identity number or a registration.
    "national-id": r"(?:0\D*){6}(?:\d\D*){9,}.?|000[- ]?[0-9]{2}[- ]?[0-9]{4}",
    "account": r"(?:0\D*){6}(?:\d\D*){9,}.?",
    "organisation": "..000000.{10}",
}
TEXT = re.compile(r"(?:secret|private-key|password|user)[-_][0-9]{8}")
COMPILED = {kind: re.compile(form, re.DOTALL) for kind, form in OURS.items()}
# A mobile number stays one person's, whether the text writes it as `phone` or with its country.
FAMILY = {"cn-mobile": "phone", "service-phone": "phone"}


def pseudonym(text: str, hits: Sequence[Hit], key: bytes) -> str:
    """The text with every hit replaced; `hits` are disjoint and in order."""
    pieces: list[str] = []
    place = 0
    for h in hits:
        value = text[h.start : h.end]
        pieces += (text[place : h.start], value if ours(h.kind, value, key) else replacement(h.kind, value, key))
        place = h.end
    return "".join((*pieces, text[place:]))


def replacement(kind: str, value: str, key: bytes) -> str:
    return MAKERS[kind](value, Stream(key, FAMILY.get(kind, kind), canonical(kind, value)))


def ours(kind: str, value: str, key: bytes) -> bool:
    """Whether the value is a pseudonym already."""
    if kind in COMPILED and COMPILED[kind].fullmatch(value):
        return True
    digits = re.sub("[^0-9]", "", value)
    return (kind in SEALED or TEXT.fullmatch(value) is not None) and bears_seal(key, digits)


def canonical(kind: str, value: str) -> str:
    """What two spellings of one value share."""
    if kind in ("secret", "password", "private-key", "connection"):
        return value
    if KINDS[kind].code == "PII002":
        return re.sub("[^0-9]", "", value)[-10:]  # with its country code or without
    return re.sub(r"[\s().·\-]", "", lower(value)) if kind != "person" else lower(value)
