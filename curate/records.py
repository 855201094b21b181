"""One row of the user's data, in the one shape that every stage sees."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from curate.once import once


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

    __hash__ = int.__hash__  # that of an enum is a call in Python, and every part of every row is looked up by its kind


KINDS = tuple(Kind)
"""By their number, which is how the table of a corpus keeps them."""
TRAINED = frozenset({Kind.ANSWER, Kind.CALL, Kind.TEXT})
_UNASKED = frozenset({Kind.SYSTEM, Kind.INPUT})


class Part(NamedTuple):
    kind: Kind
    field: str
    """Path in the user's own keys, e.g. `output` or `messages[2].content`."""
    text: str


@dataclass  # not frozen, which would take twice as long to make, and each stage makes all rows anew
class Record:
    """A readable row, which nobody changes. Broken lines have no parts."""

    row: int
    """Position in the corpus, the identity that findings use."""
    parts: tuple[Part, ...]

    def joined(self, *kinds: Kind) -> str:
        return "\n".join([p.text for p in self.parts if p.kind in kinds and p.text])

    @once
    def system(self) -> str:
        return self.joined(Kind.SYSTEM)

    @once
    def prompt(self) -> str:
        """Everything asked before the last answer, `input` and system apart."""
        return "\n".join([p.text for p in self.parts[: self.answer_index] if p.kind not in _UNASKED and p.text])

    @once
    def input(self) -> str:
        return self.joined(Kind.INPUT)

    @once
    def question(self) -> str:
        """Prompt and input: what two rows share when they ask the same."""
        return "\n".join([t for t in (self.prompt, self.input) if t])

    @once
    def answer(self) -> str:
        """The last answer, or the text of a plain row."""
        i = self.answer_index
        return self.parts[i].text if i < len(self.parts) else ""

    @once
    def answer_field(self) -> str:
        i = self.answer_index
        return self.parts[i].field if i < len(self.parts) else ""

    @once
    def answer_index(self) -> int:
        """Index in `parts` of the last answer; `len(parts)` where there is none."""
        for i in range(len(self.parts) - 1, -1, -1):
            if self.parts[i].kind in TRAINED:
                return i
        return len(self.parts)

    @once
    def text(self) -> str:
        """The whole row as the contract joins it: parts in order, one line feed between them."""
        return "\n".join([p.text for p in self.parts if p.text])
