"""BIAS001: how often each group is spoken of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from curate.bias.evidence import Evidence
from curate.bias.lexicon import Lexicon
from curate.bias.statistics import wilson
from curate.bias.terms import LANGUAGES


@dataclass(frozen=True, slots=True)
class Share:
    """A group's share of the mentions of its axis, counted in rows."""

    axis: str
    language: str
    group: str
    rows: int
    of: int
    """Rows of this group and of those it is compared with."""
    share: float
    low: float
    high: float
    reference: float | None

    def lacks(self, minimum: int, material: float) -> bool:
        """Enough evidence, and below the reference by enough to matter."""
        return (
            self.reference is not None
            and self.of >= minimum
            and self.high < self.reference
            and self.share < material * self.reference
        )


def shares(evidence: Evidence, lexicon: Lexicon, references: Mapping[str, Mapping[str, float]]) -> Iterator[Share]:
    """Of every axis and language that is spoken of at all; rows are counted, not words."""
    mentions = evidence.table("mentions", 3)
    for lang, language in enumerate(LANGUAGES):
        count = np.bincount(mentions[mentions[:, 1] == lang, 2], minlength=len(lexicon.groups))
        for axis in lexicon.axes:
            members = lexicon.axis_groups(axis)
            reference = references.get(axis, {})
            named = [i for i in members if lexicon.groups[i].name in reference]
            of_named, of_all = int(count[named].sum()), int(count[members].sum())
            for i in members:
                name = lexicon.groups[i].name
                of = of_named if i in named else of_all
                if of and (count[i] or i in named):
                    low, high = wilson(count[i], of)
                    yield Share(
                        axis, language, name, int(count[i]), of, int(count[i]) / of, float(low), float(high), reference.get(name)
                    )
