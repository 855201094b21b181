"""DUP: rows that say the same, and which of them stays."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from curate.catalogue import Rules
from curate.config import Settings
from curate.corpus import Corpus
from curate.errors import NotApplicable
from curate.excerpt import excerpt
from curate.findings import Fact, Finding
from curate.similar import Duplicates, Edges, dedup, keep_order, near_pairs
from curate.similar.approximate import approximate_pairs, missed, stated
from curate.views import View, view

FAMILY = "DUP"
LARGE_GROUP, LARGE_SHARE = 50, 0.05
THRESHOLDS = (0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
SURVEYED, SURVEYED_WHOLE = 3_000, 50_000
"""Rows up to which pairs far below the threshold are looked for: always, and where the whole family was asked for."""
MOST_PAIRS = 1 << 20
BORDERLINE, LONGEST = 10, 800


def check(corpus: Corpus, rules: Rules, settings: Settings) -> Iterator[Finding | Fact]:
    """One finding for every row that another stands for."""
    seen = view(corpus, own=True)
    if len(seen) < 2:  # a pair
        raise NotApplicable("fewer than two usable rows")
    if {"DUP001", "DUP002"} & set(rules):
        found = duplicates(corpus, settings)
        yield from findings(corpus, seen, found, settings)
        yield from facts(seen, found, settings, SURVEYED_WHOLE if "DUP003" in rules else SURVEYED)
    left_out = [missed(settings.exact_threshold)] if settings.engine == "approximate" else []
    if settings.semantic and "DUP003" in rules:
        from curate.meaning import duplicates_by_meaning

        yield from duplicates_by_meaning(seen, duplicates(corpus, settings), order(seen, settings), settings)
    elif "DUP003" in rules:
        from curate.meaning import forecast

        minutes = max(1, round(forecast(seen.whole) / 60))
        left_out.append(f"rows of the same meaning: add --semantic, about {minutes:,} minute{'s' * (minutes > 1)}")
    if left_out:
        yield Fact("not_looked_for", left_out)


def duplicates(corpus: Corpus, settings: Settings) -> Duplicates:
    """Over the user's usable rows; computed once a corpus, since `build` asks again."""
    key = f"duplicates {settings.threshold} {settings.keep} {settings.engine}"
    if key not in corpus.cache:
        seen, threshold, workers = view(corpus, own=True), settings.exact_threshold, settings.processes
        pairs = approximate_pairs(seen.whole, threshold, workers=workers) if settings.engine == "approximate" else None
        corpus.cache[key] = dedup(seen.whole, order(seen, settings), threshold, workers=workers, pairs=pairs)
    found: Duplicates = corpus.cache[key]
    return found


