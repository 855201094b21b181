"""What the rows are about: clusters of their words, named by the words that set them apart, and how varied the whole is.

Spherical k-means (Dhillon & Modha 2001) on sparse TF-IDF, written out here: a matrix decomposition would be finer and differ in its last
digits from one processor to the next, and the report must not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from curate.coverage.silent import SILENT
from curate.features import counts, tfidf

SAMPLE = 20_000
HEAD = 1000
_MOST_TOPICS = 24
_ROUNDS = 12
_ALIKE = 0.5
"""Cosine from which two clusters are one topic that k-means cut in two."""
_COMMON = 0.9
"""Words in more of the rows belong to the template."""
_WORDS = 20_000
_NAMED_BY = 150
VARIETY = 2000

Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class Space:
    """The words that count and their weights, learned on a sample."""

    columns: Ints
    weights: Floats

    def place(self, texts: Sequence[str]) -> sp.csr_matrix:
        found = counts([t[:HEAD] for t in texts], bits=17, pairs="wide")[:, self.columns].tocsr()
        return tfidf(found, self.weights)[0]


@dataclass(frozen=True, slots=True)
class Topics:
    space: Space
    centres: Floats
    names: tuple[tuple[str, ...], ...]
    tightness: tuple[float, ...]
    """Mean cosine of a topic's rows to its centre: a topic has much in common, the pot for all the rest has not."""

    def of(self, texts: Sequence[str]) -> Ints:
        """The nearest topic of each text; -1 for a text without a known word."""
        placed = self.space.place(texts)
        near = np.asarray(placed @ self.centres.T)
        return np.where(near.max(axis=1) > 0, near.argmax(axis=1), -1)


def learn(texts: Sequence[str], seed: int) -> Topics | None:
    """Topics of a sample of the data; None where it is too small or too uniform to have any."""
    space = learn_space(texts)
    if space is None:
        return None
    placed = space.place(texts)
    k = int(np.clip(round((len(texts) / 20) ** 0.5), 8, _MOST_TOPICS))
    centres, labels = kmeans(placed, k, seed)
    centres, labels = merged(placed, centres, labels)
    near = np.asarray(placed @ centres.T)[np.arange(len(labels)), labels]
    tightness = tuple(round(float(near[labels == i].mean()), 3) for i in range(len(centres)))
    return Topics(space, centres, names(texts, labels, len(centres)), tightness)


def learn_space(texts: Sequence[str]) -> Space | None:
    found = counts([t[:HEAD] for t in texts], bits=17, pairs="wide")
    seen = np.bincount(found.indices, minlength=found.shape[1])
    seen[counts(sorted(SILENT), bits=17, pairs="wide").indices] = 0
    columns = np.flatnonzero((seen >= 3) & (seen <= _COMMON * len(texts)))
    if len(columns) < 10:
        return None
    columns = np.sort(columns[np.argsort(-seen[columns], kind="stable")[:_WORDS]])
    # The full weight of rare words would split a large topic by its details.
    return Space(columns, np.sqrt(tfidf(found[:, columns].tocsr())[1]))


def kmeans(placed: sp.csr_matrix, k: int, seed: int) -> tuple[Floats, Ints]:
    rng = np.random.default_rng(seed)
    centres = _unit(placed[_spread(placed, k, rng)].toarray())
    labels = np.full(placed.shape[0], -1)
    for _ in range(_ROUNDS):
        new = np.asarray(placed @ centres.T).argmax(axis=1)
        if (new == labels).all():
            break
        labels = new
        centres = _means(placed, labels, len(centres))
    return centres, labels


def _spread(placed: sp.csr_matrix, k: int, rng: np.random.Generator) -> list[int]:
    """First centres that are far apart, drawn with chances that grow with distance (k-means++, Arthur & Vassilvitskii 2007)."""
    chosen = [int(rng.integers(placed.shape[0]))]
    nearest = np.asarray((placed @ placed[chosen[0]].T).todense()).ravel()
    while len(chosen) < k:
        far = np.maximum(1 - nearest, 0) ** 2
        # Rounded, so that the last digit of a sum does not decide which row is drawn.
        chances = np.round(np.cumsum(far), 6)
        chosen.append(int(np.searchsorted(chances, rng.random() * chances[-1])))
        nearest = np.maximum(nearest, np.asarray((placed @ placed[chosen[-1]].T).todense()).ravel())
    return chosen


