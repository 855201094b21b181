"""The pass over a corpus: the gate over its Arrow buffers, then Python only for what opened it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from curate.corpus import Corpus
from curate.pii.engine import Engine
from curate.pii.hits import Hit, settle

BATCH_ROWS = 512


class Namer(Protocol):
    """Finds names; see `names`."""

    def gate(self, texts: pa.Array) -> np.ndarray[Any, np.dtype[np.bool_]]: ...

    def tag(self, texts: Sequence[str]) -> list[list[Hit]]: ...


@dataclass(frozen=True, slots=True)
class Found:
    """One part of a row with all its hits."""

    field: str
    text: str
    hits: list[Hit]


def scan(corpus: Corpus, engine: Engine, namer: Namer | None = None) -> Iterator[tuple[int, list[Found]]]:
    """Rows of the user's input that hold something, in order, with all their parts that do."""
    own, position = corpus.own, 0
    for batch in corpus.table.select(["kinds", "fields", "texts"]).to_batches(BATCH_ROWS * 8):
        yield from scan_batch(batch, position, own[position : position + batch.num_rows], corpus.fields, engine, namer)
        position += batch.num_rows


def scan_batch(
    batch: pa.RecordBatch,
    position: int,
    own: np.ndarray[Any, np.dtype[np.bool_]],
    fields: list[str],
    engine: Engine,
    namer: Namer | None,
) -> Iterator[tuple[int, list[Found]]]:
    offsets = batch.column(2).offsets.to_numpy()
    texts, names = batch.column(2).flatten(), batch.column(1).flatten().to_numpy()
    rows = np.repeat(np.arange(batch.num_rows), np.diff(offsets))
    bits = np.where(own[rows], engine.gate.column(texts), np.uint32(0))
    persons = namer.gate(texts) & own[rows] if namer else np.zeros(len(rows), bool)
    where = np.flatnonzero(bits.astype(bool) | persons)
    if not len(where):
        return
    strings = texts.take(pa.array(where)).to_pylist()
    hits = [engine.look(t, int(b)) if b else [] for b, t in zip(bits[where], strings, strict=True)]
    if namer:
        asked = [k for k, i in enumerate(where) if persons[i]]
        for k, found in zip(asked, namer.tag([strings[k] for k in asked]), strict=True):
            hits[k] = settle([*hits[k], *found], strings[k]) if found else hits[k]
    current: list[Found] = []
    last = -1
    for i, text, found in zip(where, strings, hits, strict=True):
        if rows[i] != last:
            if current:
                yield position + last, current
            current, last = [], int(rows[i])
        if found:
            current.append(Found(fields[names[i]], text, found))
    if current:
        yield position + last, current
