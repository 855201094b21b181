"""What an evaluation found, as facts. `report.json` is this; the page, the Markdown and the console are drawn from it."""

from __future__ import annotations

import math
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from train.intervals import Interval
from train.statistics import Effect

Ends = tuple[float | None, float | None]


class Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def ends(interval: Interval) -> Ends:
    """JSON has no infinity: an end without a bound is null."""
    low, high = (x if math.isfinite(x) else None for x in (interval.low, interval.high))
    return low, high


class Comparison(Fact):
    """Tuned against `against` on one metric. `difference` is tuned minus the other, whichever way is better."""

    metric: str
    unit: str
    against: str
    lower_is_better: bool
    n: int
    groups: int
    base: float
    tuned: float
    difference: float
    interval: Ends
    p_value: float
    p_adjusted: float | None = None
    """Holm, among the secondary metrics or among the slices; the primary metric needs none."""
    method: str
    mde: float
    verdict: Literal["better", "worse", "not_shown"]
    table: tuple[int, int, int, int] | None = None
    icc: float | None = None

    @classmethod
    def of(cls, effect: Effect, metric: str, unit: str, against: str = "base", p_adjusted: float | None = None) -> Comparison:
        return cls(
            metric=metric, unit=unit, against=against, lower_is_better=effect.lower_is_better, n=effect.n, groups=effect.groups,
            base=effect.base, tuned=effect.tuned, difference=effect.difference, interval=ends(effect.interval),
            p_value=effect.p_value, p_adjusted=p_adjusted, method=str(effect.method), mde=effect.mde,
            verdict=effect.verdict.value, table=effect.table, icc=effect.icc,
        )  # fmt: skip


class Standing(Fact):
    """One model on one metric, on its own."""

    arm: str
    metric: str
    unit: str
    value: float
    interval: Ends


class Slice(Fact):
    name: str
    value: str
    n: int
    comparison: Comparison | None
    """None where there are too few rows to compare."""


class Primary(Fact):
    metric: str
    reason: str
    margin: float
    plan_hash: str | None
    """Digest of what was decided before training."""
    test_sha256: str | None
    mde_before: dict[str, float]
    """Smallest difference that this many rows can show, by the share of rows answered differently; yes/no metrics."""


class Reason(Fact):
    """`for` and `against` decide; `open` is what could not be told."""

    code: str
    side: Literal["for", "against", "open"]
    facts: dict[str, str] = {}


class Outcome(Fact):
    verdict: Literal["SHIP", "DON'T SHIP", "NOT SHOWN"]
    reasons: tuple[Reason, ...]


class Contamination(Fact):
    """Test rows that have a look-alike among the training rows, and the primary metric with and without them."""

    leaky: int
    n: int
    examples: tuple[tuple[str, str], ...]
    """Test id and the training row like it."""
    on_clean: Comparison | None
    on_leaky: Comparison | None


class LengthControl(Fact):
    base_ratio: float
    tuned_ratio: float
    """Mean length of the answer over the length of the reference answer."""
    slope: float
    """Change of the score difference for each doubling of the answer's length against base."""
    at_equal_length: float
    interval: Ends


class Forgot(Fact):
    set: str
    kind: str
    n: int
    base: float
    tuned: float
    difference: float
    interval: Ends
    margin: float
    outcome: str


class Recited(Fact):
    arm: str
    n: int
    train: int
    held_out: int
    difference: float
    interval: Ends
    longest: int


class Canaries(Fact):
    """Made-up codes that stood in the training rows."""

    n: int
    said: tuple[int, int]
    """Given away word for word by base and by tuned."""
    base: float
    tuned: float
    """Exposure in bits."""
    difference: float
    interval: Ends
    most: float
    """Bits of a code that is likelier than all others."""


class PairBias(Fact):
    set: str
    kind: str
    n: int
    base: float
    tuned: float
    difference: float
    interval: Ends
    p_value: float
    preferring: tuple[float, float, Ends] | None
    """Share of pairs whose stereotyped side is likelier: base, tuned, and the interval of the difference."""
    margin: float
    outcome: str


class BiasAmp(Fact):
    direction: str
    pairs: int
    rows: int
    base: float
    base_interval: Ends
    tuned: float
    tuned_interval: Ends
    difference: float
    interval: Ends
    worst: str
    rates: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Of the strongest pair: how often the effect goes with the cause in the reference answers, in base's and in tuned's."""


class Calibrated(Fact):
    arm: str
    brier: float
    error: float
    interval: Ends
    bins: tuple[tuple[float, float, int], ...]


class Example(Fact):
    kind: Literal["win", "loss", "tie"]
    id: str
    prompt: str
    reference: str
    base: str
    tuned: str
    base_score: float
    tuned_score: float


class Drawn(Fact):
    """Rows to read, drawn by seed and not chosen."""

    metric: str
    seed: int
    wins: int
    losses: int
    ties: int
    examples: tuple[Example, ...]


class Point(Fact):
    step: int
    train: float | None = None
    validation: float | None = None
    test: float | None = None


class Fit(Fact):
    points: tuple[Point, ...]
    best_step: int | None
    test: tuple[Point, ...] = ()
    """Loss on the test answers: base before the first update, tuned at the best one; the test split is opened no oftener."""


class Cost(Fact):
    """What 1,000 answers cost: measured seconds here, stated prices on both sides."""

    seconds_per_answer: float
    machine_per_hour: float
    here: float
    api_input: float
    api_output: float
    """Dollars a million tokens."""
    api: float
    input_tokens: float
    output_tokens: float
    """Of a mean question and answer."""
    stated: str


class EvalReport(Fact):
    schema_version: Literal[1] = 1
    sentence: str
    name: str
    base_model: str
    outcome: Outcome
    primary: Primary
    comparisons: tuple[Comparison, ...]
    """Tuned against base; the primary metric first."""
    few_shot: tuple[Comparison, ...]
    """Tuned against base with worked examples in the prompt."""
    standings: tuple[Standing, ...]
    slices: tuple[Slice, ...]
    contamination: Contamination | None
    length: LengthControl | None
    forgetting: tuple[Forgot, ...]
    probes_seen: tuple[tuple[str, str], ...] = ()
    """General probes that stand in a training row, left out above: probe and row."""
    memory: tuple[Recited, ...]
    canaries: Canaries | None = None
    pairs: tuple[PairBias, ...]
    amplification: tuple[BiasAmp, ...]
    calibration: tuple[Calibrated, ...]
    drawn: Drawn
    fit: Fit | None
    cost: Cost | None
    seed: int = 0
    """Of the bootstraps and sign flips."""
    openings: int | None
    """Times the test rows were opened; None where no log was kept."""
    not_measured: dict[str, str]
    """Section and the reason why it is empty."""
    provenance: dict[str, Any]

    @property
    def leading(self) -> Comparison:
        return self.comparisons[0]
