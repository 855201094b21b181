"""What the gates of the verdict look at, and how they say it: in English and in Chinese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, NamedTuple

from curate.findings import Severity
from curate.layout import percent as written

Facts = Mapping[str, Mapping[str, Any]]
REPEATS = ("DUP001", "DUP002")


class Said(NamedTuple):
    """In English and in Chinese."""

    en: str
    zh: str


class Asked(NamedTuple):
    name: Said
    passed: bool
    because: Said


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a gate may look at."""

    rows: int
    usable: int
    counts: Mapping[str, int]
    """Rows by rule."""
    at_info: Mapping[str, int]
    """Of these, rows where a rule of a higher severity was not sure."""
    severity: Mapping[str, Severity]
    facts: Facts
    splits: Mapping[str, int]
    """Rows by split; empty: the data is not split yet."""
    against: Sequence[str]
    looked: AbstractSet[str]
    """Rules that were looked for."""
    left_out: AbstractSet[str]
    """All others."""

    def rows_with(self, *codes: str) -> int:
        """Never less than the largest and never more than the sum: one row may break several rules."""
        return min(self.usable, sum(self.counts.get(code, 0) for code in codes))

    def found(self, *codes: str) -> Mapping[str, int]:
        return {code: self.counts[code] for code in codes if self.counts.get(code)}

    def sure(self, *codes: str) -> Mapping[str, int]:
        """The same without the rows where a rule only told at info."""
        known = {code: n - self.at_info.get(code, 0) for code, n in self.found(*codes).items()}
        return {code: n for code, n in known.items() if n and self.severity.get(code) is not Severity.INFO}

    def family(self, family: str, least: Severity) -> Mapping[str, int]:
        known = [c for c in self.counts if c[:-3] == family and self.severity.get(c, Severity.INFO).rank >= least.rank]
        return self.found(*known)

    def share(self, n: int) -> float:
        return n / self.usable if self.usable else 0.0

    @property
    def distinct(self) -> int:
        return self.usable - self.rows_with(*REPEATS)


def percent(share: float) -> str:
    return written(share, 1 if 0 < share < 0.1 else 0)


def listed(counts: Mapping[str, int]) -> str:
    """`PII001 in 12 rows, PII009 in 1 row`, the most frequent first."""
    return ", ".join(f"{c} in {n:,} row{'s' if n != 1 else ''}" for c, n in by_count(counts))


def counted(counts: Mapping[str, int]) -> str:
    """The same in Chinese."""
    return "、".join(f"{c} {n:,} 行" for c, n in by_count(counts))


def by_count(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
