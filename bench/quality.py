"""Answers, labels and the time it takes: precision and recall on planted faults, on rows that were read, and beside cleanlab.

Run: `python -P bench/quality.py [--data FOLDER] [--only planted,read,labels,margin,gain,time] [--rows N] [--more FOLDER...]`. Prints Markdown. FOLDER holds
public instruction files; the judgements of their rows lie beside this file as digests. `labels` compares with cleanlab where
it is installed; `margin` is the sweep that LAB002's margin was chosen on.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

sys.path.append(str(Path(__file__).parent))  # -P leaves it out; last, as a file there is named like the package train
import not_seen
import planted as make

from curate.judging.advice import smallest_gain
from curate.labels.noisy import MARGIN, SHRINKAGE, learnable, likelier, out_of_fold, suspects, vectors

HERE = Path(__file__).parent
RATES = (0.05, 0.10, 0.20, 0.30)
SEEDS = range(5)
TWO_LEVELS = ("LAB001", "QUA005")
TRIED = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)


def examined(lines: Sequence[str], families: tuple[str, ...]) -> dict[str, set[int]]:
    """Rows flagged, by rule."""
    from curate import catalogue
    from curate.config import Settings
    from curate.corpus import from_lines
    from curate.findings import Finding
    from curate.stages import stage

    rules, found = catalogue.shipped(), defaultdict(set)
    with from_lines(lines) as corpus:
        for name in ("labels", "quality"):
            module = stage(name)
            chosen = {c: r for c, r in rules.items() if r.family == module.FAMILY and r.family in families}
            for said in module.check(corpus, chosen, Settings()) if chosen else ():
                if isinstance(said, Finding) and said.row is not None:
                    found[called(said)].add(said.row)
    return found


def called(finding: Any) -> str:
    """LAB001 and QUA005 are two: the plain case, and at info where there is room for another answer or language."""
    return f"{finding.code} info" if finding.code in TWO_LEVELS and finding.severity == "info" else str(finding.code)


def lines_of(rows: Sequence[dict[str, Any]]) -> list[str]:
    return [json.dumps(row, ensure_ascii=False) for row in rows]


def scored(truth: dict[int, str], found: dict[str, set[int]], code: str) -> list[str]:
    right = {row for row, what in truth.items() if what == code}
    flagged = found.get(code, set())
    hits = len(flagged & right)
    precision = f"{hits / len(flagged):.3f}" if flagged else "–"
    return [str(len(right)), str(len(flagged)), str(hits), precision, f"{hits / len(right):.3f}" if right else "–"]


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print("| " + " | ".join(header) + " |\n|" + " --- |" * len(header))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


# ---- planted ------------------------------------------------------------------------------------------------------------------


def planted(n: int) -> None:
    print(f"## Planted faults, {n:,} rows a language and rate, generated\n")
    rows = []
    for zh in (False, True):
        for rate in (0.1, 0.3):
            made = make.quality_rows(n, rate, zh, 17)
            found = examined(lines_of(made.rows), ("QUA",))
            codes = ("QUA001", "QUA002", "QUA003", "QUA005", "QUA006", "QUA007")
            rows += [[code, "zh" if zh else "en", f"{rate:.0%}", *scored(made.truth, found, code)] for code in codes]
            rows.append(["QUA005 info", "zh" if zh else "en", f"{rate:.0%}", *scored({}, found, "QUA005 info")])
        for rate in RATES:
            made = make.contradictions(n, rate, zh, 23)
            found = examined(lines_of(made.rows), ("LAB",))
            rows.append(["LAB001", "zh" if zh else "en", f"{rate:.0%}", *scored(made.truth, found, "LAB001")])
            rows.append(["LAB001 info", "zh" if zh else "en", f"{rate:.0%}", *scored({}, found, "LAB001 info")])
    table(("rule", "language", "planted", "rows planted", "flagged", "right", "precision", "recall"), sorted(rows))


# ---- read by a person ---------------------------------------------------------------------------------------------------------


def files(data: Path) -> Iterator[tuple[str, Any]]:
    from curate.corpus import read
    from curate.reading.formats import FieldMap
    from curate.reading.inputs import Source

    for path in sorted((data / "instruction").glob("*.json*")):
        maps: tuple[str, ...] = ()
        if "belle_eval" in path.name:
            maps = ("instruction=question", "output=std_answer")
        elif "seed" in path.name:
            maps = ("input=instances[0].input", "output=instances[0].output")
        with read([Source(path.name, path)], mapping=FieldMap.parse(maps)) as corpus:
            yield path.name, corpus


SETS = {
    "0": "shared files (mended on)",
    "1": "Alpaca, machine-translated Alpaca, code; first look",
    "2": "the same sources, other parts; first look",
    "3": "LIMA, OASST zh, medical zh, answers of 7 + 8 models; first look",
    "4": "answers of 24 models; first look",
    "6": "the answers of 44 models put into one file, and all files of sets 1 to 3 by language; first look",
    "7": "33 other public files and three sets of questions answered again; first look",
    "8": "10 other public files, questions answered twice; first look after mending on set 7; mended since",
    "9": "FLASK, HalluQA, worked problems and other public answers, first half; mended since",
    "10": "the other half of the same, held back until the rules were mended on set 9; mended since",
    "11": "LAB001: questions of sets 9 and 10 not read before; mended since",
    "12": "LAB001: further such questions, by today's rules",
    "14": "LAB001: questions of a search engine, worked problems, choices, trick questions, Chinese answers written for it; mended since",
    "15": "LAB001: further ones of the same, after mending on set 14; mended since",
    "16": "LAB001: further ones after mending on set 15, mended since; QUA003, 005, 006 in 110,090 + 268,390 rows",
    "17": "LAB001: further ones after mending on set 16; mended since",
    "20": "LAB001 at two levels: further questions of the same, read without knowing what was flagged; mended since",
    "21": "LAB001: the same after mending on set 20",
    "24": "LAB001: Chinese answers written for it, half of them right in other words; mended since",
    "22": "LAB001: questions answered by a second annotator who saw the question alone",
    "23": "LAB001: a small model's quiz answers beside names from a list of redirects",
    "13": "LAB001: questions of sets 9 and 10 never read before, mended since; 125 unflagged rows",
    "18": "weak models and web pages, first half; mended since",
    "18s": "shared files by the rules of 2026-11-28: what was not read before; mended since",
    "19": "the other half, held back until the rules were mended on set 18; mended since: QUA005, 006",
    "19c": "QUA005: models asked in 15 languages and talks that change theirs; mended since",
    "19d": "QUA005: questions of sets 19 and 19c not read before",
    "19n": "rows of set 19 that a looser rule would flag",
    "28": "what rules mended on set 27n flag since, in sets 18 to 19d, the shared files and new ones",
    "25": "red teams, questions in Korean, Russian and others, tokens of formats, first half; mended since",
    "26": "the other half, held back until the rules were mended on set 25; mended since: QUA005, and QUA002 for what it did not see",
    "26c": "the other half after that: QUA005 on questions not read before, QUA002 what it flags since",
    "26d": "what the rules mended on set 27n flag since in the half of set 26; mended since",
    "26n": "rows of set 26 that a looser rule would flag",
    "28s": "QUA002: further ones of the same, after narrowing",
    "28n": "QUA002: shared files, 90 further unflagged rows that a looser rule would flag, after mending on set 27n; mended since",
    "27n": "shared files: unflagged rows that a looser rule would flag",
    "27r": "shared files: other unflagged rows, read once for all rules",
    "5": "answers of 20 other models; mended since: QUA006, QUA007",
}


ONCE_FLAGGED = {"missed": "right", "passed": "wrong"}
"""What a row that was read unflagged is worth to a rule that flags it since."""


def judgements() -> dict[tuple[str, str], tuple[str, str]]:
    """Right or wrong, and the set, by digest of the row and rule; where two readings are, the first."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for digest, code, verdict, origin in not_seen.read_lines():
        found.setdefault((digest, code), (verdict, origin))
    return found


