"""Which engine does the counting, and with how many threads."""

from __future__ import annotations

import os
from typing import cast

import numpy as np

from curate.similar import plain
from curate.similar.join import Engine
from curate.similar.texts import Ints, Texts

SMALL_ROWS, SMALL_BYTES = 3000, 2 << 20
"""Below both, numpy is done before numba is loaded; and a fresh install compiles nothing for a first look at a small file."""


def choose(texts: Texts, rows: Ints) -> Engine:
    if len(rows) <= SMALL_ROWS and int(np.sum(texts.begin[rows + 1] - texts.begin[rows])) <= SMALL_BYTES:
        return cast(Engine, plain)
    from curate.similar import compiled

    return cast(Engine, compiled)


def cores() -> int:
    """Those this process may use, which a container or `taskset` can make fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
