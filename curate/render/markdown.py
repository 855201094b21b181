"""Blocks as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import assert_never

from curate.layout import Block, Cell, Chart, Command, Compare, Forest, Heading, Note, Piece, Quote, Table

SYNTAX = re.compile(r"([\\`*_{}\[\]<>|~&])")
# What begins a list, a heading or a line under one. `1.` is escaped at its dot: before a digit a backslash would be shown.
LINE_START = re.compile(r"^(\s*)(\d+(?=[.)](?:\s|$))|)([=:#]|[-+](?![\d.])|(?<=\d)[.)])")


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, with no syntax of its own."""
    return LINE_START.sub(r"\1\2\\\3", SYNTAX.sub(r"\\\1", text))


def render(blocks: Iterable[Block]) -> str:
    return "\n".join(line for block in blocks for line in draw(block)).strip() + "\n"


def draw(block: Block) -> list[str]:
    match block:
        case Heading(text, level):
            return ["", f"{'#' * level} {escaped(text)}", ""] if text else [""]
        case Note(text, _, indent):
            return [f"{'- ' if indent else ''}{escaped(text)}", ""] if not indent else [f"- {escaped(text)}"]
        case Quote(label, text):
            return [f"- **{escaped(label)}** {escaped(text)}"]
        case Command(text):
            return ["```sh", text.replace("```", "` ` `"), "```"]
        case Table(header=header, rows=rows):
            return [
                "",
                row(header),
                row("---:" if number(rows, i) else "---" for i in range(len(header))),
                *(row(escaped(c.text) for c in r) for r in rows),
                "",
            ]
        case Chart(title, bars):
            return ["", row((escaped(title), "")), row(("---", "---:")), *(row((escaped(b.label), b.told)) for b in bars), ""]
        case Compare():
            sides = ((block.left, block.before), (block.right, block.after))
            return [
                *([f"**{escaped(block.label)}**", ""] if block.label else []),
                *(f"- {escaped(place)}: {marked(pieces)}" for place, pieces in sides),
                "",
            ]
        case Forest(header=header, points=points):
            cells = (row((escaped(p.label), escaped(p.figures))) for p in points)
            return ["", row(map(escaped, header)), row(("---", "---:")), *cells, ""]
        case _:
            assert_never(block)


def row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def number(rows: tuple[tuple[Cell, ...], ...], column: int) -> bool:
    return bool(rows) and all(r[column].number for r in rows)


def marked(pieces: Iterable[Piece]) -> str:
    """What differs in bold. A blank inside the marks would undo them."""
    return "".join(f"**{escaped(p.text)}**" if p.changed and p.text == p.text.strip() else escaped(p.text) for p in pieces)
