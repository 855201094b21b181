"""COV: what the data covers, and whether there is enough of it to teach and to test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from curate.catalogue import Rule, Rules
from curate.config import Settings
from curate.corpus import Corpus
from curate.coverage.tally import Tally, quantiles, shares
from curate.errors import NotApplicable
from curate.findings import Fact, Finding
from curate.verdict import smallest_gain

FAMILY = "COV"


def check(corpus: Corpus, rules: Rules, settings: Settings) -> Iterator[Finding | Fact]:
    mine = corpus.usable & corpus.own
    if not mine.any():
        raise NotApplicable("no usable row")
    tally = Tally()
    for record in corpus.records():
        if mine[record.row]:
            tally.add(record)
    yield from facts(tally)
    if "COV003" in rules:
        yield from too_few(tally, rules["COV003"])
    if "COV004" in rules:
        yield from too_small(corpus, tally.rows, rules["COV004"], settings)


def facts(tally: Tally) -> Iterator[Fact]:
    yield Fact("languages", shares(tally.languages, tally.rows))
    yield Fact("tasks", shares(tally.tasks, tally.rows))
    yield Fact("answer_forms", tally.answer_forms())
    yield Fact("labels", len(tally.labels()))
    yield Fact("instructions", len(tally.instructions))
    yield Fact("repeated_prompt_characters", tally.repeated_prompt())
    yield Fact("question_characters", quantiles(tally.questions))
    yield Fact("answer_characters", quantiles(tally.lengths))


def too_few(tally: Tally, rule: Rule) -> Iterator[Finding]:
    """The bands are those of the sources that the rule names."""
    some, most = int(rule.params["some"]), int(rule.params["enough"])
    if tally.rows >= most:
        return
    if tally.rows < some:
        what = f"{tally.rows} usable rows: fewer than the {some} where fine-tuning first shows; put the best of them into the prompt instead"
    else:
        what = f"{tally.rows} usable rows teach a form or a tone, hardly a skill; try them as examples in a prompt first, and compare"
    yield Finding("COV003", what)


def too_small(corpus: Corpus, rows: int, rule: Rule, settings: Settings) -> Iterator[Finding | Fact]:
    """Before anyone trains: what the test split, given or planned, could show."""
    given = int((corpus.usable & (corpus.split == corpus.splits.index("test"))).sum()) if "test" in corpus.splits else 0
    n = given or round(settings.split_shares[2] * rows)
    sought, discordance = float(rule.params["gain"]), float(rule.params["discordance"])
    gain = smallest_gain(n, discordance)
    needed = round(discordance * (2.80 / sought) ** 2)
    yield Fact("test", measured(n, bool(given), gain, needed, sought))
    if gain > sought:
        split = "The test split" if given else f"A test split of {settings.split_shares[2]:.0%}"
        yield Finding(
            "COV004",
            f"{split} has {n} rows and shows a gain of {100 * gain:.0f} points or more; for {100 * sought:.0f} points it takes {needed}",
            score=round(gain, 4),
        )


def measured(n: int, given: bool, gain: float, needed: int, sought: float) -> Mapping[str, float | int | bool]:
    return {
        "rows": n,
        "planned": not given,
        "smallest_gain": round(gain, 4),
        "rows_needed": needed,
        "gain_sought": sought,
        "power": 0.8,
    }
