"""BIAS005: prompts that are the same but for the group, and answers that are not."""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from curate.bias.answers import disagree, number_of, signature
from curate.bias.evidence import ANSWER, PROMPT, Batch
from curate.bias.lexicon import Ints, Lexicon
from curate.bias.reading import Reading, read
from curate.bias.scan import fold
from curate.bias.terms import Kind, Role

STOP = re.compile(
    r"(?:an?|the|is|are|was|were|be|to|of|and|or|in|on|at|for|with|by|as|it|this|that|do|does|should|would|could|can|will|i|me"
    r"|my|you|your|please)$"
)
LABEL_ROWS = 3
"""Rows that must say the same short thing for it to be a label, and no fact like a name."""
PRONOUN = {
    int(Role.SUBJECT): "1",
    int(Role.OBJECT): "2",
    int(Role.POSSESSIVE): "2",
    int(Role.EITHER): "2",
    int(Role.REFLEXIVE): "2",
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows that ask the same for two groups; `exact` if the prompts differ in nothing else."""

    axis: str
    row: int
    group: str
    other_row: int
    other_group: str
    exact: bool


@dataclass
class Pairs:
    """Prompts with their group words taken out, as numbers: eight to a row and axis."""

    lexicon: Lexicon
    kept: array[int] = field(default_factory=lambda: array("q"))

    def add(self, batch: Batch) -> None:
        texts: dict[int, list[int]] = defaultdict(list)
        asked = set(batch.rows[batch.reading.text[batch.reading.mentions()]].tolist())
        for i, piece in enumerate(batch.pieces):
            if piece.row in asked:
                texts[piece.row].append(i)
        for row, places in texts.items():
            self.row(batch, row, places)

    def row(self, batch: Batch, row: int, places: list[int]) -> None:
        prompts = [i for i in places if batch.pieces[i].side == PROMPT]
        answers = [i for i in places if batch.pieces[i].side == ANSWER]
        if not answers or not prompts:
            return
        for axis, group in self.single_groups(batch.reading, prompts).items():
            prompt = "\n".join(self.without(batch.reading, i, axis) for i in prompts)
            words = content(prompt)
            near = number_of(" ".join([axis, *words])) if len(words) >= 4 else 0
            said = signature(self.without(batch.reading, answers[-1], axis)).codes()
            self.kept.extend((number_of(f"{axis} {prompt}"), near, row, group, *said))

    def single_groups(self, reading: Reading, prompts: list[int]) -> dict[str, int]:
        """Axes of which the prompt names one group and no other."""
        named: dict[str, set[int]] = defaultdict(set)
        for i in prompts:
            for span in reading.spans(i):
                if span.kind == Kind.GROUP:
                    named[self.lexicon.groups[span.target].axis].add(span.target)
        return {axis: min(groups) for axis, groups in named.items() if len(groups) == 1}

    def without(self, reading: Reading, i: int, axis: str) -> str:
        """The text folded, with a slot for each word of the axis."""
        text, cursor, out = reading.texts[i], 0, []
        for span in reading.spans(i):
            if span.kind == Kind.GROUP and span.start >= cursor and self.lexicon.groups[span.target].axis == axis:
                out += [text[cursor : span.start], f"<{PRONOUN.get(span.role, '3')}>"]
                cursor = span.end
        folded = fold("".join([*out, text[cursor:]]))
        return re.sub(r"\ban? (?=<)", "a ", " ".join(folded.split()))

    def why(self, pair: Pair, answer: str, other: str) -> str:
        """In what the answers of a pair differ, from their texts."""
        reading = read([answer, other], self.lexicon)
        return disagree(*(signature(self.without(reading, i, pair.axis)) for i in (0, 1)))

    def found(self) -> Iterator[Pair]:
        """Exact pairs first; a row that has one is not reported again for a near one."""
        table = np.array(self.kept, dtype=np.int64).reshape(-1, 8)
        said, times = np.unique(table[:, 6], return_counts=True)
        table[~np.isin(table[:, 6], said[times >= LABEL_ROWS]), 6] = 0
        seen: set[tuple[str, int]] = set()
        for exact, column in ((True, 0), (False, 1)):
            order = np.argsort(table[:, column], kind="stable")
            keys, starts, counts = np.unique(table[order, column], return_index=True, return_counts=True)
            for i in np.flatnonzero((counts > 1) & (keys != 0)):
                yield from self._contrast(table[order[starts[i] : starts[i] + counts[i]]], exact, seen)

    def _contrast(self, members: Ints, exact: bool, seen: set[tuple[str, int]]) -> Iterator[Pair]:
        axis = self.lexicon.groups[int(members[0, 3])].axis
        rows = {(axis, row) for row in members[:, 2].tolist()}
        # Where a group's own answers disagree, the difference is noise (LAB001), not the group's doing.
        steady = []
        for group in np.unique(members[:, 3]):
            mine = members[members[:, 3] == group]
            if not any(_differ(mine[0], other) for other in mine[1:]):
                steady.append(mine[0])
        steady.sort(key=lambda m: int(m[2]))
        for later in steady[1:]:
            if _differ(steady[0], later) and not {(axis, int(later[2])), (axis, int(steady[0][2]))} & seen:
                mine_, other_ = (self.lexicon.groups[int(m[3])].name for m in (later, steady[0]))
                yield Pair(axis, int(later[2]), mine_, int(steady[0][2]), other_, exact)
        if len(steady) > 1:
            seen |= rows


def _differ(a: Ints, b: Ints) -> bool:
    """`disagree` on codes: refusal; verdict, numbers and label where both have one."""
    refusal, verdict, label, numbers = ((int(a[i]), int(b[i])) for i in range(4, 8))
    both = [all(pair) and pair[0] != pair[1] for pair in (verdict, numbers)]
    named = all(label) and label[0] != label[1] and not (all(verdict) and verdict[0] == verdict[1])
    return refusal[0] != refusal[1] or any(both) or named


def content(prompt: str) -> list[str]:
    """The words that carry the question, in any order; Chinese by the character."""
    return sorted({w for w in re.findall(r"<\d>|[a-z0-9']+|[\u3400-\u9fff]", prompt) if not STOP.match(w)})