def _means(placed: sp.csr_matrix, labels: Ints, k: int) -> Floats:
    chooser = sp.csr_matrix((np.ones(len(labels), np.float32), (labels, np.arange(len(labels)))), shape=(k, len(labels)))
    return _unit((chooser @ placed).toarray())


def _unit(matrix: Any) -> Floats:
    sizes = np.sqrt((matrix * matrix).sum(axis=1, keepdims=True))
    unit: Floats = (matrix / np.maximum(sizes, 1e-9)).astype(np.float32)
    return unit


def merged(placed: sp.csr_matrix, centres: Floats, labels: Ints) -> tuple[Floats, Ints]:
    """Join what k-means cut in two; the largest topic becomes number 0."""
    home = np.arange(len(centres))
    alike = np.einsum("ik,jk->ij", centres, centres)
    for i in range(len(centres)):
        for j in range(i):
            if alike[i, j] >= _ALIKE:
                home[home == home[i]] = home[j]
    labels = home[labels]
    sizes = np.bincount(labels, minlength=len(centres))
    order = [int(i) for i in np.argsort(-sizes, kind="stable") if sizes[i]]
    labels = np.array([order.index(int(label)) for label in labels])
    return _means(placed, labels, len(order)), labels


_WORD = re.compile(r"[^\W\d_]{3,}|[\u3400-\u4dbf\u4e00-\u9fff]+")


def names(texts: Sequence[str], labels: Ints, k: int) -> tuple[tuple[str, ...], ...]:
    """For each topic the three words found in many of its rows and in few others."""
    members = [np.flatnonzero(labels == topic) for topic in range(k)]
    rows = [mine[:: len(mine) // _NAMED_BY + 1] for mine in members]
    inside = [Counter(w for i in mine for w in _words(texts[i])) for mine in rows]
    everywhere: Counter[str] = sum(inside, Counter())
    total = sum(map(len, rows))
    found = []
    for mine, counter in zip(rows, inside, strict=True):
        # How much more frequent than elsewhere, weighted by how frequent: a word of one row names nothing. Where there is one topic
        # only, nothing is more frequent, and plain frequency decides.
        scores = {w: n / len(mine) * (0.1 + np.log(n / len(mine) * total / everywhere[w])) for w, n in counter.items() if n >= 2}
        best = sorted(scores, key=lambda w: (-round(float(scores[w]), 6), w))
        found.append(tuple(_distinct(best[:12])[:3]))
    return tuple(found)


def _words(text: str) -> set[str]:
    """Words of a text, of Chinese every two characters."""
    found = set()
    for piece in _WORD.findall(text[:HEAD].lower()):
        found |= {piece} if piece < "\u3400" else {piece[i : i + 2] for i in range(len(piece) - 1)}
    return found - SILENT


def _distinct(words: Sequence[str]) -> list[str]:
    """Leave out what shares a character with a better Chinese pair, or is its plural."""
    kept: list[str] = []
    for word in words:
        if not any(
            (w[0] in word or w[-1] in word) if word >= "\u3400" else (w.startswith(word) or word.startswith(w)) for w in kept
        ):
            kept.append(word)
    return kept


def variety(placed: sp.csr_matrix) -> float:
    """As how many rows that have nothing in common these are varied: the Vendi score of order 2 (Friedman & Dieng, arXiv 2210.02410).

    n^2 over the sum of all squared similarities: n where no two rows share a word, 1 where all are the same.
    """
    sample = placed[:VARIETY]
    n = sample.shape[0]
    similar = (sample @ sample.T).tocsr()
    # A row without a known word is like itself and nothing else.
    blank = n - np.count_nonzero(np.diff(sample.indptr))
    return float(n * n / (similar.multiply(similar).sum() + blank)) if n else 0.0
