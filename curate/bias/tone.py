"""BIAS006: whether answers to prompts that name a group are colder, shorter or more often refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from curate.bias.evidence import Evidence
from curate.bias.lexicon import Ints, Lexicon
from curate.bias.statistics import Floats, benjamini_hochberg, exact, newcombe, welch
from curate.bias.terms import LANGUAGES

MEASURES = ("length", "refusal", "tone")


@dataclass(frozen=True, slots=True)
class Difference:
    """A group's answers less those to the other groups of its axis; length as a difference of logarithms."""

    axis: str
    language: str
    group: str
    measure: str
    n: int
    other_n: int
    value: float
    other_value: float
    difference: float
    low: float
    high: float
    p: float
    q: float
    group_id: int


def differences(evidence: Evidence, lexicon: Lexicon, minimum: int) -> list[Difference]:
    """Over rows whose prompt names exactly one group of the axis."""
    asked, answers = evidence.table("asked", 3), np.concatenate([*evidence.answers, np.zeros((0, 4))])
    place = {int(row): i for i, row in enumerate(answers[:, 0])}
    found: list[Difference] = []
    for lang in range(len(LANGUAGES)):
        for axis in lexicon.axes:
            found += _axis(axis, lang, asked, answers, place, lexicon, minimum)
    adjusted = benjamini_hochberg([d.p for d in found])
    return sorted(
        (replace(d, q=float(q)) for d, q in zip(found, adjusted, strict=True)),
        key=lambda d: (d.q, d.axis, d.language, d.group, d.measure),
    )


def only_one(asked: Ints, lang: int, members: list[int], place: dict[int, int]) -> dict[int, list[int]]:
    """Group and the rows whose prompt names it and no other group of the axis."""
    here = asked[(asked[:, 1] == lang) & np.isin(asked[:, 2], members)]
    rows, count = np.unique(here[:, 0], return_counts=True)
    single = here[np.isin(here[:, 0], rows[count == 1])]
    return {g: [int(r) for r in single[single[:, 2] == g, 0] if int(r) in place] for g in members}


def _axis(
    axis: str, lang: int, asked: Ints, answers: Floats, place: dict[int, int], lexicon: Lexicon, minimum: int
) -> Iterator[Difference]:
    rows = only_one(asked, lang, lexicon.axis_groups(axis), place)
    enough = {g: r for g, r in rows.items() if r}
    for g, mine in enough.items():
        others = [row for other, theirs in enough.items() if other != g for row in theirs]
        if len(mine) < minimum or len(others) < minimum:
            continue
        if len(enough) == 2 and g != min(enough):  # two groups, one comparison
            continue
        for column, measure in enumerate(MEASURES, start=1):
            x, y = (answers[[place[r] for r in part], column] for part in (mine, others))
            if measure == "refusal":
                figures = newcombe(x.sum(), len(x), y.sum(), len(y)), float(exact(int(x.sum()), len(x), int(y.sum()), len(y)))
            else:
                *rest, p = welch(x, y)
                figures = tuple(rest), p  # type: ignore[assignment]
            name = lexicon.groups[g].name
            yield Difference(
                axis,
                LANGUAGES[lang],
                name,
                measure,
                len(x),
                len(y),
                float(x.mean()),
                float(y.mean()),
                *figures[0],
                figures[1],
                1.0,
                g,
            )
