"""MinHash in compiled code: each text as a few keys, of which two texts alike share one with a probability that can be stated."""

from __future__ import annotations

import numpy as np

from curate.similar.interning import MULTIPLY, U64, Array, hashed, kernel, longest, shingles


@kernel
def band_keys(data: Array, spans: Array, multiply: Array, add: Array, rows: int, out: Array) -> None:
    """A key per band: the hash of `rows` minima, each over all shingles of the text by a function of its own."""
    room = longest(spans)
    points, keys = np.empty(room, np.int64), np.empty((room, 2), np.uint64)
    least = np.empty(len(multiply), np.uint64)
    for k in range(len(spans)):
        n = shingles(data, spans[k], points, keys)
        for f in range(len(least)):
            least[f] = ~U64(0)
        for c in range(n):
            base = hashed(keys[c, 0], keys[c, 1])
            for f in range(len(least)):
                value = base * multiply[f] + add[f]
                least[f] = min(least[f], value)
        for band in range(out.shape[1]):
            key = U64(band)
            for f in range(band * rows, band * rows + rows):
                key = hashed(key ^ least[f], MULTIPLY[0])
            out[k, band] = key
