"""What `curate explain` says: one rule, or all of them."""

from __future__ import annotations

from collections.abc import Iterator

from curate.catalogue import Rules
from curate.layout import Block, Cell, Heading, Note, Table, Tone
from curate.screens.words import TONES
from curate.speaking.tongue import Words

ACTIONS = {"drop": "removed", "repair": "repaired", "report": "reported", "by-policy": "by policy"}


def rule(rules: Rules, code: str, lang: str = "en") -> Iterator[Block]:
    """What `curate explain CODE` says."""
    w, r = Words(lang), rules[code]
    yield Heading(f"{r.code} {r.name}")
    yield Note(w(r.summary, r.zh.summary))
    yield Note(
        w(f"Level: {r.severity.value} · in `curate build`: {ACTIONS[r.action]}"),
        Tone.DIM,
    )
    yield Heading(w("Why it matters"), 2)
    yield Note(w(r.why, r.zh.why))
    if r.source:
        yield Note(w(f"Source: {r.source}"), Tone.DIM)
    yield Heading(w("How it is found"), 2)
    yield Note(w(r.found, r.zh.found))
    if r.params:
        yield Table((w("Parameter"), w("Value")), tuple((Cell(k), Cell(str(v)[:200])) for k, v in r.params.items()))
    yield Heading(w("What to do"), 2)
    yield Note(w(r.advice, r.zh.advice))
    for title, examples, tone in ((w("Flagged"), r.bad, Tone.BAD), (w("Left alone"), r.good, Tone.GOOD)):
        if examples:
            yield Heading(title, 2)
        for example in examples[:4]:
            for line in example.lines or (example.text,):
                yield Note(line[:300], tone, indent=1)


def catalogue(rules: Rules, lang: str = "en") -> Iterator[Block]:
    w = Words(lang)
    header = (w("Rule"), w("Level"), w("In build"), w("What"))
    rows = [
        (
            Cell(r.code, TONES[r.severity.value]),
            Cell(w(r.severity.value)),
            Cell(w(ACTIONS[r.action])),
            Cell(w(r.summary, r.zh.summary)),
        )
        for r in rules.values()
    ]
    yield Heading(w("Rules"))
    yield Table(header, tuple(rows))
