"""The training loop, whole: one page to read instead of a trainer class to configure."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.distributed.tensor import DTensor

from curate.errors import UserError
from train import checkpoint
from train.batches import Batch, batch, shares
from train.checkpoint import Progress
from train.data import NAMED, Prepared, Sample
from train.history import best_loss
from train.live import Live, peak, resident
from train.processes import Processes
from train.scoring import Scorer, mean_loss
from train.settings import Settings, plan

IMPROVEMENT = 1e-4
"""A validation must be better by this share to count as a gain: below it is noise of the last digits."""
PROBE_UPDATES = 3


@dataclass(frozen=True, slots=True)
class Job:
    """What is trained, on what, with which settings."""

    model: torch.nn.Module
    settings: Settings
    train: Prepared
    validation: Prepared
    pad: int
    score: Callable[[torch.nn.Module], float] | None = None
    """A generation metric on the validation split, higher is better; None: the validation loss decides."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How training went. The model holds the best weights."""

    progress: Progress
    best_step: int
    best_validation_loss: float
    seconds: float
    probe_seconds: float
    """What one update was expected to take, from the second to the fourth: the first warms up."""
    updates_here: int
    """Updates of this process, and the seconds they took; others may have gone before a resume."""
    update_seconds: float
    peak_memory: int


def fit(job: Job, folder: Path, live: Live, processes: Processes) -> Fit:
    """Train until the settings or the validation loss say stop; go on from the newest checkpoint in `folder`."""
    settings, config = job.settings, job.settings.config
    model = processes.placed(job.model)
    optimizer = optimizer_for(model, settings, processes)
    steps = Steps(job, processes.rank, processes.world)
    scorer = Scorer(model, processes.device, settings.precision.value == "bf16")
    begun = time.monotonic()

    start = checkpoint.newest(folder)
    progress = checkpoint.restore(start, model, optimizer) if start else Progress()
    if processes.main:
        checkpoint.truncate(live.file, progress.step if start else -1)
    if not start:
        progress = validate(job, steps, scorer, progress, live, processes)
        checkpoint.save(folder, progress, model, optimizer, processes.main)

    clock = time.monotonic()
    durations: list[float] = []
    with live.shown(progress.step):
        while not progress.stopped:
            step = progress.step
            for group in optimizer.param_groups:
                group["lr"] = settings.rate(step)
            # Dropout depends on seed, update and process only: a resumed run draws what an uninterrupted one drew.
            torch.manual_seed(draw(config.seed, step, processes.rank))

            tokens = steps.supervised(step)
            nats = gradients(steps.batches(step), tokens, scorer, processes)
            if not math.isfinite(nats):
                raise not_a_number(steps.samples(step), scorer, step + 1, processes.world == 1)
            norm = clipped(model, config.clip)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

            progress = replace(
                progress, step=step + 1, train_loss=progress.train_loss + nats, train_tokens=progress.train_tokens + tokens
            )
            durations.append(time.monotonic() - clock)
            clock = time.monotonic()
            read = steps.tokens(step)
            live.update(
                step + 1, loss=nats / tokens, learning_rate=settings.rate(step), gradient_norm=norm, tokens=read,
                supervised=tokens, tokens_per_second=read / durations[-1], memory=resident(), epoch=steps.epoch(step),
            )  # fmt: skip
            if progress.step % settings.validate_every.value == 0 or progress.step == settings.steps.value:
                progress = validate(job, steps, scorer, progress, live, processes)
                checkpoint.save(folder, progress, model, optimizer, processes.main)
                clock = time.monotonic()

    processes.wait()
    checkpoint.load_weights(checkpoint.at(folder, progress.best_step), model)
    scorer.close()
    best = best_loss(live.file, progress.best_step) if processes.main else 0.0
    probe = float(np.mean(durations[1 : 1 + PROBE_UPDATES])) if len(durations) > PROBE_UPDATES else 0.0
    return Fit(progress, progress.best_step, best, time.monotonic() - begun, probe, len(durations), sum(durations), peak())


def gradients(batches: Sequence[Batch], supervised: int, scorer: Scorer, processes: Processes) -> float:
    """Gradients of one update, and its loss in nats: summed over passes and processes, divided once by the supervised tokens.

    So a long answer weighs more than a short one, and how the update is cut into passes changes nothing.
    """
    nats = torch.zeros(1, dtype=torch.float64)
    for i, each in enumerate(batches):
        with processes.gathering(scorer.model, last=i + 1 == len(batches)):
            loss = scorer.losses(each).sum() * (1.0 if each.counts else 0.0)
            # DDP and FSDP average the gradients of their processes, hence the factor.
            torch.autograd.backward(loss * (processes.world / supervised))
            nats += loss.detach().double().cpu()
    return float(processes.total(nats))


def clipped(model: torch.nn.Module, most: float) -> float:
    """The norm of the gradients before they were shortened to `most`."""
    norm = torch.nn.utils.clip_grad_norm_(trained(model), most)
    return float(norm.full_tensor() if isinstance(norm, DTensor) else norm)


