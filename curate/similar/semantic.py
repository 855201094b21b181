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
Spread = tuple[Vectors, Vectors]
NEIGHBOURS = 10
BLOCK = 2048
LEAST_DEVIATION = 1e-3
"""Added to a deviation: ten texts as good as equally near make nothing an outlier."""
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
    """Pairs i < j at or over the thresholds, with their cosine and CSLS; of `outliers`, with the standard score in its place."""

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
    standard: float = 1.9
    """For sets held against one another (`outliers`)."""


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


def outliers(left: Vectors, right: Vectors, limits: Limits) -> Iterator[Alike]:
    """Pairs of a text of one side and one of the other that lie far nearer to each other than either does to any other; by position."""
    ways = nearest(left, right), nearest(right, left)
    for start in range(0, len(left), BLOCK):
        cosine = left[start : start + BLOCK] @ right.T
        own = ways[0][0][start : start + BLOCK], ways[0][1][start : start + BLOCK]
        score = standard(cosine, own, ways[1])
        i, j = np.nonzero((score >= limits.standard) & (cosine >= limits.cosine))
        if len(i):
            yield Alike(i + start, j, cosine[i, j], score[i, j])


def standard(cosine: Vectors, left: Spread, right: Spread) -> Vectors:
    """By how many deviations a cosine lies over the ten nearest of the other side, the mean of both ways.

    Texts that say the same in two languages lie farther apart than two texts of one language, and short problems nearer than long
    passages; measured by how far the ten nearest lie from one another, one threshold does for all of them. It is the adaptive score
    normalisation of speaker recognition (Matejka et al. 2017).
    """
    both = (cosine - left[0][:, None]) / left[1][:, None] + (cosine - right[0]) / right[1]
    return np.asarray(both / 2, np.float32)


def nearest(vectors: Vectors, others: Vectors) -> Spread:
    """Of each text: the mean of its ten nearest on the other side, and how far they lie from it."""
    k = min(NEIGHBOURS, len(others))
    means, deviations = np.zeros(len(vectors), np.float32), np.ones(len(vectors), np.float32)
    for start in range(0, len(vectors) if k else 0, BLOCK):
        ten = np.partition(vectors[start : start + BLOCK] @ others.T, -k, axis=1)[:, -k:]
        means[start : start + BLOCK], deviations[start : start + BLOCK] = ten.mean(axis=1), ten.std(axis=1) + LEAST_DEVIATION
    return means, deviations
