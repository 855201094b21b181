"""LAB001 on pairs of answers that somebody has compared: precision and recall, by level; with --semantic, what a model changes.

    python -P bench/conflicts.py FILE... [--semantic [MODEL]]

Public files, as they are, or pairs of your own; bench/pairs.py names the layouts, where the files are, and how QA-Eval is cut into
two halves. Prints Markdown. MODEL is a name that `curate audit --semantic` takes; without one it is chosen by the names' language.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).parent))  # -P leaves it out; last, as a file there is named like the package train
from pairs import Pair, pairs
from quality import table, wilson

from curate.labels.conflicts import Conflict, conflicts, said_by
from curate.labels.meant import by_meaning, embedder_of
from curate.labels.values import value
from curate.similar.embedders import Cached, cache_folder


@dataclass(frozen=True, slots=True)
class Looked:
    """What LAB001 says of the pairs of a set, by their place in it; row 2n is the first answer of pair n."""

    pairs: Sequence[Pair]
    found: dict[int, Conflict]
    said: dict[int, str]


def looked_at(chosen: Sequence[Pair]) -> Looked:
    found: dict[int, Conflict] = {}
    said: dict[int, str] = {}
    for n, pair in enumerate(chosen):
        values = {2 * n + i: v for i, answer in enumerate((pair.a, pair.b)) if (v := value(answer, pair.question))}
        said |= {row: v.key for row, v in values.items()}
        clashes = [*conflicts([said_by(row, pair.question, v) for row, v in values.items()])]
        if clashes:
            found[n] = max(clashes, key=lambda clash: clash.sure)
    return Looked(chosen, found, said)


def by_level(name: str, looked: Looked) -> list[str]:
    n = Counter((clash.sure, looked.pairs[i].same) for i, clash in looked.found.items())
    differ = sum(not pair.same for pair in looked.pairs)
    share = of if 0 < differ < len(looked.pairs) else out_of  # where all are of one kind, the precision is theirs, not LAB001's
    precision = [share(n[sure, False], n[sure, False] + n[sure, True]) for sure in (True, False)]
    recall = [of(right, differ) for right in (n[True, False], n[True, False] + n[False, False])]
    return [f"{name} ({len(looked.pairs):,})", f"{differ:,}", *precision, *recall]


def a_level_down(name: str, looked: Looked, model: str) -> list[str]:
    """Names only: of other answers a model is not asked."""
    names = {i: clash for i, clash in looked.found.items() if clash.kind == "phrase"}
    after = {clash.row // 2: clash.sure for clash in by_meaning(names.values(), looked.said, model)}
    n = Counter((clash.sure, after.get(i) == clash.sure, looked.pairs[i].same) for i, clash in names.items())
    columns = []
    for sure in (True, False):
        stay, gone = ([n[sure, kept, same] for same in (False, True)] for kept in (True, False))
        columns += [of(stay[0] + gone[0], sum(stay + gone)), of(stay[0], sum(stay)), f"{gone[1]}, {gone[0]}"]
    return [name, *columns]


def areas(name: str, looked: Looked, model: str) -> list[str]:
    """How well the cosine tells pairs that are both right from conflicts, among those flagged: the area under the ROC curve."""
    texts = sorted({looked.said[row] for clash in looked.found.values() for row in (clash.row, clash.other)})
    known = embedder_of(model, texts)
    vectors = dict(zip(texts, Cached(known, cache_folder()).embed(texts), strict=True))
    cosines: defaultdict[tuple[str, bool, bool], list[float]] = defaultdict(list)
    for i, clash in looked.found.items():
        cosine = float(vectors[looked.said[clash.row]] @ vectors[looked.said[clash.other]])
        cosines[clash.kind, clash.sure, looked.pairs[i].same].append(cosine)
    kinds = (("phrase", True), ("phrase", False), ("sentence", False))
    return [f"{name} ({known.name})", *(area(cosines[(*kind, True)], cosines[(*kind, False)]) for kind in kinds)]


def area(right: Sequence[float], wrong: Sequence[float]) -> str:
    """Not told of fewer than five."""
    pairs = [(x, y) for x in right for y in wrong]
    return f"{sum((x > y) + (x == y) / 2 for x, y in pairs) / len(pairs):.2f}" if min(len(right), len(wrong)) >= 5 else "–"


def out_of(right: int, n: int) -> str:
    return f"{right:,} of {n:,}"


def of(right: int, n: int) -> str:
    return f"{out_of(right, n)}, {right / n:.3f} ({wilson(right, n)})" if n else "–"


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--semantic", nargs="?", const="auto", default="", metavar="MODEL")
    given = parser.parse_args(words)
    sets: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in dict.fromkeys(pair for path in given.files for pair in pairs(path)):
        sets[pair.of].append(pair)
    looked = {name: looked_at(chosen) for name, chosen in sorted(sets.items())}
    header = ("pairs", "differ", "at warning, of them differ", "at info", "found at warning", "found at either level")
    table(header, [by_level(name, each) for name, each in looked.items()])
    if given.semantic:
        levels = (
            "at warning, before",
            "after",
            "gone down: both right, conflicts",
            "at info, before",
            "kept",
            "gone: both right, conflicts",
        )
        table(("names", *levels), [a_level_down(name, each, given.semantic) for name, each in looked.items()])
        print("Area under the ROC curve of the cosine, both right against conflict:\n")
        table(
            ("pairs", "names at warning", "names at info", "a name and a sentence"),
            [areas(name, each, given.semantic) for name, each in looked.items()],
        )


if __name__ == "__main__":
    main()
