"""Splits by time: what is trained on is earlier than what is tested, with a gap between."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from curate.splitting.problem import SPLITS, Ints, largest_remainder

UNKNOWN = np.iinfo(np.int64).min
"""A row without a time."""
STRAY, CLOSE = -1, -2
"""Set aside: its group is in another period; or it is nearer than the embargo to what follows."""


def by_time(
    groups: Ints, times: Ints, shares: tuple[float, float, float], embargo: int
) -> tuple[NDArray[np.int8], dict[str, int]]:
    """The split of each row, STRAY or CLOSE for those set aside; and how many rows were set aside for what.

    The line of rows is cut at two times. A group goes to the split in which most of its rows stand (the earlier one of
    equals); its rows that stand elsewhere are set aside, and so are training rows nearer than the embargo to what follows.
    Rows without a time go where their group goes, or to train: nothing can be said of their order.
    """
    known = times != UNKNOWN
    window = _windows(times, known, shares)
    votes = np.zeros((int(groups.max(initial=-1)) + 1, SPLITS), dtype=np.int64)
    np.add.at(votes, (groups[known], window[known]), 1)
    home = np.argmax(votes, axis=1)[groups].astype(np.int8)
    stray = known & (window != home)
    out = np.where(stray, STRAY, home).astype(np.int8)
    close = np.zeros(len(times), dtype=bool)
    for split in range(SPLITS - 1):
        later = times[(out > split) & known]
        if embargo > 0 and len(later):
            close |= (out == split) & known & (times > int(later.min()) - embargo)
    out[close] = CLOSE
    return out, {
        "in another period than their group": int(stray.sum()),
        "within the embargo": int(close.sum()),
        "without a time": int((~known).sum()),
    }


def _windows(times: Ints, known: NDArray[np.bool_], shares: tuple[float, float, float]) -> NDArray[np.int8]:
    """Cut the rows by time so that the sizes are as near as whole moments can be: equal times are never parted."""
    line = np.sort(times[known])
    out = np.zeros(len(times), dtype=np.int8)
    if not len(line):
        return out
    moments, first = np.unique(line, return_index=True)
    edges = np.append(first, len(line))
    cut = 0
    for split, size in enumerate(largest_remainder(shares, len(line)).tolist()[:-1], 1):
        cut += size
        nearest = int(np.argmin(np.abs(edges - cut)))
        if nearest < len(moments):
            out[known & (times >= moments[nearest])] = split
    return out
