"""A subset of the rows for a smaller budget, and a random control of the same size beside it.

Most published selectors do not beat a random draw of equal size (arXiv 2410.09335, 2410.15225, 2503.01807). So nothing here is called better:
both sets are described by the same figures, and training on both shows which one is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import Any, Literal, get_args

import numpy as np
import scipy.sparse as sp

from curate.errors import UserError
from curate.features import counts, tfidf
from curate.records import Record

By = Literal["coverage", "difficulty", "length", "mixed"]
WAYS: tuple[By, ...] = get_args(By)

_HEAD = 1000
_CHUNK = 2000
_BLOCK = 3000
"""Coverage compares all pairs of a block, so a block must fit in memory: 36 MB."""

Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class Selection:
    by: By
    picks: tuple[int, ...]
    """Rows, in order."""
    control: tuple[int, ...]
    """As many rows drawn at random from all; some may be among the picks."""
    facts: Mapping[str, Mapping[str, float]]
    """Of `all`, `picks` and `control`: rows, mean answer length, mean difficulty, coverage."""
    note: str
    hard: str
    """What stands for difficulty."""


@dataclass(frozen=True)
class Pool:
    """What is known of each row, in an order that depends on contents only."""

    rows: Ints
    lengths: Floats
    words: sp.csr_matrix

    def __len__(self) -> int:
        return len(self.rows)


def select(
    records: Iterable[Record], n: int, by: By = "mixed", seed: int = 0, difficulty: Mapping[int, float] | None = None
) -> Selection:
    """Pick `n` rows. `difficulty` by row, where a model has measured it; otherwise the rarity of the answer's words stands for it.

    Raises:
        UserError: fewer than `n` rows, or `n` below 1.

    """
    pool = read(records)
    if not 1 <= n <= len(pool):
        raise UserError(f"{n:,} rows cannot be picked from {len(pool):,}", hint="-n takes a number from 1 to the number of rows.")
    hard = rarity(pool.words) if difficulty is None else given(pool, difficulty)
    rng = np.random.default_rng(seed)
    chosen = picked(pool, hard, n, by, rng)
    # Its own generator: the control is the same whatever the picks are chosen by.
    control = np.sort(np.random.default_rng([seed, 1]).choice(len(pool), n, replace=False))
    sets = {"all": np.arange(len(pool)), "picks": chosen, "control": control}
    against, weights = tfidf(pool.words)
    against = against[np.random.default_rng([seed, 2]).permutation(len(pool))[:_CHUNK]]
    facts = {name: described(pool, hard, members, against, weights) for name, members in sets.items()}
    return Selection(by, _rows(pool, chosen), _rows(pool, control), facts, NOTE, RARE if difficulty is None else READ)


RARE = "mean surprise of the words, in bits"
READ = "perplexity after the prompt over perplexity alone, by a model"
NOTE = "Whether the picks teach more than the control is not known until both are trained on: `train compare` with the same seeds tells."


def read(records: Iterable[Record]) -> Pool:
    """One pass; texts are dropped chunk by chunk. Rows are put in the order of a digest, so that file order decides nothing."""
    rows: list[int] = []
    keys: list[bytes] = []
    lengths: list[int] = []
    parts: list[sp.csr_matrix] = []
    stream = iter(records)
    while chunk := list(islice(stream, _CHUNK)):
        rows += [r.row for r in chunk]
        lengths += [len(r.answer) for r in chunk]
        keys += [blake2b(r.text.encode(errors="surrogatepass"), digest_size=8).digest() for r in chunk]
        parts.append(counts([f"{r.question[-_HEAD:]}\n{r.answer[:_HEAD]}" for r in chunk], bits=17, pairs="wide"))
    order = np.array(sorted(range(len(rows)), key=lambda i: (keys[i], rows[i])), dtype=np.int64)
    words = sp.vstack(parts, format="csr")[order] if parts else sp.csr_matrix((0, 1 << 17), dtype=np.float32)
    return Pool(np.array(rows, dtype=np.int64)[order], np.array(lengths, dtype=np.float32)[order], words)


def given(pool: Pool, difficulty: Mapping[int, float]) -> Floats:
    """As measured; a row without a figure counts as easy, so that none is picked for being unreadable."""
    return np.nan_to_num(np.array([difficulty.get(int(row), 0.0) for row in pool.rows], np.float32), nan=0.0)


def rarity(words: sp.csr_matrix) -> Floats:
    """Mean surprise of a row's words, in bits, by how often the whole pool uses them."""
    total = np.asarray(words.sum(axis=0)).ravel()
    bits = -np.log2((total + 1) / (total.sum() + 1))
    size = np.asarray(words.sum(axis=1)).ravel()
    surprise: Floats = (np.asarray(words @ bits).ravel() / np.maximum(size, 1)).astype(np.float32)
    return surprise


