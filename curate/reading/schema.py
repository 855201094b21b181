"""What one row must be: the SCH rules that need nothing but the row."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from curate.reading.formats import Problem, Reading, Shape
from curate.records import Kind, Part

UNUSABLE = frozenset({"SCH001", "SCH002", "SCH003", "SCH004", "SCH005", "SCH006", "SCH010"})
"""A row with one of these cannot be trained on; no other stage looks at it and `build` removes it."""

# C0 and C1 controls but tab, line feed and carriage return; DEL; noncharacters and U+FFFD, what is left of bytes that did not decode.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f�￾￿]")


def problems(reading: Reading) -> Iterator[Problem]:
    """Problems of a row whose fields were read; `reading.problems` comes first."""
    yield from reading.problems
    parts = reading.parts
    if reading.shape is None:
        return
    if not reading.problems:
        yield from emptiness(parts, reading.shape)
    if reading.shape in (Shape.MESSAGES, Shape.CONVERSATIONS):
        yield from order(parts)
    for part in parts:
        if found := CONTROL.search(part.text):
            count = len(CONTROL.findall(part.text))
            what = "replacement character" if found[0] == "�" else f"control character U+{ord(found[0]):04X}"
            more = f", {count} such in all" if count > 1 else ""
            yield Problem("SCH008", f"`{part.field}` holds a {what}{more}", part.field, found.span())


def emptiness(parts: Sequence[Part], shape: Shape) -> Iterator[Problem]:
    """SCH005 and SCH006: white space is nothing. Of answers every one must say something, of the others the last."""
    blank: dict[Kind, str] = {}
    asked: list[Part] = []
    asks = False
    for part in parts:
        kind, filled = part.kind, bool(part.text) and not part.text.isspace()
        if kind in ASKING:
            asked.append(part)
            asks = asks or filled
        elif kind is Kind.ANSWER:
            if not filled or kind in blank:
                blank[kind] = part.field
        elif kind in LEARNT:
            blank.pop(kind, None)
            if not filled:
                blank[kind] = part.field
    for kind in LEARNT:
        if kind in blank:
            yield Problem("SCH005", f"`{blank[kind]}` is empty", blank[kind])
    if not asks and shape is not Shape.TEXT:
        where = asked[0].field if asked else None
        yield Problem("SCH006", f"`{where}` is empty" if where else "There is no prompt", where)


ASKING = (Kind.PROMPT, Kind.INPUT)
LEARNT = (Kind.ANSWER, Kind.REJECTED, Kind.TEXT)
FOLLOWERS = {
    Kind.PROMPT: {Kind.ANSWER, Kind.CALL},
    Kind.ANSWER: {Kind.PROMPT, Kind.CALL, Kind.TOOL},
    Kind.CALL: {Kind.TOOL, Kind.CALL},
    Kind.TOOL: {Kind.ANSWER, Kind.CALL, Kind.TOOL},
}
NAMES = {Kind.SYSTEM: "system", Kind.PROMPT: "user", Kind.ANSWER: "assistant", Kind.CALL: "function call", Kind.TOOL: "tool"}


def order(parts: Sequence[Part]) -> Iterator[Problem]:
    """SCH007: system first, then user and assistant in turn, an answer last. The first break is told."""
    turns = [p for i, p in enumerate(parts) if i == 0 or p.kind is not parts[i - 1].kind or turn_of(p) != turn_of(parts[i - 1])]
    body = [p for i, p in enumerate(turns) if not (p.kind is Kind.SYSTEM and all(q.kind is Kind.SYSTEM for q in turns[:i]))]
    if body and body[0].kind is not Kind.PROMPT:
        yield Problem("SCH007", f"The first turn is {NAMES[body[0].kind]}, not user", body[0].field)
        return
    for before, after in itertools.pairwise(body):
        if after.kind not in FOLLOWERS.get(before.kind, set()):
            yield Problem("SCH007", f"A {NAMES[after.kind]} turn follows a {NAMES[before.kind]} turn", after.field)
            return
    if body and body[-1].kind not in (Kind.ANSWER, Kind.CALL):
        yield Problem("SCH007", f"The last turn is {NAMES[body[-1].kind]}, not assistant", body[-1].field)


def turn_of(part: Part) -> str:
    """`messages[2]` of `messages[2].content[0].text`."""
    return part.field.split("]", 1)[0]
