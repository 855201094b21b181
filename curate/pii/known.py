"""Values found in one place and masked in another: in what other stages show of a row, and in their facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from curate.pii.hits import KINDS, Hit

LONGEST = 64
"""Code points of a value that is looked for; what is shown of a row is cut at some hundred."""


class Known:
    """What only the PII stage can know: names, a user's own kinds, numbers whose word stands elsewhere."""

    def __init__(self) -> None:
        self.masks: dict[str, str] = {}
        self.lengths: set[int] = set()

    def add(self, text: str, hits: Sequence[Hit]) -> None:
        for h in hits:
            if 2 <= h.end - h.start <= LONGEST:
                # What is shown stands on one line.
                value = " ".join(text[h.start : h.end].split())
                self.masks[value] = KINDS[h.kind].mask
                self.lengths.add(len(value))

    def masked(self, shown: str) -> str:
        """One look-up for each place and length: nothing is compiled, however many values there are."""
        lengths = sorted(self.lengths, reverse=True)
        out, place = [], 0
        while place < len(shown):
            for n in lengths:
                mask = self.masks.get(shown[place : place + n])
                if mask and whole(shown, place, place + n):
                    out.append(mask)
                    place += n
                    break
            else:
                out.append(shown[place])
                place += 1
        return "".join(out)

    def everywhere(self, value: Any) -> Any:
        """The same for every string in a fact."""
        if isinstance(value, str):
            return self.masked(value)
        if isinstance(value, Mapping):
            return {key: self.everywhere(item) for key, item in value.items()}
        return [self.everywhere(item) for item in value] if isinstance(value, (list, tuple)) else value


def whole(text: str, start: int, end: int) -> bool:
    """No Latin word or number runs on over the edges: `Mark` is not in `Markdown`."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (word(text[start]) and before and word(before)) and not (word(text[end - 1]) and after and word(after))


def word(char: str) -> bool:
    return char.isascii() and char.isalnum()
