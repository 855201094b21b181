"""PII: personal data and secrets. What finds them is in `curate.pii`; the words are in `rules/pii/`."""

from __future__ import annotations

from collections.abc import Iterator

from curate.catalogue import Rules
from curate.config import Settings
from curate.corpus import Corpus
from curate.findings import Fact, Finding, Severity
from curate.pii.finder import Finder
from curate.pii.hits import KINDS, Confidence, Hit
from curate.pii.known import Known
from curate.pii.masking import excerpt
from curate.pii.policy import severity, stands_beside
from curate.pii.scan import Found, scan
from curate.pii.tally import Table

FAMILY = "PII"


def check(corpus: Corpus, rules: Rules, settings: Settings) -> Iterator[Finding | Fact]:
    finder = Finder(rules, settings.pii_names, settings.pii_model)
    # Kept for `build`, which replaces exactly what was found here and looks for nothing by itself.
    table, kept, known = Table(), corpus.cache.setdefault(FAMILY, {}), corpus.cache.setdefault("PII values", Known())
    for row, parts in scan(corpus, finder.engine, finder.taggers):
        kept[row] = {part.field: part.hits for part in parts}
        beside = stands_beside(h for part in parts for h in part.hits)
        for part in parts:
            known.add(part.text, [h for h in part.hits if h.confidence is not Confidence.PROVED])
            for h in part.hits:
                if h.code in rules:
                    finding = report(row, part, h, beside)
                    table.add(row, h, finding.excerpt, noted=finding.severity is Severity.INFO)
                    yield finding
    yield Fact("kinds", table.rows(int(corpus.own.sum())))
    if table.found:
        yield Fact("tables", [table.drawn(int(corpus.own.sum()))])


def report(row: int, part: Found, h: Hit, beside: bool) -> Finding:
    kind = KINDS[h.kind]
    doubt = h.aside or {"proved": "", "cued": "", "guess": "judged by its form alone"}[h.confidence]
    message = f"{kind.label} ({doubt})" if doubt else kind.label
    return Finding(
        h.code,
        message,
        row=row,
        field=part.field,
        span=(h.start, h.end),
        excerpt=excerpt(part.text, h, part.hits),
        score=h.score,
        severity=severity(h, beside),
    )
