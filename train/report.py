"""A report in words: which facts, in which order. Renderers draw the blocks; `write` puts every form into the run folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curate.layout import Block, Cell, Heading, Note, Quote, Table, Tone
from curate.render import markdown
from train import judgement, pictures
from train.facts import EvalReport
from train.files import write_json, write_text
from train.measurements import bias, forgetting, memory
from train.metrics import Unit
from train.numbers import Language, change, ends_text, level, say, size, title


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture; in Markdown it is the file beside it."""

    picture: pictures.Picture
    file: str


@dataclass(frozen=True, slots=True)
class Sides:
    """Two answers beside the reference answer, to be shown with what differs marked."""

    label: str
    prompt: str
    reference: str
    answers: tuple[tuple[str, str], ...]
    """Name and text."""


Part = Block | Figure | Sides
