"""The metrics by name: what they score, which way is better, and which one decides when the user names none."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import numpy as np

from curate.errors import UserError
from train import matching, overlap, style
from train.abuse import new_abuse
from train.answers import Answer, groups
from train.config import Resolved
from train.intervals import Array, Interval
from train.rates import bounded, rate
from train.statistics import Effect, paired
from train.sums import corpus, ratio


class Unit(StrEnum):
    POINTS = "points"
    """0 to 1, shown as per cent."""
    BITS = "bits/byte"
    NATS = "nats"
    RAW = ""


@dataclass(frozen=True, slots=True)
class Mean:
    """A score per row, averaged."""

    name: str
    scores: Callable[[Sequence[Answer]], list[float]]
    unit: Unit = Unit.POINTS
    lower_is_better: bool = False

    def compare(self, base: Sequence[Answer], tuned: Sequence[Answer], seed: int = 0) -> Effect:
        scores = self.scores(base), self.scores(tuned)
        effect = paired(*scores, groups(tuned), lower_is_better=self.lower_is_better, seed=seed)
        return replace(effect, interval=effect.interval.clipped(-1.0, 1.0)) if self.unit is Unit.POINTS else effect

    def alone(self, rows: Sequence[Answer], seed: int = 0) -> tuple[float, Interval]:
        values = self.scores(rows)
        if set(values) <= {0.0, 1.0}:
            found = rate(values, groups(rows))
            return found.share, found.interval
        # Against the middle of the scale, so that the rows which the adjusted interval adds lie at its two ends.
        middle = 0.5 if self.unit is Unit.POINTS else 0.0
        effect = paired([middle] * len(values), values, groups(rows), seed=seed)
        interval = Interval(effect.interval.low + middle, effect.interval.high + middle)
        return effect.tuned, interval.clipped(0.0, 1.0 if self.unit is Unit.POINTS else math.inf)


@dataclass(frozen=True, slots=True)
class BitsPerByte:
    """Sum of the reference answers' NLL over (ln 2 x sum of their UTF-8 bytes): comparable across tokenizers and languages."""

    name: str = "bits_per_byte"
    unit: Unit = Unit.BITS
    lower_is_better: bool = True

    def compare(self, base: Sequence[Answer], tuned: Sequence[Answer], seed: int = 0) -> Effect:  # noqa: ARG002 (no draws)
        return ratio(bits(base), bits(tuned), [float(a.target_bytes) for a in tuned], groups(tuned))

    def alone(self, rows: Sequence[Answer], seed: int = 0) -> tuple[float, Interval]:  # noqa: ARG002 (no draws)
        effect = ratio([0.0] * len(rows), bits(rows), [float(a.target_bytes) for a in rows], groups(rows))
        return effect.tuned, effect.interval


@dataclass(frozen=True, slots=True)
class OfSums:
    """A score of sums over all rows; `counts` gets the references too, so that both models are counted on the same labels."""

    name: str
    counts: Callable[[Sequence[Answer]], Array]
    score: Callable[[Array], Array]
    unit: Unit = Unit.POINTS
    lower_is_better: bool = False

    def compare(self, base: Sequence[Answer], tuned: Sequence[Answer], seed: int = 0) -> Effect:
        return corpus(self.counts(base), self.counts(tuned), self.score, groups(tuned), seed=seed)

    def alone(self, rows: Sequence[Answer], seed: int = 0) -> tuple[float, Interval]:
        counted = self.counts(rows)
        effect = corpus(np.zeros_like(counted), counted, self.score, groups(rows), seed=seed)
        # A score of 0 in every resample is no proof of 0.
        flat = effect.interval.low == effect.interval.high and effect.tuned in (0.0, 1.0)
        return effect.tuned, bounded(effect.tuned, effect.groups) if flat else effect.interval


Metric = Mean | BitsPerByte | OfSums


