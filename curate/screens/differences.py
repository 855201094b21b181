"""Where two texts differ, to the character, and no more of them than is needed to see it."""

from __future__ import annotations

import difflib
import re

from curate.layout import Piece

WORDS = re.compile(r"[㐀-鿿぀-ヿ가-힯]|\w+|\s+|.", re.DOTALL)
"""A CJK character is a word of its own."""
MOST_WORDS = 3_000
"""Matching takes time with the product of the lengths; longer texts are compared as far as this."""
FINE = 400
"""Stretches up to so many characters are compared character by character."""
EDGE = 50
"""Characters shown on either side of a difference."""


def compared(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts in pieces, those that differ marked; long stretches that agree are cut down to their ends."""
    left, right = WORDS.findall(before)[:MOST_WORDS], WORDS.findall(after)[:MOST_WORDS]
    a: list[Piece] = []
    b: list[Piece] = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        one, other = "".join(left[i:j]), "".join(right[k:m])
        if tag == "replace" and len(one) + len(other) <= FINE:
            fine(one, other, a, b)
        else:
            add(a, one, tag != "equal")
            add(b, other, tag != "equal")
    return shortened(a), shortened(b)


def fine(one: str, other: str, a: list[Piece], b: list[Piece]) -> None:
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    if matcher.ratio() < 0.5:  # two other words: single letters that they share say nothing
        add(a, one, True)
        add(b, other, True)
        return
    for tag, i, j, k, m in matcher.get_opcodes():
        add(a, one[i:j], tag != "equal")
        add(b, other[k:m], tag != "equal")


def add(pieces: list[Piece], text: str, changed: bool) -> None:
    if text and pieces and pieces[-1].changed == changed:
        pieces[-1] = Piece(pieces[-1].text + text, changed)
    elif text:
        pieces.append(Piece(text, changed))


def shortened(pieces: list[Piece]) -> tuple[Piece, ...]:
    last = len(pieces) - 1
    return tuple(piece if piece.changed else Piece(cut(piece.text, i > 0, i < last)) for i, piece in enumerate(pieces))


def cut(text: str, before: bool, after: bool) -> str:
    """Agreeing text between, before or after differences."""
    keep_head, keep_tail = EDGE if before else 0, EDGE if after else 0
    if not keep_head and not keep_tail:
        keep_head = 3 * EDGE
    if len(text) <= keep_head + keep_tail + 3:
        return text
    return f"{text[:keep_head]} … {text[len(text) - keep_tail :]}" if keep_tail else f"{text[:keep_head]} …"
