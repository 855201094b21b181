"""What becomes of each row, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np

from curate.catalogue import Rules
from curate.config import Settings
from curate.examine import severity
from curate.findings import Finding, Severity


class Fate(IntEnum):
    KEPT = 0
    REMOVED = 1
    QUARANTINED = 2


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    message: str
    related: int | None = None
    """Position of the row that stays in its place, or that it would leak to."""
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """What holds a row in its group: of its ties, one of the strongest that suffice to hold the whole group."""

    code: str
    row: int
    """Position of the row it is tied to."""
    score: float


@dataclass
class Plan:
    """A fate for every row of the input; positions are those of the corpus as it was read."""

    fate: np.ndarray[Any, np.dtype[np.int8]]
    reasons: dict[int, Reason] = field(default_factory=dict)
    split: np.ndarray[Any, np.dtype[np.int8]] = field(init=False)
    group: np.ndarray[Any, np.dtype[np.int64]] = field(init=False)
    pins: np.ndarray[Any, np.dtype[np.int8]] = field(init=False)
    """The split that was settled before the draw, -1 where none was."""
    ties: dict[int, Tie] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.split = np.full(len(self.fate), -1, np.int8)
        self.group = np.full(len(self.fate), -1, np.int64)
        self.pins = np.full(len(self.fate), -1, np.int8)

    @classmethod
    def of(cls, rows: int) -> Plan:
        return cls(np.zeros(rows, np.int8))

    def remove(self, row: int, reason: Reason, fate: Fate = Fate.REMOVED) -> None:
        """The first reason stands."""
        if self.fate[row] == Fate.KEPT:
            self.fate[row] = fate
            self.reasons[row] = reason

    @property
    def kept(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return np.asarray(self.fate == Fate.KEPT)

    def by_code(self, fate: Fate = Fate.REMOVED) -> dict[str, int]:
        return dict(sorted(Counter(r.code for row, r in self.reasons.items() if self.fate[row] == fate).items()))


def dropped(findings: list[Finding], rules: Rules, settings: Settings) -> dict[int, Reason]:
    """Rows that go for what they are: broken ones, those with personal data under `drop`, and whatever a config drops.

    Duplicates and leaks are judged later, on the text as it will be written.
    """
    found: dict[int, Reason] = {}
    for finding in findings:
        if finding.row is None or finding.code not in rules or finding.code[:-3] in ("DUP", "LEAK"):
            continue
        drop = rules[finding.code].action == "drop"
        if finding.code.startswith("PII"):
            drop = drop or (settings.pii == "drop" and severity(finding, rules) is not Severity.INFO)
        if drop:
            found.setdefault(finding.row, Reason(finding.code, finding.message))
    return found
