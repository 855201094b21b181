"""Are rephrased and translated benchmark items found? F1 with sampled and with all negatives, thresholds frozen beforehand.

    python -P bench/decontamination.py --data ROOT [--items N]

ROOT/decontamination holds the US history test of MMLU with its English and Chinese rephrasings (lm-sys/llm-decontaminator),
HumanEval, GSM8K and the fixtures of allenai/decon. Thresholds are chosen on what `wordings.py` and `passages.py` hold and nothing else, then
everything is run once. What is looked for: each row of a column is one test item, worded otherwise; a pair is right if it is
that item. `exact`: near duplicates and containment, as `curate audit --against` finds them. `meaning`: that, or a score of
multilingual-e5-small (4 bit) at or over the threshold: `pool`, CSLS with the ten nearest of all texts, as `--semantic` does within one
set; `across`, CSLS with the ten nearest of the other side, as Lample et al. 2018 define it for two languages; `standard`, by how many
standard deviations of those ten the cosine lies over their mean, the mean of both ways (the adaptive score normalisation of
speaker recognition, Matejka et al. 2017). The last was chosen over the others on our own texts. Published protocol (Yang et al. 2023, arXiv 2311.04850): as many
negatives as positives; here their expected number, without drawing. All pairs: every other item is a negative. Rephrasings
that are empty in the released file are left out, where the published figures count them as found.
"""

from __future__ import annotations

import argparse
import builtins
import csv
import gzip
import json
import keyword
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))  # -P leaves it out
from passages import passages, programs
from wordings import problems

from curate.similar import contained, near_pairs, read
from curate.similar.embedders import Cached, PackagedE5, cache_folder
from curate.similar.semantic import POINTS, local_means, nearest, standard

Matrix = NDArray[np.float64]
GRID = {"pool": np.arange(-0.2, 0.4, 0.0025), "across": np.arange(-0.2, 0.4, 0.0025), "standard": np.arange(-1, 3, 0.02)}
LIMITS = PackagedE5.limits
GPT4 = {"US history, English": 0.970, "US history, Chinese": 0.980}
"""LLM decontaminator, table 5 of the paper; with the empty rephrasings counted as found."""


@dataclass(frozen=True)
class Column:
    name: str
    items: list[str]
    worded: list[str]


@dataclass(frozen=True)
class Scores:
    """Items x rewordings; right pairs on the diagonal."""

    method: str
    score: Matrix
    exact: NDArray[np.bool_]
    shipped: NDArray[np.bool_]
    """As `curate audit --against NAME=FILE --semantic` tells them."""

    def f1(self, found: NDArray[np.bool_], sampled: bool) -> float:
        n = len(found)
        right = int(np.trace(found))
        wrong = int(found.sum()) - right
        false = wrong / max(1, n * (n - 1)) * n if sampled else wrong
        return 2 * right / (2 * right + false + (n - right)) if right else 0.0

    def at(self, threshold: float) -> NDArray[np.bool_]:
        return self.exact | (self.score >= threshold)


def scored(column: Column, model: Cached, method: str) -> Scores:
    n = len(column.items)
    texts = [*column.items, *column.worded]
    vectors = model.embed([text[:POINTS] for text in texts])
    left, right = vectors[:n], vectors[n:]
    cosine, ways = left @ right.T, (nearest(left, right), nearest(right, left))
    means = np.concatenate([ways[0][0], ways[1][0]]) if method == "across" else local_means(vectors)
    score = standard(cosine, *ways) if method == "standard" else 2 * cosine - means[:n, None] - means[None, n:]
    exact = np.zeros((n, n), bool)
    side = np.repeat([0, 1], n)
    plain = read(("", text, "", "") for text in texts)
    for edges in near_pairs(plain, against=side):
        first = np.minimum(edges.i, edges.j)
        exact[first, np.maximum(edges.i, edges.j) - n] = True
    for found in contained(plain, plain, against=side):
        exact[np.minimum(found.i, found.j), np.maximum(found.i, found.j) - n] = True
    exact |= plain.same[:n, None] == plain.same[None, n:]
    pooled = local_means(vectors)
    close = 2 * cosine - pooled[:n, None] - pooled[None, n:] >= LIMITS.csls
    shipped = exact | ((cosine >= LIMITS.cosine) & (close | (standard(cosine, *ways) >= LIMITS.standard)))
    return Scores(method, score.astype(float), exact, shipped)


