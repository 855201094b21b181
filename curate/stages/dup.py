"""DUP: rows that say the same, and which of them stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from curate.catalogue import Rules
from curate.config import Settings
from curate.corpus import Corpus
from curate.errors import NotApplicable
from curate.excerpt import excerpt
from curate.findings import Fact, Finding
from curate.similar import Duplicates, Edges, dedup, keep_order, near_pairs
from curate.views import View, view

FAMILY = "DUP"
EMBEDDING_SECONDS = 0.03  # a row on one CPU core: 10 to 80 ms for the small models, by length
LARGE_GROUP, LARGE_SHARE = 50, 0.05
THRESHOLDS = (0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
SURVEYED, BORDERLINE = 3000, 10


def check(corpus: Corpus, rules: Rules, settings: Settings) -> Iterator[Finding | Fact]:
    """One finding for every row that another stands for."""
    seen = view(corpus, own=True)
    if len(seen) < 2:  # a pair
        raise NotApplicable("fewer than two usable rows")
    if {"DUP001", "DUP002"} & set(rules):
        found = duplicates(corpus, settings)
        yield from findings(corpus, seen, found, settings)
        yield from facts(seen, found, settings)
    if settings.semantic and "DUP003" in rules:
        from curate.meaning import duplicates_by_meaning

        yield from duplicates_by_meaning(seen, settings)
    elif "DUP003" in rules:
        minutes = max(1, round(len(seen) * EMBEDDING_SECONDS / 60))
        yield Fact("not_looked_for", [f"rows of the same meaning: add --semantic, about {minutes:,} minute{'s' * (minutes > 1)}"])


def duplicates(corpus: Corpus, settings: Settings) -> Duplicates:
    """Over the user's usable rows; computed once a corpus, since `build` asks again."""
    key = f"duplicates {settings.threshold} {settings.keep}"
    if key not in corpus.cache:
        seen = view(corpus, own=True)
        corpus.cache[key] = dedup(seen.whole, order(seen, settings), settings.exact_threshold, workers=settings.processes)
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


def facts(seen: View, found: Duplicates, settings: Settings) -> Iterator[Fact]:
    gone = found.removed
    kept = np.unique(found.kept_in_place[gone])
    yield Fact("threshold", settings.threshold)
    yield Fact("rows", {"same": int((gone & found.same).sum()), "near": int((gone & ~found.same).sum()), "groups": len(kept)})
    if len(seen) <= SURVEYED:
        yield from survey(seen, settings)


def survey(seen: View, settings: Settings) -> Iterator[Fact]:
    """How many pairs each threshold would find, and real pairs just over and just under this one, for a person to choose by."""
    edges = Edges.gathered(near_pairs(seen.whole, THRESHOLDS[0], workers=settings.processes))
    score = edges.score
    yield Fact("pairs_by_threshold", {f"{t:.2f}": int((score >= t - 1e-12).sum()) for t in THRESHOLDS})
    over, under = np.flatnonzero(score >= settings.threshold), np.flatnonzero(score < settings.threshold)
    chosen = [
        *over[np.argsort(score[over], kind="stable")][:BORDERLINE],
        *under[np.argsort(-score[under], kind="stable")][:BORDERLINE],
    ]
    yield Fact("borderline", [borderline(seen, edges, int(k)) for k in chosen])


def borderline(seen: View, edges: Edges, k: int) -> dict[str, Any]:
    corpus, rows = seen.corpus, (int(seen.rows[edges.i[k]]), int(seen.rows[edges.j[k]]))
    return {
        "rows": [{"file": w.file, "line": w.line, "id": w.id} for w in map(corpus.where, rows)],
        "whole": round(float(edges.whole[k]), 4),
        "content": round(float(edges.content[k]), 4),
        "texts": [excerpt(corpus.record(row).text, (0, 0), room=160) for row in rows],
    }
