"""`curate trace DIR ID`: one row's whole story."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from curate.layout import Block, Heading, Note, Quote, Tone


@click.command("trace", short_help="One row's whole story in a built folder.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("name", metavar="ID")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def command(folder: Path, name: str, form: str) -> int:
    """Tell where the row ID (or FILE:LINE) came from, what was changed in it, and where it went and why."""
    import orjson

    from curate.errors import UserError
    from curate.render import console

    story = told(folder, name)
    if not story:
        raise UserError(
            f"no row {name}", where=str(folder), hint="Give an id, or FILE:LINE as the input was named in `curate build`."
        )
    if form == "json":
        sys.stdout.buffer.write(orjson.dumps(story, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        for each in story:
            console.show(blocks(each), sys.stdout)
    return 0


def told(folder: Path, name: str) -> list[dict[str, Any]]:
    """Lineage rows of that id or address, each with its changes and its removal."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from curate.manifest import read

    read(folder)
    table = pq.read_table(folder / "lineage.parquet")
    place = pc.binary_join_element_wise(table["file"], pc.cast(table["line"], "string"), ":")
    mask = pc.or_(pc.equal(place, name), pc.or_(pc.equal(table["id"], f'"{name}"'), pc.equal(table["id"], name)))
    return [{**row, **beside(folder, row)} for row in table.filter(mask).to_pylist()]


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


def blocks(story: dict[str, Any]) -> Iterator[Block]:
    yield Heading(f"{story['id']}  {story['file']}:{story['line']}")
    if story["fate"] == "kept":
        group = f", group {story['group']}" if story["group"] is not None else ""
        yield Note(f"kept, in {story['split']}.jsonl{group}", Tone.GOOD)
    else:
        removal = story["removal"] or {}
        yield Note(f"{story['fate']}: {removal.get('code', story['code'])} {removal.get('reason', '')}", Tone.WARN)
        if removal.get("related"):
            related = removal["related"]
            yield Quote("in its place", f"{related['id']}  {related['file']}:{related['line']}")
    for change in story["changes"]:
        yield Note(
            f"{change['code']} changed `{change['field']}` in {len(change['spans'])} place{'s' * (len(change['spans']) != 1)}",
            indent=1,
        )
