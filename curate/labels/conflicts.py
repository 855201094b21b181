"""LAB001: rows that ask the same and answer otherwise, where only one answer can be right, or where that is likely."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from curate.labels.kinds import Kind, Value
from curate.labels.names import akin, names, same_name
from curate.labels.questions import asks_for_class
from curate.labels.room import Room, room

_MANY = 4
"""Distinct values from which a question that hardly ever gets the same answer twice is taken as open."""
_REPEATED = 2
"""Characters of an option that stands in another one."""
_ROUGH = Fraction(1, 20)
"""How far apart two figures may be where one is given as about so much."""


@dataclass(frozen=True, slots=True)
class Said:
    """One row's answer to a question."""

    row: int
    value: Value
    room: Room
    question: str = ""
    label: bool = False
    """One class of few, where two that are spelt alike are two all the same."""


@dataclass(frozen=True, slots=True)
class Conflict:
    row: int
    other: int
    kind: Kind
    score: float
    sure: bool
    """The question has room for one answer. Else both may be right."""
    fields: tuple[str, ...] = ()
    """Of JSON: where the two differ."""


def said_by(row: int, question: str, value: Value) -> Said:
    return Said(row, value, room(question, value), question, asks_for_class(question))


def conflicts(group: Sequence[Said]) -> Iterator[Conflict]:
    """Of one question. The side that most rows are on stands; where sides are equal in number, none does."""
    kinds: defaultdict[Kind, list[Said]] = defaultdict(list)
    for said in group:
        if said.room != "many":
            kinds[said.value.kind].append(said)
    told = kinds.pop("sentence", [])
    for kind, answers in kinds.items():
        if len(answers) > 1:
            yield from _of_kind(kind, answers)
    if told and kinds["phrase"]:
        yield from _unnamed(told, kinds["phrase"])


def _unnamed(told: Sequence[Said], named: Sequence[Said]) -> Iterator[Conflict]:
    """Sentences in which none of the names stands that other rows answer with."""
    for said in told:
        if not any(names(said.value.key, other.value.key, said.question) for other in named):
            yield Conflict(said.row, named[0].row, "sentence", 0.5, sure=said.room == named[0].room == "one")


def _of_kind(kind: Kind, answers: Sequence[Said]) -> Iterator[Conflict]:
    sides: list[list[Said]] = []
    for said in answers:
        home = next((side for side in sides if agree(side[0].value, said.value)), None)
        if home is None:
            sides.append([said])
        else:
            home.append(said)
    varied = len(sides) >= _MANY and len(sides) > 0.7 * len(answers)
    if varied:  # What the wording leaves room for is then meant to have it.
        sides = [[said for said in side if said.room == "one"] for side in sides]
        sides = [side for side in sides if side]
    if len(sides) < 2:
        return
    most = max(len(side) for side in sides)
    leaders = [side for side in sides if len(side) == most]
    for side in sides:
        if len(leaders) == 1 and side is leaders[0]:
            continue
        other = next(leader for leader in leaders if leader is not side)
        for said in side:
            fields = tuple(disputed(said.value, other[0].value)) if kind == "json" else ()
            sure = not varied and said.room == other[0].room == "one" and (said.label or not _alike(said.value, other[0].value))
            yield Conflict(said.row, other[0].row, kind, round(1 - len(side) / len(answers), 3), sure, fields)


def _alike(a: Value, b: Value) -> bool:
    """They may say the same, as far as spelling tells: names of one thing, or an option that another one repeats."""
    if a.kind == "phrase":
        return akin(a.key, b.key)
    short, long = sorted((a.option, b.option), key=len)
    return a.kind == "choice" and len(short) >= _REPEATED and short in long


def agree(a: Value, b: Value) -> bool:
    """The two values may both be right."""
    if a.key == b.key:
        return True
    if a.kind == "choice":
        return bool(a.option) and a.option == b.option  # both right or both wrong
    if a.kind == "number" and a.number and b.number:
        return a.number.agrees(b.number, _ROUGH * (3 if a.rough and b.rough else 1) if a.rough or b.rough else 0)
    if a.kind == "date" and a.day and b.day:
        return a.day.agrees(b.day)
    if a.kind == "json":
        return not disputed(a, b)
    if a.kind == "phrase":
        return any(same_name(x, y) for x in (a.key, a.option) if x for y in (b.key, b.option) if y)
    return False


def disputed(a: Value, b: Value) -> list[str]:
    """Fields that both objects have and that say something else; long strings are prose and dispute nothing."""
    left, right = a.fields or {}, b.fields or {}
    found = []
    for path in sorted(left.keys() & right.keys()):
        x, y = left[path], right[path]
        if x == y or (
            isinstance(x, str) and isinstance(y, str) and (max(len(x), len(y)) > 40 or same_name(x.casefold(), y.casefold()))
        ):
            continue
        if x is None or y is None or isinstance(x, tuple):
            continue
        found.append(path)
    return found
