"""Which rows share an update and a pass through the model. All of it is a pure function of lengths, seed and epoch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch

from train.data import Sample
from train.sharing import common

Layout = Literal["padded", "packed"]
# Rows are sorted by length within windows of this many updates: little padding, and updates still differ from epoch to epoch.
WINDOW = 8


@dataclass(frozen=True, slots=True)
class Batch:
    """One pass. Prediction i is made at (`rows[i]`, `columns[i]`) and should be `targets[i]`."""

    ids: torch.Tensor
    rows: torch.Tensor
    columns: torch.Tensor
    targets: torch.Tensor
    owners: torch.Tensor
    """Index in `samples` of the sample each prediction belongs to."""
    samples: tuple[Sample, ...]
    lengths: tuple[int, ...]
    """Tokens of each row that are read; what stands after them in `ids` is padding."""
    positions: torch.Tensor | None = None
    """Restarting at 0 where packed rows begin, None where each row has its own line."""
    shared: int = 0
    """Tokens that all rows begin with and that may be read once."""
    counts: bool = True
    """False for a batch that only keeps processes in step: its loss has weight 0."""

    @property
    def tokens(self) -> int:
        return sum(map(len, self.samples)) if self.counts else 0

    @property
    def supervised(self) -> int:
        return len(self.targets) if self.counts else 0


def updates(lengths: Sequence[int], seed: int, epoch: int, batch_tokens: int, grouped: bool) -> list[list[int]]:
    """Indices of the rows of each update of one epoch; every row once."""
    random = np.random.default_rng([seed, epoch])
    order = [int(i) for i in random.permutation(len(lengths))]
    if not grouped:
        return cut(order, lengths, batch_tokens)
    windows = cut(order, lengths, batch_tokens * WINDOW)
    whole = [update for window in windows for update in cut(sorted(window, key=lambda i: lengths[i]), lengths, batch_tokens)]
    return [whole[int(i)] for i in random.permutation(len(whole))]


def cut(order: Sequence[int], lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Consecutive runs of at most `budget` tokens; a longer row has a run of its own."""
    runs: list[list[int]] = []
    room = 0
    for i in order:
        if not runs or lengths[i] > room:
            runs.append([])
            room = budget
        runs[-1].append(i)
        room -= lengths[i]
    return runs


def passes(rows: Sequence[int], lengths: Sequence[int], budget: int, layout: Layout) -> list[list[int]]:
    """The rows of one update in passes of at most `budget` tokens with padding; the longest first, so memory fails at once."""
    runs: list[list[int]] = []
    for i in sorted(rows, key=lambda i: (-lengths[i], i)):
        if runs and (size(runs[-1], i, lengths, layout)) <= budget:
            runs[-1].append(i)
        else:
            runs.append([i])
    return runs


def size(run: Sequence[int], more: int, lengths: Sequence[int], layout: Layout) -> int:
    return lengths[run[0]] * (len(run) + 1) if layout == "padded" else sum(lengths[i] for i in run) + lengths[more]


def shares(rows: Sequence[int], lengths: Sequence[int], budget: int, layout: Layout, world: int) -> list[list[list[int]]]:
    """Passes for each of `world` processes, the same number for all (an empty one has weight 0): they must stay in step."""
    ordered = sorted(rows, key=lambda i: (-lengths[i], i))
    each = [passes(ordered[rank::world], lengths, budget, layout) for rank in range(world)]
    most = max(map(len, each))
    return [share + [[] for _ in range(most - len(share))] for share in each]


def batch(samples: Sequence[Sample], layout: Layout, pad: int, stand_in: Sample | None = None) -> Batch:
    """Tensors for one pass; for no samples, a pass of weight 0 over `stand_in`."""
    counts = bool(samples)
    if not counts:
        assert stand_in is not None
        samples = [stand_in]
    # Nothing after the last supervised token can change the loss, so it is not read.
    ends = [int(np.flatnonzero(s.trained)[-1]) if s.supervised else 1 for s in samples]
    inputs = [s.ids[:end] for s, end in zip(samples, ends, strict=True)]
    chosen = [np.flatnonzero(s.trained[1 : end + 1]) for s, end in zip(samples, ends, strict=True)]
    targets = np.concatenate([s.ids[c + 1] for s, c in zip(samples, chosen, strict=True)])
    owners = np.repeat(np.arange(len(samples)), [len(c) for c in chosen])
    shared = 0
    if layout == "packed":
        starts = np.cumsum([0, *map(len, inputs)])
        ids = np.concatenate(inputs)[None]
        positions = torch.from_numpy(np.concatenate([np.arange(len(i)) for i in inputs])[None])
        rows = np.zeros(len(targets), dtype=np.int64)
        columns = np.concatenate([c + start for c, start in zip(chosen, starts[:-1], strict=True)])
    else:
        ids = np.full((len(inputs), max(map(len, inputs))), pad)
        for line, tokens in zip(ids, inputs, strict=True):
            line[: len(tokens)] = tokens
        positions, rows, columns = None, owners, np.concatenate(chosen)
        shared = common(inputs, int(columns.min())) if len(inputs) > 1 and len(columns) else 0
    numbers = tensor(ids), tensor(rows), tensor(columns), tensor(targets), tensor(owners)
    return Batch(*numbers, tuple(samples), tuple(map(len, inputs)), positions, shared, counts)


def tensor(values: Any) -> torch.Tensor:
    return torch.from_numpy(np.asarray(values, dtype=np.int64))