def bits(rows: Sequence[Answer]) -> list[float]:
    missing = [a.id for a in rows if a.nll is None]
    if missing:
        raise UserError(f"row {missing[0]!r} and {len(missing) - 1} more have no `nll`: no bits per byte")
    return [(a.nll or 0.0) / math.log(2) for a in rows]


def each(score: Callable[[str, str], float]) -> Callable[[Sequence[Answer]], list[float]]:
    return lambda rows: [score(a.prediction, a.reference) for a in rows]


def label(text: str) -> str:
    return matching.normalised(text)


def label_counts(rows: Sequence[Answer]) -> Array:
    """Per label of the references: right, said, true."""
    names = {name: i for i, name in enumerate(sorted({label(a.reference) for a in rows}))}
    out = np.zeros((len(rows), 3 * len(names)))
    for row, a in zip(out, rows, strict=True):
        true, said = names[label(a.reference)], names.get(label(a.prediction), -1)
        row[3 * true + 2] = 1
        if said >= 0:
            row[3 * said + 1] = 1
            row[3 * said] = said == true
    return out


def macro_f1(sums: Array) -> Array:
    """Mean over labels of 2·right/(said + true); a label that a resample neither asks for nor gets is left out."""
    right, said, true = (sums[:, i::3] for i in range(3))
    present = said + true > 0
    f1 = np.divide(2 * right, said + true, out=np.zeros(right.shape), where=present)
    return np.asarray(f1.sum(axis=1) / np.maximum(present.sum(axis=1), 1))


def length_error(prediction: str, reference: str) -> float:
    """Doublings or halvings between the lengths of answer and reference."""
    return abs(math.log2((len(prediction) + 1) / (len(reference) + 1)))


METRICS: Mapping[str, Metric] = {
    metric.name: metric
    for metric in (
        Mean("exact_match", each(matching.exact)),
        Mean("exact_match_normalised", each(matching.exact_normalised)),
        OfSums("label_f1", label_counts, macro_f1),
        Mean("fields", each(matching.field_accuracy)),
        Mean("json_valid", each(lambda prediction, _: matching.json_valid(prediction))),
        Mean("json_keys", each(matching.same_keys)),
        Mean("chrf", each(overlap.chrf)),
        OfSums(
            "chrf_corpus",
            lambda rows: np.array([overlap.chrf_counts(a.prediction, a.reference) for a in rows]),
            overlap.chrf_of_sums,
        ),
        Mean("rouge_l", each(overlap.rouge_l)),
        BitsPerByte(),
        Mean("style", lambda rows: style.likeness([a.prediction for a in rows], [a.reference for a in rows])),
        Mean("stopped", lambda rows: [float(a.stopped) for a in rows]),
        Mean("language_right", each(style.language_right)),
        Mean("length_error", each(length_error), Unit.RAW, lower_is_better=True),
        Mean("empty", each(lambda prediction, _: float(not prediction.strip())), lower_is_better=True),
        Mean("refusal", each(style.refuses), lower_is_better=True),
        Mean("abuse", new_abuse, lower_is_better=True),
        Mean(
            "new_contacts",
            lambda rows: [style.new_contacts(a.prediction, f"{a.prompt}\n{a.reference}") for a in rows],
            lower_is_better=True,
        ),
    )
}
LOWER_IS_BETTER = frozenset(m.name for m in METRICS.values() if m.lower_is_better) | {
    "nll",
    "loss",
    "perplexity",
    "bpb",
    "cross_entropy",
    "error",
}
RATES = ("json_valid", "json_keys", "stopped", "language_right", "empty", "refusal", "abuse", "new_contacts")
"""Properties of the form of an answer; reported as shares of rows, never as a reason to ship."""


