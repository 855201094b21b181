"""SCH: what the reader could not read, and what a row lacks."""

from __future__ import annotations

from collections.abc import Iterator

from curate.catalogue import Rules
from curate.config import Settings
from curate.corpus import Corpus
from curate.findings import Fact, Finding

FAMILY = "SCH"


def check(corpus: Corpus, rules: Rules, settings: Settings) -> Iterator[Finding | Fact]:  # noqa: ARG001  # one signature for all stages
    """The reader met every problem already; here they become findings."""
    for row, problem in corpus.problems:
        if problem.code in rules:
            yield Finding(problem.code, problem.message, row=row, field=problem.field, span=problem.span)
