"""What was found in a text, and how overlapping finds are settled."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class Confidence(StrEnum):
    PROVED = "proved"
    """A checksum holds, or nothing else has this form."""
    CUED = "cued"
    """The form fits and a word beside it says so."""
    GUESS = "guess"
    """The form alone."""


@dataclass(frozen=True, slots=True)
class Hit:
    code: str
    kind: str
    """What it is within its code, e.g. `cn-mobile`; a key of KINDS."""
    start: int
    end: int
    """Code points [start, end) of the original text."""
    confidence: Confidence
    score: float
    aside: str = ""
    """Why it is nobody's though its form is right, e.g. `reserved for examples`."""


@dataclass(frozen=True, slots=True)
class Kind:
    code: str
    rank: int
    """Where two finds overlap, the higher one wins."""
    mask: str
    """What stands in its place."""
    entity: str
    """Its name in presidio."""
    label: str
    """The finding's words, in English."""
    zh: str


KINDS = {
    "email": Kind("PII001", 80, "[EMAIL]", "EMAIL_ADDRESS", "E-mail address", "电子邮箱"),
    "cn-mobile": Kind("PII002", 66, "[PHONE]", "PHONE_NUMBER", "Mobile number (China)", "手机号"),
    "phone": Kind("PII002", 64, "[PHONE]", "PHONE_NUMBER", "Phone number", "电话号码"),
    "service-phone": Kind("PII002", 65, "[PHONE]", "PHONE_NUMBER", "Service line", "服务热线"),
    "card": Kind("PII003", 85, "[CARD]", "CREDIT_CARD", "Payment card number", "银行卡号"),
    "cn-id": Kind("PII004", 92, "[ID]", "CN_ID", "Identity number (China)", "居民身份证号"),
    "national-id": Kind("PII004", 78, "[ID]", "NATIONAL_ID", "National identity number", "身份证件号"),
    "us-ssn": Kind("PII004", 79, "[ID]", "US_SSN", "Social security number (US)", "美国社会安全号"),
    "iban": Kind("PII005", 87, "[ACCOUNT]", "IBAN_CODE", "IBAN", "国际银行账号"),
    "account": Kind("PII005", 60, "[ACCOUNT]", "BANK_ACCOUNT", "Bank account number", "银行账号"),
    "ip": Kind("PII006", 75, "[IP]", "IP_ADDRESS", "IP address", "IP 地址"),
    "mac": Kind("PII006", 76, "[MAC]", "MAC_ADDRESS", "MAC address", "MAC 地址"),
    "person": Kind("PII007", 20, "[NAME]", "PERSON", "Person name", "人名"),
    "address": Kind("PII008", 40, "[ADDRESS]", "STREET_ADDRESS", "Postal address", "地址"),
    "coordinates": Kind("PII008", 50, "[PLACE]", "COORDINATES", "Geographic coordinates", "经纬度"),
    "secret": Kind("PII009", 96, "[SECRET]", "SECRET", "Key or token", "密钥或令牌"),
    "private-key": Kind("PII009", 100, "[SECRET]", "SECRET", "Private key", "私钥"),
    "connection": Kind("PII009", 98, "[SECRET]", "SECRET", "Connection string with password", "带密码的连接串"),
    "password": Kind("PII009", 94, "[SECRET]", "PASSWORD", "Password", "密码"),
    "passport": Kind("PII010", 72, "[PASSPORT]", "PASSPORT", "Passport number", "护照号"),
    "permit": Kind("PII010", 71, "[PERMIT]", "TRAVEL_PERMIT", "Travel permit number", "通行证号"),
    "licence": Kind("PII010", 70, "[LICENCE]", "DRIVER_LICENSE", "Driving licence number", "驾驶证号"),
    "plate": Kind("PII011", 58, "[PLATE]", "LICENSE_PLATE", "Vehicle plate", "车牌号"),
    "wechat": Kind("PII012", 62, "[HANDLE]", "SOCIAL_ACCOUNT", "WeChat account", "微信号"),
    "qq": Kind("PII012", 67, "[HANDLE]", "SOCIAL_ACCOUNT", "QQ number", "QQ 号"),
    "social": Kind("PII012", 61, "[HANDLE]", "SOCIAL_ACCOUNT", "Messenger or social account", "社交账号"),
    "uscc": Kind("PII013", 88, "[ORGANISATION]", "CN_USCC", "Social credit code (China)", "统一社会信用代码"),
    "organisation": Kind("PII013", 57, "[ORGANISATION]", "ORGANIZATION_ID", "Organisation registration number", "组织登记号"),
    "birth": Kind("PII014", 56, "[BIRTHDATE]", "DATE_OF_BIRTH", "Date of birth", "出生日期"),
    "url-user": Kind("PII015", 97, "[URL]", "URL_USER", "URL with user information", "带用户信息的网址"),
}

