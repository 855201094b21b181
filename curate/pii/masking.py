"""What stands in the place of a find."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from curate.pii.hits import KINDS, Hit

MASKS = {name: kind.mask for name, kind in KINDS.items()}


def mask(text: str, hits: Sequence[Hit]) -> str:
    """The text with every hit replaced by its kind; `hits` are disjoint and in order."""
    pieces: list[str] = []
    place = 0
    for h in hits:
        pieces += (text[place : h.start], MASKS[h.kind])
        place = h.end
    return "".join((*pieces, text[place:]))


def excerpt(text: str, hit: Hit, hits: Sequence[Hit], width: int = 60) -> str:
    """One line around a hit in which every hit is masked, those cut by the edge as well."""
    left, right = max(0, hit.start - width), min(len(text), hit.end + width)
    first, last = bisect_right([h.end for h in hits], left), bisect_left([h.start for h in hits], right)
    inside = hits[first:last]
    if inside:
        left, right = min(left, inside[0].start), max(right, inside[-1].end)
    pieces: list[str] = []
    place = left
    for h in inside:
        pieces += (text[place : h.start], MASKS[h.kind])
        place = h.end
    line = " ".join("".join((*pieces, text[place:right])).split())
    return f"{'…' if left else ''}{line}{'…' if right < len(text) else ''}"
