"""What a run will cost, from a few updates made and thrown away."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from train import methods
from train.live import peak
from train.loop import Job, Steps, clipped, gradients, optimizer_for, trained
from train.processes import Processes
from train.scoring import Scorer, mean_loss

if TYPE_CHECKING:
    from train.run import Work

PROBE_UPDATES = 3
GENERATED_PER_READ = 3.0
"""Seconds of writing a token over seconds of training on one; measured with a 135M model on two cores in batches of 16 to 32."""


@dataclass(frozen=True, slots=True)
class Forecast:
    updates: int
    tokens: int
    """Read for training over all epochs."""
    padding: float
    """Share of what is computed that is padding."""
    tokens_per_second: float
    training_seconds: float
    validation_seconds: float
    answering_seconds: float
    peak_memory: int
    trained_weights: int
    weights: int
    test_rows: int

    @property
    def seconds(self) -> float:
        return self.training_seconds + self.validation_seconds + self.answering_seconds


def forecast(work: Work) -> Forecast:
    """Three updates and the pass with the longest rows, timed; the weights they change are thrown away."""
    settings, config = work.settings, work.settings.config
    processes = Processes.joined()
    initial = methods.trainable(work.source, config.method, config.seed, config.recompute, settings.attention.value)
    job = Job(initial, settings, work.train, work.validation, work.encoder.eos)
    model = processes.placed(job.model)
    optimizer = optimizer_for(model, settings, processes)
    steps = Steps(job)
    scorer = Scorer(model, processes.device, settings.precision.value == "bf16")

    # The longest pass goes first: it warms up and shows the most memory that a pass can take.
    longest = max(range(len(steps.plan)), key=lambda step: max(len(s) for s in steps.samples(step)))
    seconds, tokens = 0.0, 0
    for i, step in enumerate([longest, *range(min(PROBE_UPDATES, len(steps.plan)))]):
        begun = time.monotonic()
        gradients(steps.batches(step), steps.supervised(step), scorer, processes)
        clipped(model, config.clip)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if i:
            seconds, tokens = seconds + time.monotonic() - begun, tokens + steps.tokens(step)
    rate = tokens / seconds
    some = steps.validation()[:3]
    begun = time.monotonic()
    mean_loss(scorer, some)
    a_token = (time.monotonic() - begun) / sum(b.tokens for b in some)

    total = sum(len(s) for step in range(len(steps.plan)) for s in steps.samples(step))
    times = len(steps.plan) // settings.validate_every.value + 2
    test_rows = sum(1 for line in (work.data.folder / "test.jsonl").open("rb") if line.strip())
    arms = 3 if config.few_shot else 2
    answering = arms * test_rows * settings.max_new_tokens.value * 0.75 * GENERATED_PER_READ / rate
    return Forecast(
        len(steps.plan), total, padding(steps), rate, total / rate, times * work.validation.tokens * a_token, answering, peak(),
        sum(p.numel() for p in trained(model)), sum(p.numel() for p in model.parameters()), test_rows,
    )  # fmt: skip


def padding(steps: Steps) -> float:
    batches = [b for step in range(min(50, len(steps.plan))) for b in steps.batches(step)]
    computed = sum(b.ids.numel() for b in batches)
    # A pass leaves out what follows the last trained token, so the tokens computed are counted, not those of the rows.
    kept = sum(int(torch.tensor([int(s.trained.nonzero()[0][-1]) for s in b.samples]).sum()) for b in batches)
    return max(0.0, 1 - kept / computed)
