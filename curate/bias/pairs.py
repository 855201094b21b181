"""BIAS005: prompts that are the same but for the group, and answers that are not."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from curate.bias.answers import Signature, disagree, signature
from curate.bias.evidence import ANSWER, PROMPT, Batch
from curate.bias.lexicon import Lexicon
from curate.bias.scan import fold
from curate.bias.terms import Kind, Role

STOP = re.compile(
    r"(?:an?|the|is|are|was|were|be|to|of|and|or|in|on|at|for|with|by|as|it|this|that|do|does|should|would|could|can|will|i|me"
    r"|my|you|your|please)$"
)
HEAD = 200
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
    difference: str
    exact: bool
    field: str
    answer: str
    """The head of the row's answer, and where it stands."""


@dataclass(frozen=True, slots=True)
class Member:
    row: int
    group: int
    answer: Signature
    field: str
    head: str


@dataclass
class Pairs:
    """Prompts with their group words taken out, by what is left."""

    lexicon: Lexicon
    exact: dict[tuple[str, int, int], list[Member]] = field(default_factory=lambda: defaultdict(list))
    near: dict[tuple[str, int, int], list[Member]] = field(default_factory=lambda: defaultdict(list))

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
        for axis, group in self.single_groups(batch, prompts).items():
            prompt = "\n".join(self.without(batch, i, axis) for i in prompts)
            last = batch.pieces[answers[-1]]
            member = Member(row, group, signature(self.without(batch, answers[-1], axis)), last.field, last.text[:HEAD])
            self.exact[axis, hash_of(prompt), len(prompt)].append(member)
            words = content(prompt)
            if len(words) >= 4:
                self.near[axis, hash_of(" ".join(words)), len(words)].append(member)

    def single_groups(self, batch: Batch, prompts: list[int]) -> dict[str, int]:
        """Axes of which the prompt names one group and no other."""
        named: dict[str, set[int]] = defaultdict(set)
        for i in prompts:
            for span in batch.reading.spans(i):
                if span.kind == Kind.GROUP:
                    named[self.lexicon.groups[span.target].axis].add(span.target)
        return {axis: min(groups) for axis, groups in named.items() if len(groups) == 1}

    def without(self, batch: Batch, i: int, axis: str) -> str:
        """The text folded, with a slot for each word of the axis."""
        text, cursor, out = batch.pieces[i].text, 0, []
        for span in batch.reading.spans(i):
            if span.kind == Kind.GROUP and span.start >= cursor and self.lexicon.groups[span.target].axis == axis:
                out += [text[cursor : span.start], f"<{PRONOUN.get(span.role, '3')}>"]
                cursor = span.end
        folded = fold("".join([*out, text[cursor:]]))
        return re.sub(r"\ban? (?=<)", "a ", " ".join(folded.split()))

    def found(self) -> Iterator[Pair]:
        """Exact pairs first; a row that has one is not reported again for a near one."""
        seen: set[tuple[str, int]] = set()
        for exact, table in ((True, self.exact), (False, self.near)):
            for (axis, *_), members in table.items():
                for pair in self._contrast(axis, members, exact):
                    if not {(axis, pair.row), (axis, pair.other_row)} & seen:
                        yield pair
                seen |= {(axis, member.row) for member in members if len(members) > 1}

    def _contrast(self, axis: str, members: list[Member], exact: bool) -> Iterator[Pair]:
        groups: dict[int, list[Member]] = defaultdict(list)
        for member in members:
            groups[member.group].append(member)
        if len(groups) < 2:
            return
        # Where a group's own answers disagree, the difference is noise (LAB001), not the group's doing.
        steady = {g: mine[0] for g, mine in groups.items() if not any(disagree(mine[0].answer, m.answer) for m in mine[1:])}
        ordered = sorted(steady.values(), key=lambda m: m.row)
        for later in ordered[1:]:
            if difference := disagree(ordered[0].answer, later.answer):
                mine, other = (self.lexicon.groups[m.group].name for m in (later, ordered[0]))
                yield Pair(axis, later.row, mine, ordered[0].row, other, difference, exact, later.field, later.head)


def hash_of(text: str) -> int:
    from hashlib import blake2b

    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little")


def content(prompt: str) -> list[str]:
    """The words that carry the question, in any order; Chinese by the character."""
    return sorted({w for w in re.findall(r"<\d>|[a-z0-9']+|[\u3400-\u9fff]", prompt) if not STOP.match(w)})