def order(seen: View, settings: Settings) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Rank of each row: lower stays. Fullest, then longest answer, then the smallest digest of the canonical text, then first."""
    match settings.keep:
        case "first":
            return np.arange(len(seen), dtype=np.int64)
        case "longest":
            return keep_order(seen.whole, seen.answer_length)
        case "fullest":
            return keep_order(seen.whole, seen.fields, seen.answer_length)


def findings(corpus: Corpus, seen: View, found: Duplicates, settings: Settings) -> Iterator[Finding]:
    rows = seen.rows
    large = set(large_groups(found, len(rows)).tolist()) if not settings.force_groups else set()
    for i in np.flatnonzero(found.kept_in_place >= 0):
        kept = int(found.kept_in_place[i])
        place = corpus.address(int(rows[kept]))
        if found.same[i]:
            yield Finding("DUP001", f"Same text as {place}", row=int(rows[i]), related=(int(rows[kept]),), score=1.0)
            continue
        whole, content = float(found.whole[i]), float(found.content[i])
        both = f"{whole:.2f} alike" if abs(whole - content) < 5e-3 else f"{whole:.2f} alike, content {content:.2f}"
        group = "; its group is large, so it is kept without --force-groups" if kept in large else ""
        yield Finding(
            "DUP002", f"{both} to {place}{group}", row=int(rows[i]), related=(int(rows[kept]),), score=min(whole, content)
        )


def large_groups(found: Duplicates, total: int) -> np.ndarray[Any, Any]:
    """Kept rows that near copies of more than max(50, 5 %) rows point to: more likely a template than copies."""
    near = found.kept_in_place[(found.kept_in_place >= 0) & ~found.same]
    kept, counts = np.unique(near, return_counts=True)
    return np.asarray(kept[counts + 1 > max(LARGE_GROUP, LARGE_SHARE * total)])


def facts(seen: View, found: Duplicates, settings: Settings, most: int) -> Iterator[Fact]:
    gone = found.removed
    kept = np.unique(found.kept_in_place[gone])
    yield Fact("threshold", settings.threshold)
    yield Fact("rows", {"same": int((gone & found.same).sum()), "near": int((gone & ~found.same).sum()), "groups": len(kept)})
    if settings.engine == "approximate":
        yield Fact("engine", stated(settings.exact_threshold))
    elif len(seen) <= most:
        yield from survey(seen, settings)


def survey(seen: View, settings: Settings) -> Iterator[Fact]:
    """How many pairs each threshold would find, and real pairs just over and just under this one, for a person to choose by."""
    edges = listed(seen, settings)
    if edges is None:
        yield Fact("not_surveyed", f"more than {MOST_PAIRS:,} pairs are {THRESHOLDS[0]} alike or more: a template, most likely")
        return
    counts = {f"{t:.2f}": int(at_least(edges, t).sum()) for t in THRESHOLDS}
    yield Fact("pairs_by_threshold", counts)
    if any(counts.values()):
        yield Fact("tables", [threshold_table(counts, settings.threshold)])
    near, score = at_least(edges, settings.threshold), edges.score
    over, under = np.flatnonzero(near), np.flatnonzero(~near)
    nearest = [over[np.argsort(score[over], kind="stable")], under[np.argsort(-score[under], kind="stable")]]
    yield Fact("borderline", [borderline(seen, edges, int(k), bool(near[k])) for side in nearest for k in side[:BORDERLINE]])


def listed(seen: View, settings: Settings) -> Edges | None:
    """Pairs from the lowest threshold on, unless they are too many to be held."""
    held, room = [], MOST_PAIRS
    for edges in near_pairs(seen.whole, min(THRESHOLDS[0], settings.threshold), workers=settings.processes):
        held.append(edges)
        room -= len(edges)
        if room < 0:
            return None
    return Edges.gathered(held)


def at_least(edges: Edges, threshold: float) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """In integers: 0.8 is 4/5."""
    exact = Fraction(str(threshold))
    whole = edges.whole_shared * exact.denominator >= edges.whole_union * exact.numerator
    return np.asarray(whole & (edges.content_shared * exact.denominator >= edges.content_union * exact.numerator))


def threshold_table(counts: dict[str, int], threshold: float) -> dict[str, Any]:
    return {
        "title": ["Near pairs by threshold: choose with --threshold", "各阈值下的近似重复对数：用 --threshold 选择"],
        "header": [["threshold", "阈值"], ["pairs", "对数"], ["", ""]],
        "rows": [[t, n, ["this run", "本次"] if float(t) == threshold else ""] for t, n in counts.items()],
    }


def borderline(seen: View, edges: Edges, k: int, over: bool) -> dict[str, Any]:
    corpus, rows = seen.corpus, (int(seen.rows[edges.i[k]]), int(seen.rows[edges.j[k]]))
    return {
        "rows": [{"file": w.file, "line": w.line, "id": w.id} for w in map(corpus.where, rows)],
        "over": over,
        "whole": round(float(edges.whole[k]), 4),
        "content": round(float(edges.content[k]), 4),
        "texts": [excerpt(corpus.record(row).text, (0, 0), room=LONGEST) for row in rows],
    }
