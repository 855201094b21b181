"""Which text two rows are compared by: four disjoint cases, each a join of its own.

The content of a pair leaves out what the two rows share of a template, so it depends on the pair. Joining whole texts first and
looking at content afterwards would enumerate every two rows under one long template. Instead every pair of rows falls into one
case by what it shares, and in each case the content is one text per row:

    system  prompt (both inputs filled)   the content is
    other   other                         the whole row
    same    other                         prompt, input, rest
    same    same                          input, rest
    other   same                          system, input, rest

`same` keeps pairs inside a class: its members' shingles are named by the class, so rows of two classes have none in common.
`apart` keeps pairs between classes: rows of one class never meet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.similar.texts import PROMPT, SYSTEM, Ints, Part, Texts, first_equal


@dataclass(frozen=True, slots=True)
class Case:
    part: Part
    rows: Ints
    same: Ints
    """A class per row, counted from 0: only rows of one class meet."""
    apart: NDArray[np.int32]
    """Columns of classes: rows that agree in any column do not meet."""
    content_only: NDArray[np.bool_]
    """Per row: its text in this case is not its whole text, so the whole has to be looked at too."""


LEFT_OUT = {Part.WHOLE: [], Part.NO_SYSTEM: [SYSTEM], Part.INPUT_ON: [SYSTEM, PROMPT], Part.NO_PROMPT: [PROMPT]}


def cases(texts: Texts, rows: Ints, side: Ints | None = None) -> Iterator[Case]:
    """The cases in which any two of `rows` can meet; with `side`, any two of different sides."""
    alone = np.arange(len(rows))
    system, prompt = dense(texts.system[rows]), texts.prompt[rows]
    filled = np.flatnonzero(prompt >= 0)
    # a row without input shares its prompt with nobody: it is a class of its own
    template = dense(np.where(prompt < 0, -1 - alone, prompt))
    plans = (
        (Part.WHOLE, alone, np.zeros_like(alone), [system, template]),
        (Part.NO_SYSTEM, alone, system, [template]),
        (Part.INPUT_ON, filled, first_equal(system, template), [alone]),
        (Part.NO_PROMPT, filled, template, [system]),
    )
    for part, members, same, apart in plans:
        columns = [column[members] for column in (apart if side is None else [*apart, side])]
        chosen = can_meet(same[members], columns)
        if chosen.any():
            members, columns = members[chosen], [dense(column[chosen]) for column in columns]
            # a column in which all rows differ keeps nobody apart
            useful = [column for column in columns if column.max() + 1 < len(column)]
            yield Case(
                part,
                rows[members],
                dense(same[members]),
                np.stack(useful, axis=1).astype(np.int32) if useful else np.empty((len(members), 0), np.int32),
                np.any(texts.lengths[rows[members]][:, LEFT_OUT[part]] > 0, axis=1),
            )


def can_meet(same: Ints, apart: list[Ints]) -> NDArray[np.bool_]:
    """Rows whose class holds at least two values in every column that keeps rows apart."""
    chosen = np.ones(len(same), bool)
    for column in apart:
        firsts = np.flatnonzero(first_equal(same, column) == np.arange(len(same)))
        values = np.bincount(same[firsts], minlength=int(same.max(initial=0)) + 1)
        chosen &= values[same] > 1
    return chosen


def dense(labels: Ints) -> Ints:
    """The same classes, counted from 0."""
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)
