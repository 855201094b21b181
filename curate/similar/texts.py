"""The canonical texts of a corpus in one buffer, and which of them are equal."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from hashlib import blake2b
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from curate.similar.canonical import canonical

Ints = NDArray[np.int64]
Scalar = TypeVar("Scalar", bound=np.generic)
SYSTEM, PROMPT, INPUT, REST = range(4)


@dataclass(frozen=True, slots=True)
class Rows:
    """Four parallel sequences: what a template gives (system, prompt), what it is filled with (input), and the rest (answer)."""

    system: Sequence[str]
    prompt: Sequence[str]
    input: Sequence[str]
    rest: Sequence[str]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Rows:
        """Rows without parts."""
        empty = [""] * len(texts)
        return cls(empty, empty, empty, texts)

    def __len__(self) -> int:
        return len(self.rest)

    def __iter__(self) -> Iterator[tuple[str, str, str, str]]:
        return zip(self.system, self.prompt, self.input, self.rest, strict=True)


class Part(Enum):
    """Which text of a row is compared. The content of a pair is one of these, by what the two rows share."""

    WHOLE = auto()
    NO_SYSTEM = auto()
    NO_PROMPT = auto()
    """System, input and rest."""
    INPUT_ON = auto()
    """Input and rest: neither system nor prompt."""


@dataclass(frozen=True)
class Texts:
    """Canonical texts as UTF-8 (lone surrogates pass) with the lengths of their parts; about one byte a letter.

    A row's text is its non-empty parts with one space between them.
    """

    data: NDArray[np.uint8]
    begin: Ints
    """Offsets of n rows in `data`, and the end."""
    lengths: NDArray[np.int32]
    """Bytes of the four parts of each row."""
    digests: NDArray[np.uint64]
    """128 bits of BLAKE2b per row: two equal whole texts have the same, two different ones do not."""
    system: Ints
    """A label per row: the first row with an equal system part."""
    prompt: Ints
    """The same for the prompt, where the input is not empty; -1 elsewhere."""

    def __len__(self) -> int:
        return len(self.begin) - 1

    @cached_property
    def same(self) -> Ints:
        """For each row the first row with the equal text."""
        return first_equal(*self.digests.T)

    @cached_property
    def copies(self) -> Ints:
        """For each row the first row with the equal text in equal parts."""
        return first_equal(*self.digests.T, *self.lengths.T[:REST])

    def spans(self, rows: Ints, part: Part) -> Ints:
        """Two byte ranges a row, the second or both maybe empty; the text is what they hold, with a space between."""
        begin, end, lengths = self.begin[rows], self.begin[rows + 1], self.lengths[rows].astype(np.int64)
        after = np.cumsum(lengths + (lengths > 0), axis=1)
        spans = np.stack([begin, end, end, end], axis=1)
        if part is Part.NO_SYSTEM:
            spans[:, 0] = begin + after[:, SYSTEM]
        elif part is Part.INPUT_ON:
            spans[:, 0] = begin + after[:, PROMPT]
        elif part is Part.NO_PROMPT:
            spans[:, 1] = begin + lengths[:, SYSTEM]
            spans[:, 2] = begin + after[:, PROMPT]
        return np.minimum(spans, end[:, None])  # a row that ends with the part left out has no space after it

    def strings(self, rows: Ints, part: Part) -> list[str]:
        return [
            b" ".join(piece for piece in (self.data[a:b].tobytes(), self.data[c:d].tobytes()) if piece).decode(
                "utf-8", "surrogatepass"
            )
            for a, b, c, d in self.spans(rows, part).tolist()
        ]

    def parts(self, row: int) -> tuple[str, str, str, str]:
        """System, prompt, input and rest of one row."""
        found, at = [], int(self.begin[row])
        for length in self.lengths[row].tolist():
            found.append(self.data[at : at + length].tobytes().decode("utf-8", "surrogatepass"))
            at += length + (length > 0)
        return found[0], found[1], found[2], found[3]

    def text(self, row: int) -> str:
        return self.strings(np.array([row]), Part.WHOLE)[0]


def read(rows: Iterable[tuple[str, str, str, str]]) -> Texts:
    """Canonical texts of rows given one by one as (system, prompt, input, rest)."""
    data, lengths = bytearray(), []
    for row in rows:
        parts = [canonical(part).encode("utf-8", "surrogatepass") if part else b"" for part in row]
        data += b" ".join(part for part in parts if part)
        lengths.append([len(part) for part in parts])
    return made(np.frombuffer(data, np.uint8), np.array(lengths, np.int32).reshape(-1, 4))


def made(data: NDArray[np.uint8], lengths: NDArray[np.int32]) -> Texts:
    """Texts whose canonical parts stand one after the other."""
    filled = lengths > 0
    after = np.cumsum(lengths + filled, axis=1, dtype=np.int64)
    size = np.maximum(after[:, -1] - 1, 0)
    begin = np.concatenate([np.zeros(1, np.int64), np.cumsum(size)])
    system, prompt = begin[:-1], begin[:-1] + np.where(filled[:, SYSTEM], after[:, SYSTEM], 0)
    asks = filled[:, INPUT]
    return Texts(
        data,
        begin,
        lengths,
        digests(data, begin[:-1], size),
        first_equal(*digests(data, system, lengths[:, SYSTEM]).T),
        np.where(asks, first_equal(asks, *digests(data, prompt, lengths[:, PROMPT] * asks).T), -1),
    )


def put_aside(values: NDArray[Scalar]) -> NDArray[Scalar]:
    """In memory of its own that goes back to the system at once when let go; the allocator keeps pieces of some megabytes."""
    kept = np.frombuffer(mmap.mmap(-1, max(values.nbytes, 8)), values.dtype)[: len(values)]
    kept[:] = values
    return kept


def digests(data: NDArray[np.uint8], begin: Ints, size: NDArray[np.integer[Any]]) -> NDArray[np.uint64]:
    view, nothing = memoryview(data.data), digest(b"")
    spans = zip(begin.tolist(), size.tolist(), strict=True)
    found = b"".join([digest(view[start : start + length]) if length else nothing for start, length in spans])
    return np.frombuffer(found, "<u8").astype(np.uint64).reshape(-1, 2)


def digest(text: bytes | memoryview) -> bytes:
    return blake2b(text, digest_size=16).digest()


def first_equal(*columns: NDArray[np.generic]) -> Ints:
    """For each position the first one that is equal in every column."""
    n = len(columns[0])
    if not n:
        return np.empty(0, np.int64)
    order = np.lexsort(columns)
    new = np.ones(n, bool)
    new[1:] = np.logical_or.reduce([column[order[1:]] != column[order[:-1]] for column in columns])
    # lexsort is stable, so the first of a run is the first of its group
    labels = np.empty(n, np.int64)
    labels[order] = order[np.maximum.accumulate(np.where(new, np.arange(n), 0))]
    return labels
