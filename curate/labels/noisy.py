"""LAB002: labels that a classifier, which never saw the row, contradicts with confidence.

After confident learning (Northcutt et al. 2021, arXiv 1911.00068): probabilities from models that did not see the row, in two rounds. The
second learns without the rows that the first counts as another label: those where some label reaches its own average and is not the given one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp

from curate.features import counts, tfidf

Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]

MARGIN = 0.3
"""The guess must be so much likelier than the given label. Best of 0.15 to 0.5 by F0.5 on generated tickets, clear and blurred (docs/quality.md)."""
LEARNABLE = 0.4
"""Share of the way from the commonest label to perfection; below it the labels do not follow from the words, and nothing can be said."""
SHRINKAGE = (1e-4, 3e-4, 1e-3)
_LARGE = 10_000
_HEAD = 2000


def suspects(texts: Sequence[str], labels: Ints, seed: int) -> tuple[Mask, Floats, Ints]:
    """Which rows are suspect, how surely (0 to 1), and which label their neighbours speak for."""
    probability = out_of_fold(vectors(texts), labels, seed)
    chosen = likelier(probability, labels) if learnable(probability, labels) else np.zeros(len(labels), dtype=bool)
    return chosen, 1 - probability[np.arange(len(labels)), labels], probability.argmax(axis=1)


def learnable(probability: Floats, labels: Ints) -> bool:
    """The labels follow from the words."""
    commonest = np.bincount(labels).max() / len(labels)
    return bool((probability.argmax(axis=1) == labels).mean() >= commonest + LEARNABLE * (1 - commonest))


def likelier(probability: Floats, labels: Ints, margin: float = MARGIN) -> Mask:
    """Rows whose guess is so much likelier than their label."""
    chosen: Mask = probability.max(axis=1) - probability[np.arange(len(labels)), labels] >= margin
    return chosen


def vectors(texts: Sequence[str]) -> sp.csr_matrix:
    """Words and word pairs that occur in at least two rows; the others say nothing about another row."""
    found = counts([text[:_HEAD] for text in texts])
    seen = np.bincount(found.indices, minlength=found.shape[1])
    return tfidf(found[:, np.flatnonzero(seen >= 2)].tocsr())[0]


def out_of_fold(x: sp.csr_matrix, labels: Ints, seed: int, strengths: Sequence[float] = SHRINKAGE, weight: float = 2) -> Floats:
    """Probabilities per row and label from models that were not shown the row, over two rounds and three strengths of shrinkage.

    The second round counts twice (`weight`): it has not learned from most of the wrong labels.
    """
    chosen = strengths if len(labels) <= _LARGE else strengths[:1]
    everything = np.ones(len(labels), dtype=bool)
    first: Floats = np.mean([_round(x, labels, everything, seed + i, a) for i, a in enumerate(chosen)], axis=0)
    trusted = ~confident(first, labels)
    second: Floats = np.mean([_round(x, labels, trusted, seed + 7 + i, a) for i, a in enumerate(chosen)], axis=0)
    mean: Floats = (first + weight * second) / (1 + weight)
    return mean


def _round(x: sp.csr_matrix, labels: Ints, learn_from: Mask, seed: int, shrinkage: float) -> Floats:
    from sklearn.linear_model import SGDClassifier

    n, k = len(labels), int(labels.max()) + 1
    folds = _folds(labels, 5 if n <= _LARGE else 3, seed)
    # About 100,000 steps are enough for a linear model on sparse words; more rows need fewer passes.
    passes = int(np.clip(8 * _LARGE / n, 2, 8))
    found = np.zeros((n, k))
    for fold in range(int(folds.max()) + 1):
        held = folds == fold
        train = np.flatnonzero(~held & learn_from)
        if len(np.unique(labels[train])) < 2:
            train = np.flatnonzero(~held)
        model = SGDClassifier(loss="log_loss", alpha=shrinkage, max_iter=passes, tol=None, random_state=seed)
        model.fit(x[train], labels[train])
        found[np.ix_(held, model.classes_)] = model.predict_proba(x[held]) if len(model.classes_) > 1 else 1.0
    return found


def _folds(labels: Ints, k: int, seed: int) -> Ints:
    """Each label spread evenly over the folds."""
    order = np.random.default_rng(seed).permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    folds = np.empty(len(labels), dtype=np.int64)
    folds[order] = np.arange(len(labels)) % k
    return folds


def confident(probability: Floats, labels: Ints) -> Mask:
    """Rows that count as another label: some label reaches its own average, and the likeliest of those is not the given one."""
    own = probability[np.arange(len(labels)), labels]
    usual = np.bincount(labels, weights=own, minlength=probability.shape[1]) / np.maximum(
        np.bincount(labels, minlength=probability.shape[1]), 1
    )
    reached = np.where(probability >= usual, probability, -1.0)
    chosen: Mask = (reached.max(axis=1) >= 0) & (reached.argmax(axis=1) != labels)
    return chosen
