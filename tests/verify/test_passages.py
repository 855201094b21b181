"""Long passages in two splits: by the definition, in both verifiers, and as the folder's makers chose to treat them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import curate
from curate.verify import verify
from curate.verifying.passages import passages
from curate.verifying.rows import Row, read
from curate.verifying.wording import is_cjk
from tests.verify.folders import clean_rows, write
from tests.verify.test_standalone import alone, ours

NAMES = ("train.jsonl", "validation.jsonl", "test.jsonl")
SAID = st.lists(st.sampled_from(["ab", "cd", "天地", "玄黄", "e", "x y"]), max_size=8).map("".join)
TIDE = {
    "en": "as the tide falls the trapped water turns a wheel on its way out",
    "zh": "等到潮水退去，被拦住的水在流出时推动水轮转动，带动石磨日夜不停",
}


def plainly(text: str, letters: int) -> set[str]:
    ends = ((i, i + (letters // 2 if is_cjk(char) else letters)) for i, char in enumerate(text))
    return {text[i:end] for i, end in ends if end <= len(text)}


def row_of(said: tuple[str, str], file: str, line: int) -> Row:
    return read(json.dumps({"instruction": said[0], "output": said[1]}).encode(), file, line, {})


@given(st.lists(st.lists(st.tuples(SAID, SAID), max_size=4), min_size=3, max_size=3), st.integers(2, 4))
def test_the_pairs_are_those_of_the_definition(said: list[list[tuple[str, str]]], most: int) -> None:
    splits = {name: [row_of(row, name, i) for i, row in enumerate(rows)] for name, rows in zip(NAMES, said, strict=True)}
    holders: dict[str, list[Row]] = defaultdict(list)
    for rows in splits.values():
        for row in rows:
            for span in plainly(row.whole, 6):
                holders[span].append(row)
    expected = {
        (row.file, row.line, held.file, held.line)
        for span, rows in holders.items()
        for row in rows
        for held in rows
        if len(rows) <= most and NAMES.index(row.file) < NAMES.index(held.file)
        if span in plainly(held.asked, 6) | plainly(held.answer, 6)
    }
    assert {found.pair for found in passages(splits, 6, most)} == expected


def quoting() -> dict[str, list[dict[str, str]]]:
    """Splits that share one passage in English and one in Chinese, and nothing else."""

    def row(number: int, words: str) -> dict[str, str]:
        return {**clean_rows(1, number)[0], "output": f"{clean_rows(1, number + 1)[0]['output'][:90]} {words}"}

    return {
        "train": [*clean_rows(20, 500)[::3], row(100, TIDE["en"]), row(140, TIDE["zh"])],
        "validation": [row(200, TIDE["zh"])],
        "test": [row(300, TIDE["en"]), row(340, TIDE["en"])],
    }


def test_a_passage_is_reported_and_fails_nothing_unless_the_folder_says_so(tmp_path: Path) -> None:
    kept = write(tmp_path / "kept", quoting(), thresholds={"near": 0.8, "span": 55}, reported=["LEAK010"])
    result = verify(kept)
    (kind,) = (kind for kind in result.kinds if kind.code == "LEAK010")
    assert (result.passed, kind.word, kind.found) == (True, "REPORTED", 3)
    assert kind.worst[0]["letters"] >= len(TIDE["en"])
    assert "Only reported, and let stand: 3 × LEAK010" in str(result)
    assert not result.findings

    strict = write(tmp_path / "strict", quoting(), thresholds={"near": 0.8, "span": 55}, reported=[])
    code, found = ours(strict, rows_only=True)
    assert code == 1
    assert {(each[0], each[1], each[2]) for each in found} == {("LEAK010", "train.jsonl", 8), ("LEAK010", "train.jsonl", 9)}
    assert alone(strict, "--rows-only") == (code, found)
    assert alone(kept, "--rows-only") == (0, set())


def test_any_kind_may_be_reported_only_and_is_still_told(tmp_path: Path) -> None:
    rows = clean_rows(30)
    parts = {"train": rows[:20], "validation": [], "test": [*rows[20:], {**rows[3], "output": "Something else altogether."}]}
    folder = write(tmp_path / "out", parts, reported=["LEAK009", "LEAK010"])
    result = verify(folder)
    words = {kind.code: kind.word for kind in result.kinds}
    assert (result.passed, words["LEAK009"], words["LEAK001"]) == (True, "REPORTED", "CERTIFIED")
    assert {(f.code, f.severity) for f in result.findings} == {("LEAK009", "warning")}
    assert alone(folder)[0] == 0


@pytest.mark.slow
@pytest.mark.parametrize("action", ["report", "by-policy"])
def test_a_build_keeps_rows_with_a_common_passage_together_where_it_is_told_to(action: str, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [dict(row) for row in clean_rows(60, 1000)]
    for k, row in enumerate(rows):
        row["output"] = f"{row['output'][:120]} {TIDE['en' if k % 2 else 'zh'] if k < 8 else ''}".strip()
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    config = tmp_path / "curate.toml"
    config.write_text(f'[rules.LEAK010]\naction = "{action}"\nparams = {{ span = 56 }}\n', encoding="utf-8")
    built = tmp_path / "out"
    command = [sys.executable, "-m", "curate", "build", file, "-o", built, "--split", "0.5/0.2/0.3", "--config", config]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with_passage = {
        name: sum(TIDE["en"] in line or TIDE["zh"] in line for line in (built / name).read_text(encoding="utf-8").splitlines())
        for name in NAMES
    }
    (kind,) = (kind for kind in curate.verify(built).kinds if kind.code == "LEAK010")
    if action == "report":
        assert kind.word == "REPORTED"
    else:
        assert (kind.word, kind.found) == ("CERTIFIED", 0)
        assert sum(with_passage.values()) == 8
        assert {number % 4 for number in with_passage.values()} == {0}
