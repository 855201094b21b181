"""Snippets in both languages, invented for this project: what is marked is found, whole, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from curate.pii import find

MARK = re.compile(r"⟦(PII\d{3})\|([^⟧]*)⟧")
FILES = sorted((Path(__file__).parent / "golden").glob("*.txt"))
LINES = [line for file in FILES for line in file.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]


def marked(line: str) -> tuple[str, list[tuple[str, str]]]:
    """The bare text, and what is to be found in it."""
    return MARK.sub(r"\2", line), MARK.findall(line)


@pytest.mark.parametrize("line", LINES)
def test_what_is_marked_is_found_whole_and_nothing_else(line: str) -> None:
    text, wanted = marked(line)
    assert [(h.code, text[h.start : h.end]) for h in find(text, "cue")] == wanted


def test_every_kind_stands_in_both_languages() -> None:
    for file in FILES:
        assert len(set(re.findall(r"⟦(PII\d{3})", file.read_text(encoding="utf-8")))) == 15, file.name
