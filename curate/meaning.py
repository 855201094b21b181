"""Rows that mean the same in other words, for DUP003 and LEAK003. Asked for by --semantic; never exact, and never called so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from curate.config import Settings
from curate.findings import Fact, Finding
from curate.language import language
from curate.leaks import AGAINST, Links
from curate.similar import Duplicates, Texts
from curate.similar.embedders import Cached, Known, cache_folder, embedder
from curate.similar.semantic import POINTS, Limits, outliers, semantic_pairs
from curate.views import View

Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float32]]
ASKED_LANGUAGE = 1000
FOREIGN = 0.05
"""Share of texts in another language than English from which `auto` takes the multilingual model."""
SECONDS = {"minilm": (0.004, 4e-5), "e5": (0.004, 4e-4)}
"""On one CPU core, for a text and for a byte of it (docs/duplicates.md)."""
CERTIFICATE = "CERTIFIED-APPROX at most: a model's opinion, with the precision and recall that docs/duplicates.md measures"


@dataclass(frozen=True, slots=True)
class Alike:
    """Pairs of texts of the same meaning, and by which model."""

    i: Ints
    j: Ints
    csls: Floats
    cosine: Floats
    model: str
    limits: Limits


def pairs(texts: Texts, chosen: Ints, settings: Settings) -> Alike:
    """Among the chosen texts, which should differ: ten copies of a text would be its ten nearest, and nothing else would be near."""
    said = [texts.text(int(i))[:POINTS] for i in chosen]
    known = model_for(settings.semantic, said)
    model = Cached(known, cache_folder())
    found = [*semantic_pairs(said, model, known.limits)]
    nothing = np.empty(0, np.int64)
    i, j = (np.concatenate([nothing, *(getattr(part, end) for part in found)]) for end in ("i", "j"))
    csls, cosine = (
        np.concatenate([np.empty(0, np.float32), *(getattr(part, score) for part in found)]) for score in ("csls", "cosine")
    )
    return Alike(chosen[i], chosen[j], csls, cosine, model.name, known.limits)


def model_for(name: str, said: list[str]) -> Known:
    return embedder(name, mostly_english(said))


def mostly_english(said: list[str]) -> bool:
    asked = said[:ASKED_LANGUAGE]
    return sum(language(text) != "en" for text in asked) <= FOREIGN * len(asked)


def forecast(texts: Texts) -> float:
    """Seconds that --semantic would take with the model that it would choose."""
    head = [texts.text(i) for i in range(min(len(texts), ASKED_LANGUAGE))]
    per_text, per_letter = SECONDS["minilm" if mostly_english(head) else "e5"]
    return len(texts) * per_text + float(np.minimum(np.diff(texts.begin), POINTS).sum()) * per_letter


def duplicates_by_meaning(seen: View, found: Duplicates, rank: Ints, settings: Settings) -> Iterator[Finding | Fact]:
    """DUP003 on rows that mean the same as one that stays. What DUP001 and DUP002 name is not looked at again."""
    alike = pairs(seen.whole, np.flatnonzero(~found.removed), settings)
    told = 0
    for k, row, kept in kept_for(alike, rank):
        told += 1
        place, score = seen.corpus.address(int(seen.rows[kept])), float(alike.csls[k])
        message = f"Means the same as {place} (CSLS {score:.2f}, cosine {alike.cosine[k]:.2f})"
        yield Finding("DUP003", message, row=int(seen.rows[row]), related=(int(seen.rows[kept]),), score=score)
    facts = {"model": alike.model, "csls": alike.limits.csls, "cosine": alike.limits.cosine}
    yield Fact("meaning", {**facts, "pairs": len(alike.i), "rows": told, "certificate": CERTIFICATE})


def kept_for(alike: Alike, rank: Ints) -> Iterator[tuple[int, int, int]]:
    """Pair, row and the row that stands for it, which none stands for: nothing chains."""
    partners: dict[int, list[tuple[float, int, int]]] = defaultdict(list)
    for k, (i, j) in enumerate(zip(alike.i.tolist(), alike.j.tolist(), strict=True)):
        later, earlier = (i, j) if rank[i] > rank[j] else (j, i)
        partners[later].append((-float(alike.csls[k]), earlier, k))
    gone: set[int] = set()
    for row in sorted(partners, key=lambda row: int(rank[row])):
        for _, kept, k in sorted(partners[row]):
            if kept not in gone:
                gone.add(row)
                yield k, row, kept
                break


def alike(seen: View, apart: Any, settings: Settings) -> Links:
    """LEAK003: questions of the same meaning. With sides every row on a lower one is tied to a row on a higher one, or none is."""
    texts = seen.question
    asking = texts.begin[1:] > texts.begin[:-1]
    found = pairs(texts, np.flatnonzero(asking & (texts.same == np.arange(len(texts)))), settings)
    if apart is not None and (apart == AGAINST).any():
        found = with_outliers(found, texts, asking, apart == AGAINST, settings)
    tied = across(found, texts.same, apart) if apart is not None else zip(found.i, found.j, found.cosine, strict=True)
    ends = np.array([(a, b, score) for a, b, score in tied], float).reshape(-1, 3)
    a, b = seen.rows[ends[:, 0].astype(int)], seen.rows[ends[:, 1].astype(int)]
    return Links("LEAK003", a, b, ends[:, 2], ends[:, 2])


def with_outliers(found: Alike, texts: Texts, asking: Any, held: Any, settings: Settings) -> Alike:
    """And pairs with a text of a set that is held against the data: items reworded lie farther apart than two rows that say the same."""
    own, theirs = (np.unique(texts.same[asking & side]) for side in (~held, held))
    both = np.union1d(own, theirs)
    said = [texts.text(int(i))[:POINTS] for i in both]
    vectors = Cached(model_for(settings.semantic, said), cache_folder()).embed(said)
    left, right = (vectors[np.searchsorted(both, side)] for side in (own, theirs))
    parts = [found]
    for part in outliers(left, right, found.limits):
        a, b = own[part.i], theirs[part.j]
        new = a != b  # a text on both sides is the same, which is told elsewhere
        ends = np.minimum(a, b)[new], np.maximum(a, b)[new]
        parts.append(Alike(*ends, part.csls[new], part.cosine[new], found.model, found.limits))
    i, j = np.concatenate([part.i for part in parts]), np.concatenate([part.j for part in parts])
    once = np.unique(np.stack([i, j]), axis=1, return_index=True)[1]
    csls, cosine = np.concatenate([part.csls for part in parts]), np.concatenate([part.cosine for part in parts])
    return Alike(i[once], j[once], csls[once], cosine[once], found.model, found.limits)


def across(found: Alike, same: Ints, apart: Any) -> Iterator[tuple[int, int, float]]:
    """From pairs of texts to rows on different sides: all rows of one text to the first of the other, and the other way round."""
    involved = np.isin(same, np.concatenate([found.i, found.j]))
    rows: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in np.flatnonzero(involved).tolist():
        rows[int(same[row])][int(apart[row])].append(row)
    for i, j, score in zip(found.i.tolist(), found.j.tolist(), found.cosine.tolist(), strict=True):
        for side, left in rows[i].items():
            for other, right in rows[j].items():
                if side != other:
                    yield from ((row, right[0], score) for row in left)
                    yield from ((left[0], row, score) for row in right[1:])
