"""QUA004: answers far longer than their like; and the quantiles for the report."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

import numpy as np

from curate.findings import Finding
from curate.records import Part

PAGE = 500
"""Characters; a shorter answer is not long, whatever the others are."""


class Lengths:
    """Lengths of all answers with a key for their task; a few bytes a row."""

    def __init__(self) -> None:
        self.rows = array("q")
        self.sizes = array("q")
        self.tasks = array("q")
        self.fields: list[str] = []
        self.numbers: dict[str, int] = {}

    def add(self, row: int, part: Part, asked: str) -> None:
        self.rows.append(row)
        self.sizes.append(len(part.text))
        # The first line of the question is the instruction where rows share one; script halves or doubles a length.
        head = asked.split("\n", 1)[0][:80].strip() if "\n" in asked else ""
        script = "ascii" if part.text.isascii() else "other"
        self.tasks.append(self.numbers.setdefault(f"{script} {head}", len(self.numbers)))
        self.fields.append(part.field)

    def quantiles(self) -> dict[str, int]:
        if not self.sizes:
            return {}
        marks = {"shortest": 0, "p05": 0.05, "median": 0.5, "p95": 0.95, "p99": 0.99, "longest": 1}
        return {name: int(np.quantile(self.sizes, q, method="inverted_cdf")) for name, q in marks.items()}

    def outliers(self, times: float, least: int) -> Iterator[Finding]:
        """Beyond `times` Tukey fences, within tasks of at least `least` answers."""
        if not self.rows:
            return
        sizes = np.asarray(self.sizes, dtype=np.float64)
        tasks = np.asarray(self.tasks)
        named = np.array([not name.endswith(" ") for name in self.numbers])
        ascii_ = np.array([name.startswith("ascii") for name in self.numbers])
        # Tasks with few rows, and questions that share no instruction, are judged together, script by script.
        alone = (np.bincount(tasks)[tasks] >= least) & named[tasks]
        pooled = np.where(alone, tasks, np.where(ascii_[tasks], -1, -2))
        for task in np.unique(pooled):
            mine = np.flatnonzero(pooled == task)
            if len(mine) >= least:
                yield from self._of_task(mine, sizes[mine], times)

    def _of_task(self, mine: np.ndarray[Any, Any], sizes: np.ndarray[Any, Any], times: float) -> Iterator[Finding]:
        """Tukey's fence on the logarithm: a length is a product, not a sum.

        Above it only: a short answer among long ones is a label or another kind of question, never in our readings a fault.
        """
        logs = np.log(np.maximum(sizes, 1))
        low, middle, high = np.quantile(logs, [0.25, 0.5, 0.75])
        # A task of labels has no spread at all; a factor of 2 is then the least that counts as spread.
        spread = max(high - low, np.log(2))
        typical = round(float(np.exp(middle)))
        # Twenty times a word is a line still: what is worth a look is a page among lines.
        for i in np.flatnonzero((logs > high + times * spread) & (sizes >= PAGE)):
            size, factor, at = int(sizes[i]), float(sizes[i]) / max(1, typical), mine[i]
            message = f"{size} characters, {factor:.0f} times longer than the typical {typical} of its like"
            yield Finding("QUA004", message, row=self.rows[at], field=self.fields[at], score=round(factor, 2))
