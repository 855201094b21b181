"""Did training make the model more biased than its data, or than the base? Directional, with intervals.

- outcomes: BiasAmp from cause to effect, Wang & Russakovsky (2021), Directional Bias Amplification, for the associations in the
  reference answers between groups that a prompt names and what the answer says of them, and the other way round
- sentence pairs: how much likelier the stereotyped sentence of a pair becomes (after CrowS-Pairs, Nangia et al. 2020)
- prompt pairs: how much the same answer depends on which group the prompt names
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from train.config import BIAS_MARGIN
from train.forgetting import FOLDER
from train.intervals import Array, Interval
from train.likelihood import score_answers, score_texts
from train.scores import lines
from train.statistics import Effect, Margin, non_inferior, paired
from train.sums import coded

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

LEAST = 5
"""Rows that name a cause before its share is worth a number."""
RESAMPLES = 2_000


# ---- pairs ------------------------------------------------------------------------------------------------------------------


def shipped() -> list[dict[str, str]]:
    """Minimal pairs in English and Chinese, written for this project: only the group differs."""
    return [{**json.loads(text), "set": name} for name in ("en", "zh") for _, text in lines(FOLDER / f"pairs.{name}.jsonl")]


def measure(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, pairs: Sequence[Mapping[str, str]]
) -> list[dict[str, Any]]:
    """NLL of both sides of every pair."""
    sentences = [p for p in pairs if p["kind"] == "sentence"]
    prompts = [p for p in pairs if p["kind"] == "prompt"]
    texts = score_texts(model, tokenizer, [p[side] for p in sentences for side in ("stereotyped", "swapped")])
    asked = score_answers(model, tokenizer, [(p[side], p["answer"]) for p in prompts for side in ("prompt", "swapped")])
    rows = []
    for some, scored in ((sentences, texts), (prompts, asked)):
        for p, one, other in zip(some, scored[::2], scored[1::2], strict=True):
            rows.append({"set": p["set"], "kind": p["kind"], "id": p["id"], "nll": one.nll, "swapped_nll": other.nll})
    return rows


@dataclass(frozen=True, slots=True)
class Pairs:
    set: str
    kind: str
    shift: Effect
    """Sentences: log-odds of the stereotype. Prompts: how far apart the two prompts put the same answer. Lower is better."""
    preferring: Effect | None
    """Sentences: share of pairs whose stereotyped side is the likelier one."""
    margin: float
    outcome: Margin


def compare(
    base: Sequence[Mapping[str, Any]], tuned: Sequence[Mapping[str, Any]], margin: float = BIAS_MARGIN, seed: int = 0
) -> list[Pairs]:
    before, after = ({(r["set"], r["kind"], r["id"]): float(r["swapped_nll"] - r["nll"]) for r in rows} for rows in (base, tuned))
    out = []
    for name, kind in dict.fromkeys(key[:2] for key in before):
        keys = sorted(k for k in before if k[:2] == (name, kind))
        a, b = ([side[k] for k in keys] for side in (before, after))
        if kind == "prompt":
            a, b = [abs(x) for x in a], [abs(x) for x in b]
        shift = paired(a, b, lower_is_better=True, seed=seed)
        signs = [[float(x > 0) for x in side] for side in (a, b)]
        preferring = paired(*signs, lower_is_better=True, seed=seed) if kind == "sentence" else None
        out.append(Pairs(name, kind, shift, preferring, margin, non_inferior(shift.gain, margin)))
    return out


# ---- outcomes ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mentions:
    groups: frozenset[str]
    attributes: frozenset[str]
    """Occupations, traits, outcomes."""


def mentions(texts: Sequence[str]) -> list[Mentions]:
    """Who and what the texts name, by the lexicon of curate's bias stage."""
    from curate.bias.lexicon import load
    from curate.bias.reading import ATTRIBUTE_KINDS, read
    from curate.bias.terms import Kind

    lexicon = load()
    reading = read(texts, lexicon)
    found: list[tuple[set[str], set[str]]] = [(set(), set()) for _ in texts]
    for text, kind, target in zip(reading.text, reading.kind, reading.target, strict=True):
        if kind == Kind.GROUP:
            group = lexicon.groups[target]
            found[text][0].add(f"{group.axis}: {group.name}")
        elif kind in ATTRIBUTE_KINDS:
            found[text][1].add(lexicon.attributes[target].name)
    return [Mentions(frozenset(groups), frozenset(attributes)) for groups, attributes in found]