def wilson(right: int, n: int) -> str:
    return "{:.2f}–{:.2f}".format(*not_seen.bounds(right, n))


TOGETHER = {
    "9 to 12": ("9", "10", "11", "12"),
    "9 to 19": ("9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19"),
    "15 to 17": ("15", "16", "17"),
    "19 to 26": ("19", "19c", "19d", "26"),
    "21 and 22": ("21", "22"),
}


def numbered(name: str) -> tuple[bool, int, str]:
    return name in TOGETHER, int(name.split(" ")[0].rstrip("cdnrs")), name


def at_first_sight() -> None:
    """Precision of each rule as it was when a set was first looked at; no data is needed for this."""
    judged = judgements()
    print(f"## Public rows read set by set, by the rules as they were then ({len(not_seen.read_lines()):,} judgements)\n")
    counts = Counter((code, origin, verdict) for (_, code), (verdict, origin) in judged.items() if code != "-")
    rows = []
    for code in sorted({key[0] for key in counts}):
        sets = {origin: (origin,) for _, origin, _ in counts} | TOGETHER
        read = {name: [o for o in of if counts[code, o, "right"] + counts[code, o, "wrong"]] for name, of in sets.items()}
        for name in sorted((name for name, of in read.items() if len(of) > (name in TOGETHER)), key=numbered):
            right, wrong = (sum(counts[code, origin, verdict] for origin in read[name]) for verdict in ("right", "wrong"))
            share = [f"{right / (right + wrong):.3f}", wilson(right, right + wrong)]
            rows.append(
                [code, name, SETS.get(name, "together" if name in TOGETHER else ""), str(right + wrong), str(right), *share]
            )
    table(("rule", "set", "what", "flagged and read", "right", "precision", "95 %"), rows)
    unflagged()


