"""One row of the user's data, in the one shape that every stage sees."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple


class Kind(IntEnum):
    """What a part of a row is to a trainer."""

    SYSTEM = 0
    PROMPT = 1
    """An instruction or a user's turn."""
    INPUT = 2
    """The `input` of an instruction row."""
    ANSWER = 3
    """What is trained on: an output, completion or assistant's turn."""
    REJECTED = 4
    """The worse answer of a preference row."""
    CALL = 5
    """A tool call that the assistant wrote; trained on as well."""
    TOOL = 6
    """What a tool returned."""
    TEXT = 7
    """The whole of a plain-text row; trained on."""


TRAINED = frozenset({Kind.ANSWER, Kind.CALL, Kind.TEXT})


class Part(NamedTuple):
    kind: Kind
    field: str
    """Path in the user's own keys, e.g. `output` or `messages[2].content`."""
    text: str


@dataclass(frozen=True)
class Record:
    """A readable row. Broken lines have no parts."""

    row: int
    """Position in the corpus, the identity that findings use."""
    parts: tuple[Part, ...]

    def joined(self, *kinds: Kind) -> str:
        return "\n".join(p.text for p in self.parts if p.kind in kinds and p.text)

    @cached_property
    def system(self) -> str:
        return self.joined(Kind.SYSTEM)

    @cached_property
    def prompt(self) -> str:
        """Everything asked before the last answer, `input` and system apart."""
        return "\n".join(p.text for p in self.parts[: self.answer_index] if p.kind not in (Kind.SYSTEM, Kind.INPUT) and p.text)

    @cached_property
    def input(self) -> str:
        return self.joined(Kind.INPUT)

    @cached_property
    def question(self) -> str:
        """Prompt and input: what two rows share when they ask the same."""
        return "\n".join(t for t in (self.prompt, self.input) if t)

    @cached_property
    def answer(self) -> str:
        """The last answer, or the text of a plain row."""
        i = self.answer_index
        return self.parts[i].text if i < len(self.parts) else ""

    @cached_property
    def answer_field(self) -> str:
        i = self.answer_index
        return self.parts[i].field if i < len(self.parts) else ""

    @cached_property
    def answer_index(self) -> int:
        """Index in `parts` of the last answer; `len(parts)` where there is none."""
        for i in range(len(self.parts) - 1, -1, -1):
            if self.parts[i].kind in TRAINED:
                return i
        return len(self.parts)

    @cached_property
    def text(self) -> str:
        """The whole row as the contract joins it: parts in order, one line feed between them."""
        return "\n".join(p.text for p in self.parts if p.text)