def choose_metric(references: Sequence[str]) -> Resolved[str]:
    """The primary metric for answers of this kind, with the reason; to be named before training starts."""
    if not references:
        return Resolved("exact_match", "auto: no reference answers to judge by")
    n = len(references)
    objects = sum(isinstance(matching.parse_json(r), dict) for r in references)
    if objects >= 0.9 * n:
        return Resolved("fields", f"auto: {objects} of {n} reference answers are JSON objects")
    distinct, typical = len({label(r) for r in references}), sorted(map(letters, references))[n // 2]
    if typical <= 60 and distinct <= max(2, n // 2, 20 if n >= 40 else 0):
        return Resolved(
            "exact_match", f"auto: short answers that recur ({distinct} distinct in {n}, typically {typical} letters)"
        )
    if typical <= 24:
        return Resolved("exact_match_normalised", f"auto: short answers (typically {typical} letters)")
    return Resolved("chrf", f"auto: free text (typically {typical} letters, {distinct} distinct in {n})")


def letters(text: str) -> int:
    """Length as if in a Latin script: a Chinese character says about as much as two and a half letters."""
    return len(text) + 3 * len(matching.AS_CJK.findall(text)) // 2


def applicable(rows: Sequence[Answer]) -> list[str]:
    """The metrics that mean something for these rows, in the order of the table."""
    references = [a.reference for a in rows]
    structured = sum(isinstance(matching.parse_json(r), dict | list) for r in references) >= 0.5 * len(rows)
    seen = Counter(label(r) for r in references)
    labels = 2 <= len(seen) <= min(50, len(rows) // 2) and not structured and max(map(len, references)) <= 60
    left_out = {
        "label_f1": not labels,
        "fields": not structured,
        "json_valid": not structured,
        "json_keys": not structured,
        "bits_per_byte": any(a.nll is None for a in rows),
        "style": len(rows) < 5 or labels,
        "chrf_corpus": labels,
    }
    return [name for name in METRICS if not left_out.get(name, False)]


def named(name: str) -> Metric:
    """One of ours by its name, or the user's own by `FILE.py:FUNCTION`."""
    if is_own(name):
        return own(name)
    if name not in METRICS:
        raise UserError(f"no metric {name!r}", hint=f"Metrics: {', '.join(METRICS)}; your own as FILE.py:FUNCTION.")
    return METRICS[name]


def pattern(expression: str) -> Mean:
    """The whole answer matches a regular expression of the user's."""
    try:
        compiled = re.compile(expression)
    except re.error as error:
        raise UserError(f"not a regular expression: {error}", where=expression) from None
    return Mean("pattern", each(lambda prediction, _: float(compiled.fullmatch(prediction.strip()) is not None)))


def own(address: str) -> Mean:
    """`FILE.py:FUNCTION`, a file that the user names on the command line; called as f(prediction, reference, row)."""
    file, _, function = address.rpartition(":")
    path = Path(file)
    spec = importlib.util.spec_from_file_location("own_metric", path) if path.suffix == ".py" and path.is_file() else None
    if spec is None or spec.loader is None:
        raise UserError("no such Python file", where=address, hint="Write FILE.py:FUNCTION.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    score = getattr(module, function, None)
    if not callable(score):
        raise UserError(f"the file has no function {function!r}", where=file)

    def scores(rows: Sequence[Answer]) -> list[float]:
        return [checked(score(a.prediction, a.reference, json.loads(a.line or "{}")), a.id, address) for a in rows]

    return Mean(function, scores, Unit.RAW)


def is_own(name: str) -> bool:
    return ".py:" in name


def addressed(name: str) -> str:
    """The name; of a metric of the user's own with its file found from anywhere."""
    file, _, function = name.rpartition(":")
    return f"{Path(file).resolve()}:{function}" if is_own(name) else name


def own_digest(name: str) -> str:
    """SHA-256 of the file that holds the user's own metric; empty for one of ours."""
    return hashlib.sha256(Path(name.rpartition(":")[0]).read_bytes()).hexdigest() if is_own(name) else ""


def checked(value: object, row: Hashable, where: str) -> float:
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise UserError(f"the score of row {row!r} is not a finite number: {value!r}", where=where)
    return float(value)