def unflagged() -> None:
    print(
        "Unflagged rows that were read (19n, 26n, 27n: that a looser rule would flag), and those at fault by a rule that did not see it:\n"
    )
    seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for _, code, verdict, origin in not_seen.read_lines():
        if code == "-" or verdict in ("missed", "passed"):
            seen[origin][f"{code} {verdict}"] += 1
    rows = []
    for origin in sorted(seen, key=numbered):
        n = seen[origin]
        codes = sorted({key.split(" ")[0] for key in n if "missed" in key})
        of = {code: f" of {n[f'{code} missed'] + n[f'{code} passed']}" if n[f"{code} passed"] else "" for code in codes}
        rows.append([origin, f"{n.total():,}", ", ".join(f"{code} {n[f'{code} missed']}{of[code]}" for code in codes)])
    table(("set", "read", "at fault"), rows)


def read_by_eye(folders: Sequence[Path]) -> None:
    from curate import catalogue
    from curate.config import Settings
    from curate.findings import Finding
    from curate.stages import labels, quality

    judged = judgements()
    rules = catalogue.shipped()
    flagged: dict[str, set[str]] = defaultdict(set)
    seen: set[str] = set()
    total = 0
    for _, corpus in (each for folder in folders for each in files(folder)):
        total += int(corpus.usable.sum())
        digests = {r.row: blake2b(r.text.encode(), digest_size=8).hexdigest() for r in corpus.records()}
        seen.update(digests.values())
        for stage in (labels, quality):
            for said in stage.check(corpus, {c: r for c, r in rules.items() if r.family == stage.FAMILY}, Settings()):
                if isinstance(said, Finding) and said.row is not None:
                    flagged[called(said)].add(digests[said.row])
    everything = set().union(*flagged.values())
    print(f"## The same rows by the rules of today ({total:,} rows; copies counted once)\n")
    rows = []
    for code in sorted([c for c in rules if c.startswith(("QUA", "LAB00"))] + [f"{code} info" for code in TWO_LEVELS]):
        known = {d: judged.get((d, code)) or judged.get((d, code.removesuffix(" info"))) for d in flagged[code]}
        verdicts = Counter(ONCE_FLAGGED.get(verdict[0], verdict[0]) if verdict else "not read" for verdict in known.values())
        n = verdicts["right"] + verdicts["wrong"]
        share = [f"{verdicts['right'] / n:.3f}", wilson(verdicts["right"], n)] if n else ["–", "–"]
        rows.append([code, str(len(flagged[code])), str(n), str(verdicts["right"]), *share])
    table(("rule", "flagged", "of them read", "right", "precision", "95 %"), rows)
    clean = {d for (d, code) in judged if code == "-"}
    print(f"Of {len(clean)} unflagged rows read, {len(clean & everything)} are flagged today.\n")
    if len(folders) == 1 and {digest for digest, _, _, origin in not_seen.read_lines() if origin == not_seen.OTHERS} <= seen:
        print("## What is not seen on the shared folder (docs/readings.md tells how the rows were drawn)\n")
        header = (
            "rule",
            "flagged, right",
            "near misses at fault",
            "others at fault",
            "missed, estimated (95 %)",
            "recall",
            "95 %",
        )
        table(header, not_seen.on_folder(flagged))


# ---- labels -------------------------------------------------------------------------------------------------------------------


