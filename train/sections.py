"""The sections of the report that need nothing but the answers: slices, controls, length, calibration, rows to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import orjson

from train import amplification as amplify
from train import matching, style
from train.answers import Answer, groups
from train.contamination import leaky
from train.facts import BiasAmp, Calibrated, Comparison, Contamination, Drawn, Example, Fit, Point, Slice, ends
from train.metrics import BitsPerByte, Mean, Metric, bits, choose_metric, label
from train.rates import calibration
from train.statistics import holm

LEAST = 10
"""Rows of a slice that are worth comparing."""
DRAWN = {"win": 4, "loss": 4, "tie": 2}


# ---- slices -----------------------------------------------------------------------------------------------------------------


def slices(metric: Metric, base: Sequence[Answer], tuned: Sequence[Answer], seed: int) -> tuple[Slice, ...]:
    """The primary metric by language, length and whatever the rows say of themselves; Holm over all slices."""
    parts = [(name, value, rows) for name, values in partitions(tuned).items() for value, rows in values.items()]
    effects = {
        (name, value): metric.compare([base[i] for i in rows], [tuned[i] for i in rows], seed)
        for name, value, rows in parts
        if len(rows) >= LEAST
    }
    adjusted = dict(zip(effects, holm([e.p_value for e in effects.values()]), strict=True))
    return tuple(
        Slice(
            name=name,
            value=value,
            n=len(rows),
            comparison=Comparison.of(effects[key], metric.name, str(metric.unit), p_adjusted=adjusted[key])
            if (key := (name, value)) in effects
            else None,
        )
        for name, value, rows in parts
    )


def partitions(rows: Sequence[Answer]) -> dict[str, dict[str, list[int]]]:
    """Slice, value, rows; a property that all rows share is none."""
    given = sorted({name for row in rows for name in row.slices})
    properties: dict[str, list[str]] = {name: [row.slices.get(name, "(none)") for row in rows] for name in given}
    properties.setdefault("script of the prompt", [style.script(row.prompt) or "none" for row in rows])
    properties["length of the reference"] = thirds([len(row.reference) for row in rows])
    out = {}
    for name, values in properties.items():
        if 1 < len(set(values)) <= 12:
            out[name] = {value: [i for i, v in enumerate(values) if v == value] for value in sorted(set(values), key=natural)}
    return out


def natural(value: str) -> tuple[int, str]:
    """Sorts 96-120 before 121-."""
    first = value.partition("-")[0]
    return (int(first), value) if first.isdecimal() else (0, value)


def thirds(lengths: Sequence[int]) -> list[str]:
    low, high = np.quantile(lengths, [1 / 3, 2 / 3], method="inverted_cdf")
    names = (f"1-{low}", f"{low + 1}-{high}", f"{high + 1}-")
    return [names[int(length > low) + int(length > high)] for length in lengths]


def contamination(metric: Metric, base: Sequence[Answer], tuned: Sequence[Answer], folder: Path, seed: int) -> Contamination:
    """All rows, the clean and the leaky ones; where nothing leaks, clean is all."""
    found = leaky(folder)
    parts = [[i for i, a in enumerate(tuned) if (str(a.id) in found) is wanted] for wanted in (False, True)]
    compared = [
        Comparison.of(metric.compare([base[i] for i in rows], [tuned[i] for i in rows], seed), metric.name, str(metric.unit))
        if len(rows) >= LEAST and len(parts[1])
        else None
        for rows in parts
    ]
    hits = [str(tuned[i].id) for i in parts[1]]
    return Contamination(
        leaky=len(hits), n=len(tuned), examples=tuple((i, found[i]) for i in hits[:5]), on_clean=compared[0], on_leaky=compared[1]
    )


# ---- controls ---------------------------------------------------------------------------------------------------------------


def controls(rows: Sequence[Answer]) -> dict[str, list[Answer]]:
    """What needs no model: always the same answer, picked on the test rows and so in its favour; and the prompt itself."""
    constant = constant_answer([row.reference for row in rows])
    return {
        "constant answer": [replace(row, prediction=constant) for row in rows],
        "copy of the prompt": [replace(row, prediction=row.prompt) for row in rows],
    }


def constant_answer(references: Sequence[str]) -> str:
    """The commonest answer; of JSON objects, the commonest value of every key."""
    values = [matching.parse_json(r) for r in references]
    objects = [v for v in values if isinstance(v, dict)]
    if len(objects) < 0.9 * len(values):
        return Counter(references).most_common(1)[0][0]
    keys = [k for k, n in Counter(k for v in objects for k in v).items() if n >= 0.5 * len(objects)]
    commonest = {
        k: Counter(orjson.dumps(v[k], option=orjson.OPT_SORT_KEYS) for v in objects if k in v).most_common(1)[0][0] for k in keys
    }
    return orjson.dumps({k: orjson.loads(v) for k, v in commonest.items()}).decode()


# ---- bias and calibration ---------------------------------------------------------------------------------------------------


def amplification(base: Sequence[Answer], tuned: Sequence[Answer], seed: int) -> tuple[BiasAmp, ...]:
    """Groups that prompts name and what answers say of them; and the other way round. A label is what is said, too."""
    sides = {"base": [a.prediction for a in base], "tuned": [a.prediction for a in tuned]}
    asked, true = amplify.mentions([a.prompt for a in tuned]), amplify.mentions([a.reference for a in tuned])
    said = {arm: amplify.mentions(texts) for arm, texts in sides.items()}
    labels = {label(a.reference) for a in tuned}
    as_labels = 2 <= len(labels) <= 20 and max(map(len, labels)) <= 60
    groups_to_what = amplify.amplified(
        [m.groups for m in asked],
        [m.attributes | ({label(a.reference)} if as_labels else set()) for m, a in zip(true, tuned, strict=True)],
        {
            arm: [m.attributes | ({label(t)} if as_labels else set()) for m, t in zip(said[arm], sides[arm], strict=True)]
            for arm in sides
        },
        "group in the prompt → attribute in the answer",
        groups(tuned),
        seed=seed,
    )
    what_to_groups = amplify.amplified(
        [m.attributes for m in asked],
        [m.groups for m in true],
        {arm: [m.groups for m in said[arm]] for arm in sides},
        "attribute in the prompt → group in the answer",
        groups(tuned),
        seed=seed,
    )
    return tuple(as_fact(found) for found in (groups_to_what, what_to_groups) if found)


def as_fact(found: amplify.Amplification) -> BiasAmp:
    return BiasAmp(
        direction=found.direction,
        pairs=found.pairs,
        rows=found.rows,
        base=found.base[0],
        base_interval=ends(found.base[1]),
        tuned=found.tuned[0],
        tuned_interval=ends(found.tuned[1]),
        difference=found.difference[0],
        interval=ends(found.difference[1]),
        worst=found.worst,
        rates=found.rates,
    )


def calibrated(arms: Mapping[str, Sequence[Answer]], seed: int) -> tuple[Calibrated, ...]:
    """Where answers are right or wrong, and the run kept the model's confidence in each: the probability of that very answer."""
    out = []
    if choose_metric([a.reference for a in next(iter(arms.values()))]).value == "chrf":
        return ()
    for arm, rows in arms.items():
        pairs = [(a.confidence, matching.exact_normalised(a.prediction, a.reference)) for a in rows if a.confidence is not None]
        if len(pairs) == len(rows):
            found = calibration([p for p, _ in pairs], [y for _, y in pairs], seed=seed)
            out.append(Calibrated(arm=arm, brier=found.brier, error=found.error, interval=ends(found.interval), bins=found.bins))
    return tuple(out)


