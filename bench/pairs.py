"""Pairs of answers that somebody has compared, read from public files as they are, and which half of a set a pair is in.

What a file holds is told by its fields:

| set | repository, files | a pair | the two may both be right |
| --- | --- | --- | --- |
| QA-Eval | wangcunxiang/QA-Eval, `EVOUNA/NQ.json`, `TQ.json` | the reference and what FiD answers | as people judged |
| worked problems | AGI-Edgerunners/LLM-Adapters, `dataset/*/*_1.json` | a model's solution and the result | the last numbers are equal |
| cmrc2018 | ymcui/cmrc2018, `squad-style-data/cmrc2018_dev.json` | two people's answers in other words | always |
| HaluEval | RUCAIBox/HaluEval, `generation/qa/qa_*-turn_data.json` | the right answer and one made to be wrong | never |
| ChineseSimpleQA | OpenStellarTeam/ChineseSimpleQA, `data/chinese_simpleqa.jsonl` | the answer and the one of `conflicts_zh.tsv`, written for this | if it was written as right in other words |
| second annotators | the same; saltanat-sltnt/gemma_triviaqa_comparison, `responses_*.csv`; hikariming/chat-dataset-baseline, `history/**/alpaca_data*.json` | the answer and the one of `conflicts_written.tsv`, written by somebody who saw the question alone | as a third one judged |
| any | JSON lines `{"question", "a", "b", "same"}` | `a` and `b` | `same` |
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain, combinations
from pathlib import Path
from typing import Any

from curate.labels.skeleton import skeleton

Rows = Sequence[dict[str, Any]]
HERE = Path(__file__).parent
READ = frozenset((HERE / "conflicts_read.txt").read_text(encoding="utf-8").split())
"""Digests of questions of QA-Eval that were read before it was halved; they mended rules, so they are in half a."""
_NUMBER = re.compile(r"-?\d[\d,]*\.?\d*")
_SYSTEMS = ("gpt4", "chatgpt", "gpt35", "newbing", "fid")


@dataclass(frozen=True, slots=True)
class Pair:
    of: str
    question: str
    a: str
    b: str
    same: bool
    """Both may be right."""


def pairs(path: Path) -> Iterator[Pair]:
    rows = _rows(path)
    if rows and "primary_category" in rows[0]:
        return chain(simple_qa(rows, path.stem), written(rows, path.stem))
    reader = next((read for field, read in READERS.items() if rows and field in rows[0]), None)
    if reader is None:
        raise SystemExit(f"{path}: none of the layouts that bench/pairs.py names")
    return reader(rows, path.stem)


def half(question: str, read: Collection[str] = READ) -> str:
    """Half a mended rules, half b did not: even and odd digests of what is asked, but for questions read before there were halves."""
    digest = digest_of(skeleton(question))
    return "a" if digest in read or int(digest, 16) % 2 == 0 else "b"


def _rows(path: Path) -> Rows:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".csv":
        return list(csv.DictReader(io.StringIO(text)))
    try:
        found = json.loads(text)
    except ValueError:
        try:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError as broken:
            raise SystemExit(f"{path}: neither JSON nor JSON lines ({broken})") from None
    return found if isinstance(found, list) else [found]


def compared(rows: Rows, name: str) -> Iterator[Pair]:
    for row in rows:
        yield Pair(name, row["question"], row["a"], row["b"], bool(row["same"]))


def qa_eval(rows: Rows, name: str) -> Iterator[Pair]:
    """FiD is the one system whose answers are short. Questions of Natural Questions (NQ) come without a question mark."""
    for row in rows:
        question = str(row["question"]).strip()
        if name == "NQ" and not question.endswith("?"):
            question += "?"
        names = [each.strip() for each in str(row["golden_answer"]).split("/") if each.strip()]
        reference = _usual(names, row) if name == "TQ" else names[0] if names else ""
        if reference and isinstance(row.get("answer_fid"), str) and row.get("judge_fid") is not None:
            yield Pair(f"{name}, half {half(question)}", question, reference, row["answer_fid"].strip(), bool(row["judge_fid"]))


def _usual(names: Sequence[str], row: dict[str, Any]) -> str:
    """Of TriviaQA's names, a list of redirects, the one that most answers which were judged right say; none where none is said."""
    right = " || ".join(
        _plain(row[f"answer_{m}"]) for m in _SYSTEMS if isinstance(row.get(f"answer_{m}"), str) and row.get(f"judge_{m}")
    )
    asked = _plain(str(row["question"]))
    said = [name for name in names if (plain := _plain(name)) and plain in right and plain not in asked]
    return max(reversed(said), key=lambda name: (right.count(_plain(name)), len(name)), default="")


