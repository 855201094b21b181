"""How well DUP003 tells pairs of the same meaning: CSLS beside the plain cosine of the same model, on public labelled pairs.

    python -P bench/semantic.py --data ROOT [--pairs N] [--models e5 minilm]

ROOT/dedup holds mrpc_test.txt, zh_LCQMC_dev.txt and zh_PAWS-X_dev_2k.tsv. Every two texts of a set are a pair: those labelled as of the
same meaning are to be found and no other, which is the task on a corpus. Each set is cut into two halves that share no text: a
threshold is chosen on the first ones and every figure is of the second ones. `all`: the threshold with the highest mean F1 over the
first halves of all sets, which is how the shipped limits were chosen; `others`: over those of the other sets alone, which is what
to expect of data that nobody has labelled; `own`: on the first half of the set itself. Intervals: bootstrap over labelled pairs.
Texts are embedded once and kept in the user's cache.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from curate.similar.embedders import Cached, Known, PackagedE5, cache_folder, packaged_minilm
from curate.similar.semantic import Limits, local_means

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
GRID: dict[str, Floats] = {"cosine": np.arange(0.5, 1, 0.005), "CSLS": np.arange(-0.1, 0.8, 0.005)}
RESAMPLES = 2000
LABELLED = {
    "LCQMC": ("zh_LCQMC_dev.txt", 0, 1, 2),
    "PAWS-X zh": ("zh_PAWS-X_dev_2k.tsv", 1, 2, 3),
    "MRPC": ("mrpc_test.txt", 3, 4, 0),
}
MODELS = {"e5": (PackagedE5, ("LCQMC", "PAWS-X zh", "MRPC")), "minilm": (packaged_minilm, ("MRPC",))}
Pair = tuple[str, str, bool]


@dataclass(frozen=True)
class Scored:
    """All pairs of texts of one half."""

    scores: dict[str, Floats]
    same: Flags
    """Labelled as of the same meaning."""
    source: NDArray[np.int64]
    """Per pair the labelled pair that its first text comes from."""

    def f1(self, score: str) -> Floats:
        """At each threshold of the grid."""
        values, grid = self.scores[score], GRID[score]
        told, right = (len(s) - np.searchsorted(np.sort(s), grid) for s in (values, values[self.same]))
        return np.asarray(2 * right / np.maximum(told + self.same.sum(), 1))


@dataclass(frozen=True)
class Figures:
    precision: float
    recall: float
    f1: float
    low: float
    high: float

    @classmethod
    def of(cls, half: Scored, told: Flags) -> Figures:
        counts = np.stack(
            [np.bincount(half.source[which], minlength=half.source.max() + 1) for which in (told & half.same, told, half.same)]
        )
        drawn = np.random.default_rng(0).integers(0, counts.shape[1], (RESAMPLES, counts.shape[1]))
        right, said, there = counts[:, drawn].sum(axis=2)
        low, high = np.percentile(2 * right / np.maximum(said + there, 1), [2.5, 97.5])
        right, said, there = counts.sum(axis=1).tolist()
        return cls(right / max(said, 1), right / max(there, 1), 2 * right / max(said + there, 1), float(low), float(high))


def halves(folder: Path, name: str, count: int) -> tuple[list[Pair], list[Pair]]:
    file, left, right, label = LABELLED[name]
    rows = [line.rstrip("\n").split("\t") for line in (folder / file).open(encoding="utf-8-sig")]
    found = [(row[left], row[right], row[label] == "1") for row in rows if row[label] in {"0", "1"}]
    random.Random(0).shuffle(found)
    first = found[:count]
    known = {text for a, b, _ in first for text in (a, b)}
    return first, [pair for pair in found[count:] if not known & {*pair[:2]}][:count]


def scored(labelled: list[Pair], model: Cached) -> Scored:
    texts = [*dict.fromkeys(text for a, b, _ in labelled for text in (a, b))]
    place = {text: k for k, text in enumerate(texts)}
    vectors = model.embed(texts)
    cosine, means = vectors @ vectors.T, local_means(vectors)
    same, source = np.zeros(cosine.shape, bool), np.zeros(len(texts), np.int64)
    for k, (a, b, label) in enumerate(labelled):
        same[place[a], place[b]] = same[place[b], place[a]] = label
        source[[place[a], place[b]]] = k
    upper = np.triu_indices(len(texts), 1)
    scores = {"cosine": cosine[upper], "CSLS": (2 * cosine - means[:, None] - means[None])[upper]}
    return Scored(scores, same[upper], source[upper[0]])


def chosen(firsts: list[Scored], score: str) -> float:
    return float(GRID[score][int(np.argmax(np.mean([half.f1(score) for half in firsts], axis=0)))])


def table(firsts: dict[str, Scored], seconds: dict[str, Scored], limits: Limits) -> Iterator[str]:
    yield "| set | score | threshold | chosen on | precision | recall | F1 | 95 % |"
    yield "| --- | --- | ---: | --- | ---: | ---: | ---: | --- |"
    for name, half in seconds.items():
        others = [first for other, first in firsts.items() if other != name]
        for score in GRID:
            for how, choice in (("all", [*firsts.values()]), ("others", others), ("own", [firsts[name]])):
                if choice and (others or how == "own"):
                    at = chosen(choice, score)
                    yield f"| {name} | {score} | {at:.3f} | {how} | {shown(Figures.of(half, half.scores[score] >= at))} |"
        told = (half.scores["CSLS"] >= limits.csls) & (half.scores["cosine"] >= limits.cosine)
        yield f"| {name} | as shipped | {limits.csls}, {limits.cosine} | | {shown(Figures.of(half, told))} |"


def shown(found: Figures) -> str:
    return f"{found.precision:.3f} | {found.recall:.3f} | {found.f1:.3f} | {found.low:.3f} to {found.high:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="holds dedup/")
    parser.add_argument("--pairs", type=int, default=500, help="of each half of a set")
    parser.add_argument("--models", nargs="+", choices=MODELS, default=[*MODELS])
    parser.add_argument("--cache", type=Path, default=cache_folder())
    asked = parser.parse_args()
    for name in asked.models:
        make, sets = MODELS[name]
        known: Known = make()
        model = Cached(known, asked.cache)
        both = {each: halves(asked.data / "dedup", each, asked.pairs) for each in sets}
        firsts, seconds = ({each: scored(pairs[k], model) for each, pairs in both.items()} for k in (0, 1))
        counts = ", ".join(f"{each} {len(pairs[0])} and {len(pairs[1])}" for each, pairs in both.items())
        sys.stdout.writelines(f"{line}\n" for line in ["", f"{model.name}; labelled pairs in the halves: {counts}", ""])
        sys.stdout.writelines(f"{line}\n" for line in table(firsts, seconds, known.limits))


if __name__ == "__main__":
    main()
