"""The ways in which two rows can be alike, each as a text to compare and the rows it may be compared with.

What many rows have from a template or a common system prompt is left out before anything is counted: pairs that share it
are compared by what remains. So a long prompt makes neither leaks nor work.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from curate.verifying.grams import Ints
from curate.verifying.rows import Row

Key = Hashable
"""None is no key: it equals no other."""


def everyone(_: Row) -> Key:
    return True


def nobody(_: Row) -> Key:
    return None


def template(row: Row) -> Key:
    return row.prompt if row.input else None


def frame(row: Row) -> Key:
    """What rows may share without being alike: a system prompt, or else a template."""
    return ("system", row.system) if row.system else ("prompt", row.prompt) if row.input else None


@dataclass(frozen=True)
class View:
    """Rows with an equal `mate` are compared by their `text`, but those with an equal `apart`: another view has them."""

    text: str
    """Which text of a row."""
    mate: Callable[[Row], Key] = everyone
    apart: Callable[[Row], Key] = nobody


WHOLE = (
    View("whole", apart=frame),
    View("without_system", mate=lambda row: row.system or None, apart=template),
    View("filling", mate=lambda row: (row.system, row.prompt) if row.input else None),
)
QUESTION = (
    View("question", apart=template),
    View("input", mate=template),
)
NEEDLES = (View("asked"), View("answer"))
"""What is looked for inside a whole row."""


class Split:
    """The rows of one split, equal ones held once, those with the same frame side by side."""

    def __init__(self, rows: Sequence[Row]) -> None:
        members: dict[tuple[tuple[str, str], ...], list[Row]] = {}
        for row in rows:
            members.setdefault(row.parts, []).append(row)
        frames: dict[Key, int] = {}
        order = sorted(members, key=lambda parts: frames.setdefault(frame(members[parts][0]), len(frames)))
        self.members = [members[parts] for parts in order]
        self.rows = [same[0] for same in self.members]

        self._columns: dict[str, list[str]] = {}
        self._keys: dict[Callable[[Row], Key], list[Key]] = {}

    def column(self, text: str) -> list[str]:
        """One text of every distinct row."""
        if text not in self._columns:
            self._columns[text] = [getattr(row, text) for row in self.rows]
        return self._columns[text]

    def keys(self, key: Callable[[Row], Key]) -> list[Key]:
        if key not in self._keys:
            self._keys[key] = [key(row) for row in self.rows]
        return self._keys[key]

    def texts(self, view: View, mates: Mapping[Key, int]) -> list[str]:
        """By distinct row; nothing for a row that has nobody to be compared with."""
        pairs = zip(self.column(view.text), self.keys(view.mate), strict=True)
        return [text if mate in mates else "" for text, mate in pairs]

    def codes(self, key: Callable[[Row], Key], numbers: Mapping[Key, int]) -> Ints:
        return np.array([numbers.get(each, -1) for each in self.keys(key)], dtype=np.int64)


def numbered(splits: Sequence[Split], key: Callable[[Row], Key]) -> dict[Key, int]:
    """The keys that stand in more than one split, numbered."""
    if key is nobody:
        return {}
    numbers: dict[Key, int] = {}
    seen: set[Key] = set()
    for split in splits:
        here = dict.fromkeys(split.keys(key))
        here.pop(None, None)
        for each in here:
            if each in seen:
                numbers.setdefault(each, len(numbers))
        seen.update(here)
    return numbers
