"""BIAS002: which groups are tied to which occupations, traits and outcomes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

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


class Table(NamedTuple):
    """Two by two: rows of a group and of its axis's others, with and without the attribute."""

    axis: str
    lang: int
    attribute: int
    group: int
    linked: int
    of: int
    other_linked: int
    other_of: int


def associations(evidence: Evidence, lexicon: Lexicon, minimum: int) -> list[Association]:
    """Every pair with enough links.

    Of an axis's groups each is compared with the rest. Where only two are mentioned the two comparisons are one and the same,
    and it stands under the group that is over-represented.
    """
    tables = list(_tables(evidence, lexicon, minimum))
    if not tables:
        return []
    counts = np.array([table[4:] for table in tables], dtype=np.int64).T
    value, se = log_odds(*counts)
    p = exact(*counts)
    return [_association(t, lexicon, v, e, q) for t, v, e, q in zip(tables, value.tolist(), se.tolist(), p.tolist(), strict=True)]


def _association(t: Table, lexicon: Lexicon, value: float, se: float, p: float) -> Association:
    what, who = lexicon.attributes[t.attribute], lexicon.groups[t.group]
    return Association(
        axis=t.axis,
        language=LANGUAGES[t.lang],
        kind=what.kind.name.lower(),
        attribute=what.name,
        group=who.name,
        linked=t.linked,
        of=t.of,
        other_linked=t.other_linked,
        other_of=t.other_of,
        log_odds=value,
        low=value - Z * se,
        high=value + Z * se,
        p=p,
        q=1.0,
        group_id=t.group,
        attribute_id=t.attribute,
    )


def controlled(pairs: list[Association], wholes: list[Overall]) -> tuple[list[Association], list[Overall]]:
    """Adjusted for one false-discovery rate over all that was tested, strongest first."""
    q = benjamini_hochberg([pair.p for pair in pairs] + [whole.p for whole in wholes]).tolist()
    found = [replace(pair, q=value) for pair, value in zip(pairs, q[: len(pairs)], strict=True)]
    whole = [replace(x, q=value) for x, value in zip(wholes, q[len(pairs) :], strict=True)]
    found.sort(key=lambda x: (x.q, -abs(x.log_odds), x.axis, x.language, x.attribute, x.group))
    return found, sorted(whole, key=lambda x: (x.q, x.axis, x.language, x.kind))


def _tables(evidence: Evidence, lexicon: Lexicon, minimum: int) -> Iterator[Table]:
    mentions, links = evidence.table("mentions", 3), evidence.table("links", 4)
    shape = (len(lexicon.groups), len(lexicon.attributes))
    for lang in range(len(LANGUAGES)):
        mentioned = np.bincount(mentions[mentions[:, 1] == lang, 2], minlength=shape[0])
        linked = np.zeros(shape, dtype=np.int64)
        here = links[links[:, 1] == lang]
        np.add.at(linked, (here[:, 2], here[:, 3]), 1)
        for axis in lexicon.axes:
            yield from _axis_tables(axis, lang, np.array(lexicon.axis_groups(axis)), mentioned, linked, minimum)


def _axis_tables(axis: str, lang: int, members: Ints, mentioned: Ints, linked: Ints, minimum: int) -> Iterator[Table]:
    """Pairs worth a test: the attribute is linked often enough, and both sides have room for it."""
    members = members[mentioned[members] > 0]
    total, per_attribute = int(mentioned[members].sum()), linked[members].sum(axis=0)
    for attribute in np.flatnonzero(per_attribute >= minimum).tolist():
        rows = []
        for group in members.tolist():
            a, n = int(linked[group, attribute]), int(mentioned[group])
            rows.append(Table(axis, lang, attribute, group, a, n, int(per_attribute[attribute]) - a, total - n))
        if len(rows) == 2:  # two groups, one comparison
            rows = [max(rows, key=lambda t: t.linked / t.of)]
        yield from (t for t in rows if min(t.of, t.other_of) >= minimum)


def lasting(pairs: Sequence[Association], evidence: Evidence, lexicon: Lexicon, least: float) -> Iterator[Association]:
    """Those that are no mere shadow of stronger ones.

    Where women are nurses in many rows, men are "more often" anything else, since shares add up to one. So the ratio of linked
    rows must differ by `least` from that of the mentions which stronger pairs leave unexplained (item purification, Candell and
    Drasgow 1988), or from the axis's reference, if it has one: where every mention is tied to something, nothing is left over.
    """
    mentions, links = evidence.table("mentions", 3), evidence.table("links", 4)
    told: dict[tuple[str, str], list[int]] = {}
    for pair in pairs:
        lang, members = LANGUAGES.index(pair.language), lexicon.axis_groups(pair.axis)
        stronger = told.setdefault((pair.axis, pair.language), [])
        explained = links[(links[:, 1] == lang) & np.isin(links[:, 3], stronger)]
        mentioned = mentions[(mentions[:, 1] == lang) & np.isin(mentions[:, 2], members)]
        free = mentioned[~np.isin(_cells(mentioned), _cells(explained)), 2]
        mine = int((free == pair.group_id).sum())
        neutral = [_log_ratio(mine, len(free) - mine)]
        if 0 < (share := lexicon.references.get(pair.axis, {}).get(pair.group, 0.0)) < 1:
            neutral.append(float(np.log(share / (1 - share))))
        if _log_ratio(pair.linked, pair.other_linked) - min(neutral) >= least:
            stronger.append(pair.attribute_id)
            yield pair


def _log_ratio(a: int, b: int) -> float:
    return float(np.log((a + 0.5) / (b + 0.5)))


def _cells(table: Ints) -> Ints:
    """Row and group as one number: a row that mentions two groups counts for each."""
    return np.asarray(table[:, 0] * 100_000 + table[:, 2])