def picked(pool: Pool, hard: Floats, n: int, by: By, rng: np.random.Generator) -> Ints:
    """Positions in the pool, ascending."""
    if by == "length":
        return _top(pool.lengths, n)
    if by == "difficulty":
        return _top(hard, n)
    everything = np.arange(len(pool))
    if by == "coverage":
        return covering(pool.words, everything, n, rng)
    # Mixed: of the better half by length and difficulty together, those that cover most.
    better = _top(_ranks(pool.lengths) + _ranks(hard), max(n, (len(pool) + 1) // 2))
    return covering(pool.words, better, n, rng)


def _top(score: Floats, n: int) -> Ints:
    # The pool's order breaks ties, and that is by content.
    return np.sort(np.argsort(-score, kind="stable")[:n])


def _ranks(score: Floats) -> Floats:
    ranks = np.empty(len(score), dtype=np.float32)
    ranks[np.argsort(score, kind="stable")] = np.arange(len(score))
    return ranks


def covering(words: sp.csr_matrix, among: Ints, n: int, rng: np.random.Generator) -> Ints:
    """Facility location (Wei et al. 2015), block by block: rows such that every row of the block is near one of them.

    Blocks are random, so each is a small picture of the whole; every block gives its share of the picks.
    """
    order = among[rng.permutation(len(among))]
    blocks = np.array_split(order, max(1, -(-len(order) // _BLOCK)))
    ends = np.round(np.cumsum([len(b) for b in blocks]) * n / len(order)).astype(int)
    chosen = []
    for block, quota in zip(blocks, np.diff(ends, prepend=0), strict=True):
        placed = tfidf(words[block].tocsr())[0]
        chosen.append(block[_facility((placed @ placed.T).toarray(), int(quota))])
    return np.sort(np.concatenate(chosen))


def _facility(similar: Floats, n: int) -> Ints:
    """Greedy, lazily: a row's gain can only shrink, so most need not be looked at again (Minoux 1978)."""
    best = np.zeros(len(similar), dtype=np.float32)
    gains = similar.sum(axis=0)
    chosen: list[int] = []
    taken = np.zeros(len(similar), dtype=bool)
    while len(chosen) < n:
        while True:
            i = int(np.argmax(np.where(taken, -1.0, gains)))
            gain = float(np.maximum(similar[:, i] - best, 0).sum())
            gains[i] = gain
            # Once everything is covered all gains are zero and any row will do.
            if gain >= float(np.where(taken, -1.0, gains).max()) - 1e-6:
                break
        taken[i] = True
        chosen.append(i)
        best = np.maximum(best, similar[:, i])
    return np.array(chosen, dtype=np.int64)


def described(pool: Pool, hard: Floats, members: Ints, against: sp.csr_matrix, weights: Floats) -> dict[str, float]:
    """`coverage`: how near, from 0 to 1, a row of the whole is on average to its nearest among these."""
    placed = tfidf(pool.words[members].tocsr(), weights)[0]
    nearest = np.zeros(against.shape[0], dtype=np.float32)
    for start in range(0, placed.shape[0], _CHUNK):
        near = np.asarray((against @ placed[start : start + _CHUNK].T).max(axis=1).todense()).ravel()
        nearest = np.maximum(nearest, near)
    return {
        "rows": float(len(members)),
        "answer_characters": round(float(pool.lengths[members].mean()), 1),
        "difficulty": round(float(hard[members].mean()), 3),
        "coverage": round(float(nearest.mean()), 3),
    }


def _rows(pool: Pool, positions: Ints) -> tuple[int, ...]:
    return tuple(sorted(int(row) for row in pool.rows[positions]))
