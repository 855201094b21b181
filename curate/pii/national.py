"""Identity numbers of other countries, one line each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from curate.pii import checks
from curate.pii.hits import Confidence, Hit, hit
from curate.pii.labels import View

L, R = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"


@dataclass(frozen=True, slots=True)
class Scheme:
    country: str
    form: re.Pattern[str]
    check: Callable[[str], bool]
    alone: bool
    """Whether form and check together are proof enough without a word beside them."""


def yes(_: str) -> bool:
    return True


def nino(code: str) -> bool:
    return code[:2] not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")


def dni(code: str) -> bool:
    number = code[:-1].translate(str.maketrans("XYZ", "012"))
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == code[-1]


def nric(code: str) -> bool:
    offset = {"T": 4, "G": 4, "M": 3}.get(code[0], 0)
    rest = (checks.weighted(code[1:8], (2, 7, 6, 5, 4, 3, 2), 1 << 30) + offset) % 11
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "G": "XWUTRQPNMLK", "M": "XWUTRQPNJLK"}[code[0]]
    return letters[rest] == code[8]


def cpf(digits: str) -> bool:
    def digit(n: int) -> int:
        return checks.weighted(digits[:n], tuple(range(n + 1, 1, -1)), 11 * 1000) * 10 % 11 % 10

    return len(set(digits)) > 1 and digit(9) == int(digits[9]) and digit(10) == int(digits[10])


def nir(code: str) -> bool:
    body = code[:13].replace("2A", "19").replace("2B", "18")
    return 97 - int(body) % 97 == int(code[13:])


def codice_fiscale(code: str) -> bool:
    odd = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
    place = [int(c) if c.isdigit() else ord(c) - 65 for c in code[:15]]
    return chr(65 + sum(odd[p] if i % 2 == 0 else p for i, p in enumerate(place)) % 26) == code[15]


def rrn(digits: str) -> bool:
    century = "18" if digits[6] in "90" else "19" if digits[6] in "1256" else "20"
    return checks.real_date(century + digits[:2], digits[2:4], digits[4:6])


def sin(digits: str) -> bool:
    return digits[0] not in "08" and checks.luhn(digits)


def aadhaar(digits: str) -> bool:
    return digits[0] not in "01" and checks.verhoeff(digits)


def nhs(digits: str) -> bool:
    rest = 11 - checks.weighted(digits, tuple(range(10, 1, -1)), 11)
    return rest != 10 and rest % 11 == int(digits[9]) and len(set(digits)) > 1


def pesel(digits: str) -> bool:
    return (checks.weighted(digits[:10], (1, 3, 7, 9) * 3, 10) + int(digits[10])) % 10 == 0


def personnummer(digits: str) -> bool:
    return checks.luhn(digits[-10:])


def bsn(digits: str) -> bool:
    return (checks.weighted(digits[:8], tuple(range(9, 1, -1)), 1 << 30) - int(digits[8])) % 11 == 0 and len(set(digits)) > 1


SCHEMES = (
    Scheme("TW", re.compile(L + r"[A-Z][1289][0-9]{8}" + R), checks.tw_id, False),
    Scheme("CN", re.compile(r"[军兵士文职警][\u4e00-\u9fff]{0,2}字第? ?[0-9]{6,9}号?"), yes, False),
    Scheme("HK", re.compile(L + r"[A-Z]{1,2}[0-9]{6}[(（][0-9A][)）]"), checks.hk_id, True),
    Scheme("HK", re.compile(L + r"[A-Z]{1,2}[0-9]{6}[0-9A]" + R), checks.hk_id, False),
    Scheme("GB", re.compile(L + r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]" + R), nino, True),
    # Macau publishes no check digit; the first digit tells where the holder comes from.
    Scheme("MO", re.compile(L + r"[1578][0-9]{6}[(（][0-9][)）]"), yes, False),
    Scheme("GB", re.compile(L + r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}" + R), nhs, False),
    Scheme("PL", re.compile(L + r"[0-9]{11}" + R), pesel, False),
    Scheme("SE", re.compile(L + r"(?:19|20)?[0-9]{6}[-+]?[0-9]{4}" + R), personnummer, False),
    Scheme("NL", re.compile(L + r"[0-9]{9}" + R), bsn, False),
    Scheme("ES", re.compile(L + r"(?:[0-9]{8}|[XYZ][0-9]{7})-?[A-HJ-NP-TV-Z]" + R), dni, False),
    Scheme("SG", re.compile(L + r"[STFGM][0-9]{7}[A-Z]" + R), nric, True),
    Scheme("IT", re.compile(L + r"[A-Z]{6}[0-9]{2}[ABCDEHLMPRST][0-9]{2}[A-Z][0-9]{3}[A-Z]" + R), codice_fiscale, True),
    Scheme(
        "FR",
        re.compile(
            L
            + r"[12][ .]?[0-9]{2}[ .]?(?:0[1-9]|1[0-2]|[2-9][0-9])[ .]?(?:[0-9]{2}|2[AB])[ .]?[0-9]{3}[ .]?[0-9]{3}[ .]?[0-9]{2}"
            + R
        ),
        nir,
        True,
    ),
    Scheme("BR", re.compile(L + r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}" + R), cpf, True),
    Scheme("KR", re.compile(L + r"[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]-[0-9]{7}" + R), rrn, True),
    Scheme("IN", re.compile(L + r"[2-9][0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}" + R), aadhaar, False),
    Scheme("IN", re.compile(L + r"[A-Z]{3}[PCHFATBLJG][A-Z][0-9]{4}[A-Z]" + R), yes, False),
    Scheme("CA", re.compile(L + r"[0-9]{3}[ -][0-9]{3}[ -][0-9]{3}" + R), sin, False),
    Scheme("DE", re.compile(L + r"[1-9][0-9]{10}" + R), checks.mod_11_10, False),
    Scheme("US", re.compile(L + r"9[0-9]{2}-(?:[5-9][0-9])-[0-9]{4}" + R), yes, False),
)


def national_ids(view: View) -> Iterator[Hit]:
    for scheme in SCHEMES:
        for match in scheme.form.finditer(view.text):
            code = re.sub(r"[^0-9A-Z]", "", match.group())
            label = view.label(match.start())
            if label == "other" or not (scheme.alone or label == "PII004") or not scheme.check(code):
                continue
            proof = Confidence.PROVED if scheme.check is not yes and scheme.alone else Confidence.CUED
            yield hit("national-id", *match.span(), proof, 0.95 if label == "PII004" else 0.8)
