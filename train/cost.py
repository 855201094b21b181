"""What 1,000 answers cost on this machine, beside an API price that the user states. Nothing is looked up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from train import runs
from train.answers import Answer
from train.facts import Cost


@dataclass(frozen=True, slots=True)
class Prices:
    """Assumptions, not quotes: change them with `train eval --machine-price --api-price`."""

    machine: float = 0.08
    """Dollars an hour; about what a cloud asks for two virtual cores."""
    api_input: float = 0.15
    api_output: float = 0.60
    """Dollars a million tokens; a small hosted model."""
    stated: str = "assumed, not looked up"


CHARACTERS_A_TOKEN = 4.0
"""Of a prompt that nobody counted; the usual rule of thumb for English."""


def cost(settings: Mapping[str, Any], tuned: Sequence[Answer], prices: Prices) -> Cost | None:
    """None where the run did not time its answers."""
    seconds = seconds_per_answer(settings, len(tuned))
    if seconds is None:
        return None
    output = float(np.mean([a.new_tokens or len(a.prediction) / CHARACTERS_A_TOKEN for a in tuned]))
    asked = float(np.mean([len(a.prompt) / CHARACTERS_A_TOKEN for a in tuned]))
    return Cost(
        seconds_per_answer=seconds,
        machine_per_hour=prices.machine,
        here=1000 * seconds / 3600 * prices.machine,
        api_input=prices.api_input,
        api_output=prices.api_output,
        api=1000 * (asked * prices.api_input + output * prices.api_output) / 1e6,
        input_tokens=asked,
        output_tokens=output,
        stated=prices.stated,
    )


def seconds_per_answer(settings: Mapping[str, Any], rows: int) -> float | None:
    """From the run's own clock, wherever it wrote it."""
    for path in (("generation", "tuned"), ("predictions", "tuned"), ("answers", "tuned"), ("generation",)):
        found = runs.value(settings, *path)
        if isinstance(found, Mapping) and isinstance(found.get("seconds"), int | float):
            return float(found["seconds"]) / int(found.get("rows") or rows)
    return None
