"""A short, masked piece of a row to show beside a finding."""

from __future__ import annotations

_CONTEXT = 256
"""Code points on both sides that are masked but not shown: longer than any datum, so that none is cut in two and missed."""


def excerpt(text: str, span: tuple[int, int] | None = None, room: int = 60, names: str = "off") -> str:
    """The span with `room` code points around it on one line, personal data masked before anything is cut off."""
    from curate.pii import redact

    start, end = span or (0, 0)
    end = min(end, start + room)
    left, right = max(0, start - room), min(len(text), end + room)
    begin = max(0, left - _CONTEXT)
    window = text[begin : right + _CONTEXT]
    masked = redact(window, names)
    if masked != window:
        # Masks move what follows them: find the place again by the longest part that stayed as it was.
        head = len(redact(text[begin:left], names))
        left, right = head, min(len(masked), head + right - left)
        shown = masked
    else:
        left, right, shown = left - begin, right - begin, window
    piece = " ".join(shown[left:right].split())
    return f"{'…' if begin + left else ''}{piece}{'…' if right < len(shown) else ''}"
