"""`curate index`: what was added is found again, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from curate.cli import main
from curate.errors import UserError

TEXT = "The committee met on Tuesday and decided to postpone the vote on the new bridge until the engineers report again"
ZH = "委员会在星期二开会，决定把新桥的表决推迟到工程师再次提交报告之后，届时还要请居民代表到会发表意见。"


def run(*words: str | Path) -> Result:
    """`return_value` is the exit code."""
    result = CliRunner().invoke(main, ["index", *map(str, words)], standalone_mode=False)
    if result.exception:
        raise result.exception
    return result


def file(path: Path, *answers: str) -> Path:
    path.write_text("".join(json.dumps({"instruction": "Say it.", "output": answer}) + "\n" for answer in answers))
    return path


def test_rows_of_yesterday_are_found_in_those_of_today(tmp_path: Path) -> None:
    index = tmp_path / "seen.db"
    first = file(tmp_path / "monday.jsonl", TEXT, "Something else")
    assert run("add", index, first).return_value == 0
    added = run("add", index, file(tmp_path / "tuesday.jsonl", ZH))
    assert added.stdout.startswith("1 rows added, 3 in all.")
    asked = file(tmp_path / "today.jsonl", TEXT.upper(), TEXT[:-8], ZH[:-3], "Not there at all")
    told = run("query", index, asked, "--format", "jsonl")
    hits = [json.loads(line) for line in told.stdout.splitlines()]
    assert [(hit["row"].rsplit(":")[-1], hit["in_index"].rsplit("/")[-1], hit["same"]) for hit in hits] == [
        ("1", "monday.jsonl:1", True),
        ("2", "monday.jsonl:1", False),
        ("3", "tuesday.jsonl:1", False),
    ]
    assert all(0.8 <= hit["whole"] <= 1 for hit in hits)
    assert told.return_value == 1
    assert "missed with probability" in told.stderr
    assert run("query", index, file(tmp_path / "none.jsonl", "Not there either")).return_value == 0


def test_a_broken_input_leaves_no_index_and_an_index_keeps_its_threshold(tmp_path: Path) -> None:
    index, broken = tmp_path / "seen.db", tmp_path / "broken.jsonl"
    broken.write_text("[1, 2]\n")
    with pytest.raises(UserError):
        run("add", index, broken)
    assert not index.exists()
    rows = file(tmp_path / "a.jsonl", TEXT)
    assert run("add", index, rows, "--threshold", "0.9").return_value == 0
    with pytest.raises(UserError, match="has its threshold"):
        run("add", index, rows, "--threshold", "0.7")
    with pytest.raises(UserError, match="there is no index"):
        run("query", tmp_path / "absent.db", rows)
