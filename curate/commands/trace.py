"""`curate trace DIR ID`: one row's whole story."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from curate.commands.options import HUSHED, LANG, language, options
from curate.layout import Block, Heading, Note, Quote, Tone

if TYPE_CHECKING:
    from curate.screens import Words


@click.command("trace", short_help="One row's whole story in a built folder.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("name", metavar="ID")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@options(HUSHED)
@LANG
def command(folder: Path, name: str, form: str, quiet: bool, lang: str | None) -> int:
    """Tell where the row ID (or FILE:LINE) came from, what was changed in it, and where it went and why.

    \b
    Examples:
      curate trace clean ticket-17
      curate trace clean data.csv:35
    """  # noqa: D301 (click reads the backspace)
    import orjson

    from curate.render import console
    from curate.screens import Words

    story = told(folder, name)
    if form == "json":
        sys.stdout.buffer.write(orjson.dumps(story, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        for each in story:
            told_of = blocks(each, Words(language(lang)))
            console.show(islice(told_of, 2) if quiet else told_of, sys.stdout)  # whose story, and its end
    return 0


def told(folder: Path, name: str) -> list[dict[str, Any]]:
    """Lineage rows of that id or address, each with its changes and its removal.

    Raises:
        UserError: no built folder, or no such row.

    """
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from curate.errors import UserError
    from curate.manifest import read

    read(folder)
    table = pq.read_table(folder / "lineage.parquet")
    place = pc.binary_join_element_wise(table["file"], pc.cast(table["line"], "string"), ":")
    mask = pc.or_(pc.equal(place, name), pc.or_(pc.equal(table["id"], f'"{name}"'), pc.equal(table["id"], name)))
    story = [{**row, **beside(folder, row), "together": why(table, row)} for row in table.filter(mask).to_pylist()]
    if not story:
        raise UserError(
            f"no row {name}", where=str(folder), hint="Give an id, or FILE:LINE as the input was named in `curate build`."
        )
    return story


def why(table: Any, row: dict[str, Any]) -> dict[str, Any] | None:
    """What holds the row in its group, and what the group as a whole hangs by. None for a row that stands alone."""
    import pyarrow.compute as pc

    from curate.building.plan import Tie
    from curate.building.together import weakest

    if row["group"] is None or "tied_to" not in table.column_names or row["fate"] != "kept":
        return None
    numbers = pc.indices_nonzero(pc.and_(pc.equal(table["group"], row["group"]), pc.equal(table["fate"], "kept")))
    rows = table.take(numbers).to_pylist()
    if len(rows) < 2:  # alone
        return None
    ties = {k: Tie(each["tie_code"], each["tied_to"], each["tie_score"]) for k, each in enumerate(rows) if each["tie_code"]}
    found = weakest(ties, ties)
    own = tie_of(table, row, rows)
    weak = found and {
        "code": found.tie.code,
        "score": found.tie.score,
        "rows": [f"{rows[found.row]['file']}:{rows[found.row]['line']}", place(table, found.tie.row)],
    }
    return {"rows": len(rows), "tie": own, "weakest": weak}


def tie_of(table: Any, row: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The row's own tie; that of another to it, where it is the first of its group, toward which all ties lead."""
    if row["tie_code"]:
        return {"code": row["tie_code"], "score": row["tie_score"], "to": place(table, row["tied_to"])}
    other = max((each for each in rows if each["tied_to"] == row["group"]), key=lambda each: each["tie_score"])
    return {"code": other["tie_code"], "score": other["tie_score"], "to": f"{other['file']}:{other['line']}"}


def place(table: Any, number: int) -> str:
    """Address of an input row, counted from 1."""
    return f"{table['file'][number - 1]}:{table['line'][number - 1]}"


def beside(folder: Path, row: dict[str, Any]) -> dict[str, Any]:
    def of(name: str) -> list[dict[str, Any]]:
        return [e for e in lines(folder / name) if e.get("file") == row["file"] and e.get("line") == row["line"]]

    gone = of("removed.jsonl") + of("quarantine.jsonl")
    return {"changes": of("changed.jsonl"), "removal": {k: v for k, v in gone[0].items() if k != "row"} if gone else None}


def lines(path: Path) -> Iterator[dict[str, Any]]:
    import orjson

    if path.exists():
        with path.open("rb") as file:
            for line in file:
                yield orjson.loads(line)


def blocks(story: dict[str, Any], w: Words) -> Iterator[Block]:
    yield Heading(f"{story['id']}  {story['file']}:{story['line']}")
    if story["fate"] == "kept":
        group = w(f", group {story['group']}") if story["group"] is not None else ""
        yield Note(w(f"kept, in {story['split']}.jsonl{group}"), Tone.GOOD)
        yield from held(story["together"], w)
    else:
        removal = story["removal"] or {}
        fate = w(story["fate"])
        why = f"{removal.get('code', story['code'])} {w(removal.get('reason', ''))}"
        yield Note(w(f"{fate}: {why}", f"{fate}：{why}"), Tone.WARN)
        if removal.get("related"):
            related = removal["related"]
            aside = story["fate"] == "quarantined"
            role = w("it would leak to") if aside else w("in its place")
            yield Quote(role, f"{related['id']}  {related['file']}:{related['line']}")
    for change in story["changes"]:
        code, name, places = change["code"], change["field"], len(change["spans"])
        if places:
            yield Note(w(f"{code} changed `{name}` in {places} place{'s' * (places != 1)}"), indent=1)
        else:
            yield Note(w(f"{code} changed `{name}`"), indent=1)


def held(together: dict[str, Any] | None, w: Words) -> Iterator[Block]:
    if together is None:
        return
    yield Note(w(f"one of {together['rows']:,} rows that stay together"), indent=1)
    if tie := together["tie"]:
        yield Note(
            w(
                f"tied by {tie['code']} {tie['score']:.2f} to {tie['to']}",
            ),
            indent=1,
        )
    if weak := together["weakest"]:
        pair = " – ".join(weak["rows"])
        yield Note(
            w(
                f"the group hangs by {weak['code']} {weak['score']:.2f}, its weakest tie: {pair}",
            ),
            indent=1,
        )
