"""What a model report is made of: curate's blocks, and two more that only this report has."""

from __future__ import annotations

from dataclasses import dataclass

from curate.layout import Block, Cell, Tone
from train.facts import Comparison, Ends
from train.metrics import Unit
from train.pictures import Picture
from train.wording import Language, change, say, size


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture; in Markdown it is the SVG file beside it."""

    picture: Picture
    file: str


@dataclass(frozen=True, slots=True)
class Sides:
    """Answers beside the reference answer, to be shown with what differs marked."""

    label: str
    tone: Tone
    prompt: str
    reference: str
    answers: tuple[tuple[str, str], ...]
    """Name and text."""
    language: Language


Part = Block | Figure | Sides


def number(text: str, tone: Tone = Tone.PLAIN) -> Cell:
    return Cell(text, tone, number=True)


def between(ends: Ends, unit: Unit, language: Language) -> str:
    """`+1.9 … +10.9`, the ends of a difference."""
    low, high = (change(float("inf") if end is None else end, unit, language) for end in ends)
    return f"{low} … {high}"


def around(ends: Ends, unit: Unit) -> str:
    """`40.1 … 52.8`, the ends of a level."""
    return " … ".join("∞" if end is None else size(end, unit) for end in ends)


def tone(found: Comparison) -> Tone:
    """What is not shown after Holm has no colour, whatever its own interval says."""
    if found.p_adjusted is not None and found.p_adjusted >= 0.05:
        return Tone.PLAIN
    return {"better": Tone.GOOD, "worse": Tone.BAD, "not_shown": Tone.PLAIN}[found.verdict]


def head(language: Language, *names: str) -> tuple[str, ...]:
    return tuple(say(language, f"head.{name}") for name in names)
