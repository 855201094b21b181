"""Splits and their proof at a hundred thousand rows: ours beside scikit-learn's splitters, in the same run.

    python -P bench/leak.py [--rows N] [--seed N]

prints the tables of docs/splits.md; all rows are made up here, so `--data` is not looked at. First table: rows in groups whose sizes have a long tail, the largest of about
3 % of all, in thirty strata; a split is wanted at 80/10/10. Size error is of the split that is worst off, stratum error of the
worst stratum in any split, both in rows. Second table: from rows to splits, the leak graph of texts of which a fifth are edited
copies or ask the same as another; and the whole command, which audits before and after and verifies, on a fifth of the rows. Third
table: `curate verify` on a folder of generated rows that share nothing, and
again with one leak planted in it. Each line is a process of its own.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from random import Random

import numpy as np

SHARES = (0.8, 0.1, 0.1)
STRATA = 30
Rows = tuple[np.ndarray, np.ndarray, np.ndarray]


def grouped(count: int, seed: int) -> Rows:
    """Group, stratum and hash of each row."""
    rng = np.random.default_rng(seed)
    sizes = np.concatenate([[max(2, count * 3149 // 100_000)], np.minimum(rng.zipf(2.6, count), count // 250 + 1)])
    groups = np.repeat(np.arange(len(sizes)), sizes)[:count]
    # A group leans to one stratum, as documents lean to a language and a source.
    own = rng.integers(0, STRATA, len(sizes))[groups]
    strata = np.where(rng.random(count) < 0.7, own, rng.integers(0, STRATA, count))
    return groups, strata.astype(np.int32), rng.integers(0, 2**63, count, dtype=np.int64).astype(np.uint64)


def ours(rows: Rows) -> tuple[np.ndarray, str]:
    from curate.splits import SplitResult, split

    groups, strata, hashes = rows
    result = split(groups, strata, SHARES, 0, hashes)
    assert isinstance(result, SplitResult), result.reason
    return result.assignment, f"curate, {result.method}, gap {result.gap}"


def stratified_folds(rows: Rows) -> tuple[np.ndarray, str]:
    """Ten folds; the last two are validation and test."""
    import sklearn
    from sklearn.model_selection import StratifiedGroupKFold

    groups, strata, _ = rows
    folds = StratifiedGroupKFold(10, shuffle=True, random_state=0).split(groups, strata, groups)
    assignment = np.zeros(len(groups), dtype=np.int8)
    for fold, (_, held) in enumerate(folds):
        assignment[held] = max(0, fold - 7)
    return assignment, f"scikit-learn {sklearn.__version__} StratifiedGroupKFold"


def shuffled_groups(rows: Rows) -> tuple[np.ndarray, str]:
    import sklearn
    from sklearn.model_selection import GroupShuffleSplit

    groups, _, _ = rows
    assignment = np.zeros(len(groups), dtype=np.int8)
    _, held = next(GroupShuffleSplit(1, test_size=SHARES[1] + SHARES[2], random_state=0).split(groups, groups=groups))
    _, last = next(GroupShuffleSplit(1, test_size=0.5, random_state=0).split(held, groups=groups[held]))
    assignment[held], assignment[held[last]] = 1, 2
    return assignment, f"scikit-learn {sklearn.__version__} GroupShuffleSplit"


SPLITTERS: dict[str, Callable[[Rows], tuple[np.ndarray, str]]] = {
    "ours": ours,
    "folds": stratified_folds,
    "shuffled": shuffled_groups,
}


def measure_split(name: str, count: int, seed: int) -> str:
    rows = grouped(count, seed)
    began = time.perf_counter()
    assignment, label = SPLITTERS[name](rows)
    seconds = time.perf_counter() - began
    groups, strata, _ = rows
    order = np.argsort(groups, kind="stable")
    parted = sum(len(set(held.tolist())) > 1 for held in np.split(assignment[order], np.flatnonzero(np.diff(groups[order])) + 1))
    sizes = np.bincount(assignment, minlength=3)
    off = max(abs(size - share * count) for size, share in zip(sizes, SHARES, strict=True))
    totals = np.bincount(strata, minlength=STRATA)
    worst = max(np.abs(np.bincount(strata[assignment == s], minlength=STRATA) - SHARES[s] * totals).max() for s in range(3))
    shown = " / ".join(f"{size:,}" for size in sizes)
    return f"| {label} | {seconds:.1f} | {_peak():,.0f} | {shown} | {off:.0f} | {worst:.1f} | {parted} |"


# ---- from rows to splits ----------------------------------------------------------------------------------------------------


def tied(count: int, seed: int) -> Iterator[dict[str, str]]:
    """Four fifths unlike all others; of the rest half are edited copies of some row, half ask what another asks."""
    dice = Random(seed)
    rows = [{"instruction": t[: len(t) // 4], "input": "", "output": t[len(t) // 4 :]} for t in texts(count * 4 // 5, seed)]
    own = len(rows)
    while len(rows) < count:
        # A few rows have very many copies, as texts that are passed around do.
        row = rows[int(dice.paretovariate(0.7)) % own] if dice.random() < 0.5 else rows[dice.randrange(own)]
        if dice.random() < 0.5:
            letters = list(row["output"])
            for at in dice.sample(range(len(letters)), 1 + len(letters) // 60):
                letters[at] = dice.choice("abcde")
            rows.append({**row, "output": "".join(letters)})
        else:
            rows.append({**row, "output": rows[dice.randrange(own)]["output"][::-1]})
    dice.shuffle(rows)
    yield from rows


def write_rows(path: Path, count: int, seed: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in tied(count, seed))


def measure_division(path: Path) -> str:
    """Everything between rows that are read and rows that know their split: ties of all kinds, groups, packing."""
    from curate import catalogue
    from curate.building import division
    from curate.building.cleaning import Cleaned, Request
    from curate.building.plan import Plan
    from curate.config import Settings
    from curate.corpus import read
    from curate.examine import Examination
    from curate.reading import inputs
    from curate.reading.formats import FieldMap
    from curate.splits import SplitResult

    request = Request(inputs.sources([str(path)]), (), FieldMap.parse(()), Settings(), catalogue.shipped(), clean=False)
    with tempfile.TemporaryDirectory() as place:
        corpus = read(request.inputs, (), request.mapping, folder=Path(place))
        began, worked = time.perf_counter(), time.process_time()
        plan = Plan.of(len(corpus))
        cleaned = Cleaned(corpus, Examination(), corpus, np.arange(len(corpus)), plan, [], path)
        result = division.divide(cleaned, request)
        assert isinstance(result, SplitResult), result
        seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    largest = int(np.bincount(plan.group).max())
    off = max(abs(a - b) for a, b in zip(result.sizes, result.target, strict=True))
    tail = f"{largest:,} | {off} | {result.stratum_error:.1f} | {result.method} |"
    return f"{len(plan.fate):,} | {seconds:.1f} | {cpu:.1f} | {_peak():,.0f} | {tail}"


def measure_command(path: Path) -> str:
    out = path.with_suffix(".out")
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-m", "curate", "split", str(path), "-o", str(out)], capture_output=True, check=False)
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    counts = json.loads((out / "manifest.json").read_bytes())["counts"]
    return (
        f"{counts['input']:,} | {seconds:.1f} | {cpu:.1f} | {after.ru_maxrss / 1024:,.0f} | exit code {done.returncode} | | | |"
    )


# ---- verify -----------------------------------------------------------------------------------------------------------------


def texts(count: int, seed: int) -> Iterator[str]:
    """About ninety words, drawn by Zipf's law from made-up vocabularies, a fifth of the rows Chinese; no two alike."""
    dice = Random(seed)
    english = ["".join(dice.choices("etaoinshrdlucmfwypvbgkjqxz", k=dice.randint(2, 9))) for _ in range(30_000)]
    chinese = ["".join(chr(0x4E00 + dice.randrange(3500)) for _ in range(dice.randint(1, 4))) for _ in range(20_000)]
    weights = list(accumulate(1 / (rank + 20) for rank in range(30_000)))
    for _ in range(count):
        words, joint = (chinese, "") if dice.random() < 0.2 else (english, " ")
        yield joint.join(dice.choices(words, cum_weights=weights[: len(words)], k=max(20, int(dice.gauss(90, 30)))))


