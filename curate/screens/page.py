"""The page of an audit: the report as everywhere, then what only a page has room for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from curate.catalogue import Rules
from curate.layout import Bar, Block, Cell, Chart, Heading, Note, Table, Tone
from curate.report import Report
from curate.screens.audited import audit
from curate.screens.detail import Detail, Histogram
from curate.screens.words import TONES, percent
from curate.speaking.phrases import said
from curate.speaking.tongue import Words

RANKS = {"error": "0", "warning": "1", "info": "2"}


def page(report: Report, detail: Detail, rules: Rules, lang: str = "en") -> Iterator[Block]:
    w = Words(lang)
    yield from audit(report, rules, lang)
    yield from distributions(report, detail, w)
    if detail.pairs:
        yield Heading(w("Pairs, side by side"), 2)
        yield Note(w("Masked. The least alike come first."), Tone.DIM)
        yield from detail.pairs
    yield from findings(detail, rules, w)


def findings(detail: Detail, rules: Rules, w: Words) -> Iterator[Block]:
    if not detail.findings:
        return
    yield Heading(w("Findings, row by row"), 2)
    if detail.hidden:
        more = ", ".join(f"{code} {n:,}" for code, n in detail.hidden.items())
        yield Note(w(f"Not listed here: {more}; all stand in --format jsonl."), Tone.DIM)
    header = (
        w("Rule"),
        w("Level"),
        w("Place"),
        w("Field"),
        w("What"),
        w("Excerpt"),
    )
    yield Table(header, tuple(row(f, rules, w) for f in detail.findings), searched=w("findings"))


def row(finding: Mapping[str, Any], rules: Rules, w: Words) -> tuple[Cell, ...]:
    place = f"{finding['file']}:{finding['line']}" if finding["line"] else w("all of the data")
    tone = TONES[finding["severity"]]
    return (
        Cell(finding["code"], tone),
        Cell(w(finding["severity"]), tone),
        Cell(place),
        Cell(finding["field"] or ""),
        Cell(w(finding["message"], said(finding["message"]) or rules[finding["code"]].zh.summary)),
        Cell(finding["excerpt"], Tone.DIM),
    )


def distributions(report: Report, detail: Detail, w: Words) -> Iterator[Block]:
    if not sum(detail.answers.counts):
        return
    yield Heading(w("Distributions"), 2)
    if sum(detail.questions.counts) and detail.questions.edges[-1] > 1:
        yield chart(w("Characters of the question, by rows"), detail.questions)
    yield chart(w("Characters of the answer, by rows"), detail.answers)
    tongues = {k: v for k, v in report.input["languages"].items() if isinstance(v, float)}
    if len(tongues) > 1:
        bars = [Bar(name, share, percent(share)) for name, share in tongues.items()]
        yield Chart(w("Languages, by rows"), tuple(bars[:12]))


def chart(title: str, histogram: Histogram) -> Chart:
    spans = zip(histogram.edges, histogram.edges[1:], histogram.counts, strict=False)
    return Chart(title, tuple(Bar(f"{a:,}–{max(a, b - 1):,}", n, f"{n:,}") for a, b, n in spans))
