"""What the runs of an ablation say: curated against every other arm, over rows and seeds, and what a leaky split claims."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from curate.errors import UserError
from curate.layout import Block, Cell, Heading, Note, Table, Tone
from curate.render import markdown
from train import answers, arms
from train.answers import Answer
from train.facts import Ends, Fact, ends
from train.intervals import Interval, t_interval
from train.metrics import BitsPerByte, Mean, Metric, Unit, bits, named
from train.parts import between, number
from train.statistics import Effect, holm, paired
from train.sums import ratio
from train.wording import change, level, measured, probability, title


class Standing(Fact):
    """One arm: its score with each seed, on the clean test rows."""

    arm: str
    rows: int
    scores: tuple[float, ...]
    mean: float


class Versus(Fact):
    """Curated minus the other arm. The interval covers other test rows and other seeds."""

    arm: str
    metric: str
    n: int
    groups: int
    difference: float
    per_seed: tuple[float, ...]
    interval: Ends
    p_value: float
    p_adjusted: float
    verdict: Literal["better", "worse", "not_shown"]


class Claim(Fact):
    """A random split of the raw rows, judged by itself, beside the same raw rows judged on the clean test."""

    claimed: tuple[float, ...]
    true: tuple[float, ...]
    difference: float
    interval: Ends
    """Over seeds: each seed is another split."""


class Payoff(Fact):
    schema_version: Literal[1] = 1
    plan: str
    """Digest of the plan, fixed before the runs."""
    metric: str
    metric_reason: str
    unit: str
    lower_is_better: bool
    base: float
    tokens: int
    seeds: tuple[int, ...]
    test_rows: int
    arms: tuple[Standing, ...]
    versus: tuple[Versus, ...]
    also: tuple[Versus, ...] = ()
    """Bits per byte beside another metric: it needs no answers to be written, and sees smaller differences."""
    claim: Claim | None


SECOND = "bits_per_byte"
Scores = Mapping[tuple[str, int], list[Answer]]


def compare(out: Path, plan: Mapping[str, Any]) -> Payoff:
    wish = plan["wish"]
    names, seeds = tuple(wish["arms"]), tuple(wish["seeds"])
    metric = named(plan["metric"])
    said: Scores = {(arm, seed): tuned(out, arm, seed) for arm in names for seed in seeds}
    weighed = all(a.nll is not None for rows in said.values() for a in rows) and metric.name != SECOND
    base = answers.read(out / "runs" / f"{names[0]}-{seeds[0]}" / "predictions" / "base.jsonl")
    return Payoff(
        plan=plan["digest"],
        metric=metric.name,
        metric_reason=plan["metric_reason"],
        unit=str(metric.unit),
        lower_is_better=metric.lower_is_better,
        base=metric.alone(base)[0],
        tokens=wish["tokens"],
        seeds=seeds,
        test_rows=plan["rows"]["test"],
        arms=tuple(standing(metric, said, arm, seeds, plan["rows"][arm]) for arm in names),
        versus=against_all(metric, said, names, seeds),
        also=against_all(named(SECOND), said, names, seeds) if weighed else (),
        claim=claim(metric, out, said, seeds) if wish["claim"] and "raw" in names else None,
    )


def against_all(metric: Metric, said: Scores, names: Sequence[str], seeds: Sequence[int]) -> tuple[Versus, ...]:
    found = [versus(metric, said, arm, seeds) for arm in names if arm != "curated"]
    adjusted = holm([v.p_value for v in found])
    return tuple(v.model_copy(update={"p_adjusted": p}) for v, p in zip(found, adjusted, strict=True))


def tuned(out: Path, arm: str, seed: int) -> list[Answer]:
    found = answers.read(out / "runs" / f"{arm.replace(' ', '-')}-{seed}" / "predictions" / "tuned.jsonl")
    return sorted(found, key=lambda a: str(a.id))


def standing(metric: Metric, said: Scores, arm: str, seeds: Sequence[int], rows: int) -> Standing:
    scores = tuple(metric.alone(said[arm, seed])[0] for seed in seeds)
    return Standing(arm=arm, rows=rows, scores=scores, mean=float(np.mean(scores)))


def versus(metric: Metric, said: Scores, arm: str, seeds: Sequence[int]) -> Versus:
    """Rows are paired and averaged over seeds; the spread of the seeds' own differences is added to that of the rows.

    Two sources of chance, test rows and training runs (Miller 2024); degrees of freedom after Satterthwaite (1946).
    """
    one, other = ([said[name, seed] for seed in seeds] for name in ("curated", arm))
    per_seed = [metric.alone(a)[0] - metric.alone(b)[0] for a, b in zip(one, other, strict=True)]
    rows = over_rows(metric, other, one)
    of_rows, of_seeds = rows.error**2, float(np.var(per_seed, ddof=1)) / len(seeds)
    spread = of_rows + of_seeds
    df = spread**2 / (of_rows**2 / max(1, rows.groups - 1) + of_seeds**2 / (len(seeds) - 1)) if spread else math.inf
    interval, p = (
        t_interval(rows.difference, math.sqrt(spread), df) if spread else (Interval(rows.difference, rows.difference), 1.0)
    )
    verdict = "not_shown" if 0.0 in interval else "worse" if (interval.low > 0) == metric.lower_is_better else "better"
    return Versus.model_validate(
        {
            "arm": arm, "metric": metric.name, "n": rows.n, "groups": rows.groups, "difference": rows.difference,
            "per_seed": tuple(per_seed), "interval": ends(interval), "p_value": p, "p_adjusted": p, "verdict": verdict,
        }
    )  # fmt: skip


def over_rows(metric: Metric, base: Sequence[Sequence[Answer]], better: Sequence[Sequence[Answer]]) -> Effect:
    """The paired effect of scores averaged over seeds."""
    rows = better[0]
    groups = answers.groups(rows)
    match metric:
        case BitsPerByte():
            a, b = (mean_of([bits(seed) for seed in side]) for side in (base, better))
            return ratio(a, b, weights=[float(a.target_bytes) for a in rows], groups=groups)
        case Mean():
            a, b = (mean_of([metric.scores(seed) for seed in side]) for side in (base, better))
            return paired(a, b, groups=groups, lower_is_better=metric.lower_is_better)
        case _:
            raise UserError(
                f"{metric.name} has no score per row to average over seeds", hint="--metric fields, chrf, bits_per_byte, ..."
            )


def mean_of(seeds: Sequence[Sequence[float]]) -> list[float]:
    return [float(x) for x in np.mean(np.array(seeds), axis=0)]


def claim(metric: Metric, out: Path, said: Scores, seeds: Sequence[int]) -> Claim:
    claimed = tuple(metric.alone(tuned(out, arms.CLAIM, seed))[0] for seed in seeds)
    true = tuple(metric.alone(said["raw", seed])[0] for seed in seeds)
    gaps = np.array(claimed) - np.array(true)
    error = float(gaps.std(ddof=1) / math.sqrt(len(gaps)))
    centre = float(gaps.mean())
    interval = t_interval(centre, error, len(gaps) - 1)[0] if error else Interval(centre, centre)
    return Claim(claimed=claimed, true=true, difference=centre, interval=ends(interval))


# ---- in words ---------------------------------------------------------------------------------------------------------------


def blocks(found: Payoff) -> Iterator[Block]:
    unit, name = Unit(found.unit), title(found.metric)
    first = next((v for v in found.versus if v.arm == "raw"), found.versus[0])
    yield Heading(f"Did curation pay? {name}")
    yield Note(sentence(first, found), {"better": Tone.GOOD, "worse": Tone.BAD, "not_shown": Tone.PLAIN}[first.verdict])
    seeds = ", ".join(map(str, found.seeds))
    yield Note(
        f"{found.tokens:,} training tokens a run, seeds {seeds}; {found.test_rows} clean test rows, the same for every arm. "
        f"The base model without training: {level(found.base, unit)}. Metric: {found.metric_reason}.",
        Tone.DIM,
    )
    arm_rows = tuple(arm_row(a, unit) for a in found.arms)
    yield Table(("Trained on", "Rows", "Mean", "Each seed"), arm_rows)
    yield versus_table(found.versus, unit, found.lower_is_better)
    if found.also:
        yield Note(f"The same by {title(SECOND)}:", Tone.DIM)
        yield versus_table(found.also, Unit.BITS, lower_is_better=True)
    yield Note("The interval covers other test rows and other seeds, not other data sets.", Tone.DIM)
    if found.claim:
        yield Note(claim_sentence(found.claim, unit))


def sentence(v: Versus, found: Payoff) -> str:
    unit = Unit(found.unit)
    low, high = (change(math.inf if end is None else end, unit) for end in v.interval)
    head = {
        "better": f"Curated data beat {v.arm} data on {title(v.metric)}",
        "worse": f"Curated data did worse than {v.arm} data on {title(v.metric)}",
        "not_shown": f"No difference shown between curated and {v.arm} data on {title(v.metric)}",
    }[v.verdict]
    rows = f"n={v.n} rows in {v.groups} groups" if v.groups < v.n else f"n={v.n} rows"
    p = f"p {probability(v.p_value)}"
    return (
        f"{head}: {measured(change(v.difference, unit), unit)} (95 % CI {low} to {high}; {rows}, {len(found.seeds)} seeds; {p})."
    )


def arm_row(a: Standing, unit: Unit) -> tuple[Cell, ...]:
    return Cell(a.arm), number(f"{a.rows:,}"), number(level(a.mean, unit)), Cell(", ".join(level(s, unit) for s in a.scores))


def versus_table(rows: Sequence[Versus], unit: Unit, lower_is_better: bool) -> Table:
    direction = ", lower is better" if lower_is_better else ""
    what = f"{measured('', unit).strip() or 'difference'}{direction}"
    header = ("Curated minus", what, "95 % interval", "p (Holm)", "Each seed", "")
    return Table(header, tuple(versus_row(v, unit) for v in rows))


def versus_row(v: Versus, unit: Unit) -> tuple[Cell, ...]:
    tone = {"better": Tone.GOOD, "worse": Tone.BAD, "not_shown": Tone.PLAIN}[v.verdict]
    limits = (number(between(v.interval, unit, "en")), number(probability(v.p_adjusted)))
    each = Cell(", ".join(change(d, unit) for d in v.per_seed))
    return Cell(v.arm), number(change(v.difference, unit), tone), *limits, each, Cell(v.verdict.replace("_", " "), tone)


def claim_sentence(c: Claim, unit: Unit) -> str:
    claimed, true = (level(float(np.mean(side)), unit) for side in (c.claimed, c.true))
    return (
        f"A random split of the raw rows would have claimed {claimed}; the raw rows' model reaches {true} on clean rows. "
        f"The claim is off by {measured(change(c.difference, unit), unit)} (95 % CI over seeds {between(c.interval, unit, 'en')})."
    )


def as_markdown(found: Payoff) -> str:
    return markdown.render(blocks(found)) + f"\nPlan `{found.plan[:16]}`, fixed before the runs.\n"
