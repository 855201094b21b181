"""What every split should have its share of: language, length, and the fields the user names."""

from __future__ import annotations

from typing import Any

import numpy as np

from curate.config import Settings
from curate.corpus import Corpus
from curate.language import language
from curate.views import View, values

LENGTHS = 3


def strata(corpus: Corpus, seen: View, settings: Settings) -> np.ndarray[Any, np.dtype[np.int32]]:
    """A code for each row of the view; equal codes: one stratum."""
    tongues = [language(record.text) for record in seen.records()]
    sizes = np.diff(seen.whole.begin)
    edges = np.quantile(sizes, np.linspace(0, 1, LENGTHS + 1)[1:-1]) if len(sizes) else np.empty(0)
    bins = np.digitize(sizes, edges)
    named = [values(corpus, field) for field in settings.stratify_by]
    keys = [(tongues[k], int(bins[k]), *(column[row] for column in named)) for k, row in enumerate(seen.rows.tolist())]
    order = {key: code for code, key in enumerate(sorted(set(keys)))}
    return np.array([order[key] for key in keys], np.int32)
