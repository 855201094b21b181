"""The later sections of a report, each from its own facts; a section without facts says why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from curate.layout import Block, Cell, Heading, Note, Quote, Table, Tone
from train import memory as recital
from train.facts import EvalReport, PairBias
from train.metrics import Unit
from train.parts import Figure, Part, Sides, around, between, head, number, tone
from train.pictures import Curve
from train.wording import Language, because, called, change, level, measured, probability, say, sentence_of, size, title

OUTCOMES = {"within margin": Tone.GOOD, "forgot": Tone.BAD, "amplified": Tone.BAD, "cannot tell": Tone.WARN}
SMOOTHED = 40
"""Points of the training curve; single updates are too noisy to read."""


def cell(text: str, tone: Tone = Tone.PLAIN) -> Cell:
    return Cell(text, tone)


def missing(found: EvalReport, section: str, language: Language) -> Iterator[Part]:
    if section in found.not_measured:
        yield Note(say(language, "note.not_measured", reason=because(found.not_measured[section], language)), Tone.WARN)


def slices(found: EvalReport, language: Language) -> Iterator[Part]:
    yield Heading(f"{say(language, 'section.slices')}: {title(found.primary.metric, language)}", 2)
    if not found.slices:
        yield Note(say(language, "note.slices_none"), Tone.DIM)
        return
    rows = []
    for s in found.slices:
        name, c = f"{called('slice', s.name, language)}: {s.value}", s.comparison
        if c is None:
            rows.append(
                (
                    cell(name),
                    number(f"{s.n:,}"),
                    number(""),
                    number(""),
                    cell(say(language, "note.too_few"), Tone.DIM),
                    cell(""),
                    cell(""),
                )
            )
            continue
        unit = Unit(c.unit)
        levels = (number(level(c.base, unit)), number(level(c.tuned, unit)))
        shown = (
            cell(change(c.difference, unit), tone(c)),
            cell(between(c.interval, unit, language)),
            cell(probability(c.p_adjusted or 0.0)),
        )
        rows.append((cell(name), number(f"{s.n:,}"), *levels, *shown))
    yield Table(head(language, "slice", "rows", "base", "tuned", "difference", "interval", "p_holm"), tuple(rows))


def contamination(found: EvalReport, language: Language) -> Iterator[Part]:
    yield Heading(say(language, "section.contamination"), 2)
    yield from missing(found, "contamination", language)
    c = found.contamination
    if c is None:
        return
    if not c.leaky:
        yield Note(say(language, "note.contamination_none", n=f"{c.n:,}"), Tone.GOOD)
        return
    examples = ", ".join(f"{test} ~ {train}" for test, train in c.examples)
    yield Note(say(language, "note.contamination_some", n=f"{c.n:,}", leaky=f"{c.leaky:,}", examples=examples), Tone.BAD)
    for name, part in (("clean", c.on_clean), ("leaky", c.on_leaky)):
        if part:
            yield Note(
                say(language, "note.contamination_gap", part=say(language, f"note.{name}"), sentence=sentence_of(part, language))
            )


def length(found: EvalReport, language: Language) -> Iterator[Part]:
    c = found.length
    if c is None:
        return
    unit = Unit(found.leading.unit)
    low, high = (change(float("inf") if end is None else end, unit, language) for end in c.interval)
    yield Heading(say(language, "section.length"), 2)
    facts = {
        "base": f"{c.base_ratio:.2f}",
        "tuned": f"{c.tuned_ratio:.2f}",
        "value": measured(change(c.at_equal_length, unit), unit, language),
    }
    yield Note(say(language, "note.length", **facts, low=low, high=high, slope=measured(change(c.slope, unit), unit, language)))


def forgetting(found: EvalReport, language: Language, short: bool = False) -> Iterator[Part]:
    yield Heading(say(language, "section.forgetting"), 2)
    yield from missing(found, "general", language)
    if not found.forgetting:
        return
    rows: list[tuple[Cell, ...]] = []
    for f in found.forgetting:
        levels = (number(size(f.base, Unit.BITS)), number(size(f.tuned, Unit.BITS)))
        limits = between(f.interval, Unit.BITS, language)
        named, told = probes(f.set, f.kind, f.n, language), outcome(f.outcome, language)
        if short:
            rows.append((named, *levels, number(limits.replace(" ", "")), told))
        else:
            rows.append(
                (named, *levels, number(change(f.difference, Unit.BITS)), number(limits), number(size(f.margin, Unit.BITS)), told)
            )
    ends = ("difference_interval",) if short else ("difference", "interval", "margin")
    yield Table(head(language, "probe", "base", "tuned", *ends, "outcome"), tuple(rows))
    yield Note(say(language, "note.forgetting"), Tone.DIM)


def probes(name: str, kind: str, n: int, language: Language) -> Cell:
    return cell(f"{called('set', name, language)}, {say(language, f'probe.{kind}')} ({n})")


def outcome(name: str, language: Language) -> Cell:
    return cell(say(language, f"outcome.{name}"), OUTCOMES[name])


def memory(found: EvalReport, language: Language) -> Iterator[Part]:
    yield Heading(say(language, "section.memory"), 2)
    yield from missing(found, "memory", language)
    if not found.memory:
        return
    rows = []
    for m in found.memory:
        gap = (
            number(measured(change(m.difference, Unit.POINTS), Unit.POINTS, language)),
            number(between(m.interval, Unit.POINTS, language)),
        )
        counts = (number(f"{m.train} / {m.n}"), number(f"{m.held_out} / {m.n}"))
        rows.append((cell(say(language, f"head.{m.arm}")), *counts, *gap, number(f"{m.longest:,}")))
    yield Table(head(language, "model", "recited", "recited_held_out", "gap", "interval", "longest"), tuple(rows))
    yield Note(say(language, "note.memory", characters=recital.CHARACTERS), Tone.DIM)


def bias(found: EvalReport, language: Language) -> Iterator[Part]:
    yield Heading(say(language, "section.bias"), 2)
    yield from missing(found, "pairs", language)
    if found.pairs:
        yield Table(
            head(language, "pairs", "base", "tuned", "shift", "interval", "preferring", "margin", "outcome"),
            tuple(pair_row(p, language) for p in found.pairs),
        )
        yield Note(say(language, "note.pairs"), Tone.DIM)
    if not found.amplification:
        yield Note(say(language, "note.amplification_none"), Tone.DIM)
        return
    rows = []
    for a in found.amplification:
        sides = (around_value(a.base, a.base_interval, language), around_value(a.tuned, a.tuned_interval, language))
        rows.append(
            (
                cell(f"{a.direction} ({a.pairs}, {a.rows:,})"),
                *map(number, sides),
                number(around_value(a.difference, a.interval, language)),
                cell(a.worst),
            )
        )
    yield Table(head(language, "direction", "base", "tuned", "difference", "worst"), tuple(rows))
    yield Note(say(language, "note.amplification"), Tone.DIM)


def pair_row(p: PairBias, language: Language) -> tuple[Cell, ...]:
    share = "" if p.preferring is None else " → ".join(level(side, Unit.POINTS) for side in p.preferring[:2])
    levels = (number(f"{p.base:.3f}"), number(f"{p.tuned:.3f}"), number(change(p.difference, Unit.NATS)))
    limits = (number(between(p.interval, Unit.NATS, language)), number(share), number(f"{p.margin:g}"))
    return probes(p.set, p.kind, p.n, language), *levels, *limits, outcome(p.outcome, language)


def around_value(value: float, ends: tuple[float | None, float | None], language: Language) -> str:
    return f"{change(value, Unit.POINTS)} ({between(ends, Unit.POINTS, language)})"


def calibration(found: EvalReport, language: Language) -> Iterator[Part]:
    if not found.calibration:
        return
    yield Heading(say(language, "section.calibration"), 2)
    rows = tuple(
        (
            cell(say(language, f"head.{'fewshot' if c.arm == 'base-fewshot' else c.arm}")),
            number(f"{c.brier:.3f}"),
            number(f"{c.error:.3f} ({around(c.interval, Unit.BITS)})"),
        )
        for c in found.calibration
    )
    yield Table((*head(language, "model"), "Brier", "ECE"), rows)


def fit(found: EvalReport, language: Language) -> Iterator[Part]:
    if found.fit is None:
        return
    yield Heading(say(language, "section.fit"), 2)
    train = [(float(p.step), p.train) for p in found.fit.points if p.train is not None]
    validation = tuple((float(p.step), p.validation) for p in found.fit.points if p.validation is not None)
    series = ((say(language, "note.training"), tuple(smoothed(train))), (say(language, "note.validation"), validation))
    best = found.fit.best_step
    marked = None if best is None else (float(best), f"{say(language, 'note.best')}: {best}")
    yield Figure(Curve(say(language, "note.loss_axis"), say(language, "note.updates"), series, marked), "curves.svg")
    if best is not None:
        yield Note(say(language, "note.fit", step=best), Tone.DIM)


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
    facts += [(name, flat(value)) for name, value in found.provenance.items()]
    yield Table(head(language, "setting", "value"), tuple((cell(name), cell(value)) for name, value in facts))


def flat(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} {flat(v)}" for k, v in value.items())
    if isinstance(value, list):
        return ", ".join(map(flat, value))
    return str(value)