# What is left of these when a stronger find takes a piece out of them still says something about a person.
DIVISIBLE = frozenset({"PII008", "PII009", "PII015"})


def hit(kind: str, start: int, end: int, confidence: Confidence, score: float, aside: str = "") -> Hit:
    return Hit(KINDS[kind].code, kind, start, end, confidence, score, aside)


def strength(h: Hit) -> tuple[int, float, int]:
    # A bare guess gives way to anything that is proved or announced by a word.
    return (KINDS[h.kind].rank - (40 if h.confidence is Confidence.GUESS else 0), h.score, h.end - h.start)


def restored(kept: list[Hit], hits: Iterable[Hit], text: str) -> list[Hit]:
    """What gave way to a find that gave way itself: pieces of divisible kinds that nothing covers come back."""
    kept = sorted(kept, key=start_of)
    for h in hits:
        if h.code not in DIVISIBLE:
            continue
        place, more = h.start, []
        for other in covering(kept, h):
            more += piece(h, place, min(other.start, h.end), text)
            place = max(place, other.end)
        more += piece(h, place, h.end, text)
        for rest in more:
            insort(kept, rest, key=start_of)
    return kept


def start_of(h: Hit) -> int:
    return h.start


def covering(kept: Sequence[Hit], h: Hit) -> Sequence[Hit]:
    """The hits that overlap h, of a disjoint list in order of place: found by bisection, since a cell can hold 10,000s."""
    first = bisect_right(kept, h.start, key=start_of)
    first -= first > 0 and kept[first - 1].end > h.start
    return kept[first : bisect_left(kept, h.end, key=start_of)]


def settle(hits: Iterable[Hit], text: str) -> list[Hit]:
    """Disjoint hits in order of place: the stronger one of two keeps its whole span."""
    hits = [*hits]
    order = [(h.start, h.end, i, h) for i, h in enumerate(hits)]
    heapq.heapify(order)
    serial = len(order)
    kept: list[Hit] = []
    while order:
        *_, new = heapq.heappop(order)
        if not kept or kept[-1].end <= new.start:
            kept.append(new)
            continue
        old = kept[-1]
        if old.kind == new.kind and old.code in DIVISIBLE:
            kept[-1] = replace(max(old, new, key=strength), start=old.start, end=max(old.end, new.end))
            continue
        if strength(old) >= strength(new):
            rest = [piece(new, old.end, new.end, text)]
        else:
            kept[-1:] = piece(old, old.start, new.start, text)
            rest = [[new], piece(old, new.end, old.end, text)]
        for h in (h for group in rest for h in group):
            heapq.heappush(order, (h.start, h.end, serial, h))
            serial += 1
    return restored(kept, hits, text)


def piece(h: Hit, start: int, end: int, text: str) -> list[Hit]:
    """What remains of a hit between two places, if it is worth keeping."""
    if h.code not in DIVISIBLE:
        return []
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    return [replace(h, start=start, end=end)] if end - start >= 3 else []


def joined(hits: list[Hit], text: str) -> list[Hit]:
    """Neighbouring pieces of one address made one."""
    out: list[Hit] = []
    for h in hits:
        last = out[-1] if out else h
        if out and h.kind == last.kind == "address" and h.start - last.end <= 2 and not text[last.end : h.start].strip(" ,，\n"):
            best = max(last, h, key=strength)
            out[-1] = replace(best, start=last.start, end=h.end)
        else:
            out.append(h)
    return out
