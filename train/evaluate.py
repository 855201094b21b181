"""A finished run judged: predictions on disk in, `report.json`, `report.md` and `report.html` out.

`predictions/` has what the models answered, `probes/` what texts cost them (`train.measuring` fills in what is missing). All else
is computed from these files, so a report can be drawn again, anywhere, and says the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from curate.errors import UserError
from train import answers, lengths, measuring, probing, runs, schema, sections, style
from train.answers import Answer
from train.config import Resolved
from train.cost import Prices, cost
from train.facts import Comparison, Contamination, EvalReport, Primary, Standing, ends
from train.metrics import METRICS, Mean, Metric, applicable, choose_metric, each, is_own, named, own, own_digest, pattern
from train.outcome import judged
from train.probing import Probes
from train.statistics import holm, mde_before
from train.wording import Language, sentence

ARMS = ("base", "base-fewshot", "tuned")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line may add; none of it can change the primary metric or a margin, which were named before training."""

    own_metric: str = ""
    pattern: str = ""
    schema: Path | None = None
    seed: int = 0
    language: Language = "en"
    measure: bool = True
    """Let the models measure what `probes/` lacks."""
    probes: Mapping[str, Path] = field(default_factory=dict)
    """General texts of the user's own, by name."""
    prices: Prices = field(default_factory=Prices)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything the report is made of, read once."""

    run: Path
    settings: Mapping[str, Any]
    arms: Mapping[str, list[Answer]]
    metrics: Mapping[str, Metric]
    primary: Resolved[str]
    seed: int

    @property
    def base(self) -> list[Answer]:
        return self.arms["base"]

    @property
    def tuned(self) -> list[Answer]:
        return self.arms["tuned"]


def report(run: Path, asked: Asked = Asked(), counting: measuring.Counting = measuring.unseen) -> EvalReport:
    """Judge the run and write its report in every form; the JSON last, as the sign that all are there."""
    from train.report import write

    if asked.measure:
        measuring.ensure(run, asked.probes, counting)
    found = evaluate(run, asked)
    write(run, found, asked.language)
    return found


def evaluate(run: Path, asked: Asked = Asked()) -> EvalReport:
    evidence = gather(run, asked)
    settings, base, tuned = evidence.settings, evidence.base, evidence.tuned
    comparisons, few_shot = against(evidence, "base"), against(evidence, "base-fewshot")
    seen, unseen = seen_probes(settings, asked)
    probes = Probes.read(run, settings, asked.seed, seen)
    rival = few_shot[0] if few_shot else None
    outcome = judged(comparisons[0], rival, margin(settings), probes, shots_wanted(settings), languages(tuned))
    score = evidence.metrics[evidence.primary.value]
    price = cost(run, tuned, asked.prices)
    untimed = {} if price else {"cost": "the run did not time its answers"}
    contamination, unchecked = overlap(evidence, score)
    return EvalReport(
        sentence=leading_sentence(evidence),
        name=str(runs.value(settings, "name", default=run.resolve().name)),
        base_model=str(runs.setting(settings, "model", default="base")),
        outcome=outcome,
        primary=primary(evidence),
        comparisons=comparisons,
        few_shot=few_shot,
        standings=standings(evidence),
        slices=sections.slices(score, base, tuned, asked.seed),
        contamination=contamination,
        length=lengths.length_control(score, base, tuned),
        forgetting=probes.forgetting_facts(),
        probes_seen=tuple((f"{name}, {number}", row) for (name, _, number), row in seen.items()),
        memory=probes.memory_facts(),
        canaries=probes.canary_facts(),
        pairs=probes.pair_facts(),
        amplification=sections.amplification(base, tuned, asked.seed),
        calibration=sections.calibrated(evidence.arms, asked.seed),
        drawn=sections.drawn(score, base, tuned, int(runs.setting(settings, "seed", default=asked.seed))),
        fit=sections.tested(runs.fit(run), base, tuned),
        seed=asked.seed,
        cost=price,
        openings=runs.openings(run, settings),
        not_measured={
            **probes.missing,
            **unchecked,
            **unseen,
            **untimed,
            **({} if few_shot else {"few_shot": "the base model was not asked with examples"}),
        },
        provenance=runs.provenance(settings),
    )


def overlap(evidence: Evidence, score: Metric) -> tuple[Contamination | None, dict[str, str]]:
    folder = runs.data_folder(evidence.settings)
    if folder is None:
        return None, {"contamination": "the data folder is gone, or its test file is another one now"}
    try:
        return sections.contamination(score, evidence.base, evidence.tuned, folder, evidence.seed), {}
    except UserError as error:
        return None, {"contamination": error.what}


def seen_probes(settings: Mapping[str, Any], asked: Asked) -> tuple[Mapping[probing.Key, str], dict[str, str]]:
    try:
        return probing.seen(settings, asked.probes), {}
    except UserError as error:
        return {}, {"probes_seen": error.what}


def gather(run: Path, asked: Asked) -> Evidence:
    settings = runs.read(run)
    files = [run / "predictions" / f"{arm}.jsonl" for arm in ("base", "tuned")]
    base, tuned = answers.paired(answers.read(files[0]), answers.read(files[1]), ("base", "tuned"))
    arms = {"base": base, "tuned": tuned}
    shots = run / "predictions" / "base-fewshot.jsonl"
    if shots.is_file():
        arms["base-fewshot"], _ = answers.paired(answers.read(shots), tuned, ("base-fewshot", "tuned"))
    chosen = named_before(settings, tuned)
    extra = [own(asked.own_metric)] if asked.own_metric else []
    extra += [pattern(asked.pattern)] if asked.pattern else []
    if asked.schema:
        wanted = schema.read(asked.schema)
        extra.append(Mean("schema", each(lambda prediction, _: schema.valid(wanted, prediction))))
    first = named(chosen.value)
    others = [named(name) for name in applicable(tuned) if name != first.name]
    metrics: dict[str, Metric] = {m.name: m for m in (first, *others, *extra) if m is first or m.name != first.name}
    return Evidence(run, settings, arms, metrics, replace(chosen, value=first.name), asked.seed)


def named_before(settings: Mapping[str, Any], rows: Sequence[Answer]) -> Resolved[str]:
    metric = str(runs.value(settings, "primary_metric", default=""))
    if metric in METRICS or is_own(metric):
        unchanged(metric, settings["primary_metric"])
        return Resolved(metric, str(runs.reason(settings, "primary_metric") or "named before training"))
    return choose_metric([a.reference for a in rows])


def unchanged(metric: str, kept: Any) -> None:
    """A metric of the user's own decides only as it was before training."""
    if is_own(metric) and isinstance(kept, Mapping) and kept.get("sha256"):
        named(metric)
        if own_digest(metric) != kept["sha256"]:
            hint = "Put the file back as it was; another metric can stand beside it with --own-metric."
            raise UserError("the metric that decides is not the one named before training", where=metric, hint=hint)


