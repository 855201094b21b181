"""Rows out of tables: CSV and TSV with every broken record named, Parquet and Arrow with their types as JSON has them."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from curate.errors import UserError
from curate.reading.encoding import Encoding, lines, opened
from curate.reading.formats import Problem
from curate.reading.rows import Raw

csv.field_size_limit(2**31 - 1)

# ---- CSV and TSV ------------------------------------------------------------------------------------------------------------

UNCLOSED = 1 << 26
"""Bytes after which a quote that is still open counts as one that was never closed."""

OPEN_QUOTE = "A quote opens here and does not close"
BROKEN = {
    "end of data": OPEN_QUOTE,
    "expected after": "Text follows a closing quote",
    "new-line": "A carriage return stands outside of quotes",
}
"""Our words for what Python's reader says in its errors."""


def csv_rows(path: Path, shown: str, encoding: Encoding, delimiter: str) -> Iterator[Raw]:
    """Records of a CSV file with a header; `line` is the physical line where the record begins.

    Raises:
        UserError: the header names a column twice, or is broken itself.

    """
    with opened(path, shown) as stream:
        stream.read(encoding.mark)
        records = Records(stream, shown, encoding, delimiter)
        header = headed(next(records, None), shown)
        for number, cells, problem in records:
            if problem or any(cells):
                yield csv_row(number, header, cells, problem)


Line = tuple[int, bytes]
Parsed = tuple[int, list[str], Problem | None]
"""Line, cells, and why they could not be told; then the only cell is the text itself."""


def headed(first: Parsed | None, shown: str) -> list[str]:
    number, cells, problem = first or (1, [], None)
    if problem:
        raise UserError(problem.message, where=f"{shown}:{number}", hint="The first record must name the columns.")
    names = [cell.strip() for cell in cells]
    named = [name or f"column {place}" for place, name in enumerate(names, 1)]
    twice = next((name for name in named if named.count(name) > 1), "")
    if twice:
        raise UserError(
            f"the header names `{twice}` twice", where=f"{shown}:{number}", hint="Give each column a name of its own."
        )
    return named


class Records:
    """Records one by one. A quote that never closes costs its own line only: reading goes on at the next whole record."""

    def __init__(self, stream: Any, shown: str, encoding: Encoding, delimiter: str) -> None:
        newline = "\n".encode(encoding.codec)
        self.codec, self.delimiter = encoding.codec, delimiter
        self.fresh = enumerate(lines(stream, shown, newline), 1)
        self.waiting: deque[Line] = deque()
        self.taken: list[Line] = []
        self.undecoded = False
        self.columns = 0
        cell = rf'(?:"(?:[^"]|"")*"|[^"\r\n{re.escape(delimiter)}]*)'
        self.whole = re.compile(rf"{cell}(?:{re.escape(delimiter)}{cell})*\r?")

    def __iter__(self) -> Records:
        return self

    def __next__(self) -> Parsed:
        cells, problem = self.record()
        taken = self.taken
        if len(taken) > 1 and (not cells or len(cells) != self.columns):
            lost = self.lost(taken)
            if len(lost) < len(taken):
                taken, problem = lost, Problem("SCH001", OPEN_QUOTE)
        if problem:
            return taken[0][0], [self.text(taken)], problem
        self.columns = self.columns or len(cells)
        return taken[0][0], [cell.replace("\r\n", "\n") for cell in cells], None

    def lost(self, taken: list[Line]) -> list[Line]:
        """Of the lines of a broken record those before the next whole one, which is put back; all of them where there is none."""
        self.waiting.extendleft(reversed(taken))
        lost = [self.waiting.popleft()]
        while len(lost) < len(taken):
            cells, problem = self.record()
            whole = not problem and len(cells) == self.columns and self.whole.fullmatch(self.text(self.taken))
            self.waiting.extendleft(reversed(self.taken))
            if whole:
                break
            lost.append(self.waiting.popleft())
        return lost

    def record(self) -> tuple[list[str], Problem | None]:
        """The next record's cells, none where it is broken; its lines stand in `taken`."""
        self.taken, self.undecoded = [], False
        try:
            cells = next(csv.reader(self.feed(), delimiter=self.delimiter, strict=True))
        except csv.Error as error:
            return [], Problem("SCH001", next((told for said, told in BROKEN.items() if said in str(error)), f"No CSV: {error}"))
        return cells, Problem("SCH002", f"Bytes are not {self.codec.upper()}") if self.undecoded else None

    def feed(self) -> Iterator[str]:
        """Lines for the record that is read now; what is taken is kept until the record is known to be whole."""
        size = 0
        while size < UNCLOSED and (line := self.waiting.popleft() if self.waiting else next(self.fresh, None)):
            self.taken.append(line)
            size += len(line[1])
            yield self.decoded(line[1]) + "\n"

    def decoded(self, line: bytes) -> str:
        try:
            return line.decode(self.codec)
        except UnicodeDecodeError:
            self.undecoded = True
            return line.decode(self.codec, "replace")

    def text(self, taken: list[Line]) -> str:
        return "\n".join(self.decoded(line) for _, line in taken)


def csv_row(number: int, header: list[str], cells: list[str], problem: Problem | None) -> Raw:
    if problem:
        return Raw(number, cells[0].encode(), None, [problem])
    value = dict(zip(header, cells, strict=False))
    problems = []
    if len(cells) > len(header):
        problems.append(Problem("SCH004", f"The record has {len(cells)} fields, the header {len(header)}"))
    return Raw(number, orjson.dumps(value), value, problems)


# ---- typed tables -----------------------------------------------------------------------------------------------------------


def parquet_rows(path: Path, shown: str) -> Iterator[Raw]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            yield from batch_rows(file.iter_batches(batch_size=4096))
    except (pa.ArrowInvalid, OSError) as error:
        raise UserError(f"the Parquet file is broken: {str(error)[:120]}", where=shown) from None


def arrow_rows(paths: list[Path]) -> Iterator[Raw]:
    import pyarrow as pa

    number = 0
    for path in paths:
        with pa.memory_map(str(path)) as source:
            try:
                if path.read_bytes()[:6] == b"ARROW1":
                    file = pa.ipc.open_file(source)
                    batches: Iterator[Any] = (file.get_batch(i) for i in range(file.num_record_batches))
                else:
                    batches = iter(pa.ipc.open_stream(source))
                for raw in batch_rows(batches):
                    number += 1
                    raw.line = number
                    yield raw
            except pa.ArrowInvalid as error:
                raise UserError(f"the Arrow file is broken: {str(error)[:120]}", where=str(path)) from None


def batch_rows(batches: Iterator[Any]) -> Iterator[Raw]:
    """Rows of record batches. Columns that are null in a row are left out: a table has every column in every row."""
    number = 0
    for batch in batches:
        for value in batch.to_pylist():
            number += 1
            value = {key: cell for key, cell in value.items() if cell is not None}
            yield Raw(number, dumped(value), value)


def dumped(value: Any) -> bytes:
    """JSON of a row from a typed table; dates and bytes as text, since JSON has no such types."""
    return orjson.dumps(value, default=str, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS)