def _plain(text: str) -> str:
    return re.sub(r"[^\w ]", "", text.casefold())


def worked(rows: Rows, _: str) -> Iterator[Pair]:
    """The first of each question. Those with a letter as their answer (AQuA) are left out."""
    for question, row in {row["question"]: row for row in reversed(rows)}.items():
        solution, result = str(row["chain-of-thought"]).strip().removeprefix("A: "), str(row["answer"])
        ends = [_NUMBER.findall(answer) for answer in (solution, result)]
        if all(ends):
            x, y = (float(found[-1].replace(",", "").rstrip(".")) for found in ends)
            yield Pair("worked problems", question, solution, result, math.isclose(x, y, rel_tol=1e-6, abs_tol=1e-6))


def cmrc(rows: Rows, _: str) -> Iterator[Pair]:
    for asked in (qa for row in rows for each in row["data"] for paragraph in each["paragraphs"] for qa in paragraph["qas"]):
        for b, a in combinations(dict.fromkeys(answer["text"] for answer in asked["answers"]), 2):
            yield Pair("cmrc2018", asked["question"], a, b, True)


def halueval(rows: Rows, _: str) -> Iterator[Pair]:
    for row in rows:
        yield Pair("HaluEval", row["question"], row["right_answer"], row["hallucinated_answer"], False)


def simple_qa(rows: Rows, _: str) -> Iterator[Pair]:
    """Sets 14 to 17 mended rules; set 24 was written after that."""
    asked = {digest_of(row["question"]): row for row in rows}
    for line in (HERE / "conflicts_zh.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        digest, number, verdict, answer = line.split("\t")
        if row := asked.get(digest):
            name = f"Chinese, written for set{' 24' if number == '24' else 's 14 to 17'}"
            yield Pair(name, row["question"], str(row["answer"]), answer, verdict == "right")


def written(rows: Rows, _: str) -> Iterator[Pair]:
    """Every third answer is wrong by intent. Set 29 mended rules, set 30 came after that."""
    with (HERE / "conflicts_written.tsv").open(encoding="utf-8") as lines:
        yield from second_annotators(rows, csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def second_annotators(rows: Rows, lines: Iterable[dict[str, str]]) -> Iterator[Pair]:
    """Pairs that the judge could not tell are left out."""
    known = {line["pair"]: line for line in lines}
    found = ((asked, known.get(digest_of("\n".join(asked)))) for asked in dict.fromkeys(map(_asked, rows)))
    for (question, answer), line in found:
        if line and line["verdict"] != "unclear":
            yield Pair(
                f"second annotators, set {line['set']}", question, answer, json.loads(line["answer"]), line["verdict"] == "both"
            )


def _asked(row: dict[str, Any]) -> tuple[str, str]:
    if "instruction" in row:
        parts = [str(row.get(field) or "").strip() for field in ("instruction", "input")]
        return "\n".join(part for part in parts if part), str(row["output"]).strip()
    return row["question"], str(row.get("model_answer", row.get("answer"))).strip()


def digest_of(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()


READERS: dict[str, Callable[[Rows, str], Iterator[Pair]]] = {
    "same": compared,
    "golden_answer": qa_eval,
    "chain-of-thought": worked,
    "data": cmrc,
    "hallucinated_answer": halueval,
    "model_answer": written,
    "output": written,
}
"""By a field that the first row has."""
