"""What ties two rows together so that they must not stand on two sides: the edges of the leak graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from curate.catalogue import Rules
from curate.config import Settings
from curate.corpus import Corpus
from curate.records import Kind
from curate.similar import Needles, Texts, looked_for, near_pairs, shared_spans, shingle_set
from curate.similar.approximate import approximate_pairs
from curate.views import View, values, view

Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]
LEVELS = ("LEAK001", "LEAK002", "LEAK009", "LEAK003", "LEAK008", "LEAK004", "LEAK010")
"""The stronger tie first: a pair is told once."""
AGAINST = 3
"""The side of sets that are held against the data; below it stand train, validation and test."""
CONTAINMENT, MIN_SHINGLES, COMMON = 0.8, 40, 10
SPAN, SPAN_ROWS = 50, 10
ONLY_TOLD = ("LEAK010",)


@dataclass(frozen=True, slots=True)
class Links:
    """Pairs of corpus rows tied by one kind of likeness."""

    code: str
    a: Ints
    b: Ints
    whole: Floats
    content: Floats
    """Without what a template gave; equal to `whole` where there is none."""
    shared: bool = False
    """The pairs are those of each row with the first that holds the same value, in place of all pairs."""
    opening: bool = False
    """LEAK004 without a field of the user's: the rows begin as one conversation."""

    def __len__(self) -> int:
        return len(self.a)

    @property
    def score(self) -> Floats:
        return np.minimum(self.whole, self.content)


def links(
    corpus: Corpus,
    rules: Rules,
    settings: Settings,
    side: np.ndarray[Any, np.dtype[np.int8]] | None = None,
    every: bool = False,
    told: bool = False,
) -> Iterator[Links]:
    """All ties between usable rows. With `side` (one value a corpus row) only ties between different sides.

    Kinds that the rules only report hold no rows together: they are left out unless `told` asks for them.

    Without `side` the user's rows alone are looked at, for the graph that a split must respect. A tie is then left out if others
    link its two rows anyway: of many rows that are all alike, the ties would grow with the square. `every` asks for those too,
    which whoever takes rows out of a group must know.
    """
    fewest = side is None and not every
    seen = view(corpus, own=side is None)
    apart, only = side[seen.rows] if side is not None else None, reported(rules)

    def wanted(code: str) -> bool:
        return told or code not in only

    if wanted("LEAK001"):
        yield same("LEAK001", seen.whole.same, seen.rows, apart)
    if wanted("LEAK002"):
        yield from near("LEAK002", seen.whole, seen.rows, apart, settings, fewest)
    if wanted("LEAK009"):
        asking = seen.question.begin[1:] > seen.question.begin[:-1]
        # Rows that ask nothing (plain text) share no question: each is a class of its own.
        labels = np.where(asking, seen.question.same, -1 - np.arange(len(seen)))
        yield same("LEAK009", labels, seen.rows, apart)
        yield from near("LEAK009", seen.question, seen.rows, apart, settings, fewest)
    if settings.semantic and wanted("LEAK003"):
        from curate.meaning import alike

        yield alike(seen, apart, settings)
    if wanted("LEAK008"):
        yield contained_in(seen, apart, rules, settings, fewest)
    if wanted("LEAK004"):
        yield replace(same("LEAK004", opened(seen, rules), seen.rows, apart), opening=True)
        for field in settings.group_by:
            yield one_group(corpus, field, seen.rows, apart)
    if wanted("LEAK010"):
        yield quoting(seen, apart, rules)


def reported(rules: Rules) -> list[str]:
    """Kinds of ties that do not hold rows together, by the user's choice or by default."""
    return [code for code in LEVELS if (rules[code].action == "report" if code in rules else code in ONLY_TOLD)]


def quoting(seen: View, apart: Any, rules: Rules) -> Links:
    """LEAK010: a long span of what a row asks about, or of its answer, stands in another row, and in few rows at all."""
    params = rules["LEAK010"].params if "LEAK010" in rules else {}
    letters, most = int(params.get("span", SPAN)), int(params.get("span_rows", SPAN_ROWS))
    found = shared_spans((asked_about(seen), seen.answers), seen.whole, apart, letters, most)
    return Links("LEAK010", seen.rows[found.i], seen.rows[found.j], found.score, found.score)


def near(code: str, texts: Any, rows: Ints, apart: Any, settings: Settings, fewest: bool = False) -> Iterator[Links]:
    threshold, workers = settings.exact_threshold, settings.processes
    if settings.engine == "approximate":
        found = approximate_pairs(texts, threshold, workers=workers, against=apart)
    else:
        found = near_pairs(texts, threshold, workers=workers, against=apart, links_only=fewest)
    for edges in found:
        yield Links(code, rows[edges.i], rows[edges.j], np.asarray(edges.whole, float), np.asarray(edges.content, float))


