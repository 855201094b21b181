"""TOK: what the tokenizer and the chat template make of the rows."""

from __future__ import annotations

from collections.abc import Iterator

from curate.catalogue import Rules
from curate.config import Settings
from curate.corpus import Corpus
from curate.errors import NotApplicable
from curate.findings import Fact, Finding

FAMILY = "TOK"


def check(corpus: Corpus, rules: Rules, settings: Settings) -> Iterator[Finding | Fact]:
    raise NotApplicable("no --tokenizer named")
    yield
