"""Words of every screen: the language, names of levels and verdicts, figures as they are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from curate.layout import Cell, Tone
from curate.layout import percent as written
from curate.speaking.tongue import Words

FIGURE = re.compile(r"[+-]?[\d,.]+ ?%?")


TONES = {"error": Tone.BAD, "warning": Tone.WARN, "info": Tone.PLAIN}


VERDICTS = {
    "ready": ("READY", Tone.GOOD),
    "ready_with_warnings": ("READY WITH WARNINGS", Tone.WARN),
    "not_ready": ("NOT READY", Tone.BAD),
}


def words(text: str | Sequence[str], w: Words) -> str:
    if isinstance(text, str):
        return w(text)
    return w(text[0], text[1])


def cell(value: Any, w: Words) -> Cell:
    if isinstance(value, (list, tuple)):
        return Cell(words(value, w))
    if isinstance(value, float):
        return Cell(f"{value:.3g}", number=True)
    if isinstance(value, int):
        return Cell(f"{value:,}", number=True)
    return Cell(str(value), number=FIGURE.fullmatch(str(value)) is not None)


def percent(share: float) -> str:
    return "<0.1 %" if 0 < share < 0.001 else written(share, 1)


def short(path: str | None) -> str:
    """The last name of a path: the whole one stands above the table."""
    return (path or "").rsplit("/", 1)[-1]


def size(count: int) -> str:
    value = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024 or unit == "GiB":
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    raise AssertionError
