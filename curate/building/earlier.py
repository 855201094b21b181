"""An earlier build of the same data: which split each of its rows is in, so that none of them ever moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from curate import manifest
from curate.corpus import Corpus, read
from curate.errors import UserError
from curate.reading.formats import FieldMap
from curate.reading.inputs import Source
from curate.reading.rewrite import kept
from curate.views import View, view

SPLITS = ("train", "validation", "test")
Pins = np.ndarray[Any, np.dtype[np.int8]]


@dataclass
class Earlier:
    """Rows are known again by their canonical text, else by an id that the user gave them."""

    digest: str
    """Of its manifest."""
    rows: int
    by_text: dict[bytes, int] = field(repr=False)
    by_id: dict[bytes, int] = field(repr=False)

    def pins(self, seen: View, given: np.ndarray[Any, np.dtype[np.bool_]]) -> Pins:
        """The split of each row of the view, -1 for a new one. `given`: whether its id is the user's own."""
        pins = np.full(len(seen), -1, np.int8)
        for k, (digest, row) in enumerate(zip(seen.whole.digests, seen.rows.tolist(), strict=True)):
            split = self.by_text.get(digest.tobytes())
            if split is None and given[k]:
                split = self.by_id.get(orjson.dumps(seen.corpus.id(row)))
            if split is not None:
                pins[k] = split
        return pins


def earlier(folder: Path, mapping: FieldMap, work: Path) -> Earlier:
    """Read a built folder.

    Raises:
        UserError: it is none, or its files are not those that were built.

    """
    built = manifest.read(folder)
    if wrong := manifest.mismatches(folder, built):
        raise UserError(
            f"is not as it was built: {wrong[0]}",
            where=str(folder),
            hint="--keep-splits needs the folder whole; see `curate verify`.",
        )
    sources = [Source(f"{name}.jsonl", folder / f"{name}.jsonl", name) for name in SPLITS if built.counts.get(name)]
    if not sources:
        return Earlier(built.digest, 0, {}, {})
    work.mkdir(mode=0o700)
    with read(sources, (), mapping, folder=work) as corpus:
        return known(built.digest, corpus)


def known(digest: str, corpus: Corpus) -> Earlier:
    seen = view(corpus)
    names = [SPLITS.index(name) if name in SPLITS else -1 for name in corpus.splits]
    splits = [names[s] for s in corpus.split[seen.rows].tolist()]
    texts = {d.tobytes(): split for d, split in zip(seen.whole.digests, splits, strict=True)}
    ids = {kept(corpus.id(row)): split for row, split in zip(seen.rows.tolist(), splits, strict=True)}
    return Earlier(digest, len(seen), texts, ids)
