"""Personal data of nobody: values made by rule, right in form and check digit, drawn from a seeded generator."""

from __future__ import annotations

import random
from collections.abc import Callable

from curate.pii import checks


def digits(rng: random.Random, n: int) -> str:
    return "".join(str(rng.randrange(10)) for _ in range(n))


def cn_mobile(rng: random.Random) -> str:
    number = "1" + rng.choice("3456789") + digits(rng, 9)
    return number if not number.endswith(("12345678", "00138000", "88888888", "00000000", "00001111")) else cn_mobile(rng)


def cn_id(rng: random.Random) -> str:
    born = f"{rng.randint(1930, 2012)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    body = rng.choice(["110105", "320106", "500112", "820000"]) + born + f"{rng.randint(1, 999):03d}"
    return body + checks.mod_11_2(body)


def card(rng: random.Random) -> str:
    prefix, length = rng.choice(
        [("622588", 16), ("621700", 19), ("4539", 16), ("5412", 16), ("3714", 15), ("3530", 16), ("36", 14)]
    )
    body = prefix + digits(rng, length - len(prefix) - 1)
    return body + next(d for d in "0123456789" if checks.luhn(body + d))


def iban(rng: random.Random) -> str:
    country = rng.choice(["GB", "DE", "FR", "NL", "NO", "PL"])
    body = ("ABCD" if country in ("GB", "NL") else "") + digits(
        rng, checks.IBAN_LENGTHS[country] - 4 - (4 if country in ("GB", "NL") else 0)
    )
    spelt = "".join(str(int(c, 36)) for c in body + country) + "00"
    return f"{country}{98 - int(spelt) % 97:02d}{body}"


def uscc(rng: random.Random) -> str:
    body = "91" + rng.choice(["330106", "440305"]) + "".join(rng.choice(checks.USCC) for _ in range(9))
    return body + checks.USCC[-sum(checks.USCC.index(c) * pow(3, i, 31) for i, c in enumerate(body)) % 31]


def email(rng: random.Random) -> str:
    host = rng.choice(["brevlador.se", "qq.com", "mail.hangyun.cn"])
    return f"{rng.choice(['lin', 'qiu', 'tara', 'hugo'])}.{digits(rng, 4)}@{host}"


def ip(rng: random.Random) -> str:
    return f"{rng.choice([45, 93, 114, 183])}.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}"


def us_phone(rng: random.Random) -> str:
    return f"({rng.randint(201, 479)}) {rng.randint(600, 989)}-{rng.randint(1300, 9999)}"


def token(rng: random.Random) -> str:
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
    return "ghp_" + "".join(rng.choice(alphabet) for _ in range(36))


def ssn(rng: random.Random) -> str:
    return f"{rng.randint(101, 650)}-{rng.randint(11, 99)}-{rng.randint(1001, 8999)}"


MADE: dict[str, tuple[str, Callable[[random.Random], str]]] = {
    "cn-mobile": ("PII002", cn_mobile),
    "us-phone": ("PII002", us_phone),
    "cn-id": ("PII004", cn_id),
    "us-ssn": ("PII004", ssn),
    "card": ("PII003", card),
    "iban": ("PII005", iban),
    "uscc": ("PII013", uscc),
    "email": ("PII001", email),
    "ip": ("PII006", ip),
    "token": ("PII009", token),
}
PROSE = {
    "en": ("It says {} on the form.", "Write {}, then wait", "({})", "see {}.", "{}"),
    "zh": ("他登记的是{}这一项", "请记下{}，谢谢", "（{}）", "资料：{}。", "发到{}即可"),
}
