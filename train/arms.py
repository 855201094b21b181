"""The arms of an ablation: what one would have trained on without curating, and the controls of equal size.

All arms are judged on the same clean test rows, and validated on the same clean validation rows. So that no arm is flattered,
rows that look like one of those are taken out of every arm but the one that shows what a leaky split would have claimed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from curate import manifest
from curate.corpus import read as read_corpus
from curate.errors import UserError
from curate.files import sha256
from curate.reading.inputs import Source
from train.contamination import Texts, look_alikes
from train.files import write_text
from train.rows import row_of

if TYPE_CHECKING:
    from train.encoding import Encoder

ARMS = ("curated", "raw", "random")
OPTIONAL = ("longest",)
CLAIM = "random split"
"""Not an arm but a claim: raw rows split at random, judged on the split's own test rows."""


@dataclass(frozen=True, slots=True)
class Row:
    """A raw row that a trainer can read."""

    address: str
    line: bytes
    texts: Texts
    split: str
    """Where `curate build` put it; empty where it was removed."""


def raw_rows(folder: Path, inputs: Sequence[Path] = ()) -> list[Row]:
    """The rows as they were before curation. Rows without a question or an answer cannot be trained on and are left out."""
    curated = [entry for entry in manifest.read(folder).body["inputs"] if not entry.get("set")]
    given = {sha256(path): path for path in inputs}
    sources = [Source(entry["path"], given.get(entry["sha256"]) or found_again(entry)) for entry in curated]
    fates = fate_of(folder)
    with read_corpus(sources) as corpus:
        out = []
        for record in corpus.records():
            if corpus.usable[record.row]:
                where = str(corpus.where(record.row))
                out.append(Row(where, corpus.raw(record.row), Texts.of(record), fates.get(where, "")))
    if not out:
        raise UserError("no raw row can be trained on", where=str(folder))
    return out


def found_again(entry: Mapping[str, Any]) -> Path:
    path = Path(entry["path"])
    if not path.is_file() or sha256(path) != entry["sha256"]:
        hint = "Run from the folder where `curate build` ran, or name the files with --raw."
        raise UserError("the file that was curated is not here, or is another one now", where=str(path), hint=hint)
    return path


def fate_of(folder: Path) -> dict[str, str]:
    import pyarrow.parquet as pq

    table = pq.read_table(folder / "lineage.parquet", columns=["file", "line", "split"]).to_pylist()
    return {f"{row['file']}:{row['line']}": row["split"] or "" for row in table}


def arm_rows(arm: str, curated: Sequence[bytes], open_rows: Sequence[Row], seed: int) -> list[bytes]:
    """Training lines of one arm; `open_rows` are the raw rows `outside` the held-out ones."""
    if arm == "curated":
        return list(curated)
    if arm == "raw":
        return [row.line for row in open_rows]
    if len(open_rows) < len(curated):
        raise UserError(f"{len(open_rows)} raw rows are too few for a control of {len(curated)}")
    if arm == "longest":
        longest = sorted(range(len(open_rows)), key=lambda i: (-len(open_rows[i].texts.answer), i))[: len(curated)]
        return [open_rows[i].line for i in sorted(longest)]
    picked = np.random.default_rng(seed).permutation(len(open_rows))[: len(curated)]
    return [open_rows[int(i)].line for i in sorted(picked)]


def some(lines: Sequence[bytes], most: int) -> list[bytes]:
    """At most so many, drawn by a fixed seed, in their order."""
    picked = np.random.default_rng(0).permutation(len(lines))[:most]
    return [lines[int(i)] for i in sorted(picked)]


def fitting(model: str, limit: int) -> Callable[[bytes], bool]:
    """Whether a row has something to learn and no more than `limit` tokens."""
    ruler = encoder(model)

    def fits(line: bytes) -> bool:
        samples = ruler.samples(row_of(line, "row", 1))
        return all(sample.supervised > 0 and len(sample) <= limit for sample in samples)

    return fits


@cache
def encoder(model: str) -> Encoder:
    from train.encoding import Encoder
    from train.models import load_tokenizer, resolve

    return Encoder(load_tokenizer(resolve(model)))


def outside(raw: Sequence[Row]) -> list[Row]:
    """Raw rows that are neither a held-out row nor like one: a rival trained on the test would win for the wrong reason."""
    held_out = {"validation", "test"}
    candidates = [row for row in raw if row.split not in held_out]
    texts = [row.texts for row in raw if row.split in held_out]
    alike = {j for _, j in look_alikes(texts, [row.texts for row in candidates])}
    return [row for j, row in enumerate(candidates) if j not in alike]


def random_split(raw: Sequence[Row], shares: tuple[int, int], seed: int) -> dict[str, list[bytes]]:
    """What one gets without looking: rows cut at random into the given numbers of validation and test rows and the rest."""
    order = [int(i) for i in np.random.default_rng(seed).permutation(len(raw))]
    validation, test = shares
    parts = {"validation": order[:validation], "test": order[validation : validation + test], "train": order[validation + test :]}
    return {name: [raw[i].line for i in sorted(rows)] for name, rows in parts.items()}


def write(folder: Path, parts: Mapping[str, Sequence[bytes]]) -> dict[str, str]:
    """Split files with ids of their own where a row has none; their digests."""
    folder.mkdir(parents=True, exist_ok=True)
    digests = {}
    for name, lines in parts.items():
        text = "".join(f"{identified(line, f'{name}-{i}')}\n" for i, line in enumerate(lines))
        write_text(folder / f"{name}.jsonl", text)
        digests[name] = hashlib.sha256(text.encode()).hexdigest()
    return digests


def identified(line: bytes, fallback: str) -> str:
    row = orjson.loads(line)
    return orjson.dumps(row if "id" in row else {**row, "id": fallback}).decode()
