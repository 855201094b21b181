"""A corpus as `curate.similar` wants it: parts of rows side by side, and the questions alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from curate.corpus import Corpus
from curate.formats import reach
from curate.records import Kind, Record

if TYPE_CHECKING:
    from curate.similar import Texts

Ints = np.ndarray[Any, np.dtype[np.int64]]


@dataclass
class View:
    """Usable rows of a corpus; `rows[i]` is the corpus position of the i-th. Texts are canonical and compact."""

    corpus: Corpus
    rows: Ints
    whole: Texts
    fields: np.ndarray[Any, np.dtype[np.int32]]
    """Parts that are not empty."""
    answer_length: Ints
    """Code points of the last answer."""

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def question(self) -> Texts:
        """Prompt and input alone, for LEAK009."""
        from curate.similar import read

        return read(("", r.prompt, r.input, "") for r in self.records())

    @cached_property
    def asked(self) -> Texts:
        """What is asked about: the input, or the prompt where there is no input. For LEAK008, where a template must not count."""
        from curate.similar import read

        return read(("", "", "", r.input or r.prompt) for r in self.records())

    @cached_property
    def answers(self) -> Texts:
        from curate.similar import read

        return read(("", "", "", r.answer) for r in self.records())

    def records(self) -> Iterator[Record]:
        taken = np.zeros(len(self.corpus), bool)
        taken[self.rows] = True
        return (r for r in self.corpus.records() if taken[r.row])


def view(corpus: Corpus, own: bool = False) -> View:
    """Usable rows; with `own` those of the user alone. Computed once a corpus."""
    own = own and not corpus.own.all()
    key = f"view {own}"
    if key not in corpus.cache:
        corpus.cache[key] = built(corpus, corpus.usable & corpus.own if own else corpus.usable)
    found: View = corpus.cache[key]
    return found


def built(corpus: Corpus, taken: np.ndarray[Any, np.dtype[np.bool_]]) -> View:
    from curate.similar import read

    fields, lengths = [], []

    def parts() -> Iterator[tuple[str, str, str, str]]:
        for record in corpus.records():
            if taken[record.row]:
                fields.append(sum(bool(p.text) for p in record.parts))
                lengths.append(len(record.answer))
                yield four(record)

    whole = read(parts())
    return View(corpus, np.flatnonzero(taken), whole, np.array(fields, np.int32), np.array(lengths, np.int64))


def four(record: Record) -> tuple[str, str, str, str]:
    """System, prompt, input and the rest. In a chat all turns are rest: no template of prompts is taken off."""
    if any(p.kind is Kind.INPUT for p in record.parts) or single_turn(record):
        rest = "\n".join(p.text for p in record.parts[record.answer_index :] if p.text)
        return record.system, record.prompt, record.input, rest
    return record.system, "", "", "\n".join(p.text for p in record.parts if p.kind is not Kind.SYSTEM and p.text)


def single_turn(record: Record) -> bool:
    return record.answer_index < len(record.parts) and all(
        p.kind in (Kind.SYSTEM, Kind.PROMPT) for p in record.parts[: record.answer_index]
    )


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
