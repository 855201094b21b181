"""What a person reads, laid out as blocks in English or Chinese: words and order are decided here, one module a screen."""

from __future__ import annotations

from curate.screens.audited import audit, brief
from curate.screens.folder import built, section
from curate.screens.rules import catalogue, rule
from curate.screens.subset import selected
from curate.screens.words import TONES, VERDICTS, cell, percent, short, size, words
from curate.speaking.tongue import Words

__all__ = [
    "TONES",
    "VERDICTS",
    "Words",
    "audit",
    "brief",
    "built",
    "catalogue",
    "cell",
    "percent",
    "rule",
    "section",
    "selected",
    "short",
    "size",
    "words",
]