def validate(job: Job, steps: Steps, scorer: Scorer, progress: Progress, live: Live, processes: Processes) -> Progress:
    """Measure on the validation split; remember what is best and whether to stop."""
    config = job.settings.config
    loss = mean_loss(scorer, steps.validation(), processes.total)
    if not math.isfinite(loss):
        raise UserError(
            f"the validation loss is {loss} after {progress.step} updates", hint="Lower learning_rate, or --set precision=fp32."
        )
    score = -job.score(scorer.model) if job.score else loss
    gained = score < progress.best_score - IMPROVEMENT * abs(progress.best_score) if math.isfinite(progress.best_score) else True
    without = 0 if gained else progress.without_gain + 1
    stopped = ""
    if progress.step >= job.settings.steps.value:
        stopped = f"all {progress.step} updates are done"
    elif config.patience and without >= config.patience:
        stopped = f"{without} validations in a row brought no gain"
    facts = {"train_loss": progress.train_loss / progress.train_tokens} if progress.train_tokens else {}
    facts |= {config.select_by: -score} if job.score else {}
    live.validated(progress.step, loss, ", the best so far" if gained and progress.step else "", **facts)
    best_step, best_score = (progress.step, score) if gained else (progress.best_step, progress.best_score)
    return Progress(progress.step, best_step, best_score, without, stopped)


class Steps:
    """What each update reads, for this process of `world`: known before the run begins, whatever has been interrupted."""

    def __init__(self, job: Job, rank: int = 0, world: int = 1) -> None:
        settings = job.settings
        self.job, self.rank, self.world = job, rank, world
        self.lengths = [len(s) for s in job.train.samples]
        epochs = plan(self.lengths, settings.config, settings.batch_tokens.value, settings.layout.value)
        self.plan = [(epoch, rows) for epoch, updates in enumerate(epochs) for rows in updates]
        self.ends = np.cumsum([len(updates) for updates in epochs])

    def samples(self, step: int) -> list[Sample]:
        return [self.job.train.samples[i] for i in self.plan[step][1]]

    def supervised(self, step: int) -> int:
        """Over all processes: each knows the whole plan, so nothing is sent around to count."""
        return sum(s.supervised for s in self.samples(step))

    def tokens(self, step: int) -> int:
        return sum(map(len, self.samples(step)))

    def epoch(self, step: int) -> float:
        epoch = self.plan[step][0]
        begun = int(self.ends[epoch - 1]) if epoch else 0
        whole = sum(1 for e, _ in self.plan if e == 0)
        return epoch + (step + 1 - begun) / whole

    def batches(self, step: int) -> list[Batch]:
        return self.batched(self.plan[step][1], self.job.train.samples, self.lengths)

    def validation(self) -> list[Batch]:
        samples = self.job.validation.samples
        return self.batched(range(len(samples)), samples, [len(s) for s in samples])

    def batched(self, rows: Sequence[int], samples: Sequence[Sample], lengths: Sequence[int]) -> list[Batch]:
        layout, budget = self.job.settings.layout.value, self.job.settings.micro_batch_tokens.value
        mine = shares(rows, lengths, budget, layout, self.world)[self.rank]
        return [batch([samples[i] for i in run], layout, self.job.pad, samples[rows[0]]) for run in mine]


def optimizer_for(model: torch.nn.Module, settings: Settings, processes: Processes) -> torch.optim.Optimizer:
    """AdamW over what is trained; made after the model is spread, for shards are other parameters."""
    matrices = [p for p in trained(model) if p.ndim >= 2]
    vectors = [p for p in trained(model) if p.ndim < 2]
    # Norms and biases are not decayed: zero is no natural value for them.
    groups: list[dict[str, Any]] = [
        {"params": matrices, "weight_decay": settings.config.weight_decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
    filled = [g for g in groups if g["params"]]
    return torch.optim.AdamW(filled, lr=settings.learning_rate.value, betas=(0.9, 0.999), fused=not processes.sharded)


def trained(model: torch.nn.Module) -> list[torch.nn.Parameter]:
    return [p for p in model.parameters() if p.requires_grad]


def draw(seed: int, step: int, process: int) -> int:
    return int(np.random.SeedSequence([seed, step, process]).generate_state(1)[0])


def not_a_number(samples: Sequence[Sample], scorer: Scorer, step: int, alone: bool) -> UserError:
    """Say which rows the loss came from: each is run again by itself."""
    culprits = list(samples)
    if alone:
        with torch.no_grad():
            bad = [s for s in samples if not bool(scorer.losses(batch([s], "padded", 0)).isfinite().all())]
        culprits = bad or culprits
    rows = ", ".join(s.row.where for s in culprits[:NAMED]) + (
        f" and {len(culprits) - NAMED} more" if len(culprits) > NAMED else ""
    )
    hint = "Lower learning_rate, or --set precision=fp32; the last checkpoint is kept."
    return UserError(f"the loss is not a number at update {step}, in rows {rows}", hint=hint)
