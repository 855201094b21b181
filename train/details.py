"""The later sections of a report, each from its own facts; a section without facts says why."""

from __future__ import annotations

from collections.abc import Iterator

from curate.layout import Cell, Heading, Note, Table, Tone
from train import memory as recital
from train.facts import EvalReport, PairBias
from train.metrics import Unit
from train.parts import Figure, Part, around, between, head, number, tone
from train.pictures import Curve
from train.wording import (
    Language,
    because,
    called,
    change,
    labelled,
    level,
    listed,
    measured,
    probability,
    say,
    sentence_of,
    size,
    title,
)

OUTCOMES = {"within margin": Tone.GOOD, "forgot": Tone.BAD, "amplified": Tone.BAD, "cannot tell": Tone.WARN}


def cell(text: str, tone: Tone = Tone.PLAIN) -> Cell:
    return Cell(text, tone)


def missing(found: EvalReport, section: str, language: Language) -> Iterator[Part]:
    if section in found.not_measured:
        yield Note(say(language, "note.not_measured", reason=because(found.not_measured[section], language)), Tone.WARN)


def slices(found: EvalReport, language: Language) -> Iterator[Part]:
    yield Heading(labelled(say(language, "section.slices"), title(found.primary.metric, language), language), 2)
    if not found.slices:
        yield Note(say(language, "note.slices_none"), Tone.DIM)
        return
    rows = []
    for s in found.slices:
        name, c = labelled(called("slice", s.name, language), s.value, language), s.comparison
        if c is None:
            rows.append(
                (
                    cell(name),
                    number(f"{s.n:,}"),
                    number(""),
                    number(""),
                    Cell(say(language, "note.too_few"), Tone.DIM, number=True),
                    number(""),
                    number(""),
                )
            )
            continue
        unit = Unit(c.unit)
        levels = (number(level(c.base, unit)), number(level(c.tuned, unit)))
        shown = (
            number(change(c.difference, unit), tone(c)),
            number(between(c.interval, unit, language)),
            number(probability(c.p_adjusted or 0.0)),
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
    if not short:
        yield from probes_seen(found, language)


def probes_seen(found: EvalReport, language: Language) -> Iterator[Part]:
    if "contamination" in found.not_measured:
        return
    if found.probes_seen:
        examples = listed([f"{probe} ~ {row}" for probe, row in found.probes_seen[:3]], language)
        yield Note(say(language, "note.probes_seen", n=len(found.probes_seen), examples=examples), Tone.WARN)
    elif "probes_seen" in found.not_measured:
        yield from missing(found, "probes_seen", language)
    else:
        yield Note(say(language, "note.probes_unseen"), Tone.DIM)


def probes(name: str, kind: str, n: int, language: Language) -> Cell:
    what = listed([called("set", name, language), say(language, f"probe.{kind}")], language)
    return cell(f"{what} ({n:,})")


def outcome(name: str, language: Language) -> Cell:
    return cell(say(language, f"outcome.{name}"), OUTCOMES[name])


def memory(found: EvalReport, language: Language) -> Iterator[Part]:
    yield Heading(say(language, "section.memory"), 2)
    yield from missing(found, "memory", language)
    if found.memory:
        yield from recited(found, language)
    yield canaries(found, language)


def recited(found: EvalReport, language: Language) -> Iterator[Part]:
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


def canaries(found: EvalReport, language: Language) -> Note:
    c = found.canaries
    if c is None:
        return Note(say(language, "note.canaries_none"), Tone.DIM)
    low, high = (change(float("inf") if end is None else end, Unit.RAW, language) for end in c.interval)
    facts = {"n": c.n, "base": f"{c.base:.1f}", "tuned": f"{c.tuned:.1f}", "most": f"{c.most:g}", "low": low, "high": high}
    told = say(language, "note.canaries", said=c.said[1], said_base=c.said[0], **facts)
    return Note(told, Tone.BAD if c.said[1] > c.said[0] else Tone.PLAIN)


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
                cell(f"{called('direction', a.direction, language)} ({a.pairs}, {a.rows:,})"),
                *map(number, sides),
                number(around_value(a.difference, a.interval, language)),
                cell(labelled(a.worst, " / ".join(level(rate, Unit.POINTS) for rate in a.rates), language)),
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


def arm_name(arm: str, language: Language) -> str:
    return say(language, f"head.{'fewshot' if arm == 'base-fewshot' else arm}")


def calibration(found: EvalReport, language: Language) -> Iterator[Part]:
    if not found.calibration:
        return
    yield Heading(say(language, "section.calibration"), 2)
    rows = tuple(
        (
            cell(arm_name(c.arm, language)),
            number(f"{c.brier:.3f}"),
            number(f"{c.error:.3f} ({around(c.interval, Unit.BITS)})"),
        )
        for c in found.calibration
    )
    yield Table((*head(language, "model"), "Brier", "ECE"), rows)
    sure = tuple((arm_name(c.arm, language), tuple((p, right) for p, right, _ in c.bins)) for c in found.calibration)
    ideal = ((say(language, "note.ideal"), ((0.0, 0.0), (1.0, 1.0))),)
    yield Figure(Curve(say(language, "note.share_right"), say(language, "note.confidence"), ideal, dots=sure), "reliability.svg")
    yield Note(say(language, "note.calibration", bins=max(len(c.bins) for c in found.calibration)), Tone.DIM)
