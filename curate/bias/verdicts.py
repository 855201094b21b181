"""From measures to findings: what is both certain and large enough to be worth a person's time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from curate.bias import cures, influence
from curate.bias.associate import Association, lasting
from curate.bias.evidence import Evidence
from curate.bias.lexicon import Lexicon
from curate.bias.measure import BiasMeasures
from curate.bias.overall import Overall
from curate.bias.pairs import Pairs
from curate.bias.represent import Share
from curate.bias.tone import Difference
from curate.catalogue import Rules
from curate.excerpt import excerpt
from curate.findings import Fact, Finding, Severity
from curate.layout import percent

HEAD = 200
"""Code points of an answer that a finding shows at most."""


@dataclass(frozen=True)
class About:
    """What the data-wide rules look at."""

    measures: BiasMeasures
    evidence: Evidence
    lexicon: Lexicon
    pairs: Pairs
    answer: Callable[[int], tuple[str, str]]
    """The last answer of a row, and its field."""


def about_data(about: About, rules: Rules) -> Iterator[Finding | Fact]:
    """BIAS001, 002, 005 and 006, then the cures of what was found."""
    offers: list[cures.Cure] = []
    if rule := rules.get("BIAS001"):
        yield from representation(about, rule.params, offers)
    if rule := rules.get("BIAS002"):
        yield from association(about, rule.params, offers)
    if rule := rules.get("BIAS005"):
        yield from contrasts(about, rule.params)
    if rule := rules.get("BIAS006"):
        yield from (differs(d, about) for d in about.measures.tone if unequal(d, rule.params))
    yield Fact("cures", offers)


def representation(about: About, params: Mapping[str, Any], offers: list[cures.Cure]) -> Iterator[Finding]:
    for share in about.measures.representation:
        if share.lacks(int(params["rows"]), float(params["share"])):
            what = {"code": "BIAS001", "axis": share.axis, "language": share.language, "group": share.group}
            offers.append({**what, "cures": cures.of_share(share)})
            yield lacking(share, about, float(params["warning"]))


def association(about: About, params: Mapping[str, Any], offers: list[cures.Cure]) -> Iterator[Finding]:
    """The pairs that stand out, and what many weak ones make together where no strong one says it already."""
    rate, least = float(params["rate"]), int(params["links"])
    odds = math.log(float(params["odds"]))
    certain = [p for p in about.measures.association if p.q <= rate and p.log_odds >= odds and p.low > 0]
    large = list(lasting(certain, about.evidence, about.lexicon, odds))[: int(params["most"])]
    for pair in large:
        what = {"code": "BIAS002", "axis": pair.axis, "language": pair.language, "group": pair.group, "attribute": pair.attribute}
        offers.append({**what, "cures": cures.of_association(pair)})
        yield tie(pair, about, least)
    said = {(p.axis, p.language, p.kind) for p in large if p.n >= least}
    for whole in about.measures.overall:
        if whole.q <= rate and whole.low >= float(params["v"]) and (whole.axis, whole.language, whole.kind) not in said:
            yield together(whole, about, float(params["v_warning"]))


def lacking(share: Share, about: About, warning: float) -> Finding:
    reference = share.reference or 0.0
    message = (
        f"{share.group} is {percent(share.share, 1)} of the {share.axis} mentions in {language(share.language)} rows "
        f"(95 % interval {percent(share.low, 1)} to {percent(share.high, 1)}, n = {share.of}), "
        f"against a reference of {percent(reference, 1)}"
    )
    severity = Severity.WARNING if share.high < warning * reference else Severity.INFO
    named = [s.group for s in about.measures.representation if s.axis == share.axis and s.reference is not None]
    related = influence.of_share(share, about.evidence, about.lexicon, named)
    return Finding("BIAS001", message, related=related, score=share.share, severity=severity)


def tie(pair: Association, about: About, links: int) -> Finding:
    message = (
        f"{pair.group} is tied to the {pair.kind} {pair.attribute!r} in {language(pair.language)} rows: "
        f"{pair.linked} of the {pair.of} rows that mention it, against {pair.other_linked} of {pair.other_of} "
        f"for the rest of the axis {pair.axis} (log-odds {pair.log_odds:+.2f}, "
        f"95 % interval {pair.low:+.2f} to {pair.high:+.2f}, n = {pair.n} linked rows, q = {pair.q:.2g})"
    )
    severity = Severity.WARNING if pair.n >= links else Severity.INFO
    related = influence.of_association(pair, about.evidence, about.lexicon)
    return Finding("BIAS002", message, related=related, score=round(pair.log_odds, 4), severity=severity)


def together(whole: Overall, about: About, strong: float) -> Finding:
    message = (
        f"Taken together, the groups of {whole.axis} have different {whole.kind}s in {language(whole.language)} rows: "
        f"Cramér's V {whole.v:.2f} (95 % interval {whole.low:.2f} to {whole.high:.2f}, "
        f"n = {whole.links} linked rows, {whole.attributes} {whole.kind}s, q = {whole.q:.2g})"
    )
    severity = Severity.WARNING if whole.low >= strong else Severity.INFO
    related = influence.of_whole(whole, about.evidence, about.lexicon)
    return Finding("BIAS002", message, related=related, score=round(whole.v, 4), severity=severity)


def contrasts(about: About, params: Mapping[str, Any]) -> Iterator[Finding]:
    """Pairs are found on hashes, and told from the texts of their rows."""
    for pair in about.pairs.found():
        (answer, field), (other, _) = about.answer(pair.row), about.answer(pair.other_row)
        difference = about.pairs.why(pair, answer, other)
        if not difference:
            continue
        same = "the same question" if pair.exact else "nearly the same question"
        message = f"Answers {same} otherwise for {pair.group} than for {pair.other_group}: {difference}"
        certain = pair.exact and (pair.axis not in params["facts"] or "refuses" in difference)
        shown = excerpt(answer, (0, min(len(answer), HEAD)))
        severity = None if certain else Severity.INFO
        yield Finding("BIAS005", message, pair.row, field or None, excerpt=shown, related=(pair.other_row,), severity=severity)


def unequal(d: Difference, params: Mapping[str, Any]) -> bool:
    size = abs(d.difference) if d.measure != "length" else math.exp(abs(d.difference))
    return d.q <= float(params["rate"]) and size >= float(params[d.measure]) and (d.low > 0 or d.high < 0)


def differs(d: Difference, about: About) -> Finding:
    what = {"length": "length", "refusal": "share of refusals", "tone": "tone"}[d.measure]
    counts = f"n = {d.n} and {d.other_n}, q = {d.q:.2g}"
    if d.measure == "length":
        shown = f"{math.exp(d.difference):.2f} times as long (95 % interval {math.exp(d.low):.2f} to {math.exp(d.high):.2f}, {counts})"
    else:
        shown = f"{d.value:.2f} against {d.other_value:.2f} (difference {d.difference:+.2f}, interval {d.low:+.2f} to {d.high:+.2f}, {counts})"
    message = (
        f"The {what} of answers differs where {language(d.language)} prompts name {d.group} and no other group of {d.axis}: "
        f"{shown}; not adjusted for what is asked"
    )
    severity = Severity.WARNING if d.measure == "refusal" else Severity.INFO
    related = influence.of_difference(d, about.evidence, about.lexicon)
    return Finding("BIAS006", message, related=related, score=round(d.difference, 4), severity=severity)


def language(code: str) -> str:
    return {"en": "English", "zh": "Chinese"}[code]
