"""One maker of pseudonyms for each kind: the same form, a right check digit, a range that is never given out where there is one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from curate.pii import checks
from curate.pii.keyed import Stream
from curate.pii.labels import lower
from curate.pii.lexicon import words

DOMAIN = "pseudonym.invalid"  # RFC 6761: never resolves
HEADS, TAILS = words("words", "heads"), words("words", "tails")
FAMILY_ZH, GIVEN_ZH = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
STREETS = ("Nowhere Lane", "Placeholder Street", "Sample Row", "Specimen Road", "Fictional Way")
WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))+")
MONTH = re.compile(r"(?<![A-Za-z])[A-Za-z]{3,9}(?=[ .,-])")


def reshaped(form: str, digits: str) -> str:
    """`digits` in the grouping of `form`; from the right, so that a country code or missing zero does not shift it."""
    source = list(digits)
    out = [source.pop() if c.isdigit() and source else c for c in reversed(form)]
    return "".join(reversed(out))


def luhn_digit(body: str) -> str:
    return next(d for d in "0123456789" if checks.luhn(body + d))


def email(_: str, s: Stream) -> str:
    return f"user{s.digits(7)}@{DOMAIN}"


def cn_mobile(value: str, s: Stream) -> str:
    """No mobile number begins with 100."""
    n = sum(c.isdigit() for c in value)
    return reshaped(value, ("00" * n + "1000" + s.digits(7))[-n:]) if value.isascii() else "1000" + s.digits(7)


def phone(value: str, s: Stream) -> str:
    """No number plan has an area 000, at home or behind a country code of zeros."""
    n = sum(c.isdigit() for c in value)
    return reshaped(value, "000" + "0" * max(0, n - 10) + s.digits(max(0, min(n, 10) - 3)))


def card(value: str, s: Stream) -> str:
    """Prefix 0 belongs to no scheme (ISO/IEC 7812-1); the Luhn digit is right."""
    n = sum(c.isdigit() for c in value)
    body = "000000" + s.digits(n - 7)
    return reshaped(value, body + luhn_digit(body))


USUAL_GROUPS = re.compile(r"\w{6}\W?(?:\w{6}|\w{8})\W?\w{3,4}")


def cn_id(value: str, s: Stream) -> str:
    """Region 000000 does not exist; the check character is right."""
    n = sum(c.isalnum() for c in value)
    body = "000000" + "19000101" + s.digits(3)
    whole = body + checks.mod_11_2(body) if n == 18 else "000000" + s.digits(n - 6)
    if not USUAL_GROUPS.fullmatch(value):
        return whole  # parts of any other grouping would be found as numbers of their own
    chars = list(whole)
    return "".join(chars.pop(0) if c.isalnum() else c for c in value)


def zeros(n: int) -> int:
    """How many of n digits are the zeros that no series of numbers begins with; enough stay free to tell people apart."""
    return 6 if n >= 11 else 3 if n >= 7 else min(n, 2)


def unissued(value: str, s: Stream) -> str:
    """Letters become I and O, which issuers leave out because they read as 1 and 0; digits begin with zeros."""
    n = sum(c.isdigit() for c in value)
    digits = iter("0" * zeros(n) + s.digits(n - zeros(n)))
    letters = (s.pick("IO" if c.isupper() else "io") if c.isascii() and c.isalpha() else c for c in value)
    return "".join(next(digits) if c.isdigit() else c for c in letters)


def plate(value: str, s: Stream) -> str:
    """The letters I and O stand on no plate of the mainland."""
    return "".join(s.pick("IO") if c.isascii() and c.isalpha() else str(s.below(10)) if c.isdigit() else c for c in value)


def ssn(value: str, s: Stream) -> str:
    """Area 000 was never issued."""
    return reshaped(value, "000" + s.digits(6))


def iban(value: str, s: Stream) -> str:
    """Country ZZ, which ISO 3166 leaves to users; check digits are right."""
    n = sum(c.isalnum() for c in value)
    body = s.digits(n - 4)
    check = 98 - int(body + "353500") % 97
    chars = list(f"ZZ{check:02d}{body}")
    return "".join(chars.pop(0) if c.isalnum() else c for c in value)


def ip(value: str, s: Stream) -> str:
    """RFC 5737 and RFC 3849: addresses for documentation."""
    if ":" in value:
        return f"2001:db8::{s.below(65536):x}:{s.below(65536):x}"
    return f"{s.pick(('192.0.2', '198.51.100', '203.0.113'))}.{s.below(254) + 1}"


def mac(value: str, s: Stream) -> str:
    """RFC 7042: 00-00-5E-00-53-xx is for documentation."""
    chars = list("00005e0053" + f"{s.below(256):02x}")
    return "".join(chars.pop(0) if c.isalnum() else c for c in value)


def person(value: str, s: Stream) -> str:
    """Word by word, so that a surname alone is still the same person's."""
    if re.search("[\u3400-\u9fff]", value):
        family = s.pick(FAMILY_ZH)
        return family + "".join(s.pick(GIVEN_ZH) for _ in range(min(2, max(1, len(value) - 1))))
    parts = [w for w in WORD.findall(value) if w[0].isupper() or value.islower()]
    drawn = (s.of("word", lower(part)) for part in parts or [value])
    return " ".join(d.pick(HEADS) + d.pick(TAILS) for d in drawn)


