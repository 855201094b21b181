"""Which rows drive a figure: its change when the row is left out."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from curate.bias.associate import Association
from curate.bias.evidence import Evidence
from curate.bias.lexicon import ATTRIBUTES, Ints, Lexicon
from curate.bias.overall import Overall, dependence_of, whole_links
from curate.bias.represent import Share
from curate.bias.statistics import Floats, log_odds
from curate.bias.terms import LANGUAGES
from curate.bias.tone import MEASURES, Difference, only_one

MOST = 10


def of_association(pair: Association, evidence: Evidence, lexicon: Lexicon) -> tuple[int, ...]:
    """Rows that raise the log-odds most. All rows of a cell weigh the same unless they stand in several."""
    lang = LANGUAGES.index(pair.language)
    members = [i for i in lexicon.axis_groups(pair.axis) if i != pair.group_id]
    mentions, links = evidence.table("mentions", 3), evidence.table("links", 4)
    linked = links[(links[:, 1] == lang) & (links[:, 3] == pair.attribute_id)]
    mentioned = mentions[mentions[:, 1] == lang]
    rows = np.unique(linked[linked[:, 2] == pair.group_id, 0])
    n1 = np.isin(rows, mentioned[mentioned[:, 2] == pair.group_id, 0]).astype(int)
    c = _count(rows, linked[np.isin(linked[:, 2], members), 0])
    n2 = _count(rows, mentioned[np.isin(mentioned[:, 2], members), 0])
    without, _ = log_odds(pair.linked - 1, pair.of - n1, pair.other_linked - c, pair.other_of - n2)
    return _top(rows, pair.log_odds - without if pair.log_odds >= 0 else without - pair.log_odds, evidence)


def _count(rows: Ints, among: Ints) -> Ints:
    values, counts = np.unique(among, return_counts=True)
    known = dict(zip(values.tolist(), counts.tolist(), strict=True))
    return np.array([known.get(int(row), 0) for row in rows])


def of_share(share: Share, evidence: Evidence, lexicon: Lexicon, named: Iterable[str]) -> tuple[int, ...]:
    """Rows that mention the groups it is compared with and not the group: each lowers its share."""
    lang = LANGUAGES.index(share.language)
    mentions = evidence.table("mentions", 3)
    here = mentions[mentions[:, 1] == lang]
    wanted = set(named)
    members = [i for i in lexicon.axis_groups(share.axis) if lexicon.groups[i].name in wanted]
    mine = [i for i in members if lexicon.groups[i].name == share.group]
    rows, others = np.unique(here[np.isin(here[:, 2], members) & ~np.isin(here[:, 2], mine), 0], return_counts=True)
    own = _count(rows, here[np.isin(here[:, 2], mine), 0])
    effect = (share.rows - own) / np.maximum(share.of - others - own, 1) - share.share
    return _top(rows, effect, evidence)


def of_difference(difference: Difference, evidence: Evidence, lexicon: Lexicon) -> tuple[int, ...]:
    """Rows of the group whose answers pull its mean furthest towards the difference."""
    lang = LANGUAGES.index(difference.language)
    answers = np.concatenate(evidence.answers)
    place = {int(row): i for i, row in enumerate(answers[:, 0])}
    mine = only_one(evidence.table("asked", 3), lang, lexicon.axis_groups(difference.axis), place)[difference.group_id]
    values = answers[[place[row] for row in mine], MEASURES.index(difference.measure) + 1]
    sign = 1 if difference.difference >= 0 else -1
    return _top(np.array(mine), sign * (values - difference.value) / max(len(mine) - 1, 1), evidence)


def of_whole(whole: Overall, evidence: Evidence, lexicon: Lexicon) -> tuple[int, ...]:
    """Rows without which V would be smallest; all links of a cell weigh the same."""
    links = whole_links(evidence, lexicon, whole.axis, LANGUAGES.index(whole.language), ATTRIBUTES[whole.kind])
    groups, row = np.unique(links[:, 2], return_inverse=True)
    attributes, column = np.unique(links[:, 3], return_inverse=True)
    table = np.zeros((len(groups), len(attributes)), dtype=np.int64)
    np.add.at(table, (row, column), 1)
    v = dependence_of(table)
    loss = np.zeros(table.shape)
    for i, j in np.argwhere(table > 0):
        less = table.copy()
        less[i, j] -= 1
        loss[i, j] = v - dependence_of(less)
    rows, place = np.unique(links[:, 0], return_inverse=True)
    return _top(rows, np.bincount(place, weights=loss[row, column]).astype(np.float64), evidence)


def _top(rows: Ints, effect: Floats, evidence: Evidence) -> tuple[int, ...]:
    ranked = sorted(
        zip((-np.round(effect, 9)).tolist(), rows.tolist(), strict=True), key=lambda e: (e[0], evidence.signs.get(e[1], 0), e[1])
    )
    return tuple(int(row) for effect_, row in ranked[:MOST] if effect_ < 0)
