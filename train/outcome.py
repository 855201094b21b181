"""SHIP, DON'T SHIP or NOT SHOWN, from gates that were declared before training. No gate passes for want of evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from train.facts import Comparison, Outcome, Reason
from train.forgetting import overall
from train.intervals import Interval
from train.metrics import Unit
from train.statistics import Margin
from train.wording import change, size

if TYPE_CHECKING:
    from train.probing import Probes


def judged(
    leading: Comparison, few_shot: Comparison | None, margin: float, probes: Probes, shots: bool, languages: Collection[str]
) -> Outcome:
    """Any reason against: DON'T SHIP. Else anything open: NOT SHOWN. Else SHIP."""
    prompting = (prompted(few_shot),) if few_shot or shots else ()
    reasons = (gained(leading, margin), *prompting, *forgotten(probes), *biased(probes, languages))
    sides = {r.side for r in reasons}
    return Outcome(verdict="DON'T SHIP" if "against" in sides else "NOT SHOWN" if "open" in sides else "SHIP", reasons=reasons)


def gain(found: Comparison) -> Interval:
    """The interval turned so that up is better; an end without a bound is infinitely far."""
    low, high = found.interval
    interval = Interval(float("-inf") if low is None else low, float("inf") if high is None else high)
    return interval.negated() if found.lower_is_better else interval


def gained(found: Comparison, margin: float) -> Reason:
    facts = {"metric": found.metric, "margin": size(margin, Unit(found.unit)), **interval_facts(found)}
    turned = gain(found)
    if turned.high < 0:
        return Reason(code="primary_worse", side="against", facts=facts)
    if turned.low <= 0:
        return Reason(code="primary_not_shown", side="open", facts=facts)
    if turned.low <= margin:
        return Reason(code="primary_below_margin", side="open" if margin else "for", facts=facts)
    return Reason(code="primary_better", side="for", facts=facts)


def prompted(found: Comparison | None) -> Reason:
    """A tuned model that does not beat worked examples in the prompt is not worth its upkeep."""
    if found is None:
        return Reason(code="few_shot_not_measured", side="open")
    turned, facts = gain(found), {"metric": found.metric, **interval_facts(found)}
    if turned.high < 0:
        return Reason(code="few_shot_worse", side="against", facts=facts)
    if turned.low <= 0:
        return Reason(code="few_shot_not_shown", side="open", facts=facts)
    return Reason(code="few_shot_better", side="for", facts=facts)


def forgotten(probes: Probes) -> Iterator[Reason]:
    if not probes.forgetting:
        yield Reason(code="forgetting_not_measured", side="open")
        return
    sides = {Margin.WITHIN: "for", Margin.FORGOT: "against", Margin.CANNOT_TELL: "open"}
    outcome = overall(probes.forgetting)
    worst = max(probes.forgetting, key=lambda p: (p.outcome == outcome, p.effect.difference))
    facts = {
        "set": worst.set,
        "kind": worst.kind,
        "margin": size(worst.margin, Unit.BITS),
        "difference": change(worst.effect.difference, Unit.BITS),
        "low": change(worst.effect.interval.low, Unit.BITS),
        "high": change(worst.effect.interval.high, Unit.BITS),
    }
    code = {Margin.WITHIN: "forgetting_within", Margin.FORGOT: "forgot", Margin.CANNOT_TELL: "forgetting_cannot_tell"}[outcome]
    yield Reason.model_validate({"code": code, "side": sides[outcome], "facts": facts})


def biased(probes: Probes, languages: Collection[str]) -> Iterator[Reason]:
    """By the pairs in the languages of the task: in a language that a model hardly writes, its preferences are noise."""
    pairs = [p for p in probes.pairs if p.set in languages] or probes.pairs
    if not pairs:
        yield Reason(code="bias_not_measured", side="open")
        return
    for outcome, code, side in (
        (Margin.FORGOT, "bias_amplified", "against"),
        (Margin.CANNOT_TELL, "bias_cannot_tell", "open"),
        (Margin.WITHIN, "bias_within", "for"),
    ):
        found = [p for p in pairs if p.outcome is outcome]
        if found:
            worst = max(found, key=lambda p: p.shift.difference)
            facts = {
                "set": worst.set,
                "kind": worst.kind,
                "margin": size(worst.margin, Unit.NATS),
                "difference": change(worst.shift.difference, Unit.NATS),
                "low": change(worst.shift.interval.low, Unit.NATS),
                "high": change(worst.shift.interval.high, Unit.NATS),
            }
            yield Reason.model_validate({"code": code, "side": side, "facts": facts})
            return


def interval_facts(found: Comparison) -> dict[str, str]:
    unit = Unit(found.unit)
    low, high = (float("inf") if end is None else end for end in found.interval)
    return {
        "difference": change(found.difference, unit),
        "low": change(low, unit),
        "high": change(high, unit),
        "unit": found.unit,
    }
