"""QUA: answers that are broken on their face."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from curate.catalogue import Rules
from curate.config import Settings
from curate.corpus import Corpus
from curate.errors import NotApplicable
from curate.excerpt import excerpt
from curate.findings import Fact, Finding, Severity
from curate.quality import Hit
from curate.quality.endings import cut_off
from curate.quality.habits import Habits, learn
from curate.quality.lengths import Lengths
from curate.quality.mismatch import other_language
from curate.quality.refusals import Refusals
from curate.quality.repetition import repeats
from curate.quality.residue import control_token, markup_residue, template_residue
from curate.quality.unwritten import unwritten
from curate.records import Kind, Part, Record
from curate.turns import Asked, answers

FAMILY = "QUA"
_HABIT_ROWS = 8_000


Look = Callable[[str, Asked], Hit | None]


def check(corpus: Corpus, rules: Rules, settings: Settings) -> Iterator[Finding | Fact]:  # noqa: ARG001  # one signature for all stages
    mine = corpus.usable & corpus.own
    if not mine.any():
        raise NotApplicable("no usable row")
    looks = detectors(rules, learned(corpus, mine) if "QUA001" in rules else Habits())
    lengths = Lengths()
    for record in corpus.records():
        if not mine[record.row]:
            continue
        for part, asked in answers(record):
            lengths.add(record.row, part, asked.last)
            for code, look in looks.items():
                if hit := look(part.text, asked):
                    yield finding(code, record.row, part, hit)
        if "QUA006" in rules:
            yield from in_questions(record)
    yield Fact("answer_lengths", lengths.quantiles())
    if "QUA004" in rules:
        params = rules["QUA004"].params
        yield from lengths.outliers(float(params["times"]), int(params["rows"]))


def detectors(rules: Rules, habits: Habits) -> dict[str, Look]:
    """What looks at one answer, for the rules that were selected."""
    looks: dict[str, Look] = {"QUA001": lambda text, asked: cut_off(text, habits, asked.last)}
    if "QUA002" in rules:
        refusals = Refusals(rules["QUA002"].params["boilerplate"], rules["QUA002"].params["refusal"])
        looks["QUA002"] = lambda text, asked: refusals.look(text, asked.last)
    looks["QUA003"] = lambda text, asked: repeats(text, asked.last)
    if "QUA005" in rules:
        minimum = int(rules["QUA005"].params["letters"])
        looks["QUA005"] = lambda text, asked: other_language(text, asked, minimum)
    looks["QUA006"] = lambda text, asked: (
        control_token(text, asked.all) or unwritten(text, asked.all) or template_residue(text, asked.all)
    )
    looks["QUA007"] = lambda text, asked: markup_residue(text, asked.all)
    return {code: look for code, look in looks.items() if code in rules}


def learned(corpus: Corpus, mine: np.ndarray[Any, np.dtype[np.bool_]]) -> Habits:
    """From about 8,000 answers, chosen by content so that the order of rows does not matter."""
    every = max(1, len(corpus) // _HABIT_ROWS)
    texts = (record.answer for record in corpus.records() if mine[record.row])
    return learn(text for text in texts if zlib.crc32(text[:64].encode(errors="replace")) % every == 0)


def in_questions(record: Record) -> Iterator[Finding]:
    """Tokens of a chat format have no place in a prompt either."""
    for part in record.parts:
        if part.kind != Kind.ANSWER and (hit := control_token(part.text, "")):
            yield finding("QUA006", record.row, part, hit)


def finding(code: str, row: int, part: Part, hit: Hit) -> Finding:
    return Finding(
        code,
        hit.message,
        row=row,
        field=part.field,
        span=hit.span,
        excerpt=excerpt(part.text, hit.span),
        score=hit.score,
        severity=None if hit.sure else Severity.INFO,
    )
