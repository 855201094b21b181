"""The last sections of a report: curves, rows to read, cost, and where all of it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from curate.layout import Block, Heading, Note, Quote, Table, Tone
from train.details import cell, missing
from train.facts import EvalReport
from train.parts import Figure, Part, Sides, head
from train.pictures import Curve
from train.wording import Language, called, labelled, say, title

TEMPLATE = 2_000
"""Characters of the chat template that are shown; `run.json` has all of it."""
SMOOTHED = 40
"""Points of the training curve; single updates are too noisy to read."""


def fit(found: EvalReport, language: Language) -> Iterator[Part]:
    if found.fit is None:
        return
    yield Heading(say(language, "section.fit"), 2)
    train = [(float(p.step), p.train) for p in found.fit.points if p.train is not None]
    validation = tuple((float(p.step), p.validation) for p in found.fit.points if p.validation is not None)
    series = ((say(language, "note.training"), tuple(smoothed(train))), (say(language, "note.validation"), validation))
    best = found.fit.best_step
    marked = None if best is None else (float(best), labelled(say(language, "note.best"), str(best), language))
    test = tuple((float(p.step), p.test) for p in found.fit.test if p.test is not None)
    dots = ((say(language, "note.test"), test),) if test else ()
    yield Figure(Curve(say(language, "note.loss_axis"), say(language, "note.updates"), series, marked, dots), "curves.svg")
    if best is not None:
        yield Note(say(language, "note.fit", step=best), Tone.DIM)
    if test:
        yield Note(say(language, "note.fit_test"), Tone.DIM)


def smoothed(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Means of consecutive updates."""
    size = max(1, len(points) // SMOOTHED)
    parts = [points[i : i + size] for i in range(0, len(points), size)]
    return [(sum(x for x, _ in p) / len(p), sum(y for _, y in p) / len(p)) for p in parts]


def rows(found: EvalReport, language: Language) -> Iterator[Part]:
    d = found.drawn
    yield Heading(say(language, "section.rows"), 2)
    facts = {"metric": title(d.metric, language), "wins": d.wins, "losses": d.losses, "ties": d.ties, "seed": d.seed}
    yield Note(say(language, "note.rows", **facts))
    yield Note(say(language, "note.diff"), Tone.DIM)
    tones = {"win": Tone.GOOD, "loss": Tone.BAD, "tie": Tone.PLAIN}
    for e in d.examples:
        scores = f"{e.base_score:.3g} → {e.tuned_score:.3g}"
        named = tuple((say(language, f"head.{arm}"), text) for arm, text in (("base", e.base), ("tuned", e.tuned)))
        yield Sides(
            f"{say(language, f'note.{e.kind}')} · {e.id} · {scores}", tones[e.kind], e.prompt, e.reference, named, language
        )


def quotes(sides: Sides) -> Iterator[Block]:
    """The same in plain text."""
    yield Heading(sides.label, 3)
    named = (
        (say(sides.language, "note.prompt"), sides.prompt),
        (say(sides.language, "note.reference"), sides.reference),
        *sides.answers,
    )
    for name, text in named:
        yield Quote(name, text[:600] + ("…" if len(text) > 600 else ""))


def cost(found: EvalReport, language: Language) -> Iterator[Part]:
    c = found.cost
    yield Heading(say(language, "section.cost"), 2)
    yield from missing(found, "cost", language)
    if c is None:
        return
    here = {"here": f"{c.here:.4f}", "seconds": f"{c.seconds_per_answer:.2f}", "machine": f"{c.machine_per_hour:g}"}
    api = {
        "api": f"{c.api:.4f}",
        "input": f"{c.input_tokens:.0f}",
        "output": f"{c.output_tokens:.0f}",
        "price_in": f"{c.api_input:g}",
        "price_out": f"{c.api_output:g}",
    }
    yield Note(say(language, "note.cost", **here, **api, stated=called("stated", c.stated, language)))


def provenance(found: EvalReport, language: Language) -> Iterator[Part]:
    yield Heading(say(language, "section.provenance"), 2)
    digests = (
        (say(language, "note.plan"), found.primary.plan_hash),
        (say(language, "note.test_file"), found.primary.test_sha256),
    )
    facts = [(name, str(value)) for name, value in digests if value]
    told = {name: value for name, value in found.provenance.items() if name != "chat_template"}
    facts += [(called("provenance", name, language), flat(value)) for name, value in told.items()]
    yield Table(head(language, "setting", "value"), tuple((cell(name), cell(value)) for name, value in facts))
    template = str(found.provenance.get("chat_template", ""))
    if template:
        cut = template[:TEMPLATE] + ("…" if len(template) > TEMPLATE else "")
        yield Quote(labelled(say(language, "provenance.chat_template"), "", language).strip(), cut)


def flat(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} {flat(v)}" for k, v in value.items() if v not in (None, "", [], {}))
    if isinstance(value, list):
        return ", ".join(map(flat, value))
    return str(value)
