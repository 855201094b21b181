"""An index of rows on disk that grows: add rows today, ask tomorrow which of them a new row is NEAR to.

Signatures are datasketch's MinHash, in bands chosen for a stated probability of missing a pair; what they propose is counted
exactly from the canonical texts, which the file holds. It is as private as the data, so only its owner can read it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from datasketch import MinHash

from curate.errors import UserError
from curate.similar.approximate import MISS, Bands
from curate.similar.canonical import Threshold, canonical, fraction, jaccard, shingle_set

Row = tuple[str, str, str, str]
"""System, prompt, input, rest."""

VERSION = 1
SEED = 1
SCHEMA = """
create table about (name text primary key, value text not null) without rowid;
create table rows (number integer primary key, key text not null, system text, prompt text, input text, rest text);
create table bands (band integer, hash blob, number integer, primary key (band, hash, number)) without rowid;
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A row of the index that is SAME as or NEAR to the row asked with."""

    key: str
    same: bool
    whole: Fraction
    content: Fraction


class Index:
    """Made by `Index.create`, opened by `Index.open`; a context manager. After `add` all its rows are there, or none."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path)
        about = dict(self.db.execute("select name, value from about"))
        if about.get("version") != str(VERSION):
            raise UserError("the index was made by another version", where=str(path), hint="Make it anew from the rows.")
        self.threshold = Fraction(about["threshold"])
        self.bands = Bands(int(about["bands"]), int(about["rows"]))

    @classmethod
    def create(cls, path: Path, threshold: Threshold = "0.8", miss: float = MISS) -> Self:
        """A new file; it finds pairs at this threshold, each of them missed with at most the given probability."""
        exact = fraction(threshold)
        bands = Bands.missing_at_most(miss, exact)
        path.touch(mode=0o600, exist_ok=False)
        with closing(sqlite3.connect(path)) as db:
            db.executescript(SCHEMA)
            about = {"version": VERSION, "threshold": exact, "bands": bands.count, "rows": bands.rows}
            db.executemany("insert into about values (?, ?)", [(name, str(value)) for name, value in about.items()])
            db.commit()
        return cls(path)

    @classmethod
    def open(cls, path: Path) -> Self:
        if not path.is_file():
            raise UserError("there is no index", where=str(path), hint="`curate index add` makes one.")
        try:
            return cls(path)
        except sqlite3.DatabaseError:
            raise UserError("this file is no index", where=str(path)) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.db.close()

    def __len__(self) -> int:
        return int(self.db.execute("select count(*) from rows").fetchone()[0])

    @property
    def miss(self) -> float:
        """The probability that a pair at the threshold is not found."""
        return self.bands.miss(float(self.threshold))

    def add(self, rows: Iterable[tuple[str, Row]]) -> int:
        """Rows with their keys; the number added. Nothing is added twice under one number, keys may repeat."""
        before = number = len(self)
        waiting = iter(rows)
        with self.db:
            while some := [*islice(waiting, 1000)]:
                self.write(number, [key for key, _ in some], [tuple(map(canonical, row)) for _, row in some])
                number += len(some)
        return number - before

    def write(self, first: int, keys: list[str], rows: list[tuple[str, ...]]) -> None:
        numbered = ((first + k, key, *map(stored, row)) for k, (key, row) in enumerate(zip(keys, rows, strict=True)))
        self.db.executemany("insert into rows values (?, ?, ?, ?, ?, ?)", numbered)
        hashes = self.hashes([joined(row) for row in rows])
        entries = ((band, hash_, first + k) for k, own in enumerate(hashes) for band, hash_ in enumerate(own))
        self.db.executemany("insert into bands values (?, ?, ?)", entries)

    def query(self, row: Row) -> list[Hit]:
        """All rows found SAME or NEAR, the most similar first."""
        asked = tuple(map(canonical, row))
        numbers: set[int] = set()
        for band, hash_ in enumerate(next(self.hashes([joined(asked)]))):
            numbers.update(n for (n,) in self.db.execute("select number from bands where band = ? and hash = ?", (band, hash_)))
        hits = [self.compared(asked, number) for number in sorted(numbers)]
        near = [hit for hit in hits if min(hit.whole, hit.content) >= self.threshold or hit.same]
        return sorted(near, key=lambda hit: (not hit.same, -min(hit.whole, hit.content), hit.key))

    def compared(self, asked: tuple[str, ...], number: int) -> Hit:
        query = "select key, system, prompt, input, rest from rows where number = ?"
        key, *blobs = self.db.execute(query, (number,)).fetchone()
        held = tuple(blob.decode("utf-8", "surrogatepass") for blob in blobs)
        left_out = {0} if asked[0] == held[0] else set()
        if asked[1] == held[1] and asked[2] and held[2]:
            left_out.add(1)
        content = [joined(tuple(part for k, part in enumerate(row) if k not in left_out)) for row in (asked, held)]
        whole = [joined(row) for row in (asked, held)]
        return Hit(key, whole[0] == whole[1], jaccard(whole[0], whole[1]), jaccard(content[0], content[1]))

    def hashes(self, texts: list[str]) -> Iterator[list[bytes]]:
        """A key per band of each text."""
        shingles = ([s.encode("utf-8", "surrogatepass") for s in shingle_set(text)] for text in texts)
        size = self.bands.rows
        for sketch in MinHash.generator(shingles, num_perm=self.bands.count * size, seed=SEED, scheme="affine64"):
            values = sketch.hashvalues.astype("<u8")
            yield [blake2b(values[k : k + size].tobytes(), digest_size=8).digest() for k in range(0, len(values), size)]


def joined(parts: tuple[str, ...]) -> str:
    return " ".join(part for part in parts if part)


def stored(text: str) -> bytes:
    """As bytes, because a lone surrogate is no text to sqlite."""
    return text.encode("utf-8", "surrogatepass")
