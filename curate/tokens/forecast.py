"""How often to go through the data, and about how long that takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Measured on two cores with a model of 135 million weights: 340 tokens a second, that is 6 * 135e6 * 340 = 0.28 TFLOP/s.
# The graphics card stands for one of 2022 at a third of its peak. Both are orders of magnitude, not promises.
_SPEED = {"two CPU cores": 0.28e12, "one mid-range GPU": 40e12}


def forecast(rows: int, tokens: int, parameters: int) -> Mapping[str, Any]:
    """Training costs 6 operations per weight and token (Kaplan et al. 2020, arXiv 2001.08361); LoRA saves memory, and a third of that."""
    epochs, because = epochs_for(rows)
    found: dict[str, Any] = {"epochs": epochs, "because": because}
    if parameters:
        operations = 6 * parameters * tokens * epochs
        found |= {"parameters": parameters, "operations": operations}
        found["hours"] = {name: _rounded(operations / speed / 3600) for name, speed in _SPEED.items()}
    return found


def epochs_for(rows: int) -> tuple[int, str]:
    """Few rows must be seen more often; LIMA went 15 times through 1,000, most recipes 1 to 3 times through more."""
    if rows < 500:
        return 5, "under 500 rows; stop early by validation loss"
    if rows < 5_000:
        return 3, "the common choice for some thousand rows"
    if rows < 50_000:
        return 2, "some ten thousand rows teach the task in one or two passes"
    return 1, "so many rows need no second pass before the first is judged"


def _rounded(hours: float) -> float:
    return float(f"{hours:.2g}")
