"""Values that look like what they replace and belong to nobody.

Every choice is drawn from HMAC-SHA-256 of the value under a key, so one value becomes one pseudonym wherever it stands, and
nothing leads back without the key. Numbers keep their form and a right check digit but lie in ranges that are never given out. A
pseudonym that is found again (`user_1234` beside the word WeChat) is known by its range and stays as it is.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Sequence

from curate.pii import checks
from curate.pii.hits import KINDS, Hit
from curate.pii.labels import lower

DOMAIN = "pseudonym.invalid"  # RFC 6761: never resolves
HEADS = [
    "Ash",
    "Brook",
    "Cairn",
    "Dun",
    "Elm",
    "Fallow",
    "Glen",
    "Harts",
    "Ingle",
    "Kestrel",
    "Lark",
    "Moss",
    "Nether",
    "Oak",
    "Pine",
    "Quarry",
    "Rook",
    "Stone",
    "Thistle",
    "Umber",
]
TAILS = [
    "grove",
    "fell",
    "ley",
    "mere",
    "stead",
    "by",
    "hurst",
    "moor",
    "wick",
    "water",
    "combe",
    "hollow",
    "whistle",
    "dene",
    "haven",
    "ford",
    "croft",
    "leigh",
    "mouth",
    "garth",
]
FAMILY_ZH, GIVEN_ZH = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
STREETS = ("Nowhere Lane", "Placeholder Street", "Sample Row", "Specimen Road", "Fictional Way")
MONTHS = re.compile(r"[A-Za-z]{3,9}")
# The forms that only pseudonyms have, by kind; digits that begin with 000 are nobody's in every plan used here.
OURS = {
    "email": re.compile(rf"user[0-9]{{7}}@{re.escape(DOMAIN)}"),
    "person": re.compile(rf"(?:(?:{'|'.join(HEADS)})(?:{'|'.join(TAILS)}) ?)+|[{FAMILY_ZH}][{GIVEN_ZH}]{{1,2}}"),
    "address": re.compile(rf"[0-9]{{4}} (?:{'|'.join(STREETS)}).*|.*虚构路.*", re.DOTALL),
    "ip": re.compile(r"192\.0\.2\..*|198\.51\.100\..*|203\.0\.113\..*|2001:db8:.*"),
    "mac": re.compile(r"0000?.?5[eE].?00.?53.*|00.00.5[eE].00.53.*"),
    "coordinates": re.compile(r"0\.0000.*"),
    "iban": re.compile(r"ZZ.*"),
}
NUMBER_OURS = re.compile(r"0*5{0,3}01[0-9]{2}|1?000[0-9]*|0+")
TEXT_OURS = re.compile(r"(?:secret|private-key|password|user)[-_][0-9]{8}.*")


def ours(kind: str, value: str) -> bool:
    """Whether the value is a pseudonym already."""
    if kind in OURS:
        return OURS[kind].fullmatch(value) is not None
    digits = re.sub("[^0-9]", "", value)
    return TEXT_OURS.fullmatch(value) is not None or (bool(digits) and NUMBER_OURS.fullmatch(digits) is not None)


class Stream:
    """Digits and choices from one value under one key."""

    def __init__(self, key: bytes, kind: str, value: str) -> None:
        self._key, self._seed, self._block, self._n = key, f"{kind}\0{value}".encode("utf-8", "surrogatepass"), b"", 0

    def below(self, n: int) -> int:
        if len(self._block) < 4:
            self._block = hmac.new(self._key, self._seed + self._n.to_bytes(4, "big"), hashlib.sha256).digest()
            self._n += 1
        head, self._block = self._block[:4], self._block[4:]
        return int.from_bytes(head, "big") % n

    def digits(self, n: int) -> str:
        return "".join(str(self.below(10)) for _ in range(n))

    def of(self, value: str) -> Stream:
        """The same key and kind for another value."""
        return Stream(self._key, "word", value)

    def word(self) -> str:
        return self.pick(HEADS) + self.pick(TAILS)

    def pick(self, values: Sequence[str]) -> str:
        return values[self.below(len(values))]


def pseudonym(text: str, hits: Sequence[Hit], key: bytes) -> str:
    """The text with every hit replaced; `hits` are disjoint and in order."""
    pieces: list[str] = []
    place = 0
    for h in hits:
        value = text[h.start : h.end]
        pieces += (text[place : h.start], value if ours(h.kind, value) else replacement(h.kind, value, key))
        place = h.end
    return "".join((*pieces, text[place:]))


def replacement(kind: str, value: str, key: bytes) -> str:
    return MAKERS[kind](value, Stream(key, FAMILY.get(kind, kind), canonical(kind, value)))


def canonical(kind: str, value: str) -> str:
    """What two spellings of one value share."""
    if kind in ("secret", "password", "private-key", "connection"):
        return value
    if KINDS[kind].code == "PII002":
        return re.sub("[^0-9]", "", value)[-10:]  # with its country code or without
    return re.sub(r"[\s().·\-]", "", lower(value)) if kind != "person" else lower(value)


# A mobile number stays one person's, whether the text writes it as `phone` or with its country.
FAMILY = {"cn-mobile": "phone", "service-phone": "phone"}


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
    """Exchange 555, line 01xx, the one block that is set aside; where there are too few digits, zeros in front."""
    n = sum(c.isdigit() for c in value)
    return reshaped(value, "0" * max(0, n - 10) + ("000" + "555" + "01" + s.digits(2))[-min(n, 10) :])


def card(value: str, s: Stream) -> str:
    """Prefix 0 belongs to no scheme (ISO/IEC 7812-1); the Luhn digit is right."""
    n = sum(c.isdigit() for c in value)
    body = "000000" + s.digits(n - 7)
    return reshaped(value, body + luhn_digit(body))


def cn_id(value: str, s: Stream) -> str:
    """Region 000000 does not exist; the check character is right."""
    n = sum(c.isalnum() for c in value)
    body = "000000" + "19000101" + s.digits(3)
    whole = body + checks.mod_11_2(body) if n == 18 else "000000" + s.digits(n - 6)
    chars = list(whole)
    return "".join(chars.pop(0) if c.isalnum() else c for c in value)


def alike(value: str, s: Stream, keep: str = "") -> str:
    """Letters become letters and digits digits, beginning with zeros that no issuer uses."""
    out, seen = [], 0
    for c in value:
        if c in keep or not c.isalnum():
            out.append(c)
        elif c.isdigit():
            out.append("0" if seen < 3 else str(s.below(10)))
            seen += 1
        else:
            out.append(
                s.pick("ABCDEFGHJKLMNPQRSTUVWXYZ") if c.isupper() else s.pick("abcdefghjkmnpqrstuvwxyz") if c.isascii() else c
            )
    return "".join(out)


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
    words = [
        w
        for w in re.findall(r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))+", value)
        if len(w) > 1 and (w[0].isupper() or value.islower())
    ]
    return " ".join(s.of(lower(word)).word() for word in words or [value])


def address(value: str, s: Stream) -> str:
    if re.search("[\u3400-\u9fff]", value):
        return f"某省某市某区虚构路{s.below(9000) + 1000}号"
    return f"{s.below(9000) + 1000} {s.pick(STREETS)}"


def coordinates(_: str, s: Stream) -> str:
    return f"0.0000{s.digits(2)}, 0.0000{s.digits(2)}"  # the Gulf of Guinea


def birth(value: str, s: Stream) -> str:
    """30 February of another year of the decade: ages keep their sense, and no such date exists."""
    numbers = re.findall("[0-9]+", value)
    year = max(range(len(numbers)), key=lambda i: (len(numbers[i]), i))
    if len(numbers) == 1:
        return f"{numbers[0][:3]}{s.below(10)}0230"
    named = MONTHS.search(value) is not None
    rest = iter(["30"] if named else ["2".zfill(min(2, max(map(len, numbers)))), "30"])
    parts = iter([n[:-1] + str(s.below(10)) if i == year else next(rest) for i, n in enumerate(numbers)])
    out = re.sub("[0-9]+", lambda _: next(parts), value)
    return (
        re.sub(r"[A-Za-z]{3,9}(?=[ .,-])", "February", out, count=1)
        if named and MONTHS.match(out)
        else re.sub(r"(?<=[ -])[A-Za-z]{3,9}(?=[ .,-])", "February", out, count=1)
    )


def uscc(value: str, s: Stream) -> str:
    """Region 000000 does not exist; the check character is right."""
    body = value[:2] + "000000" + s.digits(9)
    total = sum(checks.USCC.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + checks.USCC[-total % 31]


def url(value: str, s: Stream) -> str:
    return f"{value.split('://', 1)[0]}://user{s.digits(7)}.{DOMAIN}/"


def account(value: str, s: Stream) -> str:
    return f"user_{s.digits(8)}" if not value.isdigit() else "000" + s.digits(max(2, len(value) - 3))


def unlike(mark: str) -> Callable[[str, Stream], str]:
    return lambda _, s: f"{mark}{s.digits(8)}"


_MAKERS: dict[str, Callable[[str, Stream], str]] = {
    "email": email, "cn-mobile": cn_mobile, "phone service-phone": phone, "card": card, "cn-id": cn_id, "us-ssn": ssn,
    "iban": iban, "ip": ip, "mac": mac, "person": person, "address": address, "coordinates": coordinates, "uscc": uscc,
    "birth": birth, "secret": unlike("secret-"), "private-key": unlike("private-key-"), "password": unlike("password-"),
    "connection url-user": url, "wechat qq social": account,
    "national-id account passport permit licence plate organisation": alike,
}  # fmt: skip
MAKERS = {kind: maker for kinds, maker in _MAKERS.items() for kind in kinds.split()}
