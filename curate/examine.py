"""Every stage over a corpus: findings, facts, and how long each took."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

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


def examine(corpus: Corpus, rules: Rules, settings: Settings, starts: Callable[[str], None] = lambda _: None) -> Examination:
    """Run the stages whose rules were selected; `starts` hears each name before it runs."""
    done = Examination()
    for name, family in STAGES.items():
        chosen = {code: rule for code, rule in rules.items() if rule.family == family}
        if not chosen:
            done.runs.append(StageRun(name, family, 0, 0.0, "not selected"))
            continue
        starts(name)
        module = stage(name)
        began, skipped, before = time.perf_counter(), None, len(done.findings)
        try:
            for said in module.check(corpus, chosen, settings):
                if isinstance(said, Fact):
                    done.facts.setdefault(family, {})[said.name] = said.value
                elif said.code in chosen:
                    done.findings.append(said)
            done.looked |= chosen.keys()
        except NotApplicable as reason:
            skipped = reason.reason
        done.runs.append(StageRun(name, family, len(done.findings) - before, time.perf_counter() - began, skipped))
    scrub(corpus, done)
    done.findings.sort(key=lambda f: (f.row is None, f.row or 0, f.code))
    return done


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
