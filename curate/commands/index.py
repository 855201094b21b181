"""`curate index`: rows seen before, on disk; it grows by `add` and is asked by `query`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from curate.commands.options import HEARD, READING, options
from curate.errors import UserError

INDEX = click.argument("index", metavar="INDEX", type=click.Path(path_type=Path))
INPUTS = click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
MAP = (*READING[1:], HEARD)


@click.group("index", short_help="An on-disk index of rows seen before.")
def command() -> None:
    """Keep the rows of yesterday's data, and ask which of today's are the same or nearly so.

    \b
    Examples:
      curate index add seen.db monday.jsonl
      curate index query seen.db tuesday.jsonl

    The index holds the text of the rows, so it is as private as they are: only its owner can read it.
    """  # noqa: D301 (click reads the backspace)


@command.command("add", short_help="Add rows; the index is made if it is not there.")
@INDEX
@INPUTS
@click.option("--threshold", type=float, help="Of a new index: exact Jaccard from which rows are near duplicates (0.8).")
@options(MAP)
def add(index: Path, inputs: Sequence[str], threshold: float | None, maps: tuple[str, ...]) -> int:
    """Add all usable rows of INPUT to INDEX: all of them or, if anything fails, none."""
    from curate.similar.index import Index

    if index.exists() and threshold is not None:
        raise UserError("the index has its threshold", where=str(index), hint="Leave --threshold out, or make another index.")
    made = not index.exists()
    try:
        with (
            opened(inputs, maps) as corpus,
            Index.open(index) if not made else Index.create(index, str(threshold or 0.8)) as known,
        ):
            number = known.add(rows(corpus))
            click.echo(f"{number:,} rows added, {len(known):,} in all. {promise(known)}")
    except BaseException:
        if made:
            index.unlink(missing_ok=True)
        raise
    return 0


@command.command("query", short_help="Which rows are in the index already, or nearly so.")
@INDEX
@INPUTS
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
@options(MAP)
def query(index: Path, inputs: Sequence[str], form: str, maps: tuple[str, ...]) -> int:
    """For each row of INPUT the rows of INDEX that are the same or near, the most alike first. Exit code 1 if there is any."""
    import orjson

    from curate.similar.index import Index

    asked = hits = 0
    with opened(inputs, maps) as corpus, Index.open(index) as known:
        for place, row in rows(corpus):
            asked += 1
            found = known.query(row)
            hits += bool(found)
            for hit in found:
                whole, content = float(hit.whole), float(hit.content)
                if form == "jsonl":
                    told = {"row": place, "in_index": hit.key, "same": hit.same, "whole": whole, "content": content}
                    click.echo(orjson.dumps(told).decode())
                else:
                    click.echo(f"{place}: {'same as' if hit.same else f'{min(whole, content):.2f} alike to'} {hit.key}")
        click.echo(f"{hits:,} of {asked:,} rows are in the index or near one that is. {promise(known)}", err=form == "jsonl")
    return 1 if hits else 0


def promise(known: Any) -> str:
    return (
        f"Threshold {float(known.threshold):g}; every pair told is counted exactly; "
        f"a pair at the threshold is missed with probability {known.miss:.0e}."
    )


def opened(inputs: Sequence[str], maps: tuple[str, ...]) -> Any:
    from curate.corpus import read
    from curate.reading import inputs as places
    from curate.reading.formats import FieldMap

    return read(places.sources(inputs), (), FieldMap.parse(maps))


def rows(corpus: Any) -> Iterator[tuple[str, tuple[str, str, str, str]]]:
    """Usable rows by address, in parts."""
    from curate.views import view

    seen = view(corpus)
    for i, row in enumerate(seen.rows.tolist()):
        yield str(corpus.address(row)), seen.whole.parts(i)
