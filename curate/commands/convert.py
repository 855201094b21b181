"""`curate convert`: between row shapes; what has no place in the new shape is refused, not dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from curate.commands.options import HUSHED, INPUTS, LANG, language, options, write
from curate.errors import UserError
from curate.reading.formats import FieldMap, chat
from curate.reading.rewrite import kept
from curate.records import Kind, Record
from curate.speaking.tongue import Words

Row = dict[str, Any]


@click.command("convert", short_help="Change between row shapes.")
@INPUTS
@click.option("--to", "shape", required=True, type=click.Choice(["messages", "sharegpt", "alpaca", "prompt-completion", "text"]))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), metavar="FILE")
@click.option("--map", "maps", multiple=True, metavar="KNOWN=PATH")
@options(HUSHED)
@LANG
def command(inputs: Sequence[str], shape: str, output: Path, maps: tuple[str, ...], quiet: bool, lang: str | None) -> int:
    """Write the rows of INPUT in another shape, as JSON lines; ids and unknown keys go along.

    \b
    Examples:
      curate convert clean/train.jsonl --to messages -o chats.jsonl
      curate convert data.csv --to alpaca -o data.jsonl --map instruction=question --map output=answer
    """  # noqa: D301 (click reads the backspace)
    lines = converted(inputs, shape, FieldMap.parse(maps))
    write(b"".join(line + b"\n" for line in lines), output)
    if not quiet:
        w = Words(language(lang))
        click.echo(w(f"{len(lines):,} rows written to {output}"), err=True)
    return 0


def converted(inputs: Sequence[str], shape: str, mapping: FieldMap) -> list[bytes]:
    """Rows in another shape, as JSON.

    Raises:
        UserError: a broken row, or one that has no place in the shape.

    """
    import orjson

    from curate.corpus import read
    from curate.manifest import mapping_of
    from curate.reading.inputs import sources

    if not mapping.paths:
        # A built folder, or a file in one, knows its own.
        homes = [path if path.is_dir() else path.parent for path in map(Path, inputs) if path.exists()]
        mapping = FieldMap(mapping_of(homes[0])) if len({*homes}) == 1 and len(homes) == len(inputs) else mapping
    lines: list[bytes] = []
    with read(sources(inputs), mapping=mapping) as corpus:
        for record in corpus.records():
            place = corpus.where(record.row)
            if not corpus.usable[record.row]:
                raise UserError(
                    "this row is broken", where=str(place), hint="`curate audit` says how; `curate build` leaves it out."
                )
            new = SHAPES[shape](record, str(place))
            rest = {k: v for k, v in orjson.loads(corpus.raw(record.row)).items() if k not in CONSUMED and k not in new}
            lines.append(kept({"id": place.id, **new, **{k: v for k, v in rest.items() if k != "id"}}))
    return lines


CONSUMED = {"instruction", "input", "output", "system", "history", "prompt", "completion", "messages", "conversations", "text"}


def to_messages(record: Record, _: str) -> Row:
    return {"messages": chat(record)}


def to_sharegpt(record: Record, _: str) -> Row:
    names = {"user": "human", "assistant": "gpt", "system": "system", "tool": "observation"}
    return {"conversations": [{"from": names[m["role"]], "value": m["content"]} for m in chat(record)]}


def to_alpaca(record: Record, place: str) -> Row:
    """History holds earlier turns; tool turns have no place in this shape."""
    if any(p.kind in (Kind.TOOL, Kind.CALL, Kind.REJECTED) for p in record.parts):
        raise UserError(
            "tool turns and preferences have no place in instruction-input-output", where=place, hint="Convert to messages."
        )
    turns = [m for m in chat(record) if m["role"] != "system"]
    if [m["role"] for m in turns] != ["user", "assistant"] * (len(turns) // 2):
        raise UserError("turns do not alternate", where=place, hint="`curate explain SCH007` tells more.")
    pairs = [[turns[i]["content"], turns[i + 1]["content"]] for i in range(0, len(turns), 2)]
    row: Row = {"instruction": pairs[-1][0], "input": "", "output": pairs[-1][1]}
    if record.input:
        row = {
            "instruction": record.prompt if len(pairs) == 1 else pairs[-1][0].removesuffix(f"\n\n{record.input}"),
            "input": record.input,
            "output": pairs[-1][1],
        }
    if record.system:
        row["system"] = record.system
    if len(pairs) > 1:
        row["history"] = pairs[:-1]
    return row


def to_completion(record: Record, place: str) -> Row:
    turns = [m for m in chat(record) if m["role"] != "system"]
    if [m["role"] for m in turns] != ["user", "assistant"]:
        raise UserError("more than one turn has no place in prompt/completion", where=place, hint="Convert to messages.")
    return {
        **({"system": record.system} if record.system else {}),
        "prompt": turns[0]["content"],
        "completion": turns[1]["content"],
    }


def to_text(record: Record, _: str) -> Row:
    return {"text": record.text}


SHAPES: dict[str, Callable[[Record, str], Row]] = {
    "messages": to_messages,
    "sharegpt": to_sharegpt,
    "alpaca": to_alpaca,
    "prompt-completion": to_completion,
    "text": to_text,
}