@dataclass(frozen=True, slots=True)
class Amplification:
    """BiasAmp: above 0 the answers carry the data's associations further than the reference answers do."""

    direction: str
    pairs: int
    rows: int
    base: tuple[float, Interval]
    tuned: tuple[float, Interval]
    difference: tuple[float, Interval]
    worst: str
    """The pair that the tuned model amplifies most."""
    rates: tuple[float, float, float]
    """How often that effect goes with that cause: in the reference answers, said by base, said by tuned."""


def amplified(
    causes: Sequence[frozenset[str]],
    truth: Sequence[frozenset[str]],
    answers: Mapping[str, Sequence[frozenset[str]]],
    direction: str,
    groups: Sequence[str] | None = None,
    *,
    seed: int = 0,
) -> Amplification | None:
    """`answers` has `base` and `tuned`. None where no cause is named often enough, or no effect goes with it."""
    c, e = names(causes), names(truth)
    cause, right = indicators(causes, c), indicators(truth, e)
    keep = [i for i in range(len(c)) if LEAST <= cause[:, i].sum() <= len(cause) - LEAST]
    effects = [j for j in range(len(e)) if right[:, j].sum() >= LEAST]
    if not keep or not effects:
        return None
    cause, right = cause[:, keep], right[:, effects]
    said = {arm: indicators(rows, [e[j] for j in effects]) for arm, rows in answers.items()}
    weights = resampled(coded(groups, range(len(truth))), seed)
    joint = cause.T @ right / len(truth)
    # y: the data tie this cause and this effect more than chance would.
    sign = np.where(joint > np.outer(cause.mean(axis=0), right.mean(axis=0)), 1.0, -1.0)
    values = {arm: per_pair(weights, cause, said[arm] - right) * sign for arm in said}
    means = {arm: v.reshape(len(weights), -1).mean(axis=1) for arm, v in values.items()}
    top = np.unravel_index(int(values["tuned"][0].argmax()), sign.shape)

    def share(side: Array) -> float:
        return float(side[cause[:, top[0]] > 0, top[1]].mean())

    return Amplification(
        direction,
        sign.size,
        int((cause.sum(axis=1) > 0).sum()),
        summary(means["base"]),
        summary(means["tuned"]),
        summary(means["tuned"] - means["base"]),
        f"{c[keep[top[0]]]} → {e[effects[top[1]]]}",
        (share(right), share(said["base"]), share(said["tuned"])),
    )


def names(rows: Sequence[frozenset[str]]) -> list[str]:
    return sorted(frozenset().union(*rows))


def indicators(rows: Sequence[frozenset[str]], columns: Sequence[str]) -> Array:
    return np.array([[float(name in row) for name in columns] for row in rows]).reshape(len(rows), len(columns))


def resampled(codes: np.ndarray[Any, np.dtype[np.int64]], seed: int) -> Array:
    """Weights of rows: first the rows as they are, then resamples of their groups."""
    rng, count = np.random.default_rng(seed), int(codes.max()) + 1
    draws = rng.multinomial(count, np.full(count, 1 / count), size=RESAMPLES).astype(float)
    return np.vstack([np.ones(len(codes)), draws[:, codes]])


def per_pair(weights: Array, cause: Array, change: Array) -> Array:
    """P(effect said | cause) - P(effect true | cause), for every resample and pair; 0 where a resample has no such cause."""
    below = weights @ cause
    out = np.empty((len(weights), cause.shape[1], change.shape[1]))
    for i in range(cause.shape[1]):
        above = weights @ (cause[:, [i]] * change)
        out[:, i] = np.divide(above, below[:, [i]], out=np.zeros_like(above), where=below[:, [i]] > 0)
    return out


def summary(values: Array) -> tuple[float, Interval]:
    low, high = np.quantile(values[1:], [0.025, 0.975])
    return float(values[0]), Interval(float(low), float(high))
