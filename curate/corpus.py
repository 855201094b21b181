"""All rows of a run in one Arrow table on disk, memory-mapped, a `datasets.Dataset` on demand; memory follows the chunk, not the file."""

from __future__ import annotations

import hashlib
import mmap
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
import orjson
import pyarrow as pa

from curate.aside import aside, possible
from curate.errors import UserError
from curate.files import sha256
from curate.reading.chunks import CHUNK_ROWS, Chunks, table_of, values_of
from curate.reading.encoding import spool
from curate.reading.formats import PLAIN, REQUIRED, FieldMap, Problem, Shape, read_row, shape_of
from curate.reading.inputs import Source
from curate.reading.rewrite import dumped, kept, loaded
from curate.reading.rows import Opened, Raw, rows_of
from curate.reading.schema import UNUSABLE, problems
from curate.reading.shapeless import guessed, misnamed, no_shape
from curate.records import KINDS, Part, Record

if TYPE_CHECKING:
    import datasets


@dataclass(frozen=True, slots=True)
class Where:
    """A row's address."""

    file: str
    line: int | None
    id: Any

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(slots=True)
class FileRead:
    """What one input file turned out to be."""

    shown: str
    path: Path
    format: str = ""
    packed: str = ""
    encoding: str = ""
    shape: str = ""
    split: str = ""
    rows: int = 0
    bytes: int = 0
    sha256: str = ""


