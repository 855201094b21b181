"""The scan of `scan.py`, compiled: apart from it, so that a look at a small file neither loads numba nor waits for it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def match(
    codes: npt.NDArray[np.uint32],
    symbols: npt.NDArray[np.uint16],
    word: npt.NDArray[np.uint8],
    keys: npt.NDArray[np.int64],
    nodes: npt.NDArray[np.int32],
    final: npt.NDArray[np.int32],
    out: npt.NDArray[np.int32],
) -> int:
    """Fills `out` with start, end and surface of every match, and tells how many there are."""
    mask, n, found, i = keys.shape[0] - 1, codes.shape[0], 0, 0
    while i < n:
        node, j, best, stop = np.int64(1), i, -1, i
        while j < n:
            symbol = symbols[codes[j]]
            if symbol == 0:
                break
            key = node << 16 | symbol
            slot = (key * 0x9E3779B1 >> 12) & mask
            while keys[slot] != 0 and keys[slot] != key:
                slot = (slot + 1) & mask
            if keys[slot] == 0:
                break
            node = np.int64(nodes[slot])
            j += 1
            if final[node] >= 0 and not (j < n and word[codes[j - 1]] and word[codes[j]]):
                best, stop = final[node], j
        if best >= 0:
            out[found, 0], out[found, 1], out[found, 2] = i, stop, best
            found += 1
            i = stop
        elif word[codes[i]]:
            while i < n and word[codes[i]]:
                i += 1
        else:
            i += 1
    return found
