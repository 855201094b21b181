"""What an audit found, as facts. `--format json` is this; every other format is drawn from it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from curate import __version__, catalogue
from curate.acting import suppressing
from curate.catalogue import Rules
from curate.config import Settings
from curate.corpus import Corpus
from curate.examine import Examination, severity
from curate.findings import Finding, Severity
from curate.judging.evidence import Evidence, Said
from curate.judging.verdict import Gate, Verdict, judge
from curate.stages import STAGES

SCHEMA_VERSION = 1
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Tally:
    """One rule and how often it was broken."""

    code: str
    name: str
    severity: Severity
    rows: int
    findings: int
    share: float
    """Of the rows read."""
    rows_at_info: int
    """Of `rows`, where the stage was less sure than the rule's severity says and all that it found is info."""
    example: Mapping[str, Any] | None
    summary: str
    action: str


@dataclass(frozen=True)
class Report:
    """All that any format shows."""

    verdict: str
    gates: tuple[Gate, ...]
    input: Mapping[str, Any]
    rules: tuple[Tally, ...]
    stages: tuple[Mapping[str, Any], ...]
    facts: Mapping[str, Any]
    worst: tuple[Mapping[str, Any], ...]
    next: tuple[str, ...]
    settings: Mapping[str, Any]
    build: Mapping[str, Any] = field(default_factory=dict)
    """What `curate build` did, in a built folder's report."""
    gates_zh: tuple[tuple[str, str], ...] = ()
    """Name and reason of each gate in Chinese."""
    advice: tuple[Said, ...] = ()
    """Should one fine-tune at all."""

    def fails(self, at: Severity) -> bool:
        return any(t.severity.rank >= at.rank for t in self.rules)

    def to_json(self, timings: bool = True) -> dict[str, Any]:
        stages = [dict(s) if timings else {k: v for k, v in s.items() if k != "seconds"} for s in self.stages]
        return {
            "schema_version": SCHEMA_VERSION,
            "tool": {"name": "curate", "version": __version__},
            "verdict": self.verdict,
            "gates": [asdict(g) for g in self.gates],
            "input": dict(self.input),
            "rules": [asdict(t) for t in self.rules],
            "stages": stages,
            "facts": dict(self.facts),
            "worst": list(self.worst),
            "advice": [said.en for said in self.advice],
            "next": list(self.next),
            "settings": dict(self.settings),
            **({"build": dict(self.build)} if self.build else {}),
        }


def summarise(corpus: Corpus, done: Examination, rules: Rules, settings: Settings, command: str = "INPUT") -> Report:
    """Findings tallied by rule, worst first, and the verdict on them. `command`: the input as it is to be typed again."""
    tallies = tally(corpus, done, rules)
    verdict = verdict_on(corpus, done, tallies)
    by_severity = sorted(done.findings, key=lambda f: -severity(f, rules).rank)
    return Report(
        verdict=verdict.outcome,
        gates=verdict.gates,
        input=input_facts(corpus, done),
        rules=tuple(tallies),
        stages=tuple(
            {"name": r.name, "seconds": round(r.seconds, 3), "skipped_because": r.skipped_because, "findings": r.findings}
            for r in done.runs
        ),
        facts=by_stage(done.facts),
        worst=tuple(worst(corpus, by_severity, tallies, rules)),
        next=tuple(c.replace("INPUT", command) for c in verdict.next),
        settings=shown_settings(settings),
        gates_zh=verdict.gates_zh,
        advice=verdict.advice,
    )


def tally(corpus: Corpus, done: Examination, rules: Rules) -> list[Tally]:
    """Sorted by damage: severity, then rows."""
    hits: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in done.findings:
        hits[finding.code].append(finding)
    total = int(corpus.own.sum()) or 1
    found = []
    for code, findings in hits.items():
        rows = len({f.row for f in findings if f.row is not None})
        top = max((severity(f, rules) for f in findings), key=lambda s: s.rank)
        first = next((f for f in findings if severity(f, rules) is top), findings[0])
        rule = rules[code]
        sure = len({f.row for f in findings if f.row is not None and severity(f, rules) is not Severity.INFO})
        at_info = rows - sure if top is not Severity.INFO else 0
        example = as_json(corpus, first, rules)
        found.append(Tally(code, rule.name, top, rows, len(findings), rows / total, at_info, example, rule.summary, rule.action))
    return sorted(found, key=lambda t: (-t.severity.rank, -t.rows, t.code))


