"""`curate diff A B`: changed rows, with what differs marked to the character."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from curate.commands.options import HUSHED, LANG, READING, language, options, write
from curate.layout import Block, Compare, Heading, Note, Tone
from curate.screens import Words

if TYPE_CHECKING:
    from curate.pii.finder import Finder

SHOWN = 20


@click.command("diff", short_help="Changed rows side by side.")
@click.argument("old", metavar="A", type=click.Path(path_type=Path))
@click.argument("new", metavar="B", type=click.Path(path_type=Path))
@click.option("-n", "limit", type=int, default=SHOWN, show_default=True, help="Rows to show.")
@click.option("--format", "form", type=click.Choice(["text", "jsonl", "html"]), default=None, help="By the name of -o otherwise.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--show-pii", is_flag=True, help="Do not mask what a rule would mask.")
@options(READING[1:], HUSHED)
@LANG
def command(
    old: Path,
    new: Path,
    limit: int,
    form: str | None,
    output: Path | None,
    show_pii: bool,
    maps: tuple[str, ...],
    quiet: bool,
    lang: str | None,
) -> int:
    """Show rows that differ between the files or built folders A and B, paired by id (or address), field by field.

    \b
    Examples:
      curate diff data.jsonl clean
      curate diff before.jsonl after.jsonl -o changes.html
      curate diff data.csv clean --map instruction=question --map output=answer

    A built folder knows its own --map.
    """  # noqa: D301 (click reads the backspace)
    import orjson

    from curate.render import console, html

    form = form or {".html": "html", ".jsonl": "jsonl"}.get(output.suffix if output else "", "text")
    left, right = rows(old, maps), rows(new, maps)
    changes = [*differences(left, right, show_pii)]
    if form == "jsonl":
        write(b"".join(orjson.dumps(change, option=orjson.OPT_APPEND_NEWLINE) for change in changes), output)
        return 0
    tongue = language(lang)
    drawn = [*blocks(left, right, changes, limit, Words(tongue))][: 1 if quiet else None]
    if form == "html":
        write(html.page(drawn, "curate diff", tongue), output)
    elif output:
        write(console.render(drawn), output)
    else:
        console.show(drawn, sys.stdout)
    return 0


def rows(path: Path, maps: tuple[str, ...] = ()) -> dict[str, dict[str, str]]:
    """Texts by field, by id."""
    from curate.corpus import read
    from curate.manifest import mapping_of
    from curate.reading.formats import FieldMap
    from curate.reading.inputs import sources

    mapping = FieldMap(mapping_of(path)) if path.is_dir() else FieldMap.parse(maps)
    with read(sources([str(path)]), mapping=mapping) as corpus:
        return {str(corpus.id(r.row)): {p.field: p.text for p in r.parts} for r in corpus.records()}


def differences(left: dict[str, dict[str, str]], right: dict[str, dict[str, str]], show_pii: bool) -> Iterator[dict[str, Any]]:
    """Fields that changed, appeared or went, of rows that both have; masked."""
    finder = None if show_pii else whole_finder()
    for name, fields in left.items():
        new = right.get(name, {})
        changed = [f for f in dict.fromkeys([*fields, *new] if new else ()) if fields.get(f, "") != new.get(f, "")]
        if not changed:
            continue
        old_shown, new_shown = shown(fields, finder), shown(new, finder)
        for field in changed:
            yield {"id": name, "field": field, "before": old_shown.get(field, ""), "after": new_shown.get(field, "")}


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


def blocks(left: dict[str, Any], right: dict[str, Any], changes: list[dict[str, Any]], limit: int, w: Words) -> Iterator[Block]:
    from curate.screens.differences import compared

    gone, new = sum(n not in right for n in left), sum(n not in left for n in right)
    changed = len({c["id"] for c in changes})
    yield Heading(
        w(
            f"{changed:,} rows changed, {gone:,} only in A, {new:,} only in B",
        )
    )
    for change in changes[:limit]:
        before, after = compared(change["before"], change["after"])
        label = f"{change['id']} {change['field']}"
        if change["before"] == change["after"]:
            yield Note(f"{label}: {w('only what is masked differs')}", Tone.DIM)
        else:
            yield Compare(label, "A", "B", before, after)
    if len(changes) > limit:
        yield Note(w(f"and {len(changes) - limit:,} more (-n)"), Tone.DIM)
