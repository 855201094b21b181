"""Parts of rows as arrays: which of them make up the text, the question and the answer, without an object for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from curate.reading.chunks import values_of
from curate.records import TRAINED, Kind

if TYPE_CHECKING:
    import pyarrow as pa

    from curate.corpus import Corpus
    from curate.similar import Pieces

SYSTEM, PROMPT, INPUT, REST = range(4)
Ints = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


def parts_of(corpus: Corpus, taken: Flags) -> Iterator[Parts]:
    """The parts of the rows taken, a chunk of the corpus at a time."""
    position = 0
    for batch in corpus.table.select(["kinds", "texts"]).to_batches():
        yield Parts.of(batch, taken[position : position + batch.num_rows])
        position += batch.num_rows


def text_bytes(corpus: Corpus) -> int:
    return int(corpus.table.column("texts").nbytes)


@dataclass(frozen=True)
class Parts:
    """What `curate.records` says of one row, of all rows of a chunk."""

    data: np.ndarray[Any, np.dtype[np.uint8]]
    """UTF-8 of the chunk."""
    bounds: Ints
    """Start and end of each part in `data`."""
    kinds: np.ndarray[Any, np.dtype[np.int8]]
    rows: Ints
    """Row of each part, counted from 0."""
    count: int

    @classmethod
    def of(cls, batch: pa.RecordBatch, taken: Flags) -> Parts:
        # straight from the buffers: `to_numpy` would load pandas first, and `flatten` pyarrow.compute
        ends = values_of(batch.column(0), np.int64, batch.num_rows + 1)
        kinds = values_of(batch.column(0).values, np.int8)[ends[0] : ends[-1]]
        texts, first = batch.column(1).values, values_of(batch.column(1), np.int64, 1)[0]
        at = values_of(texts, np.int64, len(texts) + 1)[first : first + len(kinds) + 1]
        data = texts.buffers()[2]
        rows = np.repeat(np.arange(batch.num_rows), np.diff(ends))
        kept = taken[rows]
        number = np.cumsum(taken) - 1
        bytes_ = np.frombuffer(data, np.uint8) if data and data.size else np.empty(0, np.uint8)
        return cls(bytes_, np.stack([at[:-1], at[1:]], axis=1)[kept], kinds[kept], number[rows[kept]], int(taken.sum()))

    def filled(self) -> Ints:
        """Parts of each row that are not empty."""
        full = self.bounds[:, 1] > self.bounds[:, 0]
        return np.bincount(self.rows[full], minlength=self.count)

    @cached_property
    def answers(self) -> Ints:
        """For each row its last answer; the number of all parts where it has none."""
        last = np.full(self.count, len(self.rows))
        trained = np.flatnonzero(np.isin(self.kinds, [*TRAINED]))
        last[self.rows[trained]] = trained
        return last

    def answer_lengths(self) -> Ints:
        """Code points of the last answer."""
        has = self.answers < len(self.rows)
        bounds = self.bounds[self.answers[has]]
        lengths = np.zeros(self.count, np.int64)
        # sums from each start to the next stop, and from there to the next start; of nothing, `reduceat` would give one byte
        begins = np.append((self.data & 0xC0) != 0x80, False).view(np.uint8)
        told = np.add.reduceat(begins, bounds.ravel(), dtype=np.int32)[::2] if len(bounds) else bounds[:, 0]
        lengths[has] = np.where(bounds[:, 1] > bounds[:, 0], told, 0)
        return lengths

    @cached_property
    def before(self) -> Flags:
        """Parts before the last answer; all parts of a row that has none."""
        return np.asarray(np.arange(len(self.rows)) < self.answers[self.rows])

    def whole(self) -> Pieces:
        """System, prompt, input and the rest. In a chat all turns are rest: no template of prompts is taken off."""
        system, given, before = self.kinds == Kind.SYSTEM, self.kinds == Kind.INPUT, self.before
        # one turn: nothing but system and prompt before an answer; or an input anywhere
        other = before & ~system & (self.kinds != Kind.PROMPT)
        parted = (np.bincount(self.rows[other], minlength=self.count) == 0) & (self.answers < len(self.rows))
        parted |= np.bincount(self.rows[given], minlength=self.count) > 0
        in_parts = parted[self.rows]
        roles = np.where(system, SYSTEM, np.where(~in_parts, REST, np.where(given, INPUT, np.where(before, PROMPT, REST))))
        # what follows the answer is of the rest, too, whatever it is
        again = np.flatnonzero(in_parts & ~before & (roles != REST))
        return self.pieces(np.append(np.arange(len(roles)), again), np.append(roles, np.full(len(again), REST)))

    def question(self) -> Pieces:
        given = self.kinds == Kind.INPUT
        asks = given | (self.before & (self.kinds != Kind.SYSTEM))
        return self.pieces(np.flatnonzero(asks), np.where(given, INPUT, PROMPT)[asks])

    def asked(self) -> Pieces:
        """The input, or the prompt where there is none."""
        given = self.kinds == Kind.INPUT
        filled = given & (self.bounds[:, 1] > self.bounds[:, 0])
        alone = np.bincount(self.rows[filled], minlength=self.count)[self.rows] == 0
        asks = np.flatnonzero(np.where(alone, self.before & ~given & (self.kinds != Kind.SYSTEM), given))
        return self.pieces(asks, np.full(len(asks), REST))

    def answer(self) -> Pieces:
        last = self.answers[self.answers < len(self.rows)]
        return self.pieces(last, np.full(len(last), REST))

    def opening(self) -> Pieces:
        """All up to and with the first answer, the system prompt apart; nothing of a row that asks nothing before it."""
        trained = np.isin(self.kinds, [*TRAINED])
        first = np.full(self.count, len(self.rows))
        first[self.rows[trained][::-1]] = np.flatnonzero(trained)[::-1]
        places = np.arange(len(self.rows))
        asks = (places < first[self.rows]) & (self.kinds != Kind.SYSTEM)
        opens = (first < len(self.rows)) & (np.bincount(self.rows[asks], minlength=self.count) > 0)
        chosen = np.flatnonzero((asks | (places == first[self.rows])) & opens[self.rows])
        return self.pieces(chosen, np.full(len(chosen), REST))

    def turns(self) -> Ints:
        """Answers of each row."""
        return np.bincount(self.rows[np.isin(self.kinds, [*TRAINED])], minlength=self.count)

    def pieces(self, chosen: Ints, roles: Ints) -> Pieces:
        from curate.similar import Pieces

        order = np.lexsort((chosen, roles, self.rows[chosen]))
        chosen = chosen[order]
        return Pieces(self.data, self.bounds[chosen], self.rows[chosen], roles[order].astype(np.int8), self.count)
