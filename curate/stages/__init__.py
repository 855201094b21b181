"""The stages, in the order they run. A stage reads; it never writes, prints or changes."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Protocol, cast

from curate.catalogue import Rules
from curate.config import Settings
from curate.corpus import Corpus
from curate.findings import Fact, Finding

STAGES = {
    "schema": "SCH",
    "dup": "DUP",
    "leak": "LEAK",
    "pii": "PII",
    "bias": "BIAS",
    "labels": "LAB",
    "quality": "QUA",
    "coverage": "COV",
    "tokens": "TOK",
}
"""Module and family: a stage that was not selected is not even imported."""


class Stage(Protocol):
    """A stage is a module with these two names."""

    FAMILY: str

    def check(self, corpus: Corpus, rules: Rules, settings: Settings) -> Iterator[Finding | Fact]:
        """Findings and facts; NotApplicable where there is nothing to look at."""
        ...


def stage(name: str) -> Stage:
    """Imported when its turn comes: a start must not pay for what it does not use."""
    return cast(Stage, import_module(f"curate.stages.{name}"))
