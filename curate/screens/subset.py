"""What `curate select` says."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from curate.layout import Block, Cell, Command, Heading, Note, Table, Tone
from curate.speaking.tongue import Words

if TYPE_CHECKING:
    from curate.selecting.select import Selection


def selected(found: Selection, target: Path, lang: str = "en") -> Iterator[Block]:
    """Picks and control by the same figures, and no word of which is better."""
    w = Words(lang)
    names = {"all": "all training rows", "picks": "picks", "control": "random control"}
    yield Heading(str(target))
    yield Table(
        (w("Set"), w("Rows"), w("Answer length"), w("Difficulty"), w("Coverage")),
        tuple(
            (
                Cell(w(names[name])),
                Cell(f"{facts['rows']:,.0f}", number=True),
                Cell(f"{facts['answer_characters']:,.0f}", number=True),
                Cell(f"{facts['difficulty']:.2f}", number=True),
                Cell(f"{facts['coverage']:.3f}", number=True),
            )
            for name, facts in found.facts.items()
        ),
    )
    yield Note(
        w(
            f"Length: mean characters. Difficulty: {found.hard}. Coverage: how near a training row is to its nearest in the set, 0 to 1.",
        ),
        Tone.DIM,
    )
    yield Note(w(found.note))
    yield Heading(w("Next"), 2)
    for arm in ("picks", "control"):
        yield Command(f"train run {shlex.quote(str(target / arm))} -o runs/{arm}")
    yield Command("train compare runs/picks runs/control")