@dataclass(slots=True)
class Corpus:
    """Rows by position: the user's input first, then the sets of `--against`."""

    folder: Path
    table: pa.Table
    """Memory-mapped; see `curate.chunks.SCHEMA`."""
    files: list[FileRead]
    fields: list[str]
    splits: tuple[str, ...]
    problems: list[tuple[int, Problem]]
    split: np.ndarray[Any, np.dtype[np.int8]]
    usable: np.ndarray[Any, np.dtype[np.bool_]]
    renamed: dict[int, str] = field(default_factory=dict)
    """New ids of rows whose id was taken (SCH011)."""
    cache: dict[str, Any] = field(default_factory=dict)
    """What one stage computed and another may use, e.g. canonical texts."""

    mapped: mmap.mmap | None = None
    """What `table` lies in."""

    def __len__(self) -> int:
        return len(self.split)

    def let_go(self) -> None:
        """Pages of the table that were read count as memory of ours; they come back from the file when they are asked for again."""
        if self.mapped and hasattr(mmap, "MADV_DONTNEED"):
            self.mapped.madvise(mmap.MADV_DONTNEED)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def own(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Rows of the user's input, as against those of `--against`."""
        against = [i for i, name in enumerate(self.splits) if name.startswith("against:")]
        return ~np.isin(self.split, against)

    @property
    def dataset(self) -> datasets.Dataset:
        """The table as other tools want it. Loading the library takes half a second, so nothing here does it unasked."""
        import datasets

        return datasets.Dataset(datasets.table.InMemoryTable(self.table))

    def records(self) -> Iterator[Record]:
        """Readable rows with their parts, in order; one chunk in memory at a time."""
        position = 0
        for batch in self.table.select(["kinds", "fields", "texts"]).to_batches():
            yield from chunk_records(batch, position, self.fields)
            position += batch.num_rows

    def record(self, row: int) -> Record:
        slice_ = self.table.select(["kinds", "fields", "texts"]).slice(row, 1)
        kinds, fields, texts = (slice_.column(name)[0].as_py() for name in ("kinds", "fields", "texts"))
        return Record(row, tuple(Part(KINDS[k], self.fields[f], t) for k, f, t in zip(kinds, fields, texts, strict=True)))

    def raws(self) -> Iterator[bytes]:
        for batch in self.table.select(["raw"]).to_batches():
            yield from batch.column(0).to_pylist()

    def raw(self, row: int) -> bytes:
        return bytes(self.table.column("raw")[row].as_py())

    def id(self, row: int) -> Any:
        """The row's id as it is written: given, renamed where taken, or its address."""
        if row in self.renamed:
            return self.renamed[row]
        given = self.table.column("id")[row].as_py()
        return spelt(given) if given else str(self.address(row))

    def address(self, row: int) -> Where:
        files, lines = self.places
        return Where(self.files[files[row]].shown, int(lines[row]), None)

    @property
    def places(self) -> tuple[np.ndarray[Any, np.dtype[np.int32]], np.ndarray[Any, np.dtype[np.int64]]]:
        """File and line of every row."""
        if "places" not in self.cache:
            kinds = (("file", np.int32), ("line", np.int64))
            self.cache["places"] = tuple(
                np.concatenate([np.empty(0, kind), *(values_of(chunk, kind) for chunk in self.table.column(name).chunks)])
                for name, kind in kinds
            )
        found: tuple[np.ndarray[Any, np.dtype[np.int32]], np.ndarray[Any, np.dtype[np.int64]]] = self.cache["places"]
        return found

    def where(self, row: int) -> Where:
        place = self.address(row)
        return Where(place.file, place.line, self.id(row))

    def sampled(self, count: int, seed: int) -> Corpus:
        """A corpus of `count` of the user's rows, drawn by seed, and all rows of `--against`."""
        own = np.flatnonzero(self.own)
        drawn = np.sort(np.random.default_rng(seed).choice(own, count, replace=False))
        kept = np.concatenate([drawn, np.flatnonzero(~self.own)])
        place = {int(row): i for i, row in enumerate(kept)}
        found = [(place[row], problem) for row, problem in self.problems if row in place]
        renamed = {place[row]: name for row, name in self.renamed.items() if row in place}
        return replace(
            self,
            table=self.table.take(pa.array(kept)),
            problems=found,
            renamed=renamed,
            split=self.split[kept],
            usable=self.usable[kept],
            cache={"sampled": len(own)},
        )

    def column(self, name: str) -> np.ndarray[Any, Any]:
        return np.asarray(self.table.column(name).to_numpy())


def chunk_records(batch: pa.RecordBatch, position: int, fields: list[str]) -> Iterator[Record]:
    ends = batch.column(0).offsets.to_pylist()
    kinds = [KINDS[k] for k in batch.column(0).flatten().to_pylist()]
    names = [fields[f] for f in batch.column(1).flatten().to_pylist()]
    texts = batch.column(2).flatten().to_pylist()
    parts = tuple(map(Part, kinds, names, texts))
    for i in range(batch.num_rows):
        a, b = ends[i] - ends[0], ends[i + 1] - ends[0]
        if b > a:
            yield Record(position + i, parts[a:b])


# ---- reading ----------------------------------------------------------------------------------------------------------------

Progress = Callable[[int], None]


class Builder:
    """Collects rows chunk by chunk into the table on disk."""

    def __init__(self, folder: Path, mapping: FieldMap) -> None:
        self.folder, self.mapping = folder, mapping
        self.chunks = Chunks(folder / TABLE)
        self.files: list[FileRead] = []
        self.fields: dict[str, int] = {}
        self.splits: list[str] = [""]
        self.problems: list[tuple[int, Problem]] = []
        self.ids: dict[bytes, int] = {}
        self.renamed: dict[int, str] = {}
        self.usable: list[bool] = []
        self.split: list[int] = []
        self.foreign_keys: list[str] | None = None
        self.first_keys: dict[str, None] = {}
        """Of the first rows of all files, in the order met."""

    def add(self, source: Source, split: str, mapping: FieldMap, progress: Progress, own: bool = True) -> None:
        path = spool(source.path, self.folder)
        opened = rows_of(path, source.shown)
        size = sum(p.stat().st_size for p in path.rglob("*")) if path.is_dir() else path.stat().st_size
        file = FileRead(
            source.shown,
            path,
            opened.format,
            opened.packed,
            opened.encoding,
            split=split,
            bytes=size,
            sha256=sha256(path) if path.is_file() else folder_digest(path),
        )
        self.files.append(file)
        if split not in self.splits:
            self.splits.append(split)
        head = list(islice(opened.rows, 1000))
        if not own:
            mapping = self.foreign_map(head, mapping)
        fallback = self.file_shape(head, mapping)
        seen: set[str] = set()
        for raw in chain_rows(head, opened):
            file.rows += 1
            self.row(raw, mapping, fallback, own, seen)
            if file.rows % CHUNK_ROWS == 0:
                progress(CHUNK_ROWS)
        progress(file.rows % CHUNK_ROWS)
        file.shape = " and ".join(sorted(seen)) or "none known"

    def foreign_map(self, head: list[Raw], mapping: FieldMap) -> FieldMap:
        """A benchmark has keys of its own: the user's map where it fits, none where they are known, else a guess from their names."""
        first = next((raw.value for raw in head if raw.value is not None), {})
        for candidate in (mapping, PLAIN):
            shape = shape_of(first, candidate)
            if shape and all(candidate.get(first, key) is not None for key in REQUIRED[shape]):
                return candidate
        guess = guessed(first)
        guess["instruction"] = guess["instruction"] or ("prompt" if "prompt" in first else "")
        return FieldMap({known: key for known, key in guess.items() if key}) if all(guess.values()) else mapping

    def file_shape(self, head: list[Raw], mapping: FieldMap) -> Shape | None:
        """The shape that most of the first rows have; remembers the keys of a file that has none."""
        counts: dict[Shape, int] = {}
        for raw in head:
            if raw.value is not None and (shape := shape_of(raw.value, mapping)):
                full = all(mapping.get(raw.value, key) is not None for key in REQUIRED[shape])
                counts[shape] = counts.get(shape, 0) + (10 if full else 1)
            elif raw.value is not None and not self.foreign_keys:
                self.foreign_keys = list(raw.value)
        self.first_keys |= dict.fromkeys(key for raw in head for key in raw.value or ())
        return max(counts, key=lambda s: counts[s]) if counts else None

    def row(self, raw: Raw, mapping: FieldMap, fallback: Shape | None, own: bool, seen: set[str]) -> None:
        position = len(self.usable)
        reading = read_row(raw.value, mapping, fallback) if raw.value is not None else None
        found = raw.problems + (list(problems(reading)) if reading else [])
        if reading and reading.shape:
            seen.add(reading.shape.value)
        usable = not (found and any(p.code in UNUSABLE for p in found))
        given = given_id(raw)
        if given and own:
            found += self.taken(given, position)
        if own and found:
            self.problems += [(position, p) for p in found]
        split = self.splits.index(self.files[-1].split)
        self.usable.append(usable)
        self.split.append(split)
        self.chunks.add(
            (len(self.files) - 1, raw.line, given, split, usable, raw.bytes), reading.parts if reading else [], self.fields
        )

    def taken(self, given: bytes, position: int) -> list[Problem]:
        """SCH011: the second row of an id gets `#2`, the third `#3`."""
        times = self.ids.get(given, 0) + 1
        self.ids[given] = times
        if times == 1:
            return []
        name = spelt(given)
        while (new := kept(f"{name}#{times}")) in self.ids:
            times += 1
        self.ids[new] = 1
        self.renamed[position] = f"{name}#{times}"
        return [Problem("SCH011", f"The id stands in an earlier row; this one becomes `#{times}`", "id")]

    def clashes(self) -> None:
        """SCH011 too: a given id that is another row's address. The row without an id gives way."""
        shown = {f"{file.shown}:".encode(): i for i, file in enumerate(self.files) if not file.split.startswith("against:")}
        for given in list(self.ids):
            name, _, line = given[1:-1].rpartition(b":")
            if given[:1] == b'"' and (file := shown.get(name + b":")) is not None and line.isdigit():
                self.give_way(given, file, int(line))

    def give_way(self, given: bytes, file: int, line: int) -> None:
        import pyarrow.compute as pc  # which most files never need, and which takes a while

        table, _ = table_of(self.folder / TABLE)
        at = pc.and_(pc.equal(table["file"], file), pc.equal(table["line"], line))
        for row in np.flatnonzero(pc.and_(at, pc.is_null(table["id"])).to_numpy()).tolist():
            self.problems += [(row, problem) for problem in self.taken(given, row)]

    def done(self) -> Built:
        self.chunks.done()
        self.clashes()
        split, usable = np.array(self.split, np.int8), np.array(self.usable, bool)
        return Built(self.files, list(self.fields), tuple(self.splits), self.problems, split, usable, self.renamed)


class Built(NamedTuple):
    """All of a corpus but its table, as `Corpus` has it: what a process that reads tells the one that asked."""

    files: list[FileRead]
    fields: list[str]
    splits: tuple[str, ...]
    problems: list[tuple[int, Problem]]
    split: np.ndarray[Any, np.dtype[np.int8]]
    usable: np.ndarray[Any, np.dtype[np.bool_]]
    renamed: dict[int, str]


def given_id(raw: Raw) -> bytes:
    """The JSON of the row's own id, as it is spelt; empty where it has none."""
    name = raw.value.get("id") if raw.value is not None else None
    if name is None:
        return b""
    return kept(name) if isinstance(name, (str, int)) else dumped(loaded(raw.bytes)["id"])


def spelt(given: bytes) -> Any:
    """An id from its JSON; as its digits where it is a whole number that would be rounded."""
    return given.decode() if re.fullmatch(rb"-?\d{19,}", given) else orjson.loads(given)


def folder_digest(path: Path) -> str:
    """Of a save_to_disk folder: over the digests of its Arrow files."""
    parts = "".join(sha256(p) for p in sorted(path.glob("*.arrow")))
    return hashlib.sha256(parts.encode()).hexdigest()


def chain_rows(head: list[Raw], opened: Opened) -> Iterator[Raw]:
    yield from head
    yield from opened.rows


def read(
    inputs: Sequence[Source],
    against: Sequence[tuple[str, Source]] = (),
    mapping: FieldMap = PLAIN,
    folder: Path | None = None,
    progress: Progress = lambda _: None,
    sample: int | None = None,
    seed: int = 0,
    meanwhile: Callable[[], object] | None = None,
) -> Corpus:
    """Read every source into one corpus in a private folder, which `close` removes.

    `meanwhile` is what will be needed afterwards, e.g. a compiler: where files are large enough for it to matter, a second process
    reads them and this one does that.

    Raises:
        UserError: nothing to read, or no row with a known shape.

    """
    place = folder or Path(tempfile.mkdtemp(prefix="curate-"))

    def work() -> Built:
        return built(place, inputs, against, mapping, progress)

    try:
        worth_it = meanwhile and SHORT <= plain_bytes([*inputs, *(source for _, source in against)]) <= LONG
        told = aside(work, meanwhile) if meanwhile and worth_it and possible() else work()
        table, mapped = table_of(place / TABLE)
        corpus = Corpus(place, table, *told, mapped=mapped)
        return corpus.sampled(sample, seed) if sample and sample < int(corpus.own.sum()) else corpus
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


TABLE = "corpus.arrow"
SHORT, LONG = 4 << 20, 128 << 20
"""Bytes between which a second process reads: it saves a third of a second, and it does not say how far it has come."""


def plain_bytes(sources: Sequence[Source]) -> int:
    """Of all files together; nothing where one of them is a pipe or a folder, which tell no size or can be read but once."""
    paths = [source.path for source in sources]
    return sum(path.stat().st_size for path in paths if path) if all(path and path.is_file() for path in paths) else 0


def built(
    place: Path, inputs: Sequence[Source], against: Sequence[tuple[str, Source]], mapping: FieldMap, progress: Progress
) -> Built:
    builder = Builder(place, mapping)
    for source in inputs:
        builder.add(source, source.split, mapping, progress)
    demand_rows(builder, inputs)
    for name, source in against:
        # The user's map is for the user's data; a benchmark whose own keys are known needs none.
        builder.add(source, f"against:{name}", mapping, progress, own=False)
        if not builder.files[-1].rows:
            raise UserError("the file is empty", where=source.shown)
        if builder.files[-1].shape == "none known":
            raise no_shape(builder.files[-1].shown, builder.foreign_keys)
    return builder.done()


def demand_rows(builder: Builder, inputs: Sequence[Source]) -> None:
    where = ", ".join(s.shown for s in inputs)
    if not any(file.rows for file in builder.files):
        raise UserError("there is no row in it" if len(inputs) == 1 else "there is no row in any of them", where=where)
    for file in builder.files:
        if file.rows and file.shape == "none known":
            raise no_shape(file.shown, builder.foreign_keys, builder.mapping)
    # The columns of a table are known from its first row; in other files a key may come late, unless without it no row is of use.
    columns = all(file.format in ("CSV", "TSV") for file in builder.files)
    if (columns or not any(builder.usable)) and (error := misnamed(where, [*builder.first_keys], builder.mapping)):
        raise error


def from_lines(lines: Sequence[str], splits: Sequence[str] = ()) -> Corpus:
    """A corpus of raw JSON lines, for examples and tests; `splits` names the split of each line."""
    folder = Path(tempfile.mkdtemp(prefix="curate-"))
    groups: dict[str, list[tuple[int, str]]] = {}
    for i, line in enumerate(lines):
        groups.setdefault(splits[i] if splits else "", []).append((i, line))
    given: list[Source] = []
    against: list[tuple[str, Source]] = []
    for split, members in groups.items():
        name = split.replace(":", "-") or "data"
        path = folder / f"{name}.jsonl"
        path.write_bytes(b"\n".join(line.encode("utf-8", "surrogateescape") for _, line in members) + b"\n")
        if split.startswith("against:"):
            against.append((split.removeprefix("against:"), Source(path.name, path)))
        else:
            given.append(Source(path.name, path, split))
    return read(given, against, folder=folder)


def take(values: Iterable[Any], mask: np.ndarray[Any, np.dtype[np.bool_]]) -> list[Any]:
    return [value for value, kept in zip(values, mask, strict=True) if kept]
