"""What was found in a text, and how overlapping finds are settled."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
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
    label: str
    """The finding's words, in English."""
    zh: str
    rank: int
    """Where two finds overlap, the higher one wins."""


KINDS = {
    "email": Kind("PII001", "E-mail address", "电子邮箱", 80),
    "cn-mobile": Kind("PII002", "Mobile number (China)", "手机号", 66),
    "phone": Kind("PII002", "Phone number", "电话号码", 64),
    "service-phone": Kind("PII002", "Service line", "服务热线", 65),
    "card": Kind("PII003", "Payment card number", "银行卡号", 85),
    "cn-id": Kind("PII004", "Identity number (China)", "居民身份证号", 92),
    "national-id": Kind("PII004", "National identity number", "身份证件号", 78),
    "us-ssn": Kind("PII004", "Social security number (US)", "美国社会安全号", 79),
    "iban": Kind("PII005", "IBAN", "国际银行账号", 87),
    "account": Kind("PII005", "Bank account number", "银行账号", 60),
    "ip": Kind("PII006", "IP address", "IP 地址", 75),
    "mac": Kind("PII006", "MAC address", "MAC 地址", 76),
    "person": Kind("PII007", "Person name", "人名", 20),
    "address": Kind("PII008", "Postal address", "地址", 40),
    "coordinates": Kind("PII008", "Geographic coordinates", "经纬度", 50),
    "secret": Kind("PII009", "Key or token", "密钥或令牌", 96),
    "private-key": Kind("PII009", "Private key", "私钥", 100),
    "connection": Kind("PII009", "Connection string with password", "带密码的连接串", 98),
    "password": Kind("PII009", "Password", "密码", 94),
    "passport": Kind("PII010", "Passport number", "护照号", 72),
    "permit": Kind("PII010", "Travel permit number", "通行证号", 71),
    "licence": Kind("PII010", "Driving licence number", "驾驶证号", 70),
    "plate": Kind("PII011", "Vehicle plate", "车牌号", 58),
    "wechat": Kind("PII012", "WeChat account", "微信号", 62),
    "qq": Kind("PII012", "QQ number", "QQ 号", 67),
    "social": Kind("PII012", "Messenger or social account", "社交账号", 61),
    "uscc": Kind("PII013", "Unified social credit code (China)", "统一社会信用代码", 88),
    "organisation": Kind("PII013", "Organisation registration number", "组织登记号", 57),
    "birth": Kind("PII014", "Date of birth", "出生日期", 56),
    "url-user": Kind("PII015", "URL with user information", "带用户信息的网址", 97),
}

# What is left of these when a stronger find takes a piece out of them still says something about a person.
DIVISIBLE = frozenset({"PII008", "PII009", "PII015"})


def hit(kind: str, start: int, end: int, confidence: Confidence, score: float, aside: str = "") -> Hit:
    return Hit(KINDS[kind].code, kind, start, end, confidence, score, aside)


def strength(h: Hit) -> tuple[int, float, int]:
    # A bare guess gives way to anything that is proved or announced by a word.
    return (KINDS[h.kind].rank - (40 if h.confidence is Confidence.GUESS else 0), h.score, h.end - h.start)


def settle(hits: Iterable[Hit], text: str) -> list[Hit]:
    """Disjoint hits in order of place: the stronger one of two keeps its whole span."""
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
        if strength(old) >= strength(new):
            rest = [piece(new, old.end, new.end, text)]
        else:
            kept[-1:] = piece(old, old.start, new.start, text)
            rest = [[new], piece(old, new.end, old.end, text)]
        for h in (h for group in rest for h in group):
            heapq.heappush(order, (h.start, h.end, serial, h))
            serial += 1
    return kept


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