def margin(settings: Mapping[str, Any]) -> float:
    """The smallest gain worth having, in the metric's own unit, declared before training."""
    return float(runs.setting(settings, "margin", default=0.0))


def shots_wanted(settings: Mapping[str, Any]) -> bool:
    """Whether the run was to hold the tuned model against worked examples in the prompt."""
    return bool(runs.setting(settings, "few_shot", default=True))


def languages(rows: Sequence[Answer]) -> set[str]:
    """Those that at least one prompt in twenty is in; told by script, as the probes are English or Chinese."""
    seen = Counter({"latin": "en", "han": "zh"}.get(style.script(row.prompt), "") for row in rows)
    return {name for name, count in seen.items() if name and count >= 0.05 * len(rows)}


def against(evidence: Evidence, arm: str) -> tuple[Comparison, ...]:
    """Tuned against one other model on every metric; Holm over the secondary ones."""
    other = evidence.arms.get(arm)
    if other is None:
        return ()
    effects = {name: metric.compare(other, evidence.tuned, evidence.seed) for name, metric in evidence.metrics.items()}
    first, *rest = effects
    adjusted = dict(zip(rest, holm([effects[name].p_value for name in rest]), strict=True))
    return tuple(
        Comparison.of(effects[name], name, str(evidence.metrics[name].unit), arm, adjusted.get(name)) for name in (first, *rest)
    )


def standings(evidence: Evidence) -> tuple[Standing, ...]:
    out = []
    for name, metric in evidence.metrics.items():
        for arm in ARMS:
            if arm in evidence.arms:
                value, interval = metric.alone(evidence.arms[arm], evidence.seed)
                out.append(Standing(arm=arm, metric=name, unit=str(metric.unit), value=value, interval=ends(interval)))
    score = evidence.metrics[evidence.primary.value]
    for arm, rows in sections.controls(evidence.tuned).items():
        if isinstance(score, Mean):
            value, interval = score.alone(rows, evidence.seed)
            out.append(Standing(arm=arm, metric=score.name, unit=str(score.unit), value=value, interval=ends(interval)))
    return tuple(out)


def leading_sentence(evidence: Evidence) -> str:
    metric = evidence.metrics[evidence.primary.value]
    return sentence(metric.compare(evidence.base, evidence.tuned, evidence.seed), metric.name, metric.unit)


def primary(evidence: Evidence) -> Primary:
    n = len(evidence.tuned)
    return Primary(
        metric=evidence.primary.value,
        reason=evidence.primary.reason,
        margin=margin(evidence.settings),
        plan_hash=runs.plan_digest(evidence.settings),
        test_sha256=runs.test_digest(evidence.settings),
        mde_before={f"{share:.2f}": mde_before(n, share) for share in (0.1, 0.2, 0.4)},
    )
