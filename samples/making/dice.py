"""Choices that fall the same way on every Python: only `random()` is promised to keep its sequence between versions."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def below(self, limit: int) -> int:
        return int(self.random.random() * limit)

    def pick(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Fisher and Yates, by hand for the reason above."""
        result = list(items)
        for i in range(len(result) - 1, 0, -1):
            j = self.below(i + 1)
            result[i], result[j] = result[j], result[i]
        return result

    def dealt(self, items: Sequence[T], count: int) -> list[T]:
        """`count` items, each as often as the others but for one, in random order."""
        result: list[T] = []
        while len(result) < count:
            result += self.shuffled(items)
        return self.shuffled(result[:count])
