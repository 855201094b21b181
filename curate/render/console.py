"""Blocks on a terminal, through rich."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable
from typing import IO, assert_never

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table as RichTable
from rich.text import Text

from curate.layout import MEASURED, Block, Cell, Chart, Command, Compare, Forest, Heading, Note, Piece, Quote, Table, Tone
from curate.render.forest import characters

STYLES = {Tone.PLAIN: "", Tone.GOOD: "green", Tone.WARN: "yellow", Tone.BAD: "bold red", Tone.DIM: "dim"}
PIPE_WIDTH = 100
MARKS = ("✓ ", "✗ ", "- ", "~ ")
"""Lines that begin so hang: what is wrapped stands under the words, not under the mark."""
BAR = 30
KEPT = 8
"""A column up to this wide, of codes or figures, is never narrowed."""
WORDS = 24
"""A wider one wraps."""
JOINER = "\ue000"
"""Stands for a space while lines are broken: rich breaks at every other, U+00A0 too. No text that is shown has it of its own."""


def console(file: IO[str] | None = None) -> Console:
    """No colour in a pipe or under NO_COLOR; the width of the terminal, COLUMNS, or 100."""
    file = file or sys.stdout
    forced = os.environ.get("FORCE_COLOR", "") not in ("", "0")
    plain = bool(os.environ.get("NO_COLOR")) or not (forced or (file.isatty() and os.environ.get("TERM") != "dumb"))
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
    """To the terminal, or to a pipe without escape codes and without spaces at the ends of lines."""
    out = console(file)
    if not out.is_terminal:
        target = file or sys.stdout
        target.write(render(blocks, out.width))
        return
    for block in blocks:
        # A command is there to be copied: the terminal may break it, we never do.
        out.print(draw(block), soft_wrap=isinstance(block, Command))


def render(blocks: Iterable[Block], width: int = PIPE_WIDTH) -> str:
    """The same as plain text."""
    text = io.StringIO()
    out = Console(file=text, width=width, no_color=True, force_terminal=False, highlight=False, emoji=False, markup=False)
    for block in blocks:
        out.print(draw(block), soft_wrap=isinstance(block, Command))
    return "".join(line.rstrip() + "\n" for line in text.getvalue().splitlines())


class Whole:
    """A block with its joined spaces made plain after the lines are broken: what is copied is what was written."""

    def __init__(self, inner: RenderableType) -> None:
        self.inner = inner

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for text, style, control in console.render(self.inner, options):
            yield Segment(text.replace(JOINER, " "), style, control)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement.get(console, options, self.inner)


def words(text: str, style: str = "") -> Text:
    return Text(MEASURED.sub(lambda m: m[0].replace(" ", JOINER), text), style=style)


def draw(block: Block) -> RenderableType:
    return formed(block) if isinstance(block, Command) else Whole(formed(block))


def formed(block: Block) -> RenderableType:
    match block:
        case Heading(text, level):
            return Group("", words(text, "bold" if level == 1 else "bold dim"))
        case Note(text, tone, indent):
            return Padding(hanging(text, STYLES[tone]), (0, 0, 0, 2 * indent), expand=False) if text else ""
        case Quote(label, text):
            return Padding(Text.assemble((label, "bold"), "  ", (text, "italic")), (0, 0, 0, 2), expand=False)
        case Command(text):
            return Text.assemble("  ", ("$ ", "dim"), (text, "bold cyan"), overflow="ignore", no_wrap=True)
        case Table(header=header, rows=rows):
            return table(header, rows)
        case Forest():
            return forest(block)
        case Chart(title, bars):
            most = max((bar.value for bar in bars), default=1) or 1
            drawn = tuple((Cell(b.label), Cell(b.told, number=True), Cell("▇" * round(BAR * b.value / most))) for b in bars)
            return table((title, "", ""), drawn)
        case Compare():
            return compare(block)
        case _:
            assert_never(block)


def hanging(text: str, style: str) -> RenderableType:
    if not text.startswith(MARKS):
        return words(text, style)
    grid = RichTable.grid()
    grid.add_column(width=2)
    grid.add_column(overflow="fold")  # Chinese has no spaces: what does not fit goes on below, and is not cut
    grid.add_row(Text(text[:2], style=style), words(text[2:], style))
    return grid


def table(header: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> RichTable:
    drawn = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for i, name in enumerate(header):
        right = bool(rows) and all(row[i].number for row in rows)
        last = i == len(header) - 1
        # Codes, levels and figures keep their line; only words wrap.
        widest = max((cell_len(text) for text in (name, *(row[i].text for row in rows))), default=0)
        wraps = widest > WORDS
        drawn.add_column(
            words(name),
            justify="right" if right else "left",
            overflow="fold",
            ratio=1 if last and wraps else None,
            no_wrap=not (wraps or last),
            min_width=widest if widest <= KEPT else None,
        )
    for row in rows:
        drawn.add_row(*(words(c.text, STYLES[c.tone]) for c in row))
    return drawn


def forest(plot: Forest) -> RichTable:
    lines = ((Cell(p.label, p.tone), Cell(characters(plot, p), Tone.DIM), Cell(p.figures, p.tone)) for p in plot.points)
    return table((plot.header[0], "", plot.header[1]), tuple(lines))


def compare(pair: Compare) -> RenderableType:
    """One text under the other with marks that do not need colour: side by side is too narrow on a terminal."""
    grid = RichTable.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=3)
    grid.add_column(overflow="fold")  # as in `hanging`
    for mark, place, pieces, style in (("-", pair.left, pair.before, "red"), ("+", pair.right, pair.after, "green")):
        grid.add_row("", Text(place, style="dim"))
        grid.add_row(Text(f"  {mark}", style=style), marked(pieces, f"bold {style} underline"))
    return Group(Padding(Text(pair.label, style="bold"), (0, 0, 0, 2), expand=False), grid) if pair.label else grid


def marked(pieces: tuple[Piece, ...], style: str) -> Text:
    return Text.assemble(*((f"[{p.text}]" if p.changed else p.text, style if p.changed else "") for p in pieces))
