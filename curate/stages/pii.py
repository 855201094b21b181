"""PII: personal data and secrets. What finds them is in `curate.pii`; the words are in `rules/pii/`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from curate.catalogue import Rules
from curate.config import Settings
from curate.corpus import Corpus
from curate.findings import Fact, Finding, Severity
from curate.pii.finder import Finder
from curate.pii.hits import KINDS, Confidence, Hit
from curate.pii.masking import excerpt
from curate.pii.policy import severity, stands_beside
from curate.pii.scan import Found, scan

FAMILY = "PII"


def check(corpus: Corpus, rules: Rules, settings: Settings) -> Iterator[Finding | Fact]:
    finder = Finder(rules, settings.pii_names, settings.pii_model)
    # Kept for `build`, which replaces exactly what was found here and looks for nothing by itself.
    table, kept = Table(), corpus.cache.setdefault(FAMILY, {})
    for row, parts in scan(corpus, finder.engine, finder.taggers):
        kept[row] = {part.field: part.hits for part in parts}
        beside = stands_beside(h for part in parts for h in part.hits)
        for part in parts:
            for h in part.hits:
                if h.code in rules:
                    finding = report(row, part, h, beside)
                    table.add(finding, h)
                    yield finding
    yield Fact("kinds", table.rows(int(corpus.own.sum())))


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


class Table:
    """Counts by kind: rows, confidence, one masked example."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, Any]] = {}

    def add(self, finding: Finding, h: Hit) -> None:
        entry = self.found.setdefault(
            h.kind, {"rows": 0, "last": -1, "finds": 0, "noted": 0, "confidence": Counter(), "example": finding.excerpt}
        )
        entry["finds"] += 1
        entry["noted"] += finding.severity is Severity.INFO
        entry["confidence"][h.confidence.value] += 1
        if entry["last"] != finding.row:
            entry["rows"], entry["last"] = entry["rows"] + 1, finding.row

    def rows(self, total: int) -> list[dict[str, Any]]:
        order = sorted(self.found.items(), key=lambda item: (KINDS[item[0]].code, -item[1]["rows"], item[0]))
        return [
            {
                "code": KINDS[kind].code,
                "kind": kind,
                "label": KINDS[kind].label,
                "zh": KINDS[kind].zh,
                "rows": entry["rows"],
                "share": entry["rows"] / max(1, total),
                "finds": entry["finds"],
                "noted": entry["noted"],
                "confidence": {c.value: entry["confidence"][c.value] for c in Confidence},
                "example": entry["example"],
            }
            for kind, entry in order
        ]
