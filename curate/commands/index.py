"""`curate index`: rows seen before, on disk; it grows by `add` and is asked by `query`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from curate.commands.options import HEARD, READING, language, options
from curate.errors import UserError

if TYPE_CHECKING:
    from curate.similar.index import Index

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
    from curate.screens import Words

    number, known = added(index, inputs, maps, threshold)
    w = Words(language())
    click.echo(w(f"{number:,} rows added, {known.rows:,} in all. {promise(known)}"))
    return 0


@command.command("query", short_help="Which rows are in the index already, or nearly so.")
@INDEX
@INPUTS
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
@options(MAP)
def query(index: Path, inputs: Sequence[str], form: str, maps: tuple[str, ...]) -> int:
    """For each row of INPUT the rows of INDEX that are the same or near, the most alike first. Exit code 1 if there is any."""
    import orjson

    from curate.screens import Words

    w, asking = Words(language()), Asking(index, inputs, maps)
    for hit in asking.hits():
        click.echo(orjson.dumps(hit).decode() if form == "jsonl" else w(line(hit)))
    told = f"{asking.found:,} of {asking.asked:,} rows are in the index or near one that is. {promise(asking.known)}"
    click.echo(w(told), err=form == "jsonl")
    return 1 if asking.found else 0


class Known(NamedTuple):
    """What an index holds and promises."""

    rows: int
    threshold: float
    miss: float


NOTHING = Known(0, 0.0, 0.0)


def known_of(index: Index) -> Known:
    return Known(len(index), float(index.threshold), index.miss)


def added(index: Path, inputs: Sequence[str], maps: tuple[str, ...], threshold: float | None) -> tuple[int, Known]:
    """How many rows were added to the index, and what it holds now; a new file goes again if anything fails."""
    from curate.similar.index import Index

    made = not index.exists()
    if threshold is not None and not made:
        raise UserError("the index has its threshold", where=str(index), hint="Leave --threshold out, or make another index.")
    try:
        with (
            opened(inputs, maps) as corpus,
            Index.create(index, str(threshold or 0.8)) if made else Index.open(index) as found,
        ):
            return found.add(rows(corpus)), known_of(found)
    except BaseException:
        if made:
            index.unlink(missing_ok=True)
        raise


@dataclass
class Asking:
    """Rows that are looked up in an index; what is told of all is there when the hits are through."""

    index: Path
    inputs: Sequence[str]
    maps: tuple[str, ...]
    asked: int = 0
    found: int = 0
    known: Known = NOTHING

    def hits(self) -> Iterator[dict[str, Any]]:
        from curate.similar.index import Index

        with opened(self.inputs, self.maps) as corpus, Index.open(self.index) as index:
            self.known = known_of(index)
            for place, row in rows(corpus):
                near = index.query(row)
                self.asked += 1
                self.found += bool(near)
                for hit in near:
                    measured = {"whole": float(hit.whole), "content": float(hit.content)}
                    yield {"row": place, "in_index": hit.key, "same": hit.same, **measured}


def line(hit: Mapping[str, Any]) -> str:
    if hit["same"]:
        return f"{hit['row']}: same as {hit['in_index']}"
    return f"{hit['row']}: {min(hit['whole'], hit['content']):.2f} alike to {hit['in_index']}"


def promise(known: Known) -> str:
    return (
        f"Threshold {known.threshold:g}; every pair told is counted exactly; "
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