# ---- fit --------------------------------------------------------------------------------------------------------------------


def tested(found: Fit | None, base: Sequence[Answer], tuned: Sequence[Answer]) -> Fit | None:
    """The curves with the loss on the test answers beside them: before the first update, and at the one that was kept."""
    if found is None or found.best_step is None:
        return found
    points = [Point(step=step, test=loss) for step, rows in ((0, base), (found.best_step, tuned)) if (loss := token_loss(rows))]
    return found.model_copy(update={"test": tuple(points)})


def token_loss(rows: Sequence[Answer]) -> float | None:
    """Nats a token, end tokens included, as the validation loss counts them; None where the run did not keep it of every row."""
    if any(a.nll is None or not a.target_tokens for a in rows):
        return None
    return sum((a.nll or 0.0) + a.end_nll for a in rows) / sum(a.target_tokens for a in rows)


# ---- rows to read -----------------------------------------------------------------------------------------------------------


def row_scores(metric: Metric, rows: Sequence[Answer]) -> list[float]:
    match metric:
        case Mean():
            return metric.scores(rows)
        case BitsPerByte():
            return [b / max(1, a.target_bytes) for a, b in zip(rows, bits(rows), strict=True)]
        case _:
            return [matching.exact_normalised(a.prediction, a.reference) for a in rows]


def drawn(metric: Metric, base: Sequence[Answer], tuned: Sequence[Answer], seed: int) -> Drawn:
    sign = -1 if metric.lower_is_better else 1
    scores = list(zip(row_scores(metric, base), row_scores(metric, tuned), strict=True))
    kinds = ["win" if sign * (t - b) > 0 else "loss" if sign * (t - b) < 0 else "tie" for b, t in scores]
    rng = np.random.default_rng(seed)
    examples = []
    for kind, wanted in DRAWN.items():
        those = [i for i, k in enumerate(kinds) if k == kind]
        picked = [those[i] for i in sorted(rng.permutation(len(those))[:wanted])]
        examples += [example(kind, base[i], tuned[i], scores[i]) for i in picked]
    counts = Counter(kinds)
    return Drawn(
        metric=metric.name, seed=seed, wins=counts["win"], losses=counts["loss"], ties=counts["tie"], examples=tuple(examples)
    )


def example(kind: Hashable, base: Answer, tuned: Answer, scores: tuple[float, float]) -> Example:
    masked = (style.masked(t) for t in (tuned.prompt, tuned.reference, base.prediction, tuned.prediction))
    prompt, reference, by_base, by_tuned = masked
    return Example.model_validate(
        {
            "kind": kind, "id": str(tuned.id), "prompt": prompt, "reference": reference, "base": by_base, "tuned": by_tuned,
            "base_score": scores[0], "tuned_score": scores[1],
        }
    )  # fmt: skip
