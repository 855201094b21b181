"""COV: what the data covers, and whether there is enough of it to teach and to test."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from curate.catalogue import Rule, Rules
from curate.config import Settings
from curate.corpus import Corpus
from curate.coverage.tally import Tally, quantiles, shares
from curate.coverage.topics import HEAD, SAMPLE, VARIETY, learn, variety
from curate.errors import NotApplicable
from curate.excerpt import excerpt
from curate.findings import Fact, Finding
from curate.judging.advice import smallest_gain
from curate.layout import percent
from curate.records import Record

FAMILY = "COV"
LEAST = 40
"""Fewer rows have no topics, only contents."""
Mask = np.ndarray[Any, np.dtype[np.bool_]]


def check(corpus: Corpus, rules: Rules, settings: Settings) -> Iterator[Finding | Fact]:
    mine = corpus.usable & corpus.own
    if not mine.any():
        raise NotApplicable("no usable row")
    tally, different, drawn = Tally(), Different(corpus), Drawn(int(mine.sum()))
    for record in corpus.records():
        if mine[record.row]:
            tally.add(record)
            different.add(record)
            drawn.add(record)
    yield from facts(tally)
    learned = topics(corpus, mine, drawn.texts, settings.seed)
    yield from topic_facts(learned, tally)
    if "COV001" in rules and learned:
        yield from dominating(learned, tally.rows, rules["COV001"])
    if "COV002" in rules:
        yield from nearly_absent(learned, tally, rules["COV002"])
    if "COV003" in rules:
        yield from too_few(tally, rules["COV003"])
    if "COV004" in rules:
        yield from too_small(different, rules["COV004"], settings)


def facts(tally: Tally) -> Iterator[Fact]:
    yield Fact("languages", shares(tally.languages, tally.rows))
    yield Fact("tasks", shares(tally.tasks, tally.rows))
    yield Fact("answer_forms", tally.answer_forms())
    yield Fact("labels", len(tally.labels()))
    yield Fact("instructions", len(tally.instructions))
    yield Fact("repeated_prompt_characters", tally.repeated_prompt())
    yield Fact("question_characters", quantiles(tally.questions))
    yield Fact("answer_characters", quantiles(tally.lengths))


@dataclass(frozen=True, slots=True)
class Found:
    """Topics with the rows in each, largest first, and the variety of a sample."""

    names: tuple[tuple[str, ...], ...]
    sizes: tuple[int, ...]
    tightness: tuple[float, ...]
    variety: float
    sampled: int


class Drawn:
    """What about 20,000 rows are about, chosen by content."""

    def __init__(self, rows: int) -> None:
        self.every = max(1, rows // SAMPLE)
        self.texts: list[str] = []

    def add(self, record: Record) -> None:
        text = text_of(record)
        if zlib.crc32(text.encode(errors="replace")) % self.every == 0:
            self.texts.append(text)


def topics(corpus: Corpus, mine: Mask, sample: Sequence[str], seed: int) -> Found | None:
    """Learned on a sample, then every row is placed."""
    found = learn(sample, seed) if len(sample) >= LEAST else None
    if found is None:
        return None
    sizes = np.zeros(len(found.names) + 1, dtype=np.int64)
    for chunk in chunks((text_of(r) for r in corpus.records() if mine[r.row]), 4000):
        sizes += np.bincount(found.of(chunk) + 1, minlength=len(sizes))
    order = np.argsort(-sizes[1:], kind="stable")
    shuffled = np.random.default_rng(seed).permutation(len(sample))[:VARIETY]
    value = variety(found.space.place([sample[i] for i in shuffled]))
    return Found(
        names=tuple(found.names[i] for i in order),
        sizes=tuple(int(sizes[i + 1]) for i in order),
        tightness=tuple(found.tightness[i] for i in order),
        variety=value,
        sampled=len(shuffled),
    )


def text_of(record: Record) -> str:
    """What a row is about: its question, from the end where the input stands, and the beginning of its answer."""
    return f"{record.question[-HEAD // 2 :]}\n{record.answer[: HEAD // 2]}"


def chunks(texts: Iterable[str], size: int) -> Iterator[list[str]]:
    rest = iter(texts)
    while chunk := list(islice(rest, size)):
        yield chunk


def topic_facts(found: Found | None, tally: Tally) -> Iterator[Fact]:
    if found is None:
        return
    listed: list[dict[str, Any]] = [
        {"terms": [excerpt(name) for name in names], "rows": rows, "share": round(rows / tally.rows, 3), "tightness": tight}
        for names, rows, tight in zip(found.names, found.sizes, found.tightness, strict=True)
    ]
    yield Fact("topics", listed)
    value = round(found.variety)
    meaning = f"{found.sampled:,} rows drawn from the data are as varied as {value:,} that have nothing in common"
    yield Fact("diversity", {"value": value, "of": found.sampled, "meaning": meaning})
    zh = f"从数据中抽取的 {found.sampled:,} 行，其多样程度相当于 {value:,} 行毫无共同点的数据"
    rows = [[", ".join(t["terms"]) or "–", f"{t['rows']:,}", percent(t["share"], 1)] for t in listed[:8]]
    header = [["words that set it apart", "特征词"], ["rows", "行数"], ["share", "占比"]]
    yield Fact("tables", [{"title": [f"Topics ({meaning})", f"主题（{zh}）"], "header": header, "rows": rows}])


def dominating(found: Found, rows: int, rule: Rule) -> Iterator[Finding]:
    share = found.sizes[0] / rows
    if (
        found.tightness[0] >= float(rule.params["tightness"])
        and rows >= int(rule.params["rows"])
        and share >= float(rule.params["share"])
    ):
        named = excerpt(", ".join(found.names[0])) or "one topic"
        yield Finding("COV001", f"{percent(share)} of the rows are about one topic ({named})", score=round(share, 3))


def nearly_absent(found: Found | None, tally: Tally, rule: Rule) -> Iterator[Finding]:
    """Languages, kinds of task and topics that are there, but hardly."""
    most, least = min(float(rule.params["share"]) * tally.rows, float(rule.params["rows"])), int(rule.params["least"])
    slices = [("language", name, n) for name, n in tally.languages.items()] + [
        ("kind of task", name, n) for name, n in tally.tasks.items()
    ]
    if found:
        slices += [("topic", excerpt(", ".join(names)), n) for names, n in zip(found.names, found.sizes, strict=True)]
    for kind, name, n in slices:
        if name and least <= n < most:
            yield Finding(
                "COV002", f"{n} of {tally.rows:,} rows: the {kind} `{name}` is too rare to be learned or tested", score=float(n)
            )


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


class Different:
    """Rows that are no copy of another one, in all and in the test split: a row asked twice shows no more than once."""

    def __init__(self, corpus: Corpus) -> None:
        self.in_test = corpus.split == corpus.splits.index("test") if "test" in corpus.splits else np.zeros(len(corpus), bool)
        self.rows: set[int] = set()
        self.test: set[int] = set()

    def add(self, record: Record) -> None:
        digest = hash(record.text)  # 64 bits, and only their number leaves this class
        self.rows.add(digest)
        if self.in_test[record.row]:
            self.test.add(digest)


def too_small(different: Different, rule: Rule, settings: Settings) -> Iterator[Finding | Fact]:
    """Before anyone trains: what the test split, given or planned, could show."""
    given = len(different.test)
    n = given or round(settings.split_shares[2] * len(different.rows))
    sought, discordance = float(rule.params["gain"]), float(rule.params["discordance"])
    gain = smallest_gain(n, discordance)
    needed = round(discordance * (2.80 / sought) ** 2)
    yield Fact("test", measured(n, bool(given), gain, needed, sought))
    if gain > sought:
        split = "The test split" if given else f"A test split of {percent(settings.split_shares[2])}"
        shows = f"has {n} rows and shows a gain of {100 * gain:.0f} points or more"
        yield Finding(
            "COV004",
            f"{split} {shows if gain < 1 else f'of so few rows shows nothing ({n})'}; for {100 * sought:.0f} points it takes {needed}",
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
