"""How well DUP003 tells pairs of the same meaning: CSLS beside the plain cosine of the same model, on public labelled pairs.

    python -P bench/semantic.py --data ROOT [--pairs N] [--models e5 minilm]

ROOT/dedup holds mrpc_test.txt, zh_LCQMC_dev.txt and zh_PAWS-X_dev_2k.tsv. Every two texts of a set are a pair: those labelled as of the
same meaning are to be found and no other, which is the task on a corpus. A threshold is chosen on the other sets (`transferred`) or
on the set itself (`best`, an upper bound). Texts of sets are embedded once and kept in the user's cache.
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

from curate.similar.embedders import Cached, PackagedE5, cache_folder, packaged_minilm
from curate.similar.semantic import local_means

Floats = NDArray[np.float64]
GRID = {"cosine": np.arange(0.5, 1, 0.005), "CSLS": np.arange(-0.1, 0.8, 0.005)}
LABELLED = {
    "LCQMC": ("zh_LCQMC_dev.txt", 0, 1, 2),
    "PAWS-X zh": ("zh_PAWS-X_dev_2k.tsv", 1, 2, 3),
    "MRPC": ("mrpc_test.txt", 3, 4, 0),
}
MODELS = {"e5": (PackagedE5, ("LCQMC", "PAWS-X zh", "MRPC")), "minilm": (packaged_minilm, ("MRPC",))}


@dataclass(frozen=True)
class Curve:
    """Precision, recall and F1 at each threshold of a grid."""

    precision: Floats
    recall: Floats

    @property
    def f1(self) -> Floats:
        return 2 * self.precision * self.recall / np.maximum(self.precision + self.recall, 1e-9)


def pairs(folder: Path, name: str, count: int) -> list[tuple[str, str, bool]]:
    file, left, right, label = LABELLED[name]
    rows = [line.rstrip("\n").split("\t") for line in (folder / file).open(encoding="utf-8-sig")]
    found = [(row[left], row[right], row[label] == "1") for row in rows if row[label] in {"0", "1"}]
    random.Random(0).shuffle(found)
    return found[:count]


def curves(labelled: list[tuple[str, str, bool]], model: Cached) -> dict[str, Curve]:
    texts = [*dict.fromkeys(text for a, b, _ in labelled for text in (a, b))]
    place = {text: k for k, text in enumerate(texts)}
    vectors = model.embed(texts)
    cosine, means = vectors @ vectors.T, local_means(vectors)
    truth = np.zeros(cosine.shape, bool)
    for a, b, same in labelled:
        truth[place[a], place[b]] = truth[place[b], place[a]] = same
    upper = np.triu_indices(len(texts), 1)
    scores = {"cosine": cosine[upper], "CSLS": (2 * cosine - means[:, None] - means[None])[upper]}
    limits = model.inner.limits
    shipped = (scores["CSLS"] >= limits.csls) & (scores["cosine"] >= limits.cosine)
    found = {name: curve(score, truth[upper], GRID[name]) for name, score in scores.items()}
    return {**found, "shipped": curve(shipped.astype(float), truth[upper], np.array([0.5]))}


def curve(score: Floats, truth: NDArray[np.bool_], grid: Floats) -> Curve:
    told, right = (len(s) - np.searchsorted(np.sort(s), grid) for s in (score, score[truth]))
    return Curve(right / np.maximum(told, 1), right / max(1, truth.sum()))


def table(found: dict[str, dict[str, Curve]]) -> Iterator[str]:
    for name, of_set in found.items():
        for score, own in of_set.items():
            if score == "shipped":
                yield f"| {name} | CSLS and cosine, as shipped | | {own.precision[0]:.3f} | {own.recall[0]:.3f} | {own.f1[0]:.3f} | |"
                continue
            others = [curves[score].f1 for other, curves in found.items() if other != name]
            at = int(np.argmax(np.mean(others, axis=0))) if others else int(np.argmax(own.f1))
            best = int(np.argmax(own.f1))
            figures = f"{own.precision[at]:.3f} | {own.recall[at]:.3f} | {own.f1[at]:.3f}"
            how = "transferred" if others else "own"
            yield f"| {name} | {score} | {GRID[score][at]:.3f} ({how}) | {figures} | {own.f1[best]:.3f} at {GRID[score][best]:.3f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="holds dedup/")
    parser.add_argument("--pairs", type=int, default=500, help="of each set")
    parser.add_argument("--models", nargs="+", choices=MODELS, default=[*MODELS])
    parser.add_argument("--cache", type=Path, default=cache_folder())
    asked = parser.parse_args()
    for name in asked.models:
        make, sets = MODELS[name]
        model = Cached(make(), asked.cache)
        found = {each: curves(pairs(asked.data / "dedup", each, asked.pairs), model) for each in sets}
        head = [
            "",
            model.name,
            "",
            "| set | score | threshold | precision | recall | F1 | best F1 |",
            "| --- | --- | --- | ---: | ---: | ---: | ---: |",
        ]
        sys.stdout.writelines(f"{line}\n" for line in [*head, *table(found)])
        for score, grid in GRID.items():
            mean = np.mean([of_set[score].f1 for of_set in found.values()], axis=0)
            sys.stdout.write(
                f"\n{score}: mean F1 over the sets is highest, {mean.max():.3f}, at {grid[int(np.argmax(mean))]:.3f}.\n"
            )


if __name__ == "__main__":
    main()
