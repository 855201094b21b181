"""Whether a run will fit into memory: said before it begins, for a machine without room kills it without a word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from train.live import MEBIBYTE
from train.settings import Settings

BYTES = 4
HIDDEN, INNER = 20, 10
"""Numbers a layer keeps for the backward pass, for each token: so many times the hidden and the inner width. Measured with LoRA
on SmolLM2-135M (3.3 GB for a pass of 1,000 tokens); methods and models differ by a third either way."""


def warning(settings: Settings, shape: Any, longest: int) -> str:
    """A sentence where the pass with the longest row looks too large; `shape` is the model's configuration."""
    free = available()
    if settings.device.value != "cpu" or settings.config.recompute or not free:
        return ""
    tokens = max(longest, settings.micro_batch_tokens.value)
    inner = getattr(shape, "intermediate_size", None) or 4 * shape.hidden_size
    need = BYTES * shape.num_hidden_layers * (HIDDEN * shape.hidden_size + INNER * inner) * tokens
    if need < free:
        return ""
    ways = "--set recompute=true, --set micro_batch_tokens=..., or a smaller max_length"
    return f"a pass of {tokens:,} tokens takes about {need // MEBIBYTE:,} MiB, and {free // MEBIBYTE:,} are free: {ways}"


def available() -> int:
    """Bytes that can still be had; 0 where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), 0)
