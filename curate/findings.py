"""What a stage says about a row, or about the data as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """In rising order."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule, an address, a fact. `excerpt` and `message` are masked before they get here."""

    code: str
    message: str
    """The fact in the present tense, e.g. `Same text as support.jsonl:12`."""
    row: int | None = None
    """Position in the corpus; None for a finding about the data as a whole."""
    field: str | None = None
    span: tuple[int, int] | None = None
    """Code points [start, end) in that field."""
    excerpt: str = ""
    related: tuple[int, ...] = ()
    """Rows; the first is the kept or protected one."""
    score: float | None = None
    severity: Severity | None = None
    """None: as the rule says. A stage may say less where it is less sure."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a stage measured, kept in the report under `facts[FAMILY][name]`. JSON values only."""

    name: str
    value: Any
