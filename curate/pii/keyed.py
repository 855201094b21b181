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
