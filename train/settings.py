"""Every automatic setting, settled once model, data and machine are known, each with its reason."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

import torch

from curate.errors import UserError
from train import methods
from train.batches import Layout, updates
from train.config import Prefix, Prompt, Resolved, TrainConfig
from train.data import Prepared
from train.metrics import addressed, choose_metric, named
from train.models import ModelSource

GIVEN = "set by you"
WANTED_UPDATES = 300
FEWEST_TOKENS, MOST_TOKENS = 1024, 16384
CPU_PASS, GPU_PASS = 1024, 8192
UNLIMITED = 1 << 20
"""Tokenizers write 1e30 for "no limit"."""

DEFAULT_REASONS = {
    "model": "small enough to train on a CPU",
    "method": "LoRA on every linear layer: near full fine-tuning at a third of the memory (PEFT method comparison)",
    "seed": "fixed, so that a run can be repeated",
    "epochs": "more than three over small data mostly memorises; the best checkpoint is kept",
    "schedule": "ends with small steps, so the last weights are settled",
    "warmup": "Adam's first steps rest on little evidence",
    "weight_decay": "adapters are small; early stopping guards against overfitting",
    "clip": "one odd batch cannot throw the weights off",
    "excess_length": "nothing is cut silently",
    "recompute": "faster; set it to true when memory is short",
    "spread": "fastest while the model fits into each process",
    "patience": "stops when three validations in a row bring nothing",
    "select_by": "smooth and free: it is measured anyway",
    "few_shot": "the fair rival of a tuned model is the base model with examples",
    "margin": "any gain that is shown counts",
    "forgetting_margin": "bits per byte; 1 to 2 % of what a small model pays for plain prose",
    "bias_margin": "nats; a stereotyped sentence may become a fifth likelier",
    "canaries": "no made-up secrets among the rows",
    "tracker": "curves are written without one",
}


@dataclass(frozen=True, slots=True)
class Settings:
    config: TrainConfig
    device: Resolved[str]
    precision: Resolved[str]
    attention: Resolved[str]
    learning_rate: Resolved[float]
    max_length: Resolved[int]
    batch_tokens: Resolved[int]
    micro_batch_tokens: Resolved[int]
    layout: Resolved[Layout]
    validate_every: Resolved[int]
    max_new_tokens: Resolved[int]
    steps: Resolved[int]
    metric: Resolved[str]
    """The metric that will decide, named before training."""

    def facts(self) -> dict[str, dict[str, Any]]:
        """For `run.json`: every setting with its value and reason."""
        told: dict[str, dict[str, Any]] = {}
        for name, value in self.config.model_dump(mode="json").items():
            reason = (
                GIVEN
                if name in self.config.model_fields_set
                else f"default: {DEFAULT_REASONS.get(name, 'see the documentation')}"
            )
            told[name] = {"value": value, "reason": reason}
        for field in fields(self):
            settled = getattr(self, field.name)
            if isinstance(settled, Resolved):
                told[field.name] = {"value": settled.value, "reason": settled.reason}
        return told

    def rate(self, step: int) -> float:
        """The learning rate of the update after `step` others."""
        peak, total = self.learning_rate.value, self.steps.value
        warm = math.ceil(self.config.warmup * total)
        if step < warm:
            return peak * (step + 1) / warm
        done = (step - warm) / max(1, total - warm)
        match self.config.schedule:
            case "cosine":
                return peak * 0.5 * (1 + math.cos(math.pi * done))
            case "linear":
                return peak * (1 - done)
            case "constant":
                return peak


def settle(config: TrainConfig, limit: Resolved[int], train: Prepared, validation: Prepared, device: str) -> Settings:
    batch = batch_tokens(config, train)
    layout, how = layout_of(config), precision(config, device)
    lengths = [len(s) for s in train.samples]
    steps = sum(map(len, plan(lengths, config, batch.value, layout.value)))
    each = len(updates(lengths, config.seed, 0, batch.value, layout.value == "padded"))
    return Settings(
        config, Resolved(device, "found by torch"), how, attention(device, how.value), learning_rate(config), limit, batch,
        micro_batch_tokens(config, device, batch.value), layout, validate_every(config, train, validation, steps),
        max_new_tokens(config, validation),
        Resolved(steps, f"{config.epochs:g} epochs over {len(lengths)} rows, {each} updates each"), metric(config, validation),
    )  # fmt: skip


def metric(config: TrainConfig, validation: Prepared) -> Resolved[str]:
    """By the user, or by the kind of the validation answers; the test rows have no say."""
    if config.metric != "auto":
        # Loaded once now: a metric that cannot be had should not be found out after the training.
        named(config.metric)
        return Resolved(addressed(config.metric), GIVEN)
    rows = {(s.row.file, s.row.line): s.row for s in validation.samples}.values()
    return choose_metric([row.messages[-1]["content"] for row in rows if row.messages])


def plan(lengths: list[int], config: TrainConfig, batch: int, layout: Layout) -> list[list[list[int]]]:
    """The updates of each epoch; the last epoch may be a part of one."""
    epochs = [updates(lengths, config.seed, epoch, batch, layout == "padded") for epoch in range(math.ceil(config.epochs))]
    part = config.epochs % 1
    if part:
        epochs[-1] = epochs[-1][: max(1, round(part * len(epochs[-1])))]
    return epochs


def max_length(config: TrainConfig, source: ModelSource, tokenizer_limit: int) -> Resolved[int]:
    from transformers import AutoConfig

    model = AutoConfig.from_pretrained(source.path, local_files_only=True).get_text_config()
    reach = min(getattr(model, "max_position_embeddings", None) or UNLIMITED, tokenizer_limit)
    reach -= methods.learnt_tokens(config.method)
    if config.max_length == "auto":
        return Resolved(reach, "auto: the model's own limit" if reach < UNLIMITED else "auto: the model names no limit")
    if config.max_length > reach:
        raise UserError(
            f"max_length {config.max_length} is over the model's limit of {reach}", hint="Leave it out to take the limit."
        )
    return Resolved(config.max_length, GIVEN)


def precision(config: TrainConfig, device: str) -> Resolved[str]:
    if config.precision != "auto":
        return Resolved(config.precision, GIVEN)
    if device.startswith("cuda"):
        fast, what = torch.cuda.is_bf16_supported(), "GPU"
    elif device == "cpu":
        has = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
        fast, what = bool(has.get("avx512_bf16") or has.get("amx_bf16")), "processor"
    else:
        fast, what = False, "device"
    # Only the arithmetic of the layers is in bf16; the weights, their gradients and the loss stay in fp32.
    return (
        Resolved("bf16", f"auto: the {what} multiplies bf16 natively")
        if fast
        else Resolved("fp32", f"auto: the {what} has no native bf16")
    )


def attention(device: str, how: str) -> Resolved[str]:
    # Measured with SmolLM2-135M, 8 rows of 100 tokens, one core: 3.57 s a pass and back against 4.15 s with torch's fused kernel.
    if device == "cpu" and how == "bf16":
        return Resolved("products", "auto: matrix products, faster backwards than torch's fused kernel for short rows on a CPU")
    return Resolved("sdpa", "auto: torch's fused kernel")


def learning_rate(config: TrainConfig) -> Resolved[float]:
    if config.learning_rate != "auto":
        return Resolved(config.learning_rate, GIVEN)
    kind = config.method.kind
    return Resolved(methods.RATES[kind], f"auto: the usual rate for {kind}")


def batch_tokens(config: TrainConfig, train: Prepared) -> Resolved[int]:
    if config.batch_tokens != "auto":
        return Resolved(config.batch_tokens, GIVEN)
    value = max(FEWEST_TOKENS, min(MOST_TOKENS, int(train.tokens * config.epochs / WANTED_UPDATES)))
    return Resolved(
        value, f"auto: about {WANTED_UPDATES} updates in all, within {FEWEST_TOKENS:,} to {MOST_TOKENS:,} tokens each"
    )


def micro_batch_tokens(config: TrainConfig, device: str, batch: int) -> Resolved[int]:
    if config.micro_batch_tokens != "auto":
        return Resolved(config.micro_batch_tokens, GIVEN)
    # Measured with a 135M model on two cores: 332 tokens/s at 400 tokens a pass, 373 at 800, 334 at 1,600.
    most = CPU_PASS if device == "cpu" else GPU_PASS
    return Resolved(
        min(most, batch + batch // 8),
        f"auto: a pass of about {most:,} tokens keeps a {'processor' if device == 'cpu' else 'GPU'} busy",
    )


def layout_of(config: TrainConfig) -> Resolved[Layout]:
    learnt = isinstance(config.method, Prefix | Prompt)
    if config.layout == "packed" and learnt:
        raise UserError(
            f"layout packed does not go with {config.method.kind}",
            hint="Learnt tokens stand before each row: --set layout=padded.",
        )
    if config.layout != "auto":
        return Resolved(config.layout, GIVEN)
    return Resolved("padded", "auto: rows of like length together pad little, and measured faster than packing on a CPU")


def validate_every(config: TrainConfig, train: Prepared, validation: Prepared, steps: int) -> Resolved[int]:
    if config.validate_every != "auto":
        return Resolved(config.validate_every, GIVEN)
    # A validation token costs about a third of a training token; a tenth of the time may go to validation.
    times = max(1, min(4, round(0.3 * train.tokens / max(1, validation.tokens))))
    value = max(1, round(steps / config.epochs / times))
    return Resolved(value, f"auto: {times} times an epoch keeps validation near a tenth of the time")


def max_new_tokens(config: TrainConfig, validation: Prepared) -> Resolved[int]:
    if config.max_new_tokens != "auto":
        return Resolved(config.max_new_tokens, GIVEN)
    longest = max((last_answer(s.trained.tolist()) for s in validation.samples), default=0)
    return Resolved(
        max(32, math.ceil(1.5 * longest)), f"auto: half as much again as the longest validation answer ({longest} tokens)"
    )


def last_answer(trained: list[bool]) -> int:
    """Tokens of the last run that is trained on."""
    end = max((i for i, t in enumerate(trained) if t), default=-1)
    start = end
    while start >= 0 and trained[start]:
        start -= 1
    return end - start
