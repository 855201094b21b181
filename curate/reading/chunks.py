"""Rows into the Arrow table on disk, a chunk at a time."""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from curate.records import Part

CHUNK_ROWS = 4096
SCHEMA = pa.schema(
    [
        ("file", pa.int32()),
        ("line", pa.int64()),
        ("id", pa.large_binary()),  # the JSON of the id: its type is kept; null where there is none
        ("split", pa.int8()),
        ("usable", pa.bool_()),
        ("raw", pa.large_binary()),
        ("kinds", pa.large_list(pa.int8())),
        ("fields", pa.large_list(pa.int32())),
        ("texts", pa.large_list(pa.large_string())),
    ]
)
Row = tuple[int, int, bytes, int, bool, bytes]
"""The first six columns."""


class Chunks:
    """Buffers are put together here: `pyarrow.array` would load pandas first, which takes as long as reading 10,000 rows."""

    def __init__(self, path: Path) -> None:
        self.sink = pa.OSFile(str(path), "wb")
        path.chmod(0o600)
        self.writer = pa.ipc.new_stream(self.sink, SCHEMA)
        self.clear()

    def clear(self) -> None:
        self.rows: list[Row] = []
        self.counts: list[int] = []
        self.kinds: list[int] = []
        self.fields: list[int] = []
        self.texts: list[bytes] = []

    def add(self, row: Row, parts: Sequence[Part], fields: dict[str, int]) -> None:
        self.rows.append(row)
        self.counts.append(len(parts))
        for kind, field, text in parts:
            self.kinds.append(kind)
            self.fields.append(fields.setdefault(field, len(fields)))
            self.texts.append(text.encode())
        if len(self.rows) >= CHUNK_ROWS:
            self.flush()

    def flush(self) -> None:
        files, lines, ids, splits, usable, raws = zip(*self.rows, strict=True) if self.rows else ((),) * 6
        parts = pa.py_buffer(offsets(self.counts))

        def listed(values: pa.Array) -> pa.Array:
            kind = pa.large_list(values.type)
            return pa.Array.from_buffers(kind, len(self.rows), [None, parts], children=[values])

        columns = [
            numbers(files, pa.int32()),
            numbers(lines, pa.int64()),
            blobs(ids, pa.large_binary(), known=np.array([*map(bool, ids)], bool)),
            numbers(splits, pa.int8()),
            flags(np.array(usable, bool)),
            blobs(raws, pa.large_binary()),
            listed(numbers(self.kinds, pa.int8())),
            listed(numbers(self.fields, pa.int32())),
            listed(blobs(self.texts, pa.large_string())),
        ]
        self.writer.write_batch(pa.record_batch(columns, schema=SCHEMA))
        self.clear()

    def done(self) -> None:
        self.flush()
        self.writer.close()
        self.sink.close()


def table_of(path: Path) -> tuple[pa.Table, mmap.mmap]:
    """What `Chunks` wrote, and the memory that it is mapped to."""
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return pa.ipc.open_stream(pa.BufferReader(pa.py_buffer(mapped))).read_all(), mapped


def numbers(values: Sequence[int] | np.ndarray[Any, Any], kind: pa.DataType) -> pa.Array:
    data = np.array(values, kind.to_pandas_dtype())
    return pa.Array.from_buffers(kind, len(data), [None, pa.py_buffer(data)])


def flags(values: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> pa.Array:
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, bits(values)])


def blobs(
    values: Sequence[bytes], kind: pa.DataType, known: np.ndarray[tuple[int], np.dtype[np.bool_]] | None = None
) -> pa.Array:
    valid = None if known is None else bits(known)
    ends, data = pa.py_buffer(offsets([*map(len, values)])), pa.py_buffer(b"".join(values))
    return pa.Array.from_buffers(kind, len(values), [valid, ends, data])


def bits(values: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(values, bitorder="little"))


def offsets(counts: Sequence[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(np.array(counts, np.int64))])


def values_of(array: pa.Array, kind: type[np.integer[Any]], count: int | None = None) -> Any:
    """The fixed-size values of an array, or the offsets of one of lists or strings, which are one more."""
    buffer = array.buffers()[1]
    held = np.frombuffer(buffer, kind) if buffer else np.zeros(1, kind)
    return held[array.offset : array.offset + (len(array) if count is None else count)]
