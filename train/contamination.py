"""Which test rows have a look-alike among the training rows? The meaning of "the same" is the contract's, the code is our own.

`curate build` leaves none, and `curate verify` proves it; this looks once more, for runs on data that nobody built so.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from scipy import sparse

from curate.errors import UserError
from curate.manifest import mapping_of
from curate.reading.formats import FieldMap, record_of
from curate.records import Kind, Record
from train.scores import lines

THRESHOLD = 0.8
CJK_BLOCKS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x323AF), (0x3040, 0x30FF), (0xAC00, 0xD7AF))
MOST_PAIRS = 50_000_000
"""Some tens of seconds; beyond it the section says that it was not measured."""
BAND = 1_000


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a row that are compared: all of it, and the question alone; each also without what a template shares."""

    system: str
    prompt: str
    input: str
    answer: str

    @classmethod
    def of(cls, record: Record) -> Texts:
        return cls(record.system, record.prompt, record.input, record.answer)

    @property
    def whole(self) -> str:
        return canonical(self.system, self.prompt, self.input, self.answer)

    @property
    def question(self) -> str:
        return canonical(self.prompt, self.input)


def canonical(*parts: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", "\n".join(p for p in parts if p)).casefold().split())


def shingles(text: str) -> frozenset[str]:
    """Three code points from a CJK one, five from any other; a text too short for any has itself."""
    found = set()
    for i, c in enumerate(text):
        n = 3 if is_cjk(ord(c)) else 5
        if i + n <= len(text):
            found.add(text[i : i + n])
    return frozenset(found or {text})


def is_cjk(c: int) -> bool:
    return any(first <= c <= last for first, last in CJK_BLOCKS)


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared)


def alike(a: Texts, b: Texts) -> bool:
    """The whole rows, or their questions, at or over the threshold; with and without the parts that only a template shares."""
    same_prompt = a.prompt == b.prompt and a.input and b.input
    asked = [canonical("" if same_prompt else t.prompt, t.input) for t in (a, b)]
    systems = [("" if a.system == b.system else t.system) for t in (a, b)]
    rest = [canonical(system, question, t.answer) for system, question, t in zip(systems, asked, (a, b), strict=True)]
    whole = near(a.whole, b.whole) and near(*rest)
    return whole or (bool(a.question) and near(a.question, b.question) and near(*asked))


def near(a: str, b: str) -> bool:
    return a == b or jaccard(shingles(a), shingles(b)) >= THRESHOLD


def leaky(folder: Path) -> dict[str, str]:
    """Ids of test rows, each with the address of the first training row like it."""
    test, training = list(rows(folder, "test")), list(rows(folder, "train"))
    checked(len(test), len(training), folder)
    found: dict[str, str] = {}
    for i, k in look_alikes([t for _, t in test], [t for _, t in training]):
        found.setdefault(test[i][0], training[k][0])
    return found


def holders(texts: Sequence[str], folder: Path) -> dict[int, str]:
    """Which of these texts stand in a training row, whatever else stands there: the first row with nearly all their shingles."""
    training = list(rows(folder, "train"))
    checked(len(texts), len(training), folder)
    found: dict[int, str] = {}
    for i, k in candidates([canonical(text) for text in texts], [t.whole for _, t in training], of_left=True):
        found.setdefault(i, training[k][0])
    return found


def checked(left: int, right: int, folder: Path) -> None:
    if left * right > MOST_PAIRS:
        pairs = f"{left:,} x {right:,} rows are too many to compare here"
        raise UserError(pairs, where=str(folder), hint="`curate verify` does it at any size.")


def look_alikes(held_out: Sequence[Texts], training: Sequence[Texts]) -> Iterator[tuple[int, int]]:
    """Pairs of a held-out and a training row that are alike; a pair may come twice."""
    for kind in ("whole", "question"):
        for i, k in candidates([getattr(t, kind) for t in held_out], [getattr(t, kind) for t in training]):
            if alike(held_out[i], training[k]):
                yield i, k


def candidates(test: Sequence[str], training: Sequence[str], of_left: bool = False) -> Iterator[tuple[int, int]]:
    """Pairs at or over the threshold: shingles in common of those in either, or of the left text's alone. Shared shingles are counted by a sparse product, band by band."""
    if not test or not training:
        return
    names: dict[str, int] = {}
    sets = [shingles(text) for text in test]
    for found in sets:
        for s in found:
            names.setdefault(s, len(names))
    left, sizes = incidence(sets, names), np.array([len(s) for s in sets])
    for start in range(0, len(training), BAND):
        band = [shingles(text) for text in training[start : start + BAND]]
        shared = (left @ incidence(band, names).T).tocoo()
        union = sizes[shared.row] + np.array([len(s) for s in band])[shared.col] - shared.data
        below = sizes[shared.row] if of_left else union
        for i, k in zip(*(side[shared.data >= THRESHOLD * below] for side in (shared.row, shared.col)), strict=True):
            yield int(i), start + int(k)


def incidence(sets: Sequence[frozenset[str]], names: Mapping[str, int]) -> Any:
    """Rows by shingles; a shingle that no test row has is left out, for it can be shared with none."""
    columns = [[names[s] for s in found if s in names] for found in sets]
    ends = np.cumsum([0, *map(len, columns)])
    flat = np.array([c for some in columns for c in some], dtype=np.int64)
    return sparse.csr_matrix((np.ones(len(flat), dtype=np.int32), flat, ends), shape=(len(sets), len(names)))


def rows(folder: Path, split: str) -> Iterator[tuple[str, Texts]]:
    path, mapping = folder / f"{split}.jsonl", FieldMap(mapping_of(folder))
    for number, line in lines(path):
        try:
            value = orjson.loads(line)
            record = record_of(value, number - 1, mapping)
        except (orjson.JSONDecodeError, UserError):
            continue
        # A plain text has no question; its text is the answer.
        if any(part.kind in (Kind.ANSWER, Kind.CALL, Kind.TEXT) for part in record.parts):
            yield str(value.get("id", f"{path.name}:{number}")), Texts.of(record)
