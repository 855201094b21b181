"""Snippets in both languages, invented for this project: what is marked is found, whole, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from curate.pii import find

MARK = re.compile(r"⟦(PII\d{3})\|([^⟧]*)⟧")
FILES = sorted((Path(__file__).parent / "golden").glob("*.txt"))


def sections() -> Iterator[tuple[str, list[str]]]:
    """The lines below each heading: a test a heading, since a test a line costs more than the lines do."""
    for file in FILES:
        first, *parts = file.read_text(encoding="utf-8").split("\n# ---- ")
        assert all(line.startswith("#") for line in first.splitlines() if line)
        for part in parts:
            heading, *lines = part.splitlines()
            yield f"{file.stem}, {heading}", [line for line in lines if line]


SECTIONS = dict(sections())


def marked(line: str) -> tuple[str, list[tuple[str, str]]]:
    """The bare text, and what is to be found in it."""
    return MARK.sub(r"\2", line), MARK.findall(line)


@pytest.mark.parametrize("heading", SECTIONS)
def test_what_is_marked_is_found_whole_and_nothing_else(heading: str) -> None:
    wrong = []
    for line in SECTIONS[heading]:
        text, wanted = marked(line)
        found = [(h.code, text[h.start : h.end]) for h in find(text, "cue")]
        if found != wanted:
            wrong.append((line, found))
    assert not wrong


def test_every_kind_stands_in_both_languages() -> None:
    for file in FILES:
        assert len(set(re.findall(r"⟦(PII\d{3})", file.read_text(encoding="utf-8")))) == 15, file.name