def write_folder(folder: Path, count: int, seed: int, planted: bool) -> None:
    halves = ((text[: len(text) // 4], text[len(text) // 4 :]) for text in texts(count, seed))
    rows = [{"instruction": asked, "input": "", "output": said} for asked, said in halves]
    ends = [0, *np.cumsum(np.rint(np.array(SHARES) * count)).astype(int).tolist()]
    parts = {name: rows[a:b] for name, a, b in zip(("train", "validation", "test"), ends, ends[1:], strict=False)}
    if planted:
        test = parts["test"][len(parts["test"]) // 2]
        parts["train"][len(parts["train"]) // 3] = {**test, "output": test["output"].replace(" ", "\n").upper()}
    outputs, numbers = {}, {name: len(part) for name, part in parts.items()}
    for name, part in parts.items():
        lines = (json.dumps({**row, "id": f"{name}:{i}"}, ensure_ascii=False) for i, row in enumerate(part))
        data = "".join(f"{line}\n" for line in lines).encode()
        (folder / f"{name}.jsonl").write_bytes(data)
        outputs[f"{name}.jsonl"] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    counts = {"input": count, "kept": count, "removed": 0, "quarantined": 0, **numbers}
    body = {"outputs": outputs, "counts": counts, "thresholds": {"near": 0.8}}
    body["digest"] = hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(body, sort_keys=True, indent=1) + "\n", encoding="utf-8")


def measure_verify(folder: Path) -> str:
    from curate.verify import verify

    began, worked = time.perf_counter(), time.process_time()
    result = verify(folder)
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    found = ", ".join(f"{f.code} {f.file}:{f.line}" for f in result.findings[:3]) or "nothing"
    promised = [each for each in result.canaries if each["promised"]]
    heard = f"{sum(each['found'] for each in promised):,} of {sum(each['planted'] for each in promised):,}"
    return f"{seconds:.1f} | {cpu:.1f} | {_peak():,.0f} | {result.verdict} | {found} | {heard} |"


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def again(*words: object) -> str:
    """Run this file in a process of its own."""
    done = subprocess.run([sys.executable, __file__, *map(str, words)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", help="as the other measurements have it; not needed here")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--one", nargs=2, metavar=("WHAT", "NAME"), help=argparse.SUPPRESS)
    asked = parser.parse_args(argv)
    if asked.one:
        what, name = asked.one
        measures = {"division": measure_division, "command": measure_command, "verify": measure_verify}
        print(measure_split(name, asked.rows, asked.seed) if what == "split" else measures[what](Path(name)))
        return
    lines = ["| splitter | s | peak MB | sizes | size error | worst stratum | groups parted |"]
    lines += ["| --- | --: | --: | --- | --: | --: | --: |"]
    lines += [again("--rows", asked.rows, "--seed", asked.seed, "--one", "split", name) for name in SPLITTERS]
    lines += ["", "| from rows to splits | rows | s | CPU s | peak MB | largest group | size error | worst stratum | method |"]
    lines += ["| --- | --: | --: | --: | --: | --: | --: | --: | --- |"]
    for what, label, count in (
        ("division", "ties, groups, packing", asked.rows),
        ("command", "`curate split`, all of it", asked.rows // 5),
    ):
        with tempfile.TemporaryDirectory() as place:
            write_rows(Path(place) / "rows.jsonl", count, asked.seed)
            lines.append(f"| {label} | {again('--one', what, Path(place) / 'rows.jsonl')}")
    lines += ["", "| `curate verify` | rows | s | CPU s | peak MB | verdict | found | planted leaks found |"]
    lines += ["| --- | --: | --: | --: | --: | --- | --- | --: |"]
    for planted, label in ((False, "nothing shared"), (True, "one planted pair")):
        with tempfile.TemporaryDirectory() as place:
            write_folder(Path(place), asked.rows, asked.seed, planted)
            lines.append(f"| {label} | {asked.rows:,} | {again('--one', 'verify', place)}")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
