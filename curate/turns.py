"""A row taken apart into answers and what each of them answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from curate.records import Kind, Part, Record


class Asked(NamedTuple):
    """What an answer answers: the turns since the answer before it, and everything asked so far, system part first."""

    last: str
    all: str
    system: str = ""


def answers(record: Record) -> Iterator[tuple[Part, Asked]]:
    """Every answer of a row with what it answers; a plain text answers nothing."""
    system = record.system
    last: list[str] = []
    everything: list[str] = [system] if system else []
    fresh = True
    for part in record.parts:
        if part.kind in (Kind.PROMPT, Kind.INPUT):
            if fresh:
                last, fresh = [], False
            last.append(part.text)
            everything.append(part.text)
        elif part.kind == Kind.ANSWER:
            fresh = True
            if part.text.strip():
                yield part, Asked("\n".join(last), "\n".join(everything), system)


def last_question(record: Record) -> str:
    """The turn that the last answer answers, its input with it."""
    texts: list[str] = []
    for part in reversed(record.parts[: record.answer_index]):
        if part.kind in (Kind.PROMPT, Kind.INPUT):
            texts.append(part.text)
        elif texts:
            break
    return "\n".join(reversed(texts))
