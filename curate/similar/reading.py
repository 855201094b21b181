"""Canonical texts from Arrow buffers: rows in pieces, without a Python object for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from curate.similar.canonical import canonical
from curate.similar.engines import SMALL_BYTES
from curate.similar.texts import Ints, Texts, made, put_aside

if TYPE_CHECKING:
    from curate.similar.folding import Table


@dataclass(frozen=True, slots=True)
class Pieces:
    """Consecutive rows; those pieces of a row that are of its text, by role (system, prompt, input, rest) and then in order."""

    data: NDArray[np.uint8]
    """UTF-8."""
    bounds: Ints
    """Start and end of each piece in `data`."""
    rows: Ints
    """Row of each piece, counted from 0; ascending."""
    roles: NDArray[np.int8]
    count: int
    """Rows, those without a piece included."""


def read_pieces(chunks: Iterable[Pieces], size: int) -> Texts:
    """What `read` makes of the same rows given one by one; `size` is about how many bytes they have."""
    table: Table | None = None
    texts: list[NDArray[np.uint8]] = []
    lengths: list[NDArray[np.int32]] = []
    for pieces in chunks:
        of_parts = np.zeros((pieces.count, 4), np.int32)
        if size <= SMALL_BYTES:
            texts.append(plainly(pieces, of_parts))
        else:
            text, table = compiled(pieces, of_parts, table)
            texts.append(text)
        lengths.append(of_parts)
    return made(np.concatenate([np.empty(0, np.uint8), *texts]), np.concatenate([np.empty((0, 4), np.int32), *lengths]))


def plainly(pieces: Pieces, lengths: NDArray[np.int32]) -> NDArray[np.uint8]:
    """By the definition, for corpora that are done before numba is loaded."""
    out = bytearray()
    before, began = -1, 0
    for (start, stop), row, role in zip(pieces.bounds.tolist(), pieces.rows.tolist(), pieces.roles.tolist(), strict=True):
        if row != before:
            before, began = row, len(out)
        out += joined(canonical(pieces.data[start:stop].tobytes().decode()), len(out) > began, lengths[row], role)
    return np.frombuffer(out, np.uint8)


def joined(text: str, follows: bool, lengths: NDArray[np.int32], role: int) -> bytes:
    """A piece as it goes on in its row. The space before it belongs to a part only if it stands between two pieces of that part."""
    if not text:
        return b""
    said = text.encode()
    lengths[role] += len(said) + bool(lengths[role])
    return b" " + said if follows else said


def compiled(pieces: Pieces, lengths: NDArray[np.int32], table: Table | None) -> tuple[NDArray[np.uint8], Table]:
    from curate.similar import folding

    table = table or folding.empty_table()
    out = np.empty(2 * len(pieces.data) + len(pieces.rows) + 1, np.uint8)
    at = folding.Reached(0, 0, 0, 0)
    while (at := folding.fold(pieces.data, pieces.bounds, pieces.rows, pieces.roles, table, at, out, lengths)).piece < len(
        pieces.rows
    ):
        if at.missing >= 0:
            table = folding.with_page(table, int(at.missing))
            continue
        # a piece that the table cannot do: by the definition
        start, stop = pieces.bounds[at.piece].tolist()
        row, role = int(pieces.rows[at.piece]), int(pieces.roles[at.piece])
        began = at.row_began if at.piece and pieces.rows[at.piece - 1] == row else at.written
        text = joined(canonical(pieces.data[start:stop].tobytes().decode()), at.written > began, lengths[row], role)
        if len(text) > 2 * (stop - start):
            out = np.concatenate([out, np.empty(len(text), np.uint8)])
        out[at.written : at.written + len(text)] = np.frombuffer(text, np.uint8)
        at = folding.Reached(at.piece + 1, at.written + len(text), began, 0)
    return put_aside(out[: at.written]), table
