"""Whether two names may mean one thing, by a model. Asked where --semantic is there; of a name and a sentence it cannot tell."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from curate.labels.conflicts import Conflict
from curate.meaning import FOREIGN
from curate.similar.embedders import Cached, Known, PackagedE5, cache_folder, embedder


def limit(model: Known) -> float:
    """Cosine from which two answers may be one thing: about one in ten real conflicts in English, up to half of those at info in Chinese, and more of the others (docs/readings.md)."""
    return 0.91 if isinstance(model, PackagedE5) else 0.55


def embedder_of(name: str, names: Sequence[str]) -> Known:
    """By their letters: a name is too short to tell its language by its words."""
    return embedder(name, sum(not text.isascii() for text in names) <= FOREIGN * len(names))


def by_meaning(found: Collection[Conflict], said: Mapping[int, str], name: str) -> Iterator[Conflict]:
    """What a model takes for one thing goes a level down: a sure conflict becomes one that may be none, and that one goes.

    `said`: the answers of the rows in conflict.
    """
    texts = sorted({said[row] for c in found if c.kind == "phrase" for row in (c.row, c.other)})
    model = embedder_of(name, texts)
    vectors = dict(zip(texts, Cached(model, cache_folder()).embed(texts), strict=True)) if texts else {}
    for conflict in found:
        if conflict.kind != "phrase" or vectors[said[conflict.row]] @ vectors[said[conflict.other]] < limit(model):
            yield conflict
        elif conflict.sure:
            yield replace(conflict, sure=False)
