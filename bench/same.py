"""How fast NEAR pairs are found, in how much memory, and how many of them: ours beside others, in the same run.

    python -P bench/same.py [--rows N ...] [--tools NAME ...] [--others PYTHON]

prints a table for docs/duplicates.md. Every figure is of a whole process that reads a JSONL file of generated rows (about 90
words, a fifth of them Chinese, a tenth edited copies) and ends with its pairs. Others run where they are installed: here, or for the
interpreter that --others names. What would take longer than five minutes, by its growth so far, is not run, and that is said.
Recall and precision are against all pairs among the first rows, by brute force.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

SIZES = (10_000, 100_000, 1_000_000)
SAMPLE = 1500
LONGEST = 300.0
"""Seconds; what ours takes may be longer."""
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


def text_dedup(path: Path) -> Iterator[Pairs]:
    """As its documentation shows it, on all cores; rows of fewer than five words, as all Chinese ones are to it, it leaves out."""
    import pickle

    with tempfile.TemporaryDirectory() as folder:
        plain, out = Path(folder) / "plain.jsonl", Path(folder) / "out"
        with plain.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts(path))
        source = ["--path", "json", "--data_files", str(plain), "--split", "train", "--column", "text", "--output", str(out)]
        asked = ["--threshold", "0.8", "--num_perm", "128", "--cache_dir", folder, "--debug"]
        command = [sys.executable, "-m", "text_dedup.minhash", *source, *asked]
        subprocess.run(command, capture_output=True, check=True, env={**os.environ, "HF_DATASETS_CACHE": folder})
        clusters = pickle.loads((out / "uf.pkl").read_bytes())
        yield [(row, kept) for row in [*clusters.parent] if (kept := clusters.find(row)) != row]


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
    "text_dedup": text_dedup,
}
OWN = ("ours", "approximate", "audit")
BY_ROW = ("audit", "text_dedup")
"""Those that tell a row to be removed and the one kept in its place; the others tell pairs."""


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
        early += [pair for pair in pairs if (pair[0] if tool in BY_ROW else max(pair)) < SAMPLE]
    seconds = time.perf_counter() - started
    whose = resource.RUSAGE_CHILDREN if tool in BY_ROW else resource.RUSAGE_SELF
    peak = resource.getrusage(whose).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
    json.dump({"seconds": seconds, "peak_mb": peak, "pairs": count, "early": early}, sys.stdout)


def measured(python: str, tool: str, path: Path, rows: int, expected: set[tuple[int, int]]) -> Run:
    command = [python, "-P", __file__, "--child", tool, str(path)]  # -P: the files beside this one are no libraries
    ours = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    told = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, env=ours).stdout)
    found = {(min(pair), max(pair)) for pair in told["early"]}
    right = len(found & expected)
    if tool in BY_ROW:  # of a pair one row goes; what is told of SAME rows is no NEAR pair
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
        speed = f"{run.seconds:.1f} | {run.seconds / base.get(run.rows, math.nan):.1f}"
        precision = "–" if math.isnan(run.precision) else f"{run.precision:.3f}"
        found = f"{run.pairs:,} | {run.recall:.3f} | {precision}"
        yield f"| {run.rows:,} | {run.tool} | {speed} | {run.peak_mb:,.0f} | {found} |"
    for tool in OWN:
        for less, more in pairwise(run for run in runs if run.tool == tool):
            times = more.rows / less.rows
            growth = math.log(more.seconds / less.seconds) / math.log(times)
            memory = (more.peak_mb - less.peak_mb) * 1024 / (more.rows - less.rows)
            yield f"\nFrom {less.rows:,} to {more.rows:,} rows {tool} grows as n^{growth:.2f} and takes {memory:.1f} KiB a row more."


def installed(python: str) -> set[str]:
    """Of all tools those that this interpreter can run."""
    asked = f"import importlib.util as u; print(*(n for n in {[*TOOLS]} if u.find_spec(n)))"
    return {*subprocess.run([python, "-c", asked], stdout=subprocess.PIPE, check=True, text=True).stdout.split()}


def foreseen(tool: str, rows: int, runs: list[Run]) -> float:
    """Seconds, by the two last runs of the tool; nothing is known of one that has not run yet."""
    own = [run for run in runs if run.tool == tool]
    if not own:
        return 0.0
    growth = 1.0
    if len(own) > 1:
        growth = math.log(own[-1].seconds / own[-2].seconds) / math.log(own[-1].rows / own[-2].rows)
    return own[-1].seconds * (rows / own[-1].rows) ** growth


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES)
    parser.add_argument("--tools", nargs="+", choices=TOOLS, default=[*TOOLS])
    parser.add_argument("--others", metavar="PYTHON", default=sys.executable, help="an interpreter that has other tools")
    parser.add_argument("--data", type=Path, help="not looked at: the rows are generated")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        child(asked.child[0], Path(asked.child[1]))
        return
    here, there = installed(sys.executable), installed(asked.others)
    pythons = {
        tool: sys.executable if tool in {*OWN, *here} else asked.others for tool in asked.tools if tool in {*OWN, *here, *there}
    }
    notes = [f"{tool} is not installed, so it is not measured." for tool in asked.tools if tool not in pythons]
    runs: list[Run] = []
    with tempfile.TemporaryDirectory() as folder:
        for rows in asked.rows:
            path = Path(folder) / f"{rows}.jsonl"
            generate(path, rows)
            expected = truth(path)
            for tool, python in pythons.items():
                if tool not in OWN and (long := foreseen(tool, rows, runs)) > LONGEST:
                    notes.append(f"{tool} on {rows:,} rows is not run: by its growth so far it takes {long / 60:.0f} minutes.")
                    continue
                runs.append(measured(python, tool, path, rows, expected))
                sys.stderr.write(f"{tool}, {rows:,} rows: {runs[-1].seconds:.1f} s, {runs[-1].peak_mb:,.0f} MB\n")
    sys.stdout.writelines(f"{line}\n" for line in [*table(runs), "", *notes])


if __name__ == "__main__":
    main()
