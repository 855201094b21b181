"""What 1,000 answers cost on this machine, beside an API price that the user states. Nothing is looked up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from train.answers import Answer
from train.facts import Cost
from train.files import read_json


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
"""Of a text that nobody counted; the usual rule of thumb for English."""


def cost(run: Path, tuned: Sequence[Answer], prices: Prices) -> Cost | None:
    """From `probes/speed.json`, the clock of `train.measuring`; None where no answer was timed."""
    path = run / "probes" / "speed.json"
    if not path.is_file():
        return None
    timed = read_json(path)
    seconds, asked = timed["seconds"] / timed["rows"], timed["prompt_tokens"] / timed["rows"]
    output = float(np.mean([a.new_tokens or len(a.prediction) / CHARACTERS_A_TOKEN for a in tuned]))
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