def worst(corpus: Corpus, findings: Sequence[Finding], tallies: Sequence[Tally], rules: Rules) -> list[dict[str, Any]]:
    """One example of each of the three most damaging rules."""
    chosen = []
    for t in tallies[:EXAMPLES]:
        example = next((f for f in findings if f.code == t.code and f.excerpt), None) or next(
            f for f in findings if f.code == t.code
        )
        chosen.append(as_json(corpus, example, rules))
    return chosen


def verdict_on(corpus: Corpus, done: Examination, tallies: Sequence[Tally]) -> Verdict:
    own = corpus.own
    splits = {
        name: int((corpus.split[own] == i).sum())
        for i, name in enumerate(corpus.splits)
        if name and not name.startswith("against:")
    }
    return judge(
        Evidence(
            rows=int(own.sum()),
            usable=int((corpus.usable & own).sum()),
            counts={t.code: t.rows or t.findings for t in tallies},
            at_info={t.code: t.rows_at_info for t in tallies if t.rows_at_info},
            severity={t.code: t.severity for t in tallies},
            facts=done.facts,
            splits=splits,
            against=[name.removeprefix("against:") for name in corpus.splits if name.startswith("against:")],
            looked=done.looked,
            left_out=catalogue.shipped().keys() - done.looked,
        )
    )


def by_stage(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Under the names that the stages have everywhere else: `facts.bias`, not `facts.BIAS`."""
    names = {family: name for name, family in STAGES.items()}
    return {names.get(key, key): value for key, value in facts.items()}


def input_facts(corpus: Corpus, done: Examination) -> dict[str, Any]:
    coverage = done.facts.get("COV", {})
    own = [f for f in corpus.files if not f.split.startswith("against:")]
    return {
        "files": [
            {
                "path": f.shown,
                "format": f.format,
                "packed": f.packed,
                "encoding": f.encoding,
                "shape": f.shape,
                "split": f.split,
                "rows": f.rows,
                "bytes": f.bytes,
            }
            for f in corpus.files
        ],
        "rows": int(corpus.own.sum()),
        "usable_rows": int((corpus.usable & corpus.own).sum()),
        "bytes": sum(f.bytes for f in own),
        "format": " and ".join(dict.fromkeys(f.format for f in own)),
        "shape": " and ".join(dict.fromkeys(f.shape for f in own)),
        "languages": coverage.get("languages", {}),
        "tokens": done.facts.get("TOK", {}).get("tokens"),
        **({"sample_of": corpus.cache["sampled"]} if "sampled" in corpus.cache else {}),
    }


def shown_settings(settings: Settings) -> dict[str, Any]:
    """Only what decides the result; workers do not."""
    values = asdict(settings)
    for key in ("workers", "origin"):
        values.pop(key)
    return {**values, "suppress": [suppressing.shown(entry) for entry in settings.suppress]}


def as_json(corpus: Corpus, finding: Finding, rules: Rules) -> dict[str, Any]:
    """One finding as every format gives it out."""
    place = corpus.where(finding.row) if finding.row is not None else None
    return {
        "code": finding.code,
        "severity": severity(finding, rules).value,
        "file": place.file if place else (corpus.files[0].shown if len(corpus.files) == 1 else None),
        "line": place.line if place else None,
        "id": place.id if place else None,
        "field": finding.field,
        "span": list(finding.span) if finding.span else None,
        "message": finding.message,
        "excerpt": finding.excerpt,
        "related": [{"file": w.file, "line": w.line, "id": w.id} for w in map(corpus.where, finding.related)],
        "score": round(finding.score, 6) if finding.score is not None else None,
        "fix": FIXES.get(finding.code[:-3]) if rules[finding.code].action != "report" else None,
    }


FIXES: Mapping[str, str] = {
    "SCH": "curate build INPUT -o DIR",
    "DUP": "curate build INPUT -o DIR",
    "PII": "curate build INPUT -o DIR --pii mask",
    "LEAK": "curate build INPUT -o DIR",
}

Level = Literal["error", "warning", "info"]


def levels(report: Report) -> Counter[str]:
    return Counter(t.severity.value for t in report.rules)
