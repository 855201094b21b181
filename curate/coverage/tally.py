"""One pass over the rows: everything that the coverage facts need, a few bytes a row."""

from __future__ import annotations

import zlib
from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from curate.coverage.forms import closed, form, task
from curate.language import language
from curate.records import Record

_SHORT = 80
_LABEL = 40
"""Characters; a longer answer is no label."""
_LABELS_KEPT = 50_000
_HEAD = 2000


@dataclass
class Tally:
    languages: Counter[str] = field(default_factory=Counter)
    tasks: Counter[str] = field(default_factory=Counter)
    forms: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    """Short answers and how often each occurs."""
    instructions: set[int] = field(default_factory=set)
    fixed: Counter[int] = field(default_factory=Counter)
    """Hash of the fixed part of a prompt (system, and the instruction where an input follows)."""
    fixed_size: dict[int, int] = field(default_factory=dict)
    questions: array[int] = field(default_factory=lambda: array("l"))
    lengths: array[int] = field(default_factory=lambda: array("l"))
    turns: Counter[int] = field(default_factory=Counter)

    def add(self, record: Record) -> None:
        question, answer = record.question, record.answer
        self.languages[language(answer if len(answer) > 40 else f"{question}\n{answer}"[:_HEAD])] += 1
        self.tasks[task(question) if question else "text"] += 1
        short = answer.strip().casefold() if len(answer) <= _LABEL else ""
        if short and (short in self.answers or len(self.answers) < _LABELS_KEPT):
            self.answers[short] += 1
        self.forms[form(answer, len(answer) <= _SHORT and closed(question))] += 1
        given = record.input
        head = record.prompt if given else question
        if head:
            self.instructions.add(zlib.crc32(head.encode(errors="replace")))
        fixed = record.system + (record.prompt if given else "")
        if fixed:
            key = zlib.crc32(fixed.encode(errors="replace"))
            self.fixed[key] += 1
            self.fixed_size[key] = len(fixed)
        self.questions.append(len(question))
        self.lengths.append(len(answer))

    @property
    def rows(self) -> int:
        return len(self.lengths)

    def labels(self) -> dict[str, int]:
        """Short answers that recur: each at least five times, together at least a tenth of the rows."""
        found = {answer: n for answer, n in self.answers.items() if n >= 5}
        return found if sum(found.values()) >= 0.1 * self.rows else {}

    def answer_forms(self) -> dict[str, float]:
        """Shares; answers that turned out to be labels are taken out of the short forms."""
        forms = Counter(self.forms)
        labels = sum(self.labels().values())
        forms["label"] = labels
        for name in ("fact", "phrase"):
            taken = min(labels, forms[name])
            forms[name] -= taken
            labels -= taken
        return shares(forms, self.rows)

    def repeated_prompt(self) -> int:
        """Characters of system prompt and instruction that the typical row shares with at least a tenth of the rows."""
        common = sum(n * self.fixed_size[k] for k, n in self.fixed.items() if n >= max(10, 0.1 * self.rows))
        return round(common / self.rows) if self.rows else 0


def shares(counts: Counter[str], total: int) -> dict[str, float]:
    """Largest first, three decimals; what rounds to nothing is left out."""
    found = (
        {name or "none": round(n / total, 3) for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))}
        if total
        else {}
    )
    return {name: share for name, share in found.items() if share > 0}


def quantiles(values: array[int]) -> dict[str, int]:
    if not values:
        return {}
    marks = {"p05": 0.05, "p25": 0.25, "median": 0.5, "p75": 0.75, "p95": 0.95, "p99": 0.99}
    levels: Any = np.quantile(values, list(marks.values()), method="inverted_cdf")
    return {name: int(level) for name, level in zip(marks, levels, strict=True)}
