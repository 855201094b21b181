"""LAB001: rows that ask the same and answer otherwise, where only one answer can be right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from curate.labels.names import same_name
from curate.labels.questions import is_closed, is_dilemma, is_open, is_personal, recurs
from curate.labels.values import Kind, Value

_MANY = 4
"""Distinct values from which a question that hardly ever gets the same answer twice is taken as open."""
_ROUGH = Fraction(1, 20)
"""How far apart two figures may be where one is given as about so much."""


@dataclass(frozen=True, slots=True)
class Said:
    """One row's answer to a question."""

    row: int
    value: Value
    settled: bool
    """Only one answer can be right, as far as the wording of the question tells."""


@dataclass(frozen=True, slots=True)
class Conflict:
    row: int
    other: int
    kind: Kind
    score: float
    fields: tuple[str, ...] = ()
    """Of JSON: where the two differ."""


def settled(question: str, value: Value) -> bool:
    """Numbers, dates and choices are settled unless any will do; names and phrases only where the question asks for one."""
    if is_personal(question) or is_open(question) or (value.kind == "yes or no" and is_dilemma(question)):
        return False
    if value.kind in ("phrase", "date") and recurs(question):
        return False
    return value.kind != "phrase" or is_closed(question)


def conflicts(group: Sequence[Said]) -> Iterator[Conflict]:
    """Of one question. The side that most rows are on stands; where sides are equal in number, none does."""
    answers = [said for said in group if said.settled]
    kinds = Counter(said.value.kind for said in answers)
    for kind, n in kinds.items():
        if n > 1:
            yield from _of_kind(kind, [said for said in answers if said.value.kind == kind])


def _of_kind(kind: Kind, answers: Sequence[Said]) -> Iterator[Conflict]:
    sides: list[list[Said]] = []
    for said in answers:
        home = next((side for side in sides if agree(side[0].value, said.value)), None)
        if home is None:
            sides.append([said])
        else:
            home.append(said)
    if len(sides) < 2 or (len(sides) >= _MANY and len(sides) > 0.7 * len(answers)):
        return
    most = max(len(side) for side in sides)
    leaders = [side for side in sides if len(side) == most]
    for side in sides:
        if len(leaders) == 1 and side is leaders[0]:
            continue
        other = next(leader for leader in leaders if leader is not side)
        for said in side:
            fields = tuple(disputed(said.value, other[0].value)) if kind == "json" else ()
            yield Conflict(said.row, other[0].row, kind, round(1 - len(side) / len(answers), 3), fields)


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
