"""What answers are compared by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from curate.labels.dates import Day
from curate.labels.numbers import Number

Kind = Literal["number", "date", "yes or no", "choice", "json", "phrase", "sentence"]


@dataclass(frozen=True, slots=True)
class Value:
    kind: Kind
    key: str
    """Equal keys mean equal values."""
    number: Number | None = None
    day: Day | None = None
    fields: Mapping[str, Any] | None = None
    rough: bool = False
    """Given as about so much."""
    option: str = ""
    """Of a choice: what the question has behind its letter, as it stands there. Of a name: the other one that is given in brackets."""
