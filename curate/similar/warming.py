"""Compiled code made ready before there is anything to do with it."""

from __future__ import annotations

from itertools import chain
from typing import cast

import numpy as np

from curate.similar.dedup import dedup
from curate.similar.join import Engine
from curate.similar.reading import Pieces, read_pieces

LONG = "the quick brown fox jumps over the lazy dog and 快速的棕色狐狸跳过懒狗 "
ROWS = (
    ("say", "a", LONG + "again"),
    ("say", "a", LONG + "again."),
    ("say so", "b", LONG + "again"),
    ("tell", "a", LONG + "again."),
    ("tell", "b", LONG + "again, again"),
)
"""Prompt, input and answer. Among them all that two rows can have in common, so that every loop has something to do."""


LARGE = 1 << 40
"""A size at which nothing is read but in compiled code."""


def prepare() -> None:
    """Loads all compiled loops of a search for duplicates, or compiles them where this machine has not done so yet."""
    from curate.similar import compiled

    said = [text.encode() for text in chain.from_iterable(ROWS)]
    ends = np.cumsum([len(text) for text in said])
    bounds = np.stack([ends - [len(text) for text in said], ends], axis=1)
    rows, roles = np.divmod(np.arange(len(said)), 3)
    pieces = Pieces(np.frombuffer(b"".join(said), np.uint8), bounds, rows, (roles + 1).astype(np.int8), len(ROWS))
    texts = read_pieces([pieces], LARGE)
    dedup(texts, np.arange(len(ROWS)), workers=1, engine=cast(Engine, compiled))
