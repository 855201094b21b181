"""What a comparison of splits found: leaks, and how near the nearest rows are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from curate.verifying.rows import Row

MOST_RELATED = 20
"""Protected rows named beside one training row for one code."""
GRAVITY = {"LEAK001": 0, "LEAK002": 1, "LEAK009": 2, "LEAK008": 3}


@dataclass(frozen=True)
class Leak:
    """Two rows on two sides; `row` may be trained on, `held` is the one to protect."""

    code: str
    row: Row
    held: Row
    score: Fraction
    """Of the whole text, question or needle."""
    content: Fraction
    """The same without what only a template gives both rows."""
    what: str


@dataclass(frozen=True)
class Near:
    """The row most like a protected one."""

    score: float
    row: Row
    held: Row


@dataclass
class Found:
    """What came of comparing all splits."""

    threshold: Fraction
    floor: float
    leaks: dict[tuple[str, int, str, int], Leak] = field(default_factory=dict)
    """By the two addresses: a pair is told of once, by its gravest code."""
    pairs: Counter[str] = field(default_factory=Counter)
    """How many pairs at or over the threshold were met, by code."""
    nearest: dict[str, dict[tuple[str, int], Near]] = field(default_factory=lambda: defaultdict(dict))
    """By channel and protected row."""
    named: Counter[tuple[str, str, int]] = field(default_factory=Counter)

    def add(self, leak: Leak, rows: Sequence[Row], helds: Sequence[Row]) -> None:
        """A leak between rows that are all equal and protected rows that are all equal."""
        self.pairs[leak.code] += len(rows) * len(helds)
        for row in rows:
            for held in helds:
                count = leak.code, row.file, row.line
                if self.named[count] == MOST_RELATED:
                    break
                pair = row.file, row.line, held.file, held.line
                known = self.leaks.get(pair)
                if known is None or GRAVITY[leak.code] < GRAVITY[known.code]:
                    self.named[count] += 1
                    self.leaks[pair] = Leak(leak.code, row, held, leak.score, leak.content, leak.what)

    def see(self, channel: str, score: float, row: Row, helds: Sequence[Row]) -> None:
        known = self.nearest[channel]
        for held in helds:
            address = held.file, held.line
            if address not in known or score > known[address].score:
                known[address] = Near(score, row, held)