def frozen(scores: list[Scores], sampled: bool) -> float:
    """The threshold of the highest mean F1 on our own texts; the middle one of equals."""
    grid = GRID[scores[0].method]
    means = np.array([np.mean([s.f1(s.at(t), sampled) for s in scores]) for t in grid])
    best = np.flatnonzero(means >= means.max() - 1e-9)
    return float(grid[best[len(best) // 2]])


# ---- columns ----------------------------------------------------------------------------------------------------------------


def own() -> list[Column]:
    english, other, chinese = (list(texts) for texts in zip(*problems(), strict=True))
    told, translated = (list(texts) for texts in zip(*passages(), strict=True))
    written, disguised = (list(texts) for texts in zip(*programs(), strict=True))
    return [
        Column("own problems, English", english, other),
        Column("own problems, Chinese", english, chinese),
        Column("own passages, Chinese", told, translated),
        Column("own programs, names changed", written, disguised),
    ]


def columns(folder: Path, most: int) -> Iterator[Column]:
    with (folder / "llmdecon_rephrase_high_school_us_history_test.csv").open(encoding="utf-8", newline="") as file:
        whole = [row[0] for row in csv.reader(file)]
    # The English rephrasing is of the question alone, which stands in the last line; the Chinese one is of passage and question.
    asked = [text.strip().rsplit("\n", 1)[-1] for text in whole]
    english = worded(folder / "llmdecon_rephrase_high_school_us_history_test_rephrase_english_filtered_question.jsonl")
    chinese = worded(folder / "llmdecon_rephrase_high_school_us_history_test_chinese.jsonl")
    yield aligned("US history, as it is", whole, whole, most)
    yield aligned("US history, English", asked, english, most)
    yield aligned("US history, Chinese", whole, chinese, most)
    with gzip.open(folder / "HumanEval.jsonl.gz", "rt", encoding="utf-8") as code:
        tasks = [json.loads(line) for line in code]
    prompts = [task["prompt"] + task["canonical_solution"] for task in tasks]
    yield aligned("HumanEval, as it is", prompts, prompts, most)
    yield aligned("HumanEval, names changed and comments gone (by machine)", prompts, list(map(renamed, prompts)), most)
    with (folder / "gsm8k_test.jsonl").open(encoding="utf-8") as file:
        questions = [json.loads(line)["question"] for line in file]
    yield aligned("GSM8K, names and numbers changed (by machine)", questions, list(map(refilled, questions)), most)


def worded(path: Path) -> list[str]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file]


def aligned(name: str, items: list[str], worded: list[str], most: int) -> Column:
    pairs = [(a, b) for a, b in zip(items, worded, strict=False) if a.strip() and b.strip()][:most]
    return Column(name, [a for a, _ in pairs], [b for _, b in pairs])


def renamed(code: str) -> str:
    """Docstring and comments out, every other name numbered."""
    bare = re.sub(r'("""|\'\'\')(.|\n)*?\1|#.*', "", code)
    numbers: dict[str, str] = {}
    kept = {*keyword.kwlist, *dir(builtins), "List", "Tuple", "Dict", "Optional", "Any", "append", "typing", "self"}

    def name(match: re.Match[str]) -> str:
        word = match[0]
        return word if word in kept else numbers.setdefault(word, f"v{len(numbers)}")

    return re.sub(r"[A-Za-z_]\w*", name, bare)


def refilled(question: str) -> str:
    """Other numbers, and other names where a capital stands inside a sentence."""
    other = re.sub(r"\d+", lambda match: str(int(match[0]) + 3), question)
    return re.sub(r"(?<=[a-z,] )[A-Z][a-z]+", "Robin", other)


# ---- fixtures of allenai/decon ----------------------------------------------------------------------------------------------


def fixtures(folder: Path) -> tuple[int, int, int, int]:
    """Documents told to hold an item: right, wrong, missed, and how many there are. A file `contaminated_mixed` holds both kinds."""
    from curate import catalogue
    from curate.config import Settings
    from curate.corpus import read as read_rows
    from curate.examine import examine
    from curate.reading import inputs
    from curate.reading.formats import FieldMap

    rules = {code: rule for code, rule in catalogue.shipped().items() if code in ("LEAK005", "LEAK008")}
    right = wrong = missed = total = 0
    for path in sorted(folder.glob("decon_fixture_training_*.jsonl")):
        if "mixed" in path.name or "edge_cases" in path.name or "demo" in path.name:
            continue  # which of their rows are contaminated is not said
        with tempfile.TemporaryDirectory() as place:
            references = inputs.named([f"reference={reference(folder, Path(place) / 'reference.jsonl')}"])
            with read_rows(inputs.sources([str(path)]), references, FieldMap.parse(()), folder=Path(place)) as corpus:
                found = {f.row for f in examine(corpus, rules, Settings()).findings if f.code == "LEAK005"}
                rows = int(corpus.own.sum())
        total += rows
        if "clean" in path.name:
            wrong += len(found)
        else:
            right += len(found)
            missed += rows - len(found)
    return right, wrong, missed, total


def reference(folder: Path, target: Path) -> Path:
    """All reference items in a shape that is known: passage and question are what is asked."""
    with target.open("w", encoding="utf-8") as out:
        for path in sorted(folder.glob("decon_fixture_reference_*.jsonl")):
            for line in path.read_text(encoding="utf-8").splitlines():
                item = json.loads(line)
                asked = " ".join(item[key] for key in ("passage", "question") if item.get(key))
                out.write(json.dumps({"instruction": asked, "output": item.get("answer") or "-"}) + "\n")
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--items", type=int, default=100, help="of each column, as published")
    parser.add_argument("--cache", type=Path, default=cache_folder())
    asked = parser.parse_args()
    folder = asked.data / "decontamination"
    model = Cached(PackagedE5(), asked.cache)
    say: Callable[[str], object] = print
    practised, held_back = own(), list(columns(folder, asked.items))
    for method in GRID:
        practice = [scored(column, model, method) for column in practised]
        few, every = frozen(practice, sampled=True), frozen(practice, sampled=False)
        say(f"{model.name}, {method}; frozen on {sum(len(column.items) for column in practised)} own items:")
        say(f"{few:.4f} (sampled negatives), {every:.4f} (all pairs).\n")
        say(
            "| column | n | exact, sampled | meaning, sampled | GPT-4, published | exact, all pairs | meaning, all pairs | best possible "
            "| shipped, sampled | shipped, all pairs |"
        )
        say("| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |")
        means = []
        for column in [*practised, *held_back]:
            s = scored(column, model, method)
            figures = [s.f1(s.exact, True), s.f1(s.at(few), True), s.f1(s.exact, False), s.f1(s.at(every), False)]
            best = max(s.f1(s.at(t), False) for t in GRID[method])
            means.append([*figures, best, s.f1(s.shipped, True), s.f1(s.shipped, False)])
            say(line(column.name, str(len(column.items)), means[-1]))
        say(line("mean without our own", "", list(np.mean(means[len(practised) :], axis=0))) + "\n")
    right, wrong, missed, total = fixtures(folder)
    say(f"Fixtures of allenai/decon, {total} documents: {right} found, {wrong} wrongly, {missed} missed (exact, no model).")


def line(name: str, n: str, figures: list[float]) -> str:
    exact, meaning, *rest = (f"{figure:.3f}" for figure in figures)
    return f"| {name} | {n} | {exact} | {meaning} | {f'{GPT4[name]:.3f}' if name in GPT4 else '–'} | {' | '.join(rest)} |"


if __name__ == "__main__":
    main()
