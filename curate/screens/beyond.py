"""What an audit says beyond its rules: suppressed findings, what stages prepared to be seen, what was not looked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from curate.acting import suppressing
from curate.config import Settings
from curate.layout import Block, Cell, Compare, Forest, Heading, Note, Point, Table, Tone
from curate.report import Report, shown_settings
from curate.screens.words import cell, short, words
from curate.speaking.tongue import Words

BORDERLINE = 2


def accepted(report: Report, w: Words) -> Iterator[Block]:
    """Suppressed findings are said, and entries whose day is past."""
    entries = [*suppressing.totals(report.facts)]
    if entries:
        yield Heading(w("Suppressed"), 2)
    for entry, expired in entries:
        until = w(f", until {entry['until']}") if entry.get("until") else ""
        place = f" {entry['path']}" if entry.get("path") else ""
        head = f"{entry['code']}{place}"
        if expired:
            yield Note(w(f"expired{until}: {head}: {entry['reason']}"), Tone.WARN, 1)
        else:
            count = w(f"{entry['count']:,} findings")
            yield Note(f"{head}: {count}{until}: {entry['reason']}", Tone.DIM, 1)


def chosen(report: Report, w: Words) -> Iterator[Block]:
    """Settings that are no default, as `--config KEY=VALUE` takes them."""
    usual = shown_settings(Settings())
    rows = [(Cell(key), Cell(str(value))) for key, value in report.settings.items() if value != usual[key]]
    if rows:
        yield Heading(w("Settings that are no default"), 2)
        yield Table((w("Setting"), w("Value")), tuple(rows))


def ran(report: Report, w: Words) -> Iterator[Block]:
    yield from chosen(report, w)
    yield Heading(w("What ran"), 2)
    header = (w("Stage"), w("Findings"), w("Seconds"))
    rows = [
        (
            Cell(w(s["name"])),
            Cell(f"{s['findings']:,}", number=True),
            Cell(f"{s['seconds']:.2f}", number=True),
        )
        for s in report.stages
        if not s["skipped_because"]
    ]
    yield Table(header, tuple(rows))


def not_done(report: Report, w: Words) -> Iterator[Block]:
    skipped = [s for s in report.stages if s["skipped_because"] and s["skipped_because"] != "not selected"]
    hints = [
        (w(hint) if isinstance(hint, str) else words(hint, w))
        for facts in report.facts.values()
        for hint in facts.get("not_looked_for", ())
    ]
    hints += [w(s["name"]) + w(": ", "：") + w(s["skipped_because"]) for s in skipped]
    if hints:
        yield Heading(w("Not looked for"), 2)
        for hint in hints:
            yield Note(hint, Tone.DIM, indent=1)


def sections(report: Report, w: Words) -> Iterator[Block]:
    """What a stage prepared to be seen; words as text or as [en, zh].

    `facts[FAMILY].tables` is a list of {title, header, rows}; `.forests` of {title, header, points: [label, value, low, high]}.
    """
    for facts in report.facts.values():
        for plot in facts.get("forests", ()):
            yield Heading(words(plot["title"], w), 2)
            points = tuple(Point(words(label, w), *figures) for label, *figures in plot["points"])
            yield Forest((words(plot["header"][0], w), words(plot["header"][1], w)), points)
        for table in facts.get("tables", ()):
            yield Heading(words(table["title"], w), 2)
            yield Table(
                tuple(words(h, w) for h in table["header"]), tuple(tuple(cell(c, w) for c in row) for row in table["rows"])
            )
        yield from borderline(facts.get("borderline", ()), w)


def borderline(pairs: Sequence[Mapping[str, Any]], w: Words) -> Iterator[Block]:
    """Pairs just over and just under the threshold, masked, so that a person can choose it by looking."""
    from curate.screens.differences import compared

    for over, title in (
        (True, w("Just over the threshold: called near duplicates")),
        (False, w("Just under it: left alone")),
    ):
        chosen = [pair for pair in pairs if pair["over"] is over][:BORDERLINE]
        if chosen:
            yield Heading(title, 2)
        for pair in chosen:
            places = [f"{short(row['file'])}:{row['line']}" for row in pair["rows"]]
            label = w(
                f"{pair['whole']:.3f} alike, content {pair['content']:.3f}",
            )
            before, after = compared(*pair["texts"])
            yield Compare(label, places[0], places[1], before, after)
