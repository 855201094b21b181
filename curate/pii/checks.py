"""Check digits, calendars and number plans: what turns a form into a proof. Every function takes bare characters."""

from __future__ import annotations

import re
from datetime import date

# GB/T 2260: provinces of the mainland; 71 Taiwan, 81 Hong Kong, 82 Macau, 83 residence permits for Taiwan residents.
CN_REGIONS = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)

# Lengths by country: SWIFT IBAN registry, release 99.
IBAN_LENGTHS = {
    country: int(length)
    for length, countries in (
        line.split(":")
        for line in [
            "15:NO",
            "16:BE",
            "18:DK,FK,FI,FO,GL,NL,SD",
            "19:MK,SI",
            "20:AT,BA,EE,KZ,LT,LU,MN,XK",
            "21:CH,HR,LI,LV",
            "22:BG,BH,CR,DE,GB,GE,IE,ME,RS,VA",
            "23:AE,GI,IL,IQ,OM,SO,TL",
            "24:AD,CZ,ES,MD,PK,RO,SA,SE,SK,TN,VG",
            "25:LY,PT,ST",
            "26:IS,TR",
            "27:BI,DJ,FR,GR,IT,MC,MR,SM",
            "28:AL,AZ,BY,CY,DO,GT,HN,HU,LB,NI,PL,SV",
            "29:BR,EG,PS,QA,UA",
            "30:JO,KW,MU,YE",
            "31:MT,SC",
            "32:LC",
            "33:RU",
        ]
    )
    for country in countries.split(",")
}

# ISO/IEC 7812 prefixes as the schemes publish them, with the lengths that are issued.
BRANDS = (
    (re.compile(r"4"), (13, 16, 19)),  # Visa
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), (16,)),  # Mastercard
    (re.compile(r"3[47]"), (15,)),  # American Express
    (re.compile(r"30[0-5]|3095|3[689]"), (14, 16, 19)),  # Diners
    (re.compile(r"6011|64[4-9]|65"), (16, 17, 18, 19)),  # Discover
    (re.compile(r"35(?:2[89]|[3-8])"), (16, 17, 18, 19)),  # JCB
    (re.compile(r"1800|2131"), (15,)),  # JCB, old
    (re.compile(r"62|81"), (16, 17, 18, 19)),  # UnionPay
    (re.compile(r"220[0-4]"), (16, 17, 18, 19)),  # Mir
    (re.compile(r"50|5[6-8]|6"), (12, 13, 14, 15, 16, 17, 18, 19)),  # Maestro and debit cards of mainland banks (60, 68, 69)
    (re.compile(r"9[0-9]"), (16, 17, 18, 19)),  # mainland debit cards older than the 62 range (9558…)
)


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1 annex B."""
    total = sum(map(int, digits[-1::-2]))
    return (total + sum(d * 2 - 9 if d > 4 else d * 2 for d in map(int, digits[-2::-2]))) % 10 == 0


def card(digits: str) -> str:
    """`scheme` where the prefix and length are one scheme's own, `debit` where only the wide debit ranges fit, else empty."""
    if len(set(digits)) == 1 or not luhn(digits):
        return ""
    for i, (prefix, lengths) in enumerate(BRANDS):
        if len(digits) in lengths and prefix.match(digits):
            return "scheme" if i < len(BRANDS) - 2 and len(digits) != 13 else "debit"
    return ""


def real_date(year: str, month: str, day: str) -> bool:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return False
    return 1800 <= found.year <= 2035


def mod_11_2(body: str) -> str:
    """ISO 7064 MOD 11-2, the last character of a mainland identity number (GB 11643)."""
    return "10X98765432"[sum(int(d) * (1 << (17 - i)) for i, d in enumerate(body)) % 11]


def cn_id_form(number: str) -> bool:
    """Eighteen characters with a known region (or a foreigner's 9) and a date that exists."""
    return (number[:2] in CN_REGIONS or number[0] == "9") and real_date(number[6:10], number[10:12], number[12:14])


def cn_id(number: str) -> bool:
    return cn_id_form(number) and mod_11_2(number[:17]) == number[17].upper()


def cn_id_old(number: str) -> bool:
    """The fifteen digits issued until 1999: no check digit."""
    return number[:2] in CN_REGIONS and real_date("19" + number[6:8], number[8:10], number[10:12]) and len(set(number)) > 3


USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def uscc(code: str) -> bool:
    """GB 32100: MOD 31 with weights 3^i."""
    if len(code) != 18 or any(c not in USCC for c in code) or code[2:4] not in CN_REGIONS | {"10"}:
        return False
    total = sum(USCC.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
    return USCC[-total % 31] == code[17]


def iban(code: str) -> bool:
    """ISO 13616, ISO 7064 MOD 97-10."""
    if len(code) != IBAN_LENGTHS.get(code[:2]) or not code[2:4].isdigit():
        return False
    return int("".join(str(int(c, 36)) for c in code[4:] + code[:4])) % 97 == 1


LETTER_TW = "ABCDEFGHJKLMNPQRSTUVXYWZIO"


def tw_id(code: str) -> bool:
    """Taiwan: one letter, then sex 1/2 (8/9 for residents), weighted sum divisible by ten."""
    area = LETTER_TW.index(code[0]) + 10
    weights = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
    return sum(int(d) * w for d, w in zip(str(area) + code[1:], weights, strict=True)) % 10 == 0


def hk_id(code: str) -> bool:
    """Hong Kong: one or two letters, six digits, check character 0-9 or A, MOD 11."""
    body = code[:-1].rjust(8)
    values = [36 if c == " " else int(c, 36) for c in body]
    total = sum(v * w for v, w in zip(values, range(9, 1, -1), strict=True))
    return (total + (10 if code[-1] == "A" else int(code[-1], 36))) % 11 == 0


def ssn(digits: str) -> bool:
    """US: areas 000, 666 and 900-999, group 00 and serial 0000 were never issued."""
    return digits[:3] not in ("000", "666") and digits[0] != "9" and digits[3:5] != "00" and digits[5:] != "0000"


def mod_11_10(digits: str) -> bool:
    """ISO 7064 MOD 11,10: German tax numbers, registrations of mainland firms before 2015."""
    product = 10
    for d in map(int, digits[:-1]):
        product = ((d + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(digits[-1])


def weighted(digits: str, weights: tuple[int, ...], modulus: int) -> int:
    return sum(int(d) * w for d, w in zip(digits, weights, strict=False)) % modulus


D5 = (
    "0123456789",
    "1234067895",
    "2340178956",
    "3401289567",
    "4012395678",
    "5987604321",
    "6598710432",
    "7659821043",
    "8765932104",
    "9876543210",
)
P8 = ("0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258")


def verhoeff(digits: str) -> bool:
    """The dihedral check of Aadhaar."""
    state = 0
    for i, d in enumerate(reversed(digits)):
        state = int(D5[state][int(P8[i % 8][int(d)])])
    return state == 0