def same(code: str, labels: Ints, rows: Ints, apart: Any) -> Links:
    """Members of a class of equal texts, each tied to its first; with sides, to the first of every other side."""
    found: list[tuple[int, int]] = []
    order = np.argsort(labels, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(labels[order]) != 0]) if len(order) else np.zeros(0, int)
    for members in np.split(order, starts[1:]) if len(order) else []:
        if len(members) < 2:
            continue
        if apart is None:
            found += [(int(members[0]), int(m)) for m in members[1:]]
            continue
        firsts = {int(apart[m]): int(m) for m in members[::-1]}
        if len(firsts) > 1:
            found += [(int(m), first) for m in members for value, first in firsts.items() if value > int(apart[m])]
            lowest = min(firsts)
            found += [(firsts[lowest], int(m)) for m in members if int(apart[m]) != lowest and int(m) not in firsts.values()]
    pairs = np.array(found, np.int64).reshape(-1, 2)
    ones = np.ones(len(pairs))
    return Links(code, rows[pairs[:, 0]], rows[pairs[:, 1]], ones, ones, shared=apart is None)


def contained_in(seen: View, apart: Any, rules: Rules, settings: Settings, fewest: bool = False) -> Links:
    """LEAK008: what a row asks about, or an answer of substance, stands inside another row.

    What a row asks about is its input, or its prompt where it has no input: a template is never looked for. An answer is of
    substance if enough of its shingles stand in the answers of few rows: a label or a set phrase gives nothing away.
    """
    params = rules["LEAK008"].params if "LEAK008" in rules else {}
    share, least = params.get("containment", CONTAINMENT), int(params.get("min_shingles", MIN_SHINGLES))
    common = int(params.get("answer_rows", COMMON))
    needles = (Needles(asked_about(seen)), Needles(seen.answers, common))
    pairs: tuple[list[tuple[Ints, Ints, Floats]], ...] = ([], [])
    for kind, e in looked_for(needles, seen.whole, share, least, against=apart, workers=settings.processes):
        # A row holds its own question and answer, so rows with the same one hold that of the first: linked already.
        pairs[kind].append((e.i, e.j, e.score) if fewest else spread(needles[kind].texts, e.i, e.j, e.score, apart))
    a, b, score = (
        np.concatenate([np.empty(0, kind), *column])
        for kind, column in zip((int, int, float), [*zip(*pairs[0], *pairs[1], strict=True)] or [(), (), ()], strict=True)
    )
    return Links("LEAK008", seen.rows[a], seen.rows[b], score, score)


def spread(short: Texts, i: Ints, j: Ints, score: Floats, apart: Any) -> tuple[Ints, Ints, Floats]:
    """The pairs of every row whose text is the same as that of row i: the join names only the first of them."""
    order = np.argsort(short.same, kind="stable")
    labels = short.same[order]
    low, high = np.searchsorted(labels, short.same[i]), np.searchsorted(labels, short.same[i], side="right")
    times = high - low
    rows = order[np.concatenate([np.empty(0, int), *map(np.arange, low, high)])]
    hosts, scores = np.repeat(j, times), np.repeat(score, times)
    kept = rows != hosts if apart is None else apart[rows] != apart[hosts]
    return rows[kept], hosts[kept], scores[kept]


def asked_about(seen: View) -> Texts:
    """What rows ask about; where no row has an input that is the question, which is there already."""
    return seen.asked if (seen.question.lengths[:, Kind.INPUT] > 0).any() else seen.question


def opened(seen: View, rules: Rules) -> Ints:
    """Labels of rows that begin with the same question and answer, where one of them goes on: they are of one conversation.

    A greeting and its reply open many conversations: less than `min_shingles` tells nothing.
    """
    alone = -1 - np.arange(len(seen))
    if not seen.goes_on.any():
        return alone
    least = int(rules["LEAK004"].params.get("min_shingles", MIN_SHINGLES)) if "LEAK004" in rules else MIN_SHINGLES
    openings = seen.openings
    of_chat = np.zeros(len(seen), bool)
    of_chat[openings.same[seen.goes_on]] = True
    times = np.bincount(openings.same, minlength=len(seen))
    long_enough = np.diff(openings.begin) >= least
    for row in np.flatnonzero(of_chat & (times > 1)).tolist():
        long_enough[row] = long_enough[row] and len(shingle_set(openings.text(row))) >= least
    return np.where((of_chat & (times > 1) & long_enough)[openings.same], openings.same, alone)


def one_group(corpus: Corpus, field: str, rows: Ints, apart: Any) -> Links:
    names = values(corpus, field)
    labels: dict[str, int] = {}
    label = np.array([labels.setdefault(names[r], k) if names[r] else -1 - k for k, r in enumerate(rows)], np.int64)
    return same("LEAK004", label, rows, apart)
