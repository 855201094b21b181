"""`curate diff A B`: changed rows side by side."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from curate.layout import Block, Cell, Heading, Note, Table, Tone

if TYPE_CHECKING:
    from curate.pii.finder import Finder

SHOWN = 20


@click.command("diff", short_help="Changed rows side by side.")
@click.argument("old", metavar="A", type=click.Path(path_type=Path))
@click.argument("new", metavar="B", type=click.Path(path_type=Path))
@click.option("-n", "limit", type=int, default=SHOWN, show_default=True, help="Rows to show.")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text")
@click.option("--show-pii", is_flag=True, help="Do not mask what a rule would mask.")
def command(old: Path, new: Path, limit: int, form: str, show_pii: bool) -> int:
    """Show rows that differ between the files or built folders A and B, paired by id (or address), field by field."""
    import orjson

    from curate.render import console

    left, right = rows(old), rows(new)
    changes = [*differences(left, right, show_pii)]
    if form == "jsonl":
        for change in changes:
            sys.stdout.buffer.write(orjson.dumps(change, option=orjson.OPT_APPEND_NEWLINE))
        return 0
    console.show(blocks(left, right, changes, limit), sys.stdout)
    return 0


def rows(path: Path) -> dict[str, dict[str, str]]:
    """Texts by field, by id."""
    from curate.corpus import read
    from curate.inputs import sources

    with read(sources([str(path)])) as corpus:
        return {str(corpus.id(r.row)): {p.field: p.text for p in r.parts} for r in corpus.records()}


def differences(left: dict[str, dict[str, str]], right: dict[str, dict[str, str]], show_pii: bool) -> Iterator[dict[str, Any]]:
    finder = None if show_pii else whole_finder()
    for name, fields in left.items():
        new = right.get(name, {})
        changed = [field for field, text in new.items() if fields.get(field, "") != text]
        if not changed:
            continue
        old_shown, new_shown = shown(fields, finder), shown(new, finder)
        for field in changed:
            a, b = around(old_shown.get(field, ""), new_shown[field])
            yield {"id": name, "field": field, "before": a, "after": b}


def whole_finder() -> Finder:
    """With the names, the words and the recognisers of the settings that hold here."""
    from curate import catalogue
    from curate.commands.options import settled
    from curate.config import applied
    from curate.pii.finder import Finder

    settings = settled(())
    names = "cue" if settings.pii_names == "off" else settings.pii_names
    return Finder(applied(catalogue.shipped(), settings), names, settings.pii_model)


def shown(fields: dict[str, str], finder: Finder | None) -> dict[str, str]:
    return dict(zip(fields, finder.redact_row([*fields.values()]), strict=True)) if finder else fields


def around(before: str, after: str, room: int = 40) -> tuple[str, str]:
    """Both texts cut down to where they differ."""
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False) if len(before) + len(after) < 4000 else None
    blocks_ = [op for op in matcher.get_opcodes() if op[0] != "equal"] if matcher else []
    if not blocks_:
        return before[:200], after[:200]
    (_, a, _, c, _), (_, _, b, _, d) = blocks_[0], blocks_[-1]
    return before[max(0, a - room) : b + room], after[max(0, c - room) : d + room]


def blocks(left: dict[str, Any], right: dict[str, Any], changes: list[dict[str, Any]], limit: int) -> Iterator[Block]:
    gone, new = sum(n not in right for n in left), sum(n not in left for n in right)
    yield Heading(f"{len({c['id'] for c in changes}):,} rows changed, {gone:,} only in A, {new:,} only in B")
    for change in changes[:limit]:
        yield Heading(f"{change['id']} {change['field']}", 2)
        yield Table(("A", "B"), ((Cell(change["before"], Tone.BAD), Cell(change["after"], Tone.GOOD)),))
    if len(changes) > limit:
        yield Note(f"and {len(changes) - limit:,} more (-n)", Tone.DIM)
