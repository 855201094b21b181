"""Where the answers are labels: few distinct short ones that recur, for all rows, for one instruction, or for one field of JSON answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import numpy as np
import orjson

from curate.records import Record
from curate.turns import last_question

_LONGEST = 40
"""Characters of a label."""
_JSON_LONGEST = 2000
_COVERED = 0.8
"""The recurring answers must make up so much of a task's rows; below that they are phrases that happen to recur."""

Ints = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass
class Task:
    """Rows, what they ask, and their labels as numbers."""

    name: str
    """The JSON field, or nothing."""
    names: list[str]
    rows: Ints
    labels: Ints
    texts: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)


@dataclass
class Column:
    """One candidate task while the rows go by."""

    numbers: dict[str, int] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    dead: bool = False

    def add(self, row: int, label: str, most: int) -> None:
        if self.dead:
            return
        self.rows.append(row)
        self.labels.append(self.numbers.setdefault(label, len(self.numbers)))
        # Free text has almost as many values as rows; there is no need to keep them.
        if len(self.numbers) > 20 * most and len(self.numbers) > 0.5 * len(self.rows):
            self.dead = True
            self.rows, self.labels, self.numbers = [], [], {}


def tasks(records: Iterable[Record], mine: Mask, least: int, most: int, each: int) -> list[Task]:
    """Tasks of at least `least` rows with two to `most` labels that occur `each` times or more."""
    columns: dict[str, Column] = {}
    for record in records:
        if mine[record.row]:
            for key, label in labels_of(record):
                columns.setdefault(key, Column()).add(record.row, label, most)
    return [task for key, column in sorted(columns.items()) if (task := _task(key, column, least, most, each))]


def labels_of(record: Record) -> Iterator[tuple[str, str]]:
    """Keys of the candidate tasks a row belongs to, each with its label."""
    answer = record.answer.strip()
    if answer.startswith("{"):
        if len(answer) <= _JSON_LONGEST:
            yield from _json_labels(answer)
    elif 0 < len(answer) <= _LONGEST and "\n" not in answer and record.question:
        label = answer.rstrip(".。!！").casefold()
        yield f" {crc32(record.prompt.encode(errors='replace'))}" if record.input else " ", label


def _json_labels(answer: str) -> Iterator[tuple[str, str]]:
    try:
        parsed = orjson.loads(answer)
    except orjson.JSONDecodeError:
        return
    if isinstance(parsed, dict):
        for key, value in parsed.items():
            if isinstance(value, (str, bool)) and len(str(value)) <= _LONGEST:
                yield key, str(value).casefold()


def _task(key: str, column: Column, least: int, most: int, each: int) -> Task | None:
    if column.dead or len(column.rows) < least:
        return None
    rows, labels = np.array(column.rows), np.array(column.labels)
    sizes = np.bincount(labels)
    common = np.flatnonzero(sizes >= each)
    kept = np.isin(labels, common)
    if not 2 <= len(common) <= most or kept.sum() < max(least, _COVERED * len(rows)):
        return None
    names = list(column.numbers)
    by_name = sorted(common, key=lambda i: names[i])
    renumbered = np.full(len(sizes), -1)
    renumbered[by_name] = np.arange(len(by_name))
    return Task(key if not key.startswith(" ") else "", [names[i] for i in by_name], rows[kept], renumbered[labels[kept]])


def read_texts(found: list[Task], records: Iterable[Record]) -> None:
    """Second pass: what the rows of the tasks ask, in row order."""
    wanted: dict[int, list[Task]] = {}
    for task in found:
        for row in task.rows.tolist():
            wanted.setdefault(row, []).append(task)
    for record in records if wanted else ():
        for task in wanted.get(record.row, ()):
            task.texts.append(record.input or last_question(record))
            task.fields.append(record.answer_field)
