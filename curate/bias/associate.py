"""BIAS002: which groups are tied to which occupations, traits and outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from curate.bias.evidence import Evidence
from curate.bias.lexicon import Ints, Lexicon
from curate.bias.overall import Overall
from curate.bias.statistics import Z, benjamini_hochberg, exact, log_odds
from curate.bias.terms import LANGUAGES


@dataclass(frozen=True, slots=True)
class Association:
    """Rows that tie a group to an attribute, against the rows that tie the axis's other groups to it."""

    axis: str
    language: str
    kind: str
    attribute: str
    group: str
    linked: int
    of: int
    """Rows that mention the group."""
    other_linked: int
    other_of: int
    log_odds: float
    low: float
    high: float
    p: float
    q: float
    group_id: int
    attribute_id: int

    @property
    def n(self) -> int:
        return self.linked + self.other_linked


def associations(evidence: Evidence, lexicon: Lexicon, minimum: int) -> list[Association]:
    """Every pair with enough links.

    Of an axis's groups each is compared with the rest. Where only two are mentioned the two comparisons are one and the same,
    and it stands under the group that is over-represented.
    """
    tables = list(_tables(evidence, lexicon, minimum))
    if not tables:
        return []
    columns = np.array([table[2:] for table in tables], dtype=np.int64)
    a, n1, c, n2 = columns[:, 2], columns[:, 3], columns[:, 4], columns[:, 5]
    value, se = log_odds(a, n1, c, n2)
    p = exact(a, n1, c, n2)
    made = []
    for i, (axis, lang, attribute, group, *counts) in enumerate(tables):
        what = lexicon.attributes[attribute]
        low, high = value[i] - Z * se[i], value[i] + Z * se[i]
        figures = (float(value[i]), float(low), float(high), float(p[i]), 1.0)
        made.append(Association(axis, LANGUAGES[lang], what.kind.name.lower(), what.name, lexicon.groups[group].name, *counts, *figures, group, attribute))
    return made


def controlled(pairs: list[Association], wholes: list[Overall]) -> tuple[list[Association], list[Overall]]:
    """Adjusted for one false-discovery rate over all that was tested, strongest first."""
    q = benjamini_hochberg([x.p for x in (*pairs, *wholes)])
    found = [replace(pair, q=float(value)) for pair, value in zip(pairs, q, strict=False)]
    whole = [replace(x, q=float(value)) for x, value in zip(wholes, q[len(pairs) :], strict=True)]
    found.sort(key=lambda x: (x.q, -abs(x.log_odds), x.axis, x.language, x.attribute, x.group))
    return found, sorted(whole, key=lambda x: (x.q, x.axis, x.language, x.kind))


def _tables(evidence: Evidence, lexicon: Lexicon, minimum: int) -> Iterator[tuple[str, int, int, int, int, int, int, int]]:
    """(axis, language, attribute, group, linked, of, others linked, of others) for every pair worth a test."""
    mentions, links = evidence.table("mentions", 3), evidence.table("links", 4)
    shape = (len(lexicon.groups), len(lexicon.attributes))
    for lang in range(len(LANGUAGES)):
        mentioned = np.bincount(mentions[mentions[:, 1] == lang, 2], minlength=shape[0])
        linked = np.zeros(shape, dtype=np.int64)
        here = links[links[:, 1] == lang]
        np.add.at(linked, (here[:, 2], here[:, 3]), 1)
        for axis in lexicon.axes:
            yield from _axis_tables(axis, lang, np.array(lexicon.axis_groups(axis)), mentioned, linked, minimum)


def _axis_tables(axis: str, lang: int, members: Ints, mentioned: Ints, linked: Ints, minimum: int) -> Iterator[tuple[str, int, int, int, int, int, int, int]]:
    members = members[mentioned[members] > 0]
    if len(members) < 2:
        return
    total, per_attribute = int(mentioned[members].sum()), linked[members].sum(axis=0)
    for attribute in np.flatnonzero(per_attribute >= minimum):
        rows = []
        for group in members:
            a, n1 = int(linked[group, attribute]), int(mentioned[group])
            c, n2 = int(per_attribute[attribute]) - a, total - n1
            rows.append((axis, lang, int(attribute), int(group), a, n1, c, n2))
        if len(rows) == 2:  # two groups, one comparison
            rows = [max(rows, key=lambda r: r[4] / r[5] - r[6] / r[7])]
        # A group that is hardly mentioned can show nothing: both sides need room for the attribute.
        yield from (row for row in rows if min(row[5], row[7]) >= minimum)


