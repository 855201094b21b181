"""The pass over a corpus: the gate over its Arrow buffers, then Python only for what opened it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from curate.corpus import Corpus
from curate.pii.echo import echoed
from curate.pii.engine import Engine
from curate.pii.hits import Hit, settle
from curate.reading.chunks import numbers

BATCH_ROWS = 512


class Tagger(Protocol):
    """Finds what our rules alone do not: names (see `names`), and what presidio's recognisers know."""

    def gate(self, texts: pa.Array) -> np.ndarray[Any, np.dtype[np.bool_]]: ...

    def tag(self, texts: Sequence[str]) -> list[list[Hit]]: ...


@dataclass(frozen=True, slots=True)
class Found:
    """One part of a row with all its hits."""

    field: str
    text: str
    hits: list[Hit]


def scan(corpus: Corpus, engine: Engine, taggers: Sequence[Tagger] = ()) -> Iterator[tuple[int, list[Found]]]:
    """Rows of the user's input that hold something, in order, with all their parts that do."""
    own, position = corpus.own, 0
    for batch in corpus.table.select(["kinds", "fields", "texts"]).to_batches(BATCH_ROWS * 8):
        yield from scan_batch(batch, position, own[position : position + batch.num_rows], corpus.fields, engine, taggers)
        position += batch.num_rows


def scan_batch(
    batch: pa.RecordBatch,
    position: int,
    own: np.ndarray[Any, np.dtype[np.bool_]],
    fields: list[str],
    engine: Engine,
    taggers: Sequence[Tagger],
) -> Iterator[tuple[int, list[Found]]]:
    offsets = np.array(batch.column(2).offsets.to_pylist())  # `to_numpy` would load pandas
    texts, names = batch.column(2).flatten(), batch.column(1).flatten()
    rows = np.repeat(np.arange(batch.num_rows), np.diff(offsets))
    bits = np.where(own[rows], engine.gate.column(texts), np.uint32(0))
    asked = [tagger.gate(texts) & own[rows] for tagger in taggers]
    where = np.flatnonzero(np.logical_or.reduce([bits.astype(bool), *asked]))
    if not len(where):
        return
    strings = texts.take(numbers(where, pa.int64())).to_pylist()
    hits = [engine.look(t, int(b)) if b else [] for b, t in zip(bits[where], strings, strict=True)]
    for tagger, wanted in zip(taggers, asked, strict=True):
        chosen = [k for k, i in enumerate(where) if wanted[i]]
        for k, found in zip(chosen, tagger.tag([strings[k] for k in chosen]), strict=True):
            hits[k] = settle([*hits[k], *found], strings[k]) if found else hits[k]
    grouped: dict[int, dict[int, list[Hit]]] = {}
    for i, found in zip(where, hits, strict=True):
        if found:
            grouped.setdefault(int(rows[i]), {})[int(i)] = found
    starts = offsets - offsets[0]
    for row, parts in grouped.items():
        first, last = int(starts[row]), int(starts[row + 1])
        yield (
            position + row,
            whole_row(
                texts[first:last].to_pylist(),
                [parts.get(i, []) for i in range(first, last)],
                [fields[f] for f in names[first:last].to_pylist()],
            ),
        )


def whole_row(texts: list[str], hits: list[list[Hit]], fields: list[str]) -> list[Found]:
    """The parts of a row with their hits, and with what one part repeats of another."""
    settled = echoed(texts, hits)
    return [Found(field, text, found) for field, text, found in zip(fields, texts, settled, strict=True) if found]
