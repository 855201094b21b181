"""Numbers that pass their checks and belong to nobody: test and reserved ranges, serials that are not given out."""

from __future__ import annotations


def luhn_sum(digits: str) -> int:
    total = 0
    for i, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if i % 2 else 1)
        total += value - 9 if value > 9 else value
    return total


def card(body: str) -> str:
    """A payment card number: `body` and its Luhn digit (ISO/IEC 7812-1)."""
    return body + str(-luhn_sum(body + "0") % 10)


def iban_value(iban: str) -> int:
    moved = iban[4:] + iban[:4]
    return int("".join(str(int(char, 36)) for char in moved)) % 97


def iban(country: str, account: str) -> str:
    """An IBAN with its two check digits (ISO 13616, mod 97)."""
    return f"{country}{98 - iban_value(country + '00' + account):02d}{account}"


CN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def cn_check(body: str) -> str:
    """Check character of a resident identity number (GB 11643, ISO 7064 mod 11-2)."""
    return "10X98765432"[sum(int(d) * w for d, w in zip(body, CN_WEIGHTS, strict=True)) % 11]


def cn_identity(region: str, birth: str) -> str:
    """Serial 000: serials are given out from 001."""
    body = f"{region}{birth}000"
    return body + cn_check(body)


USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def uscc(region: str, organisation: str) -> str:
    """Social credit code of a firm with its check character (GB 32100, mod 31)."""
    body = f"91{region}{organisation}"
    return body + USCC[-sum(USCC.index(char) * pow(3, i, 31) for i, char in enumerate(body)) % 31]


def grouped(digits: str, size: int = 4, by: str = " ") -> str:
    return by.join(digits[i : i + size] for i in range(0, len(digits), size))


def full_width(text: str) -> str:
    """ASCII as the wide forms of a Chinese input method."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" if c == " " else c for c in text)