def label_noise(n: int, data: Path | None) -> None:
    """Every task and rate with other wrong labels in each seed; the difference is taken seed by seed."""
    print(f"## LAB002: average precision of the ranking, same features and rows, means of {len(SEEDS)} seeds\n")
    rows = []
    for name, texts, labels in label_tasks(n, data):
        names = sorted(set(labels))
        true = np.array([names.index(label) for label in labels])
        x = vectors(texts)
        for rate in RATES:
            runs = [ranked(texts, x, *spoiled(true, len(names), rate, seed), seed) for seed in SEEDS]
            rows.append([name, str(len(texts)), f"{rate:.0%}", *averaged(runs)])
    header = ("task", "rows", "wrong", "ours", "cleanlab", "ours minus cleanlab", "flagged", "precision", "recall")
    table(header, rows)


def ranked(texts: Sequence[str], x: Any, given: np.ndarray, wrong: np.ndarray, seed: int) -> list[float]:
    """Average precision of both rankings (not a number where cleanlab is not installed), then listed, precision, recall."""
    own = out_of_fold(x, given, seed)[np.arange(len(given)), given]
    chosen = suspects(texts, given, seed)[0]
    theirs = cleanlab_ranking(x, given)
    hits = int((chosen & wrong).sum())
    precisions = [average_precision(wrong, 1 - own), np.nan if theirs is None else average_precision(wrong, theirs)]
    return [*precisions, float(chosen.sum()), hits / max(1, int(chosen.sum())), hits / int(wrong.sum())]


def averaged(runs: Sequence[Sequence[float]]) -> list[str]:
    ours, theirs, flagged, precision, recall = np.array(runs).T
    apart = ours - theirs
    difference = "–" if np.isnan(apart).any() else f"{apart.mean():+.3f} ({apart.min():+.3f} to {apart.max():+.3f})"
    them = "–" if np.isnan(theirs).any() else f"{theirs.mean():.3f}"
    return [f"{ours.mean():.3f}", them, difference, f"{flagged.mean():.0f}", f"{precision.mean():.3f}", f"{recall.mean():.3f}"]


def label_tasks(n: int, data: Path | None) -> Iterator[tuple[str, list[str], list[str]]]:
    yield "tickets en", *make.tickets(n, False, 5)
    yield "tickets zh", *make.tickets(n, True, 5)
    path = (data or Path()) / "instruction" / "belle_eval_set_malformed_rows.jsonl"
    if data and path.is_file():
        rows = []
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                rows.append(json.loads(line))
            except ValueError:
                continue
        yield "kind of question zh", [r["question"] for r in rows], [r["class"] for r in rows]


def spoiled(true: np.ndarray, k: int, rate: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(true), int(rate * len(true)), replace=False)
    given = true.copy()
    given[chosen] = (given[chosen] + rng.integers(1, k, len(chosen))) % k
    wrong = np.zeros(len(true), dtype=bool)
    wrong[chosen] = True
    return given, wrong


def cleanlab_ranking(x: Any, given: np.ndarray) -> np.ndarray | None:
    """As its guide says: logistic regression out of fold, then the label quality score."""
    try:
        from cleanlab.rank import get_label_quality_scores
    except ImportError:
        return None
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict

    probability = cross_val_predict(LogisticRegression(max_iter=100), x.astype(np.float64), given, cv=5, method="predict_proba")
    return 1 - get_label_quality_scores(given, probability)


def average_precision(wrong: np.ndarray, score: np.ndarray) -> float:
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(wrong[order])
    return float((hits / np.arange(1, len(order) + 1))[wrong[order]].mean())


def margins() -> None:
    """How the margin was chosen: what it would list on clear and blurred tasks, and how that was with other weights of `out_of_fold`."""
    print("## LAB002 by margin, means over 24 generated tasks; worst: of one task\n")
    tasks = [(vectors(texts), *spoiled(true, int(true.max()) + 1, rate, 77)) for texts, true in blurred_tasks() for rate in RATES]
    header = ("margin", "F0.5", "precision", "worst", "recall")
    for way, weights in {"as it is": (SHRINKAGE, 2.0), "two strengths, both rounds counted alike": (SHRINKAGE[:2], 1.0)}.items():
        guessed = [(out_of_fold(x, given, 5, *weights), given, wrong) for x, given, wrong in tasks]
        open_to = [each for each in guessed if learnable(each[0], each[1])]
        rows = [[f"{margin}", *swept(guessed, margin)] for margin in TRIED]
        print(
            f"Weights: {way}. Last line: the {len(open_to)} tasks whose labels follow from the words; of the others audit lists nothing.\n"
        )
        table(header, [*rows, [f"{MARGIN}, as audit lists", *swept(open_to, MARGIN)]])


