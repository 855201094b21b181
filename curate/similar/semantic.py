"""Rows that mean the same in other words: nearest neighbours of sentence embeddings, corrected for hubs. Never exact.

Some sentences lie close to everything, so a bare cosine has no threshold that carries over from one data set to another. CSLS
(Lample et al. 2018, section 2.3) takes off how close either text lies to its own ten nearest: 2 cos(a, b) - r(a) - r(b).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from curate.similar.texts import Ints

Vectors = NDArray[np.float32]
NEIGHBOURS = 10
BLOCK = 2048
POINTS = 2000
"""Code points of a text that are embedded: the small models read 256 to 512 tokens and ignore the rest."""


class Embedder(Protocol):
    """Texts to unit vectors."""

    @property
    def name(self) -> str:
        """Model and, where it has one, version: vectors of one name can be compared."""

    def embed(self, texts: Sequence[str]) -> Vectors: ...


@dataclass(frozen=True, slots=True)
class Alike:
    """Pairs i < j at or over the thresholds, with their cosine and CSLS."""

    i: Ints
    j: Ints
    cosine: NDArray[np.float32]
    csls: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.i)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a pair must reach, chosen for one model."""

    csls: float
    cosine: float


def semantic_pairs(
    texts: Sequence[str], model: Embedder, limits: Limits, *, against: NDArray[np.integer[Any]] | None = None
) -> Iterator[Alike]:
    """Pairs of texts that mean the same, block by block; `against` as in `near_pairs`. Memory is the vectors and a block."""
    yield from alike(model.embed([text[:POINTS] for text in texts]), limits, against=against)


def alike(vectors: Vectors, limits: Limits, *, against: NDArray[np.integer[Any]] | None = None) -> Iterator[Alike]:
    crowding = local_means(vectors)
    for start in range(0, len(vectors), BLOCK):
        # only texts from this block on: the pairs with earlier ones were told there
        cosine = vectors[start : start + BLOCK] @ vectors[start:].T
        csls = 2 * cosine - crowding[start : start + BLOCK, None] - crowding[None, start:]
        i, j = np.nonzero((csls >= limits.csls) & (cosine >= limits.cosine))
        wanted = i < j if against is None else (i < j) & (against[i + start] != against[j + start])
        i, j = i[wanted], j[wanted]
        if len(i):
            yield Alike(i + start, j + start, cosine[i, j], csls[i, j])


def local_means(vectors: Vectors) -> Vectors:
    """How close each text lies to its nearest others, in the mean."""
    means = np.zeros(len(vectors), np.float32)
    nearest = min(NEIGHBOURS, len(vectors) - 1)
    for start in range(0, len(vectors) if nearest > 0 else 0, BLOCK):
        cosine = vectors[start : start + BLOCK] @ vectors.T
        own = np.arange(len(cosine))
        cosine[own, own + start] = -1
        means[start : start + BLOCK] = np.partition(cosine, -nearest, axis=1)[:, -nearest:].mean(axis=1)
    return means
