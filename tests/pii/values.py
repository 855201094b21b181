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


def passport(rng: random.Random) -> str:
    return "E" + digits(rng, 8)


def licence(rng: random.Random) -> str:
    return f"D{digits(rng, 3)}-{digits(rng, 4)}-{digits(rng, 4)}"


def plate(rng: random.Random) -> str:
    return rng.choice("浙苏沪粤") + rng.choice("ABCD") + digits(rng, 5)


def wechat(rng: random.Random) -> str:
    return rng.choice(["lin", "mei", "xiaoyu"]) + "_" + digits(rng, 5)


def qq(rng: random.Random) -> str:
    return str(rng.randint(10**8, 10**9 - 1))


def account(rng: random.Random) -> str:
    return "3305" + digits(rng, 16)


def birth(rng: random.Random) -> str:
    return f"{rng.randint(1940, 2009)}年{rng.randint(10, 12)}月{rng.randint(10, 28)}日"


def password(rng: random.Random) -> str:
    return f"{rng.choice(['Hx', 'Qw', 'Zk'])}{digits(rng, 3)}#{rng.choice(['mazu', 'lune', 'tark'])}{digits(rng, 2)}"


def street(rng: random.Random) -> str:
    return (
        f"{rng.randint(1000, 9999)} {rng.choice(['Juniper Hollow', 'Cedar Bluff', 'Lower Weir'])} Road, Apt {rng.randint(2, 89)}B"
    )


def street_zh(rng: random.Random) -> str:
    return f"杭州市西湖区{rng.choice(['文三', '古墩', '莫干山'])}路{rng.randint(100, 999)}号{rng.randint(2, 30)}幢{rng.randint(101, 999)}室"


def url(rng: random.Random) -> str:
    return f"https://deploy:{password(rng).replace('#', '')}@files{digits(rng, 3)}.brevlador.net/x"


def database(rng: random.Random) -> str:
    return f"postgres://svc:{password(rng).replace('#', '')}@db{digits(rng, 3)}.brevlador.net:5432/main"


def person(rng: random.Random) -> str:
    first = rng.choice(["Ottoline", "Ingrid", "Tomás", "Hugo", "Priya", "Marek"])
    return f"{first} {rng.choice(['Hal', 'Vas', 'Thorn', 'Ras', 'Lind'])}{rng.choice(['vorsen', 'quetti', 'bury', 'mundar', 'qvist'])}"


def person_zh(rng: random.Random) -> str:
    return rng.choice("陈林周沈郑") + rng.choice("志晓雨子佳明") + rng.choice("远雯桐涵怡轩强伟")


BESIDE: dict[str, tuple[str, Callable[[random.Random], str], str]] = {
    "passport": ("PII010", passport, "护照号码{}，有效期十年"),
    "licence": ("PII010", licence, "Her driver's license number is {}."),
    "plate": ("PII011", plate, "车牌{}停在楼下"),
    "wechat": ("PII012", wechat, "加微信{}聊"),
    "qq": ("PII012", qq, "QQ：{}。"),
    "account": ("PII005", account, "收款账号：{}，开户行在杭州"),
    "birth": ("PII014", birth, "出生日期：{}"),
    "password": ("PII009", password, "The wifi password is {} now"),
    "street": ("PII008", street, "She lives at {}."),
    "street-zh": ("PII008", street_zh, "寄到{}吧"),
    "url": ("PII015", url, "Fetch {} first."),
    "database": ("PII009", database, "It is {} here"),
    "person": ("PII007", person, "Name: {}\nphone +47 22 85 50 50"),
    "person-zh": ("PII007", person_zh, "姓名：{}，电话13671829304"),
}
"""What counts only beside a word, with a sentence that holds the word."""