def address(value: str, s: Stream) -> str:
    if re.search("[\u3400-\u9fff]", value):
        return f"某省某市某区虚构路{s.below(9000) + 1000}号"
    return f"{s.below(9000) + 1000} {s.pick(STREETS)}"


def coordinates(_: str, s: Stream) -> str:
    return f"0.0000{s.digits(2)}, 0.0000{s.digits(2)}"  # the Gulf of Guinea


def birth(value: str, s: Stream) -> str:
    """30 February of another year of the decade: ages keep their sense, and no such date exists."""
    numbers = re.findall("[0-9]+", value)
    if not numbers:
        return f"一九{s.pick('三四五六七八九')}{s.pick('一二三四五六七八九')}年二月三十日"
    if re.search("月$", value):
        return f"{numbers[0][:3]}{s.below(10)}年00月"
    year = max(range(len(numbers)), key=lambda i: (len(numbers[i]), i))
    if len(numbers) == 1:
        return f"{numbers[0][:3]}{s.below(10)}0230"
    named = MONTH.search(value) is not None
    rest = iter(["30"] if named else ["2".zfill(min(2, max(map(len, numbers)))), "30"])
    parts = iter([n[:-1] + str(s.below(10)) if i == year else next(rest) for i, n in enumerate(numbers)])
    out = re.sub("[0-9]+", lambda _: next(parts), value)
    return MONTH.sub("February", out, count=1)


def uscc(value: str, s: Stream) -> str:
    """Region 000000 does not exist; the check character is right."""
    plain = re.sub("[^0-9A-Z]", "", unicodedata.normalize("NFKC", value).upper())
    body = plain[:2] + "000000" + s.digits(9)
    total = sum(checks.USCC.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + checks.USCC[-total % 31]


def url(value: str, s: Stream) -> str:
    return f"{value.split('://', 1)[0]}://user{s.digits(7)}.{DOMAIN}/"


def account(value: str, s: Stream) -> str:
    """No QQ number begins with 0; no site allows two dots in a row."""
    return "0" + s.digits(max(4, len(value) - 1)) if value.isdigit() else f"user..{s.digits(7)}"


def unlike(mark: str) -> Callable[[str, Stream], str]:
    return lambda _, s: mark + s.digits(8)


_MAKERS: dict[str, Callable[[str, Stream], str]] = {
    "email": email, "cn-mobile": cn_mobile, "phone service-phone": phone, "card": card, "cn-id": cn_id, "us-ssn": ssn,
    "iban": iban, "ip": ip, "mac": mac, "person": person, "address": address, "coordinates": coordinates, "uscc": uscc,
    "birth": birth, "plate": plate, "secret": unlike("secret-"), "private-key": unlike("private-key-"),
    "password": unlike("password-"), "connection url-user": url, "wechat qq social": account,
    "national-id account passport permit licence organisation": unissued,
}  # fmt: skip
MAKERS = {kind: maker for kinds, maker in _MAKERS.items() for kind in kinds.split()}
