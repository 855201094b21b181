"""What is kept of the text once it was read: small integer arrays, a few numbers a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple

import numpy as np

from curate.bias.answers import refuses
from curate.bias.lexicon import Ints, Lexicon
from curate.bias.link import links
from curate.bias.reading import Reading, read
from curate.bias.scan import fold
from curate.bias.statistics import Floats
from curate.bias.terms import Kind

BATCH = 4096
PROMPT, ANSWER = 0, 1


class Piece(NamedTuple):
    """A text of a row: what is asked (side 0) or what is trained on (side 1)."""

    row: int
    side: int
    text: str
    field: str = ""


@dataclass(frozen=True)
class Batch:
    pieces: Sequence[Piece]
    reading: Reading
    rows: Ints
    """Row of each text."""
    sides: Ints


@dataclass
class Evidence:
    """Grows batch by batch; every table has one line per row of the data and group, language or attribute, each once."""

    rows: int = 0
    mentions: list[Ints] = field(default_factory=list)
    """(row, language, group)"""
    asked: list[Ints] = field(default_factory=list)
    """The same, in prompts only."""
    links: list[Ints] = field(default_factory=list)
    """(row, language, group, attribute)"""
    answers: list[Floats] = field(default_factory=list)
    """(row, log of 1 + code points, refusal, tone) of rows in `asked`"""
    signs: dict[int, int] = field(default_factory=dict)
    """A hash of the text of rows that mention a group, so that ties do not depend on the order of rows."""
    seen: set[int] = field(default_factory=set)

    def add(self, batch: Batch) -> None:
        reading = batch.reading
        mask = reading.mentions()
        fresh = self.fresh(batch, set(batch.rows[reading.text[mask]].tolist()))
        self.rows += len(np.unique(batch.rows))
        self.mentions.append(_unique(fresh, batch.rows[reading.text[mask]], reading.lang[mask], reading.target[mask]))
        mask &= batch.sides[reading.text] == PROMPT
        self.asked.append(_unique(fresh, batch.rows[reading.text[mask]], reading.lang[mask], reading.target[mask]))
        found = [(int(batch.rows[link.text]), link.lang, link.group, link.attribute) for link in links(reading)]
        self.links.append(_unique(fresh, *np.array(found, dtype=np.int64).reshape(-1, 4).T))
        self.answers.append(_answers(batch, set(self.asked[-1][:, 0].tolist())))

    def fresh(self, batch: Batch, rows: set[int]) -> list[int]:
        """Rows whose text was not seen before: copies of a row are one witness (DUP001 tells of them)."""
        texts: dict[int, list[str]] = {row: [] for row in sorted(rows)}
        for piece in batch.pieces:
            if piece.row in texts:
                texts[piece.row].append(piece.text)
        signs = {row: _sign(parts) for row, parts in texts.items()}
        new = {sign: row for row, sign in reversed(signs.items()) if sign not in self.seen}
        self.seen |= set(new)
        self.signs |= {row: sign for sign, row in new.items()}
        return list(new.values())

    def table(self, name: str, width: int) -> Ints:
        parts: list[Ints] = getattr(self, name)
        return np.concatenate(parts) if parts else np.zeros((0, width), dtype=np.int64)


def _sign(texts: list[str]) -> int:
    text = " ".join(fold(" ".join(texts)).split())
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little")


def _unique(rows: list[int], *columns: Ints) -> Ints:
    table = np.unique(np.stack(columns, axis=1), axis=0)
    return np.asarray(table[np.isin(table[:, 0], rows)])


def _answers(batch: Batch, rows: set[int]) -> Floats:
    """Length, refusal and tone of the answers to prompts that name a group."""
    reading, n = batch.reading, len(batch.pieces)
    good = np.bincount(reading.text[reading.kind == Kind.POSITIVE], minlength=n)
    bad = np.bincount(reading.text[reading.kind == Kind.NEGATIVE], minlength=n)
    lines: dict[int, list[float]] = {}
    for i, piece in enumerate(batch.pieces):
        if piece.side == ANSWER and piece.row in rows:
            said = int(good[i] + bad[i])
            tone = (int(good[i]) - int(bad[i])) / said if said else 0.0
            lines[piece.row] = [piece.row, float(np.log1p(len(piece.text))), float(refuses(piece.text)), tone]
    return np.array(list(lines.values()), dtype=float).reshape(-1, 4)


def batches(pieces: Iterable[Piece], lexicon: Lexicon) -> Iterator[Batch]:
    """Batches that never part the pieces of a row."""
    stream = iter(pieces)
    held = list(islice(stream, BATCH))
    many = False
    while held:
        for piece in stream:
            if piece.row != held[-1].row:
                following = [piece, *islice(stream, BATCH - 1)]
                break
            held.append(piece)
        else:
            following = []
        rows = np.array([piece.row for piece in held], dtype=np.int64)
        sides = np.array([piece.side for piece in held], dtype=np.int64)
        yield Batch(held, read([piece.text for piece in held], lexicon, many), rows, sides)
        held, many = following, True
