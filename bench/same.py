"""How fast NEAR pairs are found, in how much memory, and how many of them: ours beside others, in the same run.

    python -P bench/same.py [--rows N ...] [--full]

prints a table for docs/duplicates.md. Every figure is of a whole process that reads a JSONL file of generated rows (about 90
words, a fifth of them Chinese, a tenth edited copies) and ends with its pairs. Others run where they are installed and up to the
size that they finish in a reasonable time. Recall and precision are against all pairs among the first rows, by brute force.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np

SIZES, FULL = (10_000, 100_000), 1_000_000
SAMPLE = 1500
OTHERS_UP_TO = 100_000
Pairs = list[tuple[int, int]]


@dataclass(frozen=True)
class Run:
    tool: str
    rows: int
    seconds: float
    peak_mb: float
    pairs: int
    recall: float
    precision: float


def generate(path: Path, count: int, seed: int = 0) -> None:
    """Rows of words drawn by Zipf's law from made-up vocabularies, so that common and rare shingles are as in real text."""
    rng, dice = np.random.default_rng(seed), random.Random(seed)
    english = vocabulary(rng, [*"etaoinshrdlucmfwypvbgkjqxz"], 30_000, (2, 10))
    chinese = vocabulary(rng, [chr(c) for c in range(0x4E00, 0x4E00 + 3500)], 20_000, (1, 4))
    recent: list[str] = []
    with path.open("w", encoding="utf-8") as out:
        for _ in range(count):
            if recent and dice.random() < 0.1:
                answer = edited(dice.choice(recent), dice)
            else:
                words, joint = (chinese, "") if dice.random() < 0.2 else (english, " ")
                answer = joint.join(next(words) for _ in range(max(16, int(dice.gauss(90, 30)))))
            recent.append(answer)
            if len(recent) > 8000:
                del recent[:4000]
            out.write(json.dumps({"instruction": answer[:40], "input": "", "output": answer[40:]}, ensure_ascii=False) + "\n")


def vocabulary(rng: np.random.Generator, letters: list[str], size: int, length: tuple[int, int]) -> Iterator[str]:
    share = 1 / np.arange(1, len(letters) + 1) ** 0.7
    words = ["".join(rng.choice(letters, rng.integers(*length), p=share / share.sum())) for _ in range(size)]
    through = np.cumsum(1 / np.arange(1, size + 1) ** 0.9)
    while True:
        for k in np.searchsorted(through, rng.random(100_000) * through[-1]).tolist():
            yield words[min(k, size - 1)]


def edited(text: str, dice: random.Random) -> str:
    letters = [*text]
    for _ in range(max(1, int(len(letters) * dice.choice([0.002, 0.005, 0.01, 0.02, 0.04])))):
        letters[dice.randrange(len(letters))] = dice.choice("etaoin")
    return "".join(letters)