def swept(guessed: Sequence[tuple[Any, np.ndarray, np.ndarray]], margin: float) -> list[str]:
    each = np.array([f_half(likelier(probability, given, margin), wrong) for probability, given, wrong in guessed])
    f, precision, recall = each.mean(axis=0)
    return [f"{f:.3f}", f"{precision:.3f}", f"{each[:, 1].min():.2f}", f"{recall:.3f}"]


def blurred_tasks() -> Iterator[tuple[list[str], np.ndarray]]:
    """Tickets as they are, and with 0.6 and 1.2 times as many words (in Chinese: characters) of another one mixed in."""
    for zh in (False, True):
        texts, labels = make.tickets(1500, zh, 11)
        true = np.array([sorted(set(labels)).index(label) for label in labels])
        for times in (0, 0.6, 1.2):
            rng = random.Random(3)
            yield [blurred(text, rng.choice(texts), times, rng) for text in texts], true


def blurred(text: str, other: str, times: float, rng: random.Random) -> str:
    space = " " if " " in text.strip() else ""
    own, pool = (each.split() if " " in each.strip() else list(each) for each in (text, other))
    return text + space + space.join(rng.choices(pool, k=int(times * len(own)))) if times else text


def f_half(chosen: np.ndarray, wrong: np.ndarray) -> tuple[float, float, float]:
    """F0.5 (precision counts more), precision, recall; all zero where nothing right is listed."""
    hits = int((chosen & wrong).sum())
    precision, recall = hits / max(1, int(chosen.sum())), hits / int(wrong.sum())
    return 1.25 * precision * recall / max(1e-9, 0.25 * precision + recall), precision, recall


# ---- what a test can show -----------------------------------------------------------------------------------------------------


def gains() -> None:
    print(
        "## COV004: the smallest gain that a paired test on n rows shows, in points; D: share of rows that one model alone has right\n"
    )
    sizes = (50, 100, 200, 500, 1000, 2000)
    rows = [[f"D = {d:.2f}", *(f"{100 * smallest_gain(n, d):.1f}" for n in sizes)] for d in (0.1, 0.2)]
    table(("n", *map(str, sizes)), rows)


# ---- time ---------------------------------------------------------------------------------------------------------------------


def questions(n: int) -> Iterator[str]:
    """Rows with nothing planted in them, a third of them Chinese."""
    rng = random.Random(3)
    for i in range(n):
        row = {"id": i, "instruction": make.question(rng, i % 3 == 0), "output": make.answer(rng, i % 3 == 0)}
        yield json.dumps(row, ensure_ascii=False)


def timed(n: int, tokenizer: str) -> None:
    import resource

    from curate import catalogue
    from curate.config import Settings
    from curate.corpus import from_lines
    from curate.stages import stage

    lines = list(questions(n))
    size = sum(len(line.encode()) for line in lines) / 2**20
    print(f"## Time, {n:,} rows, {size:.0f} MiB, a third Chinese\n")
    rows = []
    with from_lines(lines) as corpus:
        del lines
        for name in ("labels", "quality", "coverage", "tokens"):
            module = stage(name)
            if name == "tokens" and not tokenizer:
                continue
            rules = {c: r for c, r in catalogue.shipped().items() if r.family == module.FAMILY}
            wall, cpu = time.perf_counter(), time.process_time()
            findings = sum(1 for _ in module.check(corpus, rules, Settings(tokenizer=tokenizer)))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
            rows.append(
                [
                    module.FAMILY,
                    f"{time.perf_counter() - wall:.1f}",
                    f"{time.process_time() - cpu:.1f}",
                    f"{peak:.2f}",
                    str(findings),
                ]
            )
    table(("stage", "seconds", "of them CPU", "peak GiB so far", "findings and facts"), rows)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path)
    parser.add_argument("--more", type=Path, nargs="*", default=[], help="Folders with an `instruction` folder of further files.")
    parser.add_argument("--only", default="planted,read,labels,margin,gain,time")
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--tokenizer", default="")
    parser.add_argument("--write", type=Path, help="Write 100,000 rows to this file, to be timed with `curate audit`, and stop.")
    given = parser.parse_args()
    if given.write:
        given.write.write_text("\n".join(questions(100_000)) + "\n", encoding="utf-8")
        return
    only = given.only.split(",")
    if "planted" in only:
        planted(given.rows)
    if "read" in only:
        at_first_sight()
    if "read" in only and given.data:
        read_by_eye([given.data, *given.more])
    if "labels" in only:
        label_noise(given.rows, given.data)
    if "margin" in only:
        margins()
    if "gain" in only:
        gains()
    if "time" in only:
        timed(100_000, given.tokenizer)


if __name__ == "__main__":
    main()
