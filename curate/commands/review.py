"""`curate review DIR`: a walk through the borderline rows of a built folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curate.commands.options import LANG, language, write

if TYPE_CHECKING:
    from curate.acting.reviewing import Case, Choice, Decision
    from curate.layout import Block
    from curate.pii.finder import Finder
    from curate.reading.formats import FieldMap
    from curate.screens import Words

KEYS: dict[str, Choice] = {"k": "keep", "d": "drop", "e": "edit", "s": "skip"}


@click.command("review", short_help="Decide on borderline rows of a built folder.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--decisions", type=click.Path(path_type=Path), metavar="FILE", help="Where decisions are kept (DIR.decisions.jsonl)."
)
@click.option(
    "--apply", "target", type=click.Path(path_type=Path), metavar="FILE", help="Ask nothing; write the rows as decided."
)
@click.option("--undo", is_flag=True, help="Take the last decision back.")
@click.option("--list", "listing", is_flag=True, help="Only list the cases.")
@LANG
def command(folder: Path, decisions: Path | None, target: Path | None, undo: bool, listing: bool, lang: str | None) -> int:
    """Walk through rows of DIR that were removed on a narrow margin, set aside, or kept with something noted.

    \b
    Examples:
      curate review clean                          # k keep, d drop, e edit, s skip, u undo, q quit
      curate review clean --apply reviewed.jsonl   # the rows as decided
      curate split reviewed.jsonl -o final         # whole groups into splits again, nothing removed

    The folder itself is never changed. Decisions follow a row by its content, so that they can be replayed on a later build.
    """  # noqa: D301 (click reads the backspace)
    from curate.acting.reviewing import decided, kept_in, remember, replayed, undecided
    from curate.manifest import mapping_of
    from curate.reading.formats import FieldMap
    from curate.screens import Words

    w = Words(language(lang))
    path = decisions or kept_in(folder)
    made = decided(path)
    if undo:
        remember(path, made[:-1])
        click.echo(w(f"{len(made[:-1])} decisions are left"), err=True)
        return 0
    if target:
        write(b"".join(line + b"\n" for line in replayed(folder, made)), target)
        return 0
    open_ = undecided(folder, made)
    if listing:
        for case in open_:
            click.echo(f"{case.code}\t{case.where}\t{w(case.why)}")
        return 0
    walk(open_, made, path, w, FieldMap(mapping_of(folder)))
    return 0


def walk(open_: list[Case], made: list[Decision], path: Path, w: Words, mapping: FieldMap) -> None:
    """One case after the other; every answer is on disk before the next question."""
    from curate.acting.reviewing import Decision, remember

    at, history = 0, list[int]()
    while at < len(open_):
        case = open_[at]
        show(case, at, len(open_), w)
        key = asked(w)
        if key == "q":
            break
        if key == "u" and history:
            at = history.pop()
            made.pop()
            remember(path, made)
            continue
        if key not in KEYS:
            continue
        edits = retyped(case, mapping) if key == "e" else None
        made.append(Decision(case.print, KEYS[key] if edits or key != "e" else "skip", case.code, edits))
        remember(path, made)
        history.append(at)
        at += 1
    click.echo(w(f"{len(made)} decisions stand in {path}"), err=True)


def show(case: Case, at: int, total: int, w: Words) -> None:
    from curate.render import console

    console.show([*laid_out(case, at, total, w)], sys.stdout)


def laid_out(case: Case, at: int, total: int, w: Words) -> Iterator[Block]:
    from curate.layout import Heading, Note, Tone

    yield Heading(f"{at + 1}/{total}  {case.code}  {case.where}")
    yield Note(w(case.why), Tone.WARN)
    yield from texts(case, w)


def texts(case: Case, w: Words) -> list[Block]:
    """The row, or the row beside the one that stands in its place; masked once more, whatever the folder was built with."""
    from curate.layout import Compare, Note
    from curate.screens.differences import compared

    mine = masked(case.row)
    if case.other is None:
        return [Note(mine[:1500])]
    before, after = compared(masked(case.other), mine)
    return [Compare("", w("kept"), w("removed"), before, after)]


def masked(row: bytes) -> str:
    """All texts of a row, each with what another gives away; keys stay, since they say what is what."""
    import orjson

    from curate.acting.hints import leaves
    from curate.reading.formats import reach

    value = orjson.loads(row)
    found = {path: str(reach(value, path)) for path in leaves(value, all_items=True)}
    told = finder().redact_row([*found.values()])
    return "  ".join(f"{path}: {text}" for path, text in zip(found, told, strict=True))


@cache
def finder() -> Finder:
    from curate import catalogue
    from curate.config import Settings
    from curate.screens.detail import finder_of

    return finder_of(Settings(), catalogue.shipped())


def asked(w: Words) -> str:
    """One key, or a line where input is no terminal."""
    click.echo(w("[k]eep [d]rop [e]dit [s]kip [u]ndo [q]uit: "), nl=False, err=True)
    if sys.stdin.isatty():
        key = click.getchar()
        click.echo(key, err=True)
        return key.lower()
    line = sys.stdin.readline()
    return line.strip().lower()[:1] if line else "q"


def retyped(case: Case, mapping: FieldMap) -> dict[str, str] | None:
    """New text for the last answer, in the user's editor; the rest of the row stays."""
    import orjson

    from curate.reading.formats import read_row

    reading = read_row(orjson.loads(case.row), mapping, None)
    if not reading.parts:
        return None
    part = reading.parts[-1]
    text = click.edit(part.text) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    return {part.field: text.rstrip("\n")} if text and text.rstrip("\n") != part.text else None
