"""Does the model recite its training rows? Verbatim continuation of training rows against held-out rows of the same length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from train.intervals import Interval
from train.likelihood import Item, score
from train.rates import independent

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from train.encoding import Sample

CHARACTERS = 50
"""A continuation this long, word for word, is recited. Carlini et al. (2023) ask for 50 tokens; answers are short."""
SHORTEST = 4
"""Tokens left to recite; fewer say nothing."""
ROWS = 40


def halves(sample: Sample) -> Item | None:
    """The first half of the last answer as context, the rest of it as what would be recited; the end token is not part of it."""
    trained = np.flatnonzero(sample.trained)
    if len(trained) == 0:
        return None
    breaks, end = np.flatnonzero(np.diff(trained) > 1), int(trained[-1])
    start = int(trained[breaks[-1] + 1] if len(breaks) else trained[0])
    cut = (start + end + 1) // 2
    ids = [int(i) for i in sample.ids]
    return Item(tuple(ids[:cut]), tuple(ids[cut:end])) if end - cut >= SHORTEST and cut > 0 else None


def matched(
    training: Sequence[Sample], held_out: Sequence[Sample], seed: int, rows: int = ROWS
) -> list[tuple[Sample, Item, str]]:
    """Training rows drawn by seed, each with the unused held-out row whose rest is nearest in length."""
    mine, theirs = ([(s, item) for s in side if (item := halves(s))] for side in (training, held_out))
    order = np.random.default_rng(seed).permutation(len(mine))
    out: list[tuple[Sample, Item, str]] = []
    for i in order[: min(rows, len(theirs))]:
        sample, item = mine[int(i)]
        nearest = min(range(len(theirs)), key=lambda j: abs(len(theirs[j][1].target) - len(item.target)))
        out += [(sample, item, "train"), (*theirs.pop(nearest), "held out")]
    return out


def measure(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, pairs: Sequence[tuple[Sample, Item, str]]
) -> list[dict[str, Any]]:
    scored = score(model, [item for _, item, _ in pairs])
    rows = []
    for (sample, item, split), s in zip(pairs, scored, strict=True):
        said, rest = (len(str(tokenizer.decode(list(ids)))) for ids in (item.target[: s.verbatim], item.target))
        rows.append({"id": sample.row.id, "split": split, "rest": rest, "verbatim": said, "nll": s.nll, "tokens": s.tokens})
    return rows


@dataclass(frozen=True, slots=True)
class Recital:
    """Rows continued word for word, of training rows and of held-out rows like them."""

    train: int
    held_out: int
    n: int
    interval: Interval
    """The difference of the two shares."""
    longest: int
    """Characters recited of the training row that went on longest."""

    @property
    def difference(self) -> float:
        return (self.train - self.held_out) / self.n


def recited(rows: Sequence[Mapping[str, Any]]) -> Recital:
    hits = {
        split: [int(r["verbatim"] >= min(CHARACTERS, r["rest"])) for r in rows if r["split"] == split]
        for split in ("train", "held out")
    }
    n = len(hits["train"])
    train, held_out = sum(hits["train"]), sum(hits["held out"])
    longest = max((int(r["verbatim"]) for r in rows if r["split"] == "train"), default=0)
    return Recital(train, held_out, n, independent(train, n, held_out, len(hits["held out"])), longest)
