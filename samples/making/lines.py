"""A corpus being written: lines in seeded order, and beside it what is planted on which line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from making.alike import canonical, content, content_likeness, jaccard, question, shingles
from making.dice import Dice

Row = dict[str, Any]


@dataclass(frozen=True)
class Plant:
    """One fault: the finding that must stand on the line, or on its partner's where either of two may be the one kept."""

    code: str
    note: str
    field: str | None = None


@dataclass
class Line:
    row: Row | None
    """None: the line is no row and stands as `raw`."""
    raw: str = ""
    plants: tuple[Plant, ...] = ()
    after: Line | None = None
    """The row that this one repeats or contradicts; it comes first in the file."""
    similarity: float | None = None
    """Content likeness to `after`, where that is the point."""
    finish: Callable[[str], str] = field(default=lambda text: text)
    """What happens to the line once it is JSON, for faults that no dict can hold."""
    number: int = 0


def planted(row: Row, code: str, note: str, field: str | None = None, after: Line | None = None) -> Line:
    return Line(row, plants=(Plant(code, note, field),), after=after)


def dumped(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False)


class Alike:
    """Refuses rows that came out too like an earlier one by accident."""

    def __init__(self, limit: float = 0.62) -> None:
        self.limit = limit
        self.seen: list[tuple[frozenset[str], frozenset[str]]] = []

    def admits(self, row: Row) -> bool:
        whole, asked = shingles(canonical(content(row))), shingles(canonical(question(row)))
        if any(jaccard(whole, w) >= self.limit or jaccard(asked, a) >= self.limit for w, a in self.seen):
            return False
        self.seen.append((whole, asked))
        return True


def ordered(lines: list[Line], dice: Dice, prefix: str) -> list[Line]:
    """Lines in their final order, numbered, each after the one it refers to; rows get their ids."""
    result = dice.shuffled(lines)
    places = {id(line): i for i, line in enumerate(result)}
    for line in lines:
        if line.after is not None and places[id(line)] < places[id(line.after)]:
            i, j = places[id(line)], places[id(line.after)]
            result[i], result[j] = result[j], result[i]
            places[id(line)], places[id(line.after)] = j, i
    for number, line in enumerate(result, 1):
        line.number = number
        if line.row is not None and line.row.get("id") == "":
            line.row["id"] = f"{prefix}-{number:04d}"
    return result


def text_of(lines: list[Line]) -> str:
    return "".join(line.finish(dumped(line.row) if line.row is not None else line.raw) + "\n" for line in lines)


def expected(lines: list[Line]) -> list[Row]:
    """`partner`: the finding may stand there instead, since either row of the pair may be the one kept."""
    result: list[Row] = []
    for line in lines:
        for plant in line.plants:
            entry: Row = {"line": line.number, "code": plant.code}
            entry |= {"field": plant.field} if plant.field else {}
            entry |= {"note": plant.note}
            if line.after is not None and plant.code[:3] in ("DUP", "LAB", "BIA"):
                entry["partner"] = line.after.number
            if line.similarity is not None and plant.code == "DUP002":
                entry["similarity"] = round(line.similarity, 4)
            result.append(entry)
        result += also_alike(line)
    return result


def also_alike(line: Line) -> list[Row]:
    """Rows that contradict each other in a word or two are near duplicates as well."""
    contradicts = any(plant.code == "LAB001" for plant in line.plants)
    if not contradicts or line.row is None or line.after is None or line.after.row is None:
        return []
    alike = content_likeness(line.row, line.after.row)
    entry: Row = {"line": line.number, "code": "DUP002", "note": "alike but for the answer", "partner": line.after.number}
    return [{**entry, "similarity": round(alike, 4)}] if alike >= 0.8 else []


def near_misses(lines: list[Line], file: str) -> list[Row]:
    result: list[Row] = []
    for line in lines:
        if line.after is not None and line.similarity is not None and not line.plants:
            entry = {"file": file, "line": line.number, "partner": line.after.number}
            result.append({**entry, "not": "DUP002", "similarity": round(line.similarity, 4)})
    return result
