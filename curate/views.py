"""A corpus as `curate.similar` wants it: parts of rows side by side, and the questions alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from curate.corpus import Corpus
from curate.formats import reach
from curate.records import Kind, Record

if TYPE_CHECKING:
    from curate.similar.texts import Rows

Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class View:
    """Some rows of a corpus; `rows[i]` is the corpus position of the i-th."""

    rows: np.ndarray[Any, np.dtype[np.int64]]
    whole: Rows
    question: Rows
    fields: np.ndarray[Any, np.dtype[np.int32]]
    """Parts that are not empty."""
    answer_length: np.ndarray[Any, np.dtype[np.int64]]
    """Code points of the last answer."""


def view(corpus: Corpus) -> View:
    """Usable rows, the user's and those of `--against`; computed once a corpus."""
    if "view" not in corpus.cache:
        corpus.cache["view"] = built(corpus)
    found: View = corpus.cache["view"]
    return found


def built(corpus: Corpus) -> View:
    from curate.similar.texts import Rows

    rows, fields, lengths = [], [], []
    parts: tuple[list[str], ...] = ([], [], [], [])
    asked: tuple[list[str], ...] = ([], [])
    for record in corpus.records():
        if not corpus.usable[record.row]:
            continue
        rows.append(record.row)
        for column, text in zip(parts, four(record), strict=True):
            column.append(text)
        asked[0].append(record.prompt)
        asked[1].append(record.input)
        fields.append(sum(bool(p.text) for p in record.parts))
        lengths.append(len(record.answer))
    empty = [""] * len(rows)
    position = np.array(rows, np.int64)
    return View(position, Rows(*parts), Rows(empty, asked[0], asked[1], empty), np.array(fields, np.int32), np.array(lengths, np.int64))


def four(record: Record) -> tuple[str, str, str, str]:
    """System, prompt, input and the rest. In a chat all turns are rest: no template of prompts is taken off."""
    if any(p.kind is Kind.INPUT for p in record.parts) or single_turn(record):
        rest = "\n".join(p.text for p in record.parts[record.answer_index :] if p.text)
        return record.system, record.prompt, record.input, rest
    return record.system, "", "", "\n".join(p.text for p in record.parts if p.kind is not Kind.SYSTEM and p.text)


def single_turn(record: Record) -> bool:
    return record.answer_index < len(record.parts) and all(p.kind in (Kind.SYSTEM, Kind.PROMPT) for p in record.parts[: record.answer_index])


def values(corpus: Corpus, field: str) -> list[str]:
    """A field of every row as text, for groups and strata; empty where it is missing."""
    found = []
    for raw in corpus.raws():
        value = None
        if raw:
            try:
                value = reach(orjson.loads(raw), field)
            except orjson.JSONDecodeError:
                value = None
        found.append("" if value is None else value if isinstance(value, str) else orjson.dumps(value).decode())
    return found
