"""Choices drawn from a value under a key: the same every time, and nothing that leads back without the key."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence


def mac(key: bytes, kind: str, value: str) -> bytes:
    return hmac.new(key, f"{kind}\0{value}".encode("utf-8", "surrogatepass"), hashlib.sha256).digest()


class Stream:
    """Digits and choices from HMAC-SHA-256 of a value."""

    def __init__(self, key: bytes, kind: str, value: str) -> None:
        self.key, self.kind, self._value = key, kind, value
        self._block, self._n = b"", 0

    def below(self, n: int) -> int:
        if len(self._block) < 4:
            self._block = mac(self.key, f"{self.kind}/{self._n}", self._value)
            self._n += 1
        head, self._block = self._block[:4], self._block[4:]
        return int.from_bytes(head, "big") % n

    def digits(self, n: int) -> str:
        return "".join(str(self.below(10)) for _ in range(n))

    def pick(self, values: Sequence[str]) -> str:
        return values[self.below(len(values))]

    def of(self, kind: str, value: str) -> Stream:
        """The same key for another value."""
        return Stream(self.key, kind, value)


def seal_length(n: int) -> int:
    """How many of n digits are the seal; so few that a real number bears it by chance once in a thousand or ten thousand."""
    return 4 if n >= 8 else 3 if n >= 6 else 0


def seal(key: bytes, body: str, n: int) -> str:
    """Digits by which a pseudonym is known again under its key, where no range of numbers is free for pseudonyms."""
    return f"{int.from_bytes(mac(key, 'seal', body)[:8], 'big') % 10**n:0{n}d}"


def bears_seal(key: bytes, digits: str) -> bool:
    """Whether the last digits are the seal of those before, whatever else stands in front."""
    k = seal_length(len(digits))
    return k > 0 and digits[-k:] == seal(key, digits[-2 * k : -k], k)
