"""Every stage over a corpus: findings, facts, and how long each took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from curate.aside import both, handed_out
from curate.catalogue import Rule, Rules
from curate.config import Settings
from curate.corpus import Corpus
from curate.errors import NotApplicable
from curate.findings import Fact, Finding, Severity
from curate.pii.known import Known
from curate.stages import STAGES, stage


@dataclass(frozen=True, slots=True)
class StageRun:
    name: str
    family: str
    findings: int
    seconds: float
    skipped_because: str | None = None


@dataclass(slots=True)
class Examination:
    findings: list[Finding] = field(default_factory=list)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    runs: list[StageRun] = field(default_factory=list)
    looked: set[str] = field(default_factory=set)
    """Rules of the stages that ran: where nothing is said of another rule, nothing is known."""


ASIDE = ("tokens", "coverage", "quality", "labels")
"""Stages that leave nothing behind for others, so that a copy of this process can run them; those that take longest come first."""
MANY = 2_000
"""Rows from which a second process is worth its start."""


@dataclass(slots=True)
class Stood:
    """What one stage said."""

    run: StageRun
    findings: list[Finding] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)


def examine(
    corpus: Corpus,
    rules: Rules,
    settings: Settings,
    starts: Callable[[str], None] = lambda _: None,
    still: Callable[[], None] = lambda: None,
) -> Examination:
    """Run the stages whose rules were selected, and say it in their order, whichever of two processes ran them.

    `starts` hears each name before it runs; `still` is called before this process is copied, and must end every thread of the caller's.
    """
    chosen = {name: {code: rule for code, rule in rules.items() if rule.family == family} for name, family in STAGES.items()}
    stood = ran(corpus, chosen, settings, starts, still)
    done = Examination()
    for name, family in STAGES.items():
        said = stood[name]
        for fact in said.facts:
            done.facts.setdefault(family, {})[fact.name] = fact.value
        done.findings += said.findings
        done.runs.append(said.run)
        if not said.run.skipped_because:
            done.looked |= chosen[name].keys()
    scrub(corpus, done)
    done.findings.sort(key=lambda f: (f.row is None, f.row or 0, f.code))
    return done


def ran(
    corpus: Corpus, chosen: Mapping[str, Rules], settings: Settings, starts: Callable[[str], None], still: Callable[[], None]
) -> dict[str, Stood]:
    """Every stage; some in a copy of this process where there are many rows, a second core and work for both."""

    def some(names: Iterable[str], starts: Callable[[str], None]) -> dict[str, Stood]:
        return {name: one(name, corpus, chosen[name], settings, starts) for name in names}

    mine, other = [name for name in STAGES if name not in ASIDE], [name for name in ASIDE if chosen[name]]
    # A model of the user's takes both cores and its memory once.
    alone = settings.processes == 1 or settings.difficulty or len(corpus) < MANY
    if alone or not other or not any(chosen[name] for name in mine):
        return some(STAGES, starts)
    left = handed_out(other)

    def here() -> dict[str, Stood]:
        found = some(mine, starts) | some(left, starts)
        for name in [name for name in other if name not in found and (name != "tokens" or settings.tokenizer)][-1:]:
            starts(name)  # what there is still to wait for
        return found

    still()
    first, second = both(here, lambda: some(left, lambda _: None))
    found = first | second
    # What was not selected; and, should the copy have come to grief, what it had taken.
    return found | some([name for name in STAGES if name not in found], starts)


def one(name: str, corpus: Corpus, rules: Rules, settings: Settings, starts: Callable[[str], None]) -> Stood:
    family = STAGES[name]
    said = Stood(StageRun(name, family, 0, 0.0, "not selected"))
    if not rules:
        return said
    starts(name)
    began, skipped = time.perf_counter(), None
    try:
        for word in stage(name).check(corpus, rules, settings):
            if isinstance(word, Fact):
                said.facts.append(word)
            elif word.code in rules:
                said.findings.append(word)
    except NotApplicable as reason:
        skipped = reason.reason
    said.run = StageRun(name, family, len(said.findings), time.perf_counter() - began, skipped)
    return said


def scrub(corpus: Corpus, done: Examination) -> None:
    """What only the PII stage knows (names, a user's own kinds) is taken out of what the other stages show too."""
    known: Known | None = corpus.cache.get("PII values")
    if known is None or not known.masks:
        return
    seen = corpus.cache["PII"]
    for i, finding in enumerate(done.findings):
        if finding.row in seen and finding.excerpt and not finding.code.startswith("PII"):
            done.findings[i] = replace(finding, excerpt=known.masked(finding.excerpt))
    done.facts = {family: facts if family == "PII" else known.everywhere(facts) for family, facts in done.facts.items()}


def severity(finding: Finding, rules: Rules) -> Severity:
    rule: Rule = rules[finding.code]
    # A stage may say less than the rule where it is less sure; a user's override of the rule stands over both.
    return finding.severity if finding.severity and finding.severity.rank < rule.severity.rank else rule.severity