def texts(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield f"{row['instruction']}\n{row['output']}"


def ours(path: Path) -> Iterator[Pairs]:
    from curate.similar import near_pairs, read

    found = read(("", "", "", text) for text in texts(path))
    for edges in near_pairs(found, "0.8"):
        yield [*zip(edges.i.tolist(), edges.j.tolist(), strict=True)]


def datasketch(path: Path) -> Iterator[Pairs]:
    """As its documentation shows it: insert, query, defaults."""
    from datasketch import MinHash, MinHashLSH

    from curate.similar import canonical

    index = MinHashLSH(threshold=0.8, num_perm=128)
    for k, text in enumerate(texts(path)):
        sketch = MinHash(num_perm=128)
        sketch.update_batch([s.encode() for s in grams(canonical(text))])
        yield [(other, k) for other in index.query(sketch)]
        index.insert(k, sketch)


def rensa(path: Path) -> Iterator[Pairs]:
    from rensa import RMinHash, RMinHashLSH

    from curate.similar import canonical

    index = RMinHashLSH(threshold=0.8, num_perm=128, num_bands=16)
    for k, text in enumerate(texts(path)):
        sketch = RMinHash(num_perm=128, seed=1)
        sketch.update(grams(canonical(text)))
        yield [(other, k) for other in index.query(sketch)]
        index.insert(k, sketch)


def grams(text: str) -> list[str]:
    return [text[i : i + 5] for i in range(max(1, len(text) - 4))]


def approximate(path: Path) -> Iterator[Pairs]:
    from curate.similar import read
    from curate.similar.approximate import approximate_pairs

    for edges in approximate_pairs(read(("", "", "", text) for text in texts(path))):
        yield [*zip(edges.i.tolist(), edges.j.tolist(), strict=True)]


def audit(path: Path) -> Iterator[Pairs]:
    """The whole command, from its start to its findings: each is a row to be removed and the one kept in its place."""
    command = [sys.executable, "-P", "-m", "curate", "audit", str(path), "--select", "DUP001,DUP002", "--format", "jsonl"]
    told = subprocess.run([*command, "--fail-on", "never"], stdout=subprocess.PIPE, check=True).stdout
    for line in told.splitlines():
        finding = json.loads(line)
        yield [(finding["line"] - 1, finding["related"][0]["line"] - 1)]


TOOLS: dict[str, Callable[[Path], Iterator[Pairs]]] = {
    "ours": ours,
    "approximate": approximate,
    "audit": audit,
    "datasketch": datasketch,
    "rensa": rensa,
}
OWN = ("ours", "approximate", "audit")


def truth(path: Path) -> set[tuple[int, int]]:
    """All NEAR pairs among the first rows, by counting shared shingles of every two."""
    from curate.similar import canonical, shingle_set

    sets = [shingle_set(canonical(text)) for text, _ in zip(texts(path), range(SAMPLE), strict=False)]
    holders: dict[str, list[int]] = {}
    found = set()
    for j, own in enumerate(sets):
        shared = Counter(i for shingle in own for i in holders.get(shingle, ()))
        same = (i for i, both in shared.items() if 5 * both >= 4 * (len(own) + len(sets[i]) - both) and sets[i] != own)
        found |= {(i, j) for i in same}
        for shingle in own:
            holders.setdefault(shingle, []).append(j)
    return found


def child(tool: str, path: Path) -> None:
    started = time.perf_counter()
    count, early = 0, []
    for pairs in TOOLS[tool](path):
        count += len(pairs)
        early += [pair for pair in pairs if (pair[0] if tool == "audit" else max(pair)) < SAMPLE]
    seconds = time.perf_counter() - started
    whose = resource.RUSAGE_CHILDREN if tool == "audit" else resource.RUSAGE_SELF
    peak = resource.getrusage(whose).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
    json.dump({"seconds": seconds, "peak_mb": peak, "pairs": count, "early": early}, sys.stdout)


def measured(tool: str, path: Path, rows: int, expected: set[tuple[int, int]]) -> Run:
    command = [sys.executable, "-P", __file__, "--child", tool, str(path)]  # -P: the files beside this one are no libraries
    told = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    found = {(min(pair), max(pair)) for pair in told["early"]}
    right = len(found & expected)
    if tool == "audit":  # of a pair one row goes; what is told of SAME rows is no NEAR pair
        gone = {pair[0] for pair in told["early"]}
        recall = sum(i in gone or j in gone for i, j in expected) / max(1, len(expected))
        return Run(tool, rows, told["seconds"], told["peak_mb"], told["pairs"], recall, math.nan)
    recall, precision = right / max(1, len(expected)), right / max(1, len(found))
    return Run(tool, rows, told["seconds"], told["peak_mb"], told["pairs"], recall, precision)


def table(runs: list[Run]) -> Iterator[str]:
    yield "| rows | tool | seconds | times as long as ours | peak MB | pairs told | recall | precision |"
    yield "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    base = {run.rows: run.seconds for run in runs if run.tool == "ours"}
    for run in runs:
        speed = f"{run.seconds:.1f} | {run.seconds / base[run.rows]:.1f}"
        precision = "–" if math.isnan(run.precision) else f"{run.precision:.3f}"
        found = f"{run.pairs:,} | {run.recall:.3f} | {precision}"
        yield f"| {run.rows:,} | {run.tool} | {speed} | {run.peak_mb:,.0f} | {found} |"
    own = sorted((rows, seconds) for rows, seconds in base.items())
    for (few, short), (many, long) in pairwise(own):
        yield f"\nFrom {few:,} to {many:,} rows ours grows as n^{math.log(long / short) / math.log(many / few):.2f}."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES)
    parser.add_argument("--full", action="store_true", help=f"ours on {FULL:,} rows as well")
    parser.add_argument("--tools", nargs="+", default=[tool for tool in TOOLS if tool in OWN or find_spec(tool)])
    parser.add_argument("--data", type=Path, help="not looked at: the rows are generated")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        child(asked.child[0], Path(asked.child[1]))
        return
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        for rows in [*asked.rows, *([FULL] if asked.full else [])]:
            path = Path(folder) / f"{rows}.jsonl"
            generate(path, rows)
            expected = truth(path)
            for tool in asked.tools if rows <= OTHERS_UP_TO else [tool for tool in asked.tools if tool in OWN]:
                runs.append(measured(tool, path, rows, expected))
                sys.stderr.write(f"{tool}, {rows:,} rows: {runs[-1].seconds:.1f} s\n")
    sys.stdout.writelines(f"{line}\n" for line in table(runs))


if __name__ == "__main__":
    main()
