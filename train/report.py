"""A report in words: which facts, in which order. Renderers draw the parts; `write` puts every form into the run folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from curate.layout import Heading, Note, Table, Tone
from curate.render import markdown
from train import card_index, closing, details, overlap, pictures
from train.facts import Comparison, EvalReport, Reason
from train.files import write_json, write_text
from train.intervals import RESAMPLES, Interval
from train.metrics import Unit
from train.outcome import gain
from train.page import page
from train.parts import Figure, Part, Sides, around, between, head, number, tone
from train.pictures import Forest, Line
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

TONES = {"for": Tone.GOOD, "against": Tone.BAD, "open": Tone.WARN}
VERDICTS = {"SHIP": Tone.GOOD, "DON'T SHIP": Tone.BAD, "NOT SHOWN": Tone.WARN}
MARKS = {"for": "+", "against": "-", "open": "?"}


def write(run: Path, found: EvalReport, language: Language = "en") -> None:
    """Every form of the report; the JSON last, as the sign that all are there."""
    parts = list(lay_out(found, language))
    for part in parts:
        if isinstance(part, Figure):
            write_text(run / part.file, pictures.svg(part.picture, standalone=True) + "\n")
    write_text(run / "report.html", page(parts, found.name, language))
    write_text(run / "report.md", as_markdown(parts))
    card_index.write(run, found)
    write_json(run / "report.json", found.model_dump(mode="json"))


def as_markdown(parts: list[Part]) -> str:
    out = []
    for part in parts:
        match part:
            case Figure(picture, file):
                out.append(f"\n![{markdown.escaped(picture.title)}]({file})\n")
            case Sides():
                out.append(markdown.render(closing.quotes(part)))
            case _:
                out.append("\n".join(markdown.draw(part)))
    return "\n".join(out).strip() + "\n"


def lay_out(found: EvalReport, language: Language = "en") -> Iterator[Part]:
    """The answer first, then what it rests on, then everything else."""
    yield from opening(found, language)
    yield from forests(found, language)
    yield from metrics(found, language)
    yield from the_test(found, language)
    yield from details.slices(found, language)
    yield from details.contamination(found, language)
    yield from details.length(found, language)
    yield from details.forgetting(found, language)
    yield from details.memory(found, language)
    yield from details.bias(found, language)
    yield from details.calibration(found, language)
    yield from closing.fit(found, language)
    yield from closing.rows(found, language)
    yield from closing.cost(found, language)
    yield from closing.provenance(found, language)


def summary(found: EvalReport, language: Language = "en") -> Iterator[Part]:
    """What fits on a terminal."""
    yield from opening(found, language)
    yield from metrics(found, language, short=True)
    yield from details.forgetting(found, language, short=True)


# ---- the answer -------------------------------------------------------------------------------------------------------------


def opening(found: EvalReport, language: Language) -> Iterator[Part]:
    yield Heading(say(language, "note.title", name=found.name))
    yield Note(sentence_of(found.leading, language), tone(found.leading))
    verdict = say(language, f"verdict.{found.outcome.verdict}")
    yield Heading(say(language, "verdict.lead", verdict=verdict), 2)
    for reason in found.outcome.reasons:
        yield Note(f"{MARKS[reason.side]} {reason_text(reason, language)}", TONES[reason.side], indent=1)
    if found.cost:
        yield Note(
            say(
                language,
                "note.buys",
                here=f"{found.cost.here:.4f}",
                api=f"{found.cost.api:.4f}",
                stated=called("stated", found.cost.stated, language),
            )
        )


def reason_text(reason: Reason, language: Language) -> str:
    facts = dict(reason.facts)
    if "metric" in facts:
        facts["title"] = title(facts["metric"], language)
    if "unit" in facts:
        facts["unit"] = say(language, f"unit.{facts['unit']}")
    if "kind" in facts:
        facts["kind"] = say(language, f"probe.{facts['kind']}")
    if "set" in facts:
        facts["set"] = called("set", facts["set"], language)
    return " ".join(say(language, f"reason.{reason.code}", **facts).split())


# ---- the metrics ------------------------------------------------------------------------------------------------------------


def forests(found: EvalReport, language: Language) -> Iterator[Part]:
    """One picture for each unit that differences are measured in, the primary metric on top."""
    for unit, file in ((Unit.POINTS, "forest.svg"), (Unit.BITS, "forest-bits.svg"), (Unit.RAW, "forest-own.svg")):
        own = found.leading.unit == unit
        # Scores without a unit share no axis: the one that decides has it alone.
        shown = found.comparisons if unit is not Unit.RAW else (found.leading,) * own
        lines = [line(c, unit, language) for c in shown if c.unit == unit]
        if not lines:
            continue
        heading, name = say(language, "section.forest"), say(language, f"unit.{unit}").removeprefix("个")
        yield Heading(heading if unit is Unit.POINTS or not name else labelled(heading, name, language), 2)
        better, worse = (say(language, f"note.{end}") for end in ("better", "worse"))
        margin = found.primary.margin if own else 0.0
        label = f"{say(language, 'note.margin_label')} {size(margin, unit)}"
        scale = 100.0 if unit is Unit.POINTS else 1.0
        yield Figure(Forest(heading, better, worse, tuple(lines), margin, label, scale, name), file)


def line(c: Comparison, unit: Unit, language: Language) -> Line:
    turned = gain(c)
    value = -c.difference if c.lower_is_better else c.difference
    text = f"{change(c.difference, unit)} ({between(c.interval, unit, language)})"
    name = title(c.metric, language)
    strong = c.p_adjusted is None
    return Line(f"{name} ↓" if c.lower_is_better else name, value, Interval(turned.low, turned.high), text, strong)


def metrics(found: EvalReport, language: Language, short: bool = False) -> Iterator[Part]:
    arms = ["base", "tuned"] if not found.few_shot else ["base", "base-fewshot", "tuned"]
    at = {(s.arm, s.metric): s for s in found.standings}
    rows, same = [], []
    for c in found.comparisons:
        unit, name = Unit(c.unit), title(c.metric, language) + (" ↓" if c.lower_is_better else "")
        if short and c.p_adjusted is not None and c.difference == 0:
            same.append(name)
            continue
        standing = [at[arm, c.metric] for arm in arms]
        cells = [number(level(s.value, unit) + ("" if short else f" ({around(s.interval, unit)})")) for s in standing]
        p = probability(c.p_value if c.p_adjusted is None else c.p_adjusted)
        limits = between(c.interval, unit, language)
        if short:
            rows.append((details.cell(name), *cells, number(limits.replace(" ", ""), tone(c))))
        else:
            rows.append((details.cell(name), *cells, number(change(c.difference, unit), tone(c)), number(limits), number(p)))
    yield Heading(say(language, "section.metrics"), 2)
    # On a terminal of 80 columns the interval says both how much and how sure.
    names = [{"base": "base", "base-fewshot": "examples" if short else "fewshot", "tuned": "tuned"}[arm] for arm in arms]
    ends = ("difference_interval",) if short else ("difference", "interval", "p_holm")
    yield Table(head(language, "metric", *names, *ends), tuple(rows))
    if short:
        if same:
            yield Note(say(language, "note.unchanged", metrics=listed(same, language)), Tone.DIM)
        return
    yield Note(say(language, "note.metrics"), Tone.DIM)
    names_here = {c.metric for c in found.comparisons}
    if names_here & {"chrf", "chrf_corpus"}:
        yield Note(say(language, "note.signature", signature=overlap.SIGNATURE), Tone.DIM)
    yield Note(say(language, "note.draws", seed=found.seed, rows=f"{RESAMPLES:,}"), Tone.DIM)
    controls = [s for s in found.standings if s.arm not in arms]
    if controls:
        told = listed([f"{called('arm', s.arm, language)} {level(s.value, Unit(s.unit))}" for s in controls], language)
        what = labelled(title(found.primary.metric, language), told, language)
        yield Note(say(language, "note.controls", what=what), Tone.DIM)
    if found.few_shot:
        yield from against_examples(found, language)


def against_examples(found: EvalReport, language: Language) -> Iterator[Part]:
    yield Heading(say(language, "section.few_shot"), 2)
    rows = []
    for c in found.few_shot:
        unit = Unit(c.unit)
        p = c.p_value if c.p_adjusted is None else c.p_adjusted
        cells = (number(change(c.difference, unit), tone(c)), number(between(c.interval, unit, language)), number(probability(p)))
        rows.append((details.cell(title(c.metric, language) + (" ↓" if c.lower_is_better else "")), *cells))
    yield Table(head(language, "metric", "difference_shot", "interval", "p_holm"), tuple(rows))


def the_test(found: EvalReport, language: Language) -> Iterator[Part]:
    """How much this test can tell."""
    c, primary = found.leading, found.primary
    unit = Unit(c.unit)
    yield Heading(say(language, "section.test"), 2)
    margin = measured(size(primary.margin, unit), unit, language)
    yield Note(
        say(
            language,
            "note.primary",
            metric=title(primary.metric, language),
            reason=because(primary.reason, language),
            margin=margin,
        )
    )
    if c.groups < c.n:
        icc = "?" if c.icc is None else f"{c.icc:.2f}"
        yield Note(say(language, "note.groups", n=f"{c.n:,}", groups=f"{c.groups:,}", icc=icc))
    else:
        yield Note(say(language, "note.no_groups", n=f"{c.n:,}"))
    if c.groups < min(10, c.n):
        yield Note(say(language, "note.few_groups", groups=c.groups), Tone.WARN)
    if c.table:
        both, tuned, base, neither = (f"{k:,}" for k in c.table)
        yield Note(say(language, "note.table", both=both, tuned=tuned, base=base, neither=neither))
    yield Note(say(language, "note.method", method=called("method", c.method, language)), Tone.DIM)
    yield Note(say(language, "note.mde", mde=measured(size(c.mde, unit), unit, language)))
    if unit is Unit.POINTS:
        foreseen = [
            say(
                language, "note.foreseen_part", share=f"{100 * float(share):.0f}", visible=measured(size(v, unit), unit, language)
            )
            for share, v in primary.mde_before.items()
        ]
        yield Note(say(language, "note.foreseen", parts=listed(foreseen, language)))
    opened = found.openings
    key = "openings_unknown" if opened is None else "openings_once" if opened == 1 else "openings"
    yield Note(say(language, f"note.{key}", n=opened), Tone.PLAIN if opened == 1 else Tone.WARN)
    yield Note(say(language, "note.seeds"), Tone.DIM)
