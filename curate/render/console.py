"""Blocks on a terminal, through rich."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable
from typing import IO, assert_never

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from curate.layout import Block, Cell, Command, Heading, Note, Quote, Table, Tone

STYLES = {Tone.PLAIN: "", Tone.GOOD: "green", Tone.WARN: "yellow", Tone.BAD: "bold red", Tone.DIM: "dim"}
PIPE_WIDTH = 100


def console(file: IO[str] | None = None) -> Console:
    """No colour in a pipe or under NO_COLOR; the width of the terminal, COLUMNS, or 100."""
    file = file or sys.stdout
    plain = "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb" or not (file.isatty() or os.environ.get("FORCE_COLOR"))
    width = None if file.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH
    return Console(
        file=file,
        width=width,
        no_color=plain,
        force_terminal=not plain,
        highlight=False,
        emoji=False,
        markup=False,
        soft_wrap=False,
    )


def show(blocks: Iterable[Block], file: IO[str] | None = None) -> None:
    out = console(file)
    for block in blocks:
        out.print(draw(block))


def render(blocks: Iterable[Block], width: int = PIPE_WIDTH) -> str:
    """The same as plain text."""
    text = io.StringIO()
    out = Console(file=text, width=width, no_color=True, force_terminal=False, highlight=False, emoji=False, markup=False)
    for block in blocks:
        out.print(draw(block))
    return text.getvalue()


def draw(block: Block) -> RenderableType:
    match block:
        case Heading(text, level):
            return Padding(Text(text, style="bold" if level == 1 else "bold dim"), (1, 0, 0, 0), expand=False)
        case Note(text, tone, indent):
            return Padding(Text(text, style=STYLES[tone]), (0, 0, 0, 2 * indent), expand=False)
        case Quote(label, text):
            return Padding(Text.assemble((label, "bold"), "  ", (text, "italic")), (0, 0, 0, 2), expand=False)
        case Command(text):
            return Padding(Text.assemble(("$ ", "dim"), (text, "bold cyan")), (0, 0, 0, 2), expand=False)
        case Table(header, rows):
            return table(header, rows)
        case _:
            assert_never(block)


def table(header: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> RichTable:
    drawn = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for i, name in enumerate(header):
        right = bool(rows) and all(row[i].number for row in rows)
        last = i == len(header) - 1
        # A number broken over two lines is another number.
        whole = len(name) < 9 or (right and max(len(row[i].text) for row in rows) >= len(name))
        drawn.add_column(
            Text(name),
            justify="right" if right else "left",
            overflow="fold",
            ratio=1 if last else None,
            no_wrap=not last and whole,
        )
    for row in rows:
        drawn.add_row(*(Text(c.text, style=STYLES[c.tone]) for c in row))
    return drawn
