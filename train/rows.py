"""The rows of a built folder as chats, each with its address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson

from curate.errors import UserError
from curate.manifest import mapping_of
from curate.reading.formats import PLAIN, FieldMap, chat, record_of
from curate.records import Kind

Message = dict[str, str]
SPLITS = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class Row:
    """A chat with its address."""

    id: str | int
    file: str
    line: int
    messages: tuple[Message, ...]
    tools: tuple[Any, ...] = ()
    slices: Mapping[str, str] = field(default_factory=dict)
    """Properties to report apart, from the row's own key `slices`."""
    plain: bool = False
    """A row of plain text: no template, everything is trained on."""

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"


def read_split(folder: Path, split: str) -> list[Row]:
    """The rows of one split in file order, under the keys that the folder was built with. Plain files only: `curate build` writes such."""
    path = folder / f"{split}.jsonl"
    if not path.is_file():
        raise UserError(f"no {split}.jsonl", where=str(folder), hint="`curate build` writes train, validation and test.")
    mapping = FieldMap(mapping_of(folder))
    with path.open("rb") as file:
        return [row_of(line, path.name, number, mapping) for number, line in enumerate(file, 1) if line.strip()]


def row_of(line: bytes, file: str, number: int, mapping: FieldMap = PLAIN) -> Row:
    try:
        value = orjson.loads(line)
        if not isinstance(value, dict):
            raise UserError("the line is no JSON object")
        record = record_of(value, number - 1, mapping)
    except orjson.JSONDecodeError as error:
        raise UserError(
            f"not JSON: {error}", where=f"{file}:{number}", hint="`curate verify` says whether the folder is as built."
        ) from None
    except UserError as error:
        raise UserError(error.what, where=f"{file}:{number}", hint=error.hint) from None
    plain = bool(record.parts) and all(part.kind is Kind.TEXT for part in record.parts)
    given, slices = value.get("id"), value.get("slices")
    return Row(
        id=given if isinstance(given, str | int) else f"{file}:{number}",
        file=file,
        line=number,
        messages=tuple(chat(record)),
        tools=tools_of(value.get("tools")),
        slices={k: str(v) for k, v in slices.items()} if isinstance(slices, dict) else {},
        plain=plain,
    )


def tools_of(value: Any) -> tuple[Any, ...]:
    """The tools a template may show: a list, or a string that holds one (ShareGPT files write it so)."""
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return ()
    return tuple(value) if isinstance(value, list) else ()


def last_answer(row: Row) -> int:
    """Where the answer that is evaluated stands in the chat."""
    last = max((i for i, m in enumerate(row.messages) if m["role"] == "assistant"), default=0)
    if last < 1:
        raise UserError("no answer after a question: nothing to evaluate", where=row.where)
    return last


def with_shots(row: Row, shots: Sequence[Row]) -> Row:
    """The row with worked examples put before its question; their system messages would stand in the middle, so they go."""
    lead = 1 if row.messages[0]["role"] == "system" else 0
    worked = [m for shot in shots for m in shot.messages if m["role"] != "system"]
    return replace(row, messages=(*row.messages[:lead], *worked, *row.messages[lead:]))
