"""What an audit says: what was read, the verdict and its gates, rules by damage, the worst, what now."""

from __future__ import annotations

from collections.abc import Iterator

from curate.catalogue import Rules
from curate.findings import Severity
from curate.layout import Block, Cell, Command, Heading, Note, Quote, Table, Tone
from curate.report import Report, Tally
from curate.screens import sampling
from curate.screens.beyond import accepted, not_done, ran, sections
from curate.screens.opening import read
from curate.screens.words import TONES, VERDICTS, percent, short
from curate.speaking.phrases import said
from curate.speaking.tongue import Words


def audit(report: Report, rules: Rules, lang: str = "en", verbose: bool = False) -> Iterator[Block]:
    """The order that works: what was read, the verdict and its gates, rules by damage, the worst, what now."""
    w = Words(lang)
    yield from read(report, w)
    yield from verdict(report, w)
    if report.rules:
        yield Heading(w("What is wrong"), 2)
        header = (
            w("Rule"),
            w("Level"),
            w("Rows"),
            w("Share"),
            w("Fix"),
            w("First at"),
            w("What"),
        )
        yield Table(header, tuple(rule_row(t, report, rules, w) for t in report.rules))
    else:
        yield Note(w("No findings."), Tone.GOOD)
    yield from accepted(report, w)
    yield from sections(report, w)
    yield from worst(report, rules, w)
    yield from not_done(report, w)
    yield from advised(report, w)
    yield from ran(report, w) if verbose else ()
    yield from last(report, w)
    if report.next:
        yield Heading(w("Next"), 2)
    for command in report.next:
        yield Command(command)


def brief(report: Report, lang: str = "en") -> Iterator[Block]:
    """`--quiet`: the verdict and the gates that decided it."""
    w = Words(lang)
    word, tone = VERDICTS[report.verdict]
    yield Note(w(word), tone)
    yield from gates(report, w, failed=True)


def verdict(report: Report, w: Words) -> Iterator[Block]:
    word, tone = VERDICTS[report.verdict]
    yield Note("")
    yield Note(w(word), tone)
    yield from gates(report, w)


def gates(report: Report, w: Words, failed: bool = False) -> Iterator[Block]:
    chinese = report.gates_zh or [(g.name, g.because) for g in report.gates]
    for gate, zh in sorted(zip(report.gates, chinese, strict=True), key=lambda pair: pair[0].passed):
        mark, tone = ("✓", Tone.DIM) if gate.passed else ("✗", Tone.BAD)
        if not (failed and gate.passed):
            yield Note(f"{mark} " + w(f"{gate.name}: {gate.because}", f"{zh[0]}：{zh[1]}"), tone, indent=1)


def advised(report: Report, w: Words) -> Iterator[Block]:
    if report.advice:
        yield Heading(w("Should you fine-tune at all"), 2)
    for advice in report.advice:
        yield Note(w(advice.en, advice.zh), indent=1)


def last(report: Report, w: Words) -> Iterator[Block]:
    """The verdict once more, for when the beginning has scrolled by."""
    yield Note("")
    yield Note(in_a_line(report, w), VERDICTS[report.verdict][1])


def in_a_line(report: Report, w: Words) -> str:
    word, _ = VERDICTS[report.verdict]
    broken = sum(not gate.passed for gate in report.gates)
    found = sum(t.findings for t in report.rules)
    return w(f"{word} · {found:,} finding{'s' * (found != 1)} · {broken} gate{'s' * (broken != 1)} not passed")


def rule_row(t: Tally, report: Report, rules: Rules, w: Words) -> tuple[Cell, ...]:
    example = t.example or {}
    several = len([f for f in report.input["files"] if not str(f["split"]).startswith("against:")]) > 1
    line = w(f"line {example['line']}") if example.get("line") else ""
    place = f"{short(example['file'])}:{example['line']}" if several and line else line
    message = str(example.get("message", ""))
    chinese = rules[t.code].zh.summary.rstrip("。")
    what = t.name.replace("-", " ") if place else message
    what_zh = chinese if place else said(message) or chinese
    if t.rows_at_info:
        what, what_zh = f"{what} (+{t.rows_at_info:,} info)", f"{what_zh}（另有 {t.rows_at_info:,} 行为提示）"
    rows = t.rows - t.rows_at_info
    share = percent(t.share * rows / t.rows if t.rows else 0.0)
    if sampling.partly_read(t.code, report.facts):
        share = f"≥{share}"
    elif "sample" in report.facts:
        share = sampling.share(t.code, share, report.facts["sample"])
    return (
        Cell(t.code, TONES[t.severity.value]),
        Cell(w(t.severity.value), TONES[t.severity.value]),
        Cell(f"{rows:,}" if rows else "–", number=True),
        Cell(share if rows else "–", number=True),
        Cell(fixed_by(t), Tone.DIM),
        Cell(place or "–"),
        Cell(w(what, what_zh)),
    )


def fixed_by(t: Tally) -> str:
    """What mends it; a guess at personal data is left alone."""
    if t.action == "report" or (t.code.startswith("PII") and t.severity is Severity.INFO):
        return "–"
    return "--fix" if t.code == "SCH008" else "build"


def worst(report: Report, rules: Rules, w: Words) -> Iterator[Block]:
    if not report.worst:
        return
    yield Heading(w("The three worst"), 2)
    for example in report.worst:
        place = f"{example['file']}:{example['line']}" if example["line"] else w("the data as a whole")
        field = f" {example['field']}" if example["field"] else ""
        chinese = said(example["message"]) or rules[example["code"]].zh.summary
        yield Quote(f"{example['code']} {place}{field}", w(example["message"], chinese))
        if example["excerpt"]:
            yield Note(f"“{example['excerpt']}”", Tone.DIM, indent=2)
