"""A report laid out as blocks: words and order here, pixels in `curate.render`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    PLAIN = "plain"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    DIM = "dim"


# Bidirectional overrides and zero-width characters could make a terminal show what is not there.
INVISIBLE = re.compile("[­​-‏‪-‮⁠-⁯﻿\U000e0000-\U000e007f]")


def shown(text: str) -> str:
    """Text fit to show: one line, nothing that a terminal, a CI log or a bidi algorithm would act on."""
    if text.isprintable() and not INVISIBLE.search(text):
        return text
    text = INVISIBLE.sub(lambda m: f"<U+{ord(m[0]):04X}>", text)
    return "".join(c if c.isprintable() else (" " if c.isspace() else "�") for c in text)


def percent(share: float, digits: int = 0) -> str:
    """As it is written everywhere, in both languages: with a space (ISO 80000-1, 7.1.4)."""
    return f"{100 * share:.{digits}f} %"


MEASURED = re.compile(r"[\d.,]*\d %")
"""What a line must not break in; each renderer keeps it together in its own way, and what is copied has the plain space."""


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    tone: Tone = Tone.PLAIN
    number: bool = False
    """Set to the right."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", shown(self.text))


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    level: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", shown(self.text))


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    tone: Tone = Tone.PLAIN
    indent: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", shown(self.text))


@dataclass(frozen=True, slots=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    searched: str = ""
    """What its rows are called, where there are so many that a page should sort and filter them."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Words from the data, already masked."""

    label: str
    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", shown(self.label))
        object.__setattr__(self, "text", shown(self.text))


@dataclass(frozen=True, slots=True)
class Command:
    """What to type next."""

    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", shown(self.text))


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    value: float
    told: str
    """The figure beside it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", shown(self.label))


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars in a given order: a distribution, or shares."""

    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text that another text has as well, or has not."""

    text: str
    changed: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", shown(self.text))


@dataclass(frozen=True, slots=True)
class Compare:
    """Two texts side by side, already masked, with what differs marked."""

    label: str
    left: str
    """Where the first text stands."""
    right: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]

    def __post_init__(self) -> None:
        for name in ("label", "left", "right"):
            object.__setattr__(self, name, shown(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class Point:
    """An estimate and its interval."""

    label: str
    value: float
    low: float
    high: float
    tone: Tone = Tone.PLAIN

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", shown(self.label))

    @property
    def figures(self) -> str:
        return f"{self.value:+.2f} ({self.low:+.2f} to {self.high:+.2f})"


@dataclass(frozen=True, slots=True)
class Forest:
    """Estimates with intervals on one scale, and a line where nothing is to be seen: a bar without error would hide it."""

    header: tuple[str, str]
    """What the points are, and their unit."""
    points: tuple[Point, ...]
    zero: float = 0.0

    @property
    def ends(self) -> tuple[float, float]:
        """The scale: wide enough for every interval and the zero line."""
        low = min((self.zero, *(p.low for p in self.points)))
        high = max((self.zero, *(p.high for p in self.points)))
        return (low, high) if low < high else (low - 1, high + 1)


Block = Heading | Note | Table | Forest | Quote | Command | Chart | Compare
