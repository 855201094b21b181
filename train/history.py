"""What `metrics.jsonl` tells once training is over."""

from __future__ import annotations

from pathlib import Path

from train.files import read_rows


def best_loss(metrics: Path, step: int) -> float:
    return next(
        (float(r["validation_loss"]) for r in read_rows(metrics) if r["step"] == step and "validation_loss" in r), float("nan")
    )


def overfitting(metrics: Path) -> str:
    """A sentence where validation and training part, else nothing."""
    seen = [r for r in read_rows(metrics) if "validation_loss" in r and "train_loss" in r]
    if len(seen) < 2:
        return ""
    best, last = min(seen, key=lambda r: float(r["validation_loss"])), seen[-1]
    risen = last["validation_loss"] / best["validation_loss"] - 1
    if last["step"] == best["step"] or risen < 0.02 or last["train_loss"] >= best["train_loss"]:
        return ""
    return (
        f"Overfitting: from update {best['step']} to {last['step']} the training loss fell from {best['train_loss']:.3f} to "
        f"{last['train_loss']:.3f} while the validation loss rose from {best['validation_loss']:.3f} to "
        f"{last['validation_loss']:.3f}. The weights of update {best['step']} are kept."
    )
