"""Score files: rows of `{"id", "score", "group"?}`, paired by id. Nothing is guessed: an id that is missing or repeated stops."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from curate.errors import UserError

Id = str | int
LARGEST = 1e100
"""Squares of differences are summed and squared again; beyond this they would overflow."""


@dataclass(frozen=True, slots=True)
class Score:
    id: Id
    value: float
    group: str = ""
    """Rows of one group are not independent: one source document, one cluster of look-alikes. Empty: a group of its own."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Two models' scores on the same rows, in the order of their ids."""

    ids: tuple[Id, ...]
    base: tuple[float, ...]
    tuned: tuple[float, ...]
    groups: tuple[str, ...] | None


def read(path: Path) -> dict[Id, Score]:
    scores: dict[Id, Score] = {}
    for line, text in lines(path):
        score = parsed(text, f"{path}:{line}")
        if score.id in scores:
            raise UserError(f"id {score.id!r} stands here a second time", where=f"{path}:{line}", hint="Rows are paired by id.")
        scores[score.id] = score
    if not scores:
        raise UserError("no scores in the file", where=str(path), hint='Rows are {"id": ..., "score": ...}, one a line.')
    return scores


def lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            for number, text in enumerate(file, 1):
                if text.strip():
                    yield number, text
    except OSError as error:
        raise UserError(error.strerror or "cannot be read", where=str(path)) from None
    except UnicodeDecodeError:
        raise UserError("the file is not UTF-8", where=str(path)) from None


def parsed(text: str, where: str) -> Score:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError(f"the line is not JSON: {error}", where=where) from None
    if not isinstance(row, Mapping) or "id" not in row or "score" not in row:
        raise UserError("the row lacks `id` or `score`", where=where, hint='Rows are {"id": ..., "score": ..., "group"?: ...}.')
    given, value, group = row["id"], row["score"], row.get("group")
    if not isinstance(given, str | int) or isinstance(given, bool):
        raise UserError(f"`id` is neither text nor a whole number: {given!r}", where=where)
    if not isinstance(value, int | float) or not finite(value):
        raise UserError(f"`score` is not a finite number: {str(value)[:40]}", where=where)
    if abs(value) > LARGEST:
        raise UserError(f"`score` is too large to reckon with: {str(value)[:40]}", where=where, hint="Give it in another unit.")
    if group is not None and not isinstance(group, str | int):
        raise UserError(f"`group` is neither text nor a whole number: {group!r}", where=where)
    return Score(given, float(value), "" if group is None else str(group))


def finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond the range of floats
        return False


def pair(base: Mapping[Id, Score], tuned: Mapping[Id, Score], names: tuple[str, str]) -> Pairs:
    missing(base, tuned, names)
    missing(tuned, base, (names[1], names[0]))
    ids = sorted(base, key=lambda i: (isinstance(i, str), i))
    groups = grouped([base[i] for i in ids], [tuned[i] for i in ids])
    return Pairs(tuple(ids), tuple(base[i].value for i in ids), tuple(tuned[i].value for i in ids), groups)


def missing(one: Iterable[Id], other: Mapping[Id, Score], names: tuple[str, str]) -> None:
    lost = [i for i in one if i not in other]
    if lost:
        shown = ", ".join(repr(i) for i in lost[:3]) + (", ..." if len(lost) > 3 else "")
        verb = "id is" if len(lost) == 1 else "ids are"
        hint = "Both files must score the same rows; 1 and '1' are different ids."
        raise UserError(f"{len(lost)} {verb} in {names[0]} but not in {names[1]}: {shown}", hint=hint)


def grouped(base: Sequence[Score], tuned: Sequence[Score]) -> tuple[str, ...] | None:
    """Either file may name the groups; where both do, they must agree. Rows without one stand for themselves."""
    out = []
    for a, b in zip(base, tuned, strict=True):
        if a.group and b.group and a.group != b.group:
            raise UserError(f"row {a.id!r} is in group {a.group!r} in one file and in {b.group!r} in the other")
        name = a.group or b.group
        out.append(f"g:{name}" if name else f"row:{a.id!r}")
    return tuple(out) if any(o.startswith("g:") for o in out) else None
