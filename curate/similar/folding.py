"""Compiled canonical texts: `canonical` as a table of what each code point becomes.

NFKC treats code points one by one wherever nothing combines with its neighbour, and case folding always does. So a text without
combining marks is canonical point by point; any other text is left to `canonical` itself. The table is made page by page, as texts
ask for it, from Python's own Unicode data: what it says of one code point is what `canonical` says.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

import numpy as np

from curate.similar.interning import Array, Int, kernel

UNKNOWN, SPACE = 0, 1
"""Entries of the table; any other is a place in the pool (times 8) and a length."""
MOST_BYTES = 7
PAGES = 0x110000 >> 8

# Pages in which no starter combines with the one before it, as vowel signs of India and Burma, and jamo, do. Marks with a combining
# class are told by that. What lies elsewhere is not looked up.
ALONE = ((0x00, 0x08), (0x0E, 0x0E), (0x1E, 0xA4), (0xAC, 0xD7), (0xF9, 0xFA), (0xFE, 0xFF), (0x1F0, 0x1FF), (0x200, 0x32F))


class Table(NamedTuple):
    """What each code point becomes."""

    pages: Array
    """Where a page's 256 entries begin, or -1."""
    entries: Array
    pool: Array
    """UTF-8."""


class Reached(NamedTuple):
    """How far a buffer is read."""

    piece: int
    written: int
    row_began: int
    missing: Int
    """A page to be made; -1: this piece is not for the table."""


def empty_table() -> Table:
    # the first place in the pool is taken, so that no entry is UNKNOWN or SPACE by chance
    return Table(np.full(PAGES, -1, np.int64), np.empty(0, np.int64), np.zeros(1, np.uint8))


def with_page(table: Table, page: int) -> Table:
    """The table and one page more."""
    pool, entries = table.pool, np.zeros(256, np.int64)
    if any(first <= page <= last for first, last in ALONE):
        chars = "".join(chr(page << 8 | k) for k in range(256))
        said = [*map(str.encode, chars)] if unchanged(chars) else [*map(became, chars)]
        sizes = np.array([*map(len, said)])
        entries = np.where(sizes, (len(pool) + np.cumsum(sizes) - sizes) << 3 | sizes, UNKNOWN)
        entries[[new == b" " for new in said]] = SPACE
        pool = np.concatenate([pool, np.frombuffer(b"".join(said), np.uint8)])
    pages = table.pages.copy()
    pages[page] = len(table.entries)
    return Table(pages, np.concatenate([table.entries, entries]), pool)


def became(char: str) -> bytes:
    """What a code point becomes, if an entry can hold it."""
    said = alone(char).encode()
    return said if len(said) <= min(MOST_BYTES, 2 * len(char.encode())) else b""


def unchanged(chars: str) -> bool:
    """All of them stay as they are, as on most pages of Chinese."""
    return (
        not any(map(unicodedata.combining, chars))
        and unicodedata.is_normalized("NFKC", chars)
        and chars == chars.casefold()
        and len(f" {chars} ".split()) == 1
    )


def alone(char: str) -> str:
    """What a code point becomes wherever it stands; nothing where that depends on its neighbours, or is mixed with space."""
    if 0xD800 <= ord(char) < 0xE000:  # half a character, which UTF-8 has none of
        return ""
    normal = unicodedata.normalize("NFKC", char)
    if any(unicodedata.combining(c) or not any(a <= ord(c) >> 8 <= b for a, b in ALONE) for c in normal):
        return ""
    folded = normal.casefold()
    if folded.isspace():
        return " "
    return "" if any(c.isspace() for c in folded) else folded


@kernel
def point_at(data: Array, at: Int) -> tuple[Int, Int]:
    """The code point of well-formed UTF-8, and where the next one begins."""
    byte = np.int64(data[at])
    if byte < 0x80:
        return byte, at + 1
    if byte < 0xE0:
        return (byte & 0x1F) << 6 | (np.int64(data[at + 1]) & 0x3F), at + 2
    if byte < 0xF0:
        return (byte & 0x0F) << 12 | (np.int64(data[at + 1]) & 0x3F) << 6 | (np.int64(data[at + 2]) & 0x3F), at + 3
    high = (byte & 0x07) << 18 | (np.int64(data[at + 1]) & 0x3F) << 12
    return high | (np.int64(data[at + 2]) & 0x3F) << 6 | (np.int64(data[at + 3]) & 0x3F), at + 4


@kernel
def fold(
    data: Array, bounds: Array, rows: Array, roles: Array, table: Table, start: Reached, out: Array, lengths: Array
) -> Reached:
    """Pieces of rows, canonical, one after the other with a space between those of a row; `lengths` by row and role.

    Stops before a piece that needs a page more, or that the table cannot do.
    """
    pages, entries, pool = table
    written, row_began = start.written, start.row_began
    for k in range(start.piece, len(bounds)):
        if k == 0 or rows[k] != rows[k - 1]:
            row_began = written
        begin = n = written
        at: Int = np.int64(bounds[k, 0])
        space = written > row_began
        while at < bounds[k, 1]:
            point, at = point_at(data, at)
            page = pages[point >> 8]
            if page < 0:
                return Reached(k, begin, row_began, point >> 8)
            entry = entries[page + (point & 255)]
            if entry == UNKNOWN:
                return Reached(k, begin, row_began, -1)
            if entry == SPACE:
                space = space or n > begin
                continue
            if space:
                out[n] = 32
                n += 1
                space = False
            place, size = entry >> 3, entry & 7
            for c in range(size):
                out[n + c] = pool[place + c]
            n += size
        if n > begin:
            lone = lengths[rows[k], roles[k]] == 0 and begin > row_began  # the space before it is of no part
            lengths[rows[k], roles[k]] += n - begin - (1 if lone else 0)
            written = n
    return Reached(len(bounds), written, row_began, 0)
