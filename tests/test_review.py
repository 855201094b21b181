"""`curate review`: decisions are kept, replayed and undone; the folder stays as it is."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

import curate
from curate.cli import main, outcome

LONG = "The quick brown fox number {} jumps over the lazy dog near the old river bank in the early morning light of May"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [
        {"id": i, "instruction": f"Tell me of {chr(97 + i) * 8}.", "output": f"It is {chr(122 - i) * 9} as a rule."}
        for i in range(20)
    ]
    rows.append({"id": "kept", "instruction": LONG.format(1), "output": "Foxes jump over dogs when they are bored, it is said."})
    rows.append({"id": "near", "instruction": LONG.format(1), "output": "Foxes jump over dogs when they are tired or so, it is."})
    rows.append(
        {"id": "left", "instruction": "Thank our customer.", "output": "Dear {{customer_name}}, thank you for the order."}
    )
    (tmp_path / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    curate.build(tmp_path / "data.jsonl", tmp_path / "clean", split=(0.6, 0.2, 0.2), threshold=0.78)
    return tmp_path / "clean"


@pytest.fixture
def run(monkeypatch, capfd):
    def call(*args: object, keys: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["curate", "review", *map(str, args)])
        monkeypatch.setattr("sys.stdin", io.StringIO(keys))
        code = outcome("curate", main)
        said = capfd.readouterr()
        return code, said.out, said.err

    return call


def ids(path: Path) -> set[object]:
    return {json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines()}


def test_a_row_removed_on_a_narrow_margin_is_called_back(run, folder) -> None:
    listed = run(folder, "--list")[1]
    assert "DUP002" in listed
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert run(folder, keys="k\n" * 5)[0] == 0
    assert run(folder, "--apply", folder.parent / "reviewed.jsonl")[0] == 0
    assert ids(folder.parent / "reviewed.jsonl") >= {"kept", "near"}
    assert before == {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_decisions_are_undone_one_by_one_and_replayed_alike(run, folder) -> None:
    run(folder, keys="d\nu\nk\nq\n")
    decisions = folder.parent / "clean.decisions.jsonl"
    assert [json.loads(line)["choice"] for line in decisions.read_text().splitlines()] == ["keep"]
    run(folder, "--apply", folder.parent / "a.jsonl")
    run(folder, "--apply", folder.parent / "b.jsonl")
    assert (folder.parent / "a.jsonl").read_bytes() == (folder.parent / "b.jsonl").read_bytes()
    run(folder, "--undo")
    assert decisions.read_text() == ""


def test_an_edited_answer_takes_the_place_of_the_old_one(run, folder) -> None:
    run(folder, keys="e\nFoxes are shy.\nq\n")
    run(folder, "--apply", folder.parent / "reviewed.jsonl")
    assert "Foxes are shy." in (folder.parent / "reviewed.jsonl").read_text(encoding="utf-8")


def test_a_file_of_something_else_is_refused(run, folder) -> None:
    (folder.parent / "other.jsonl").write_text('{"a": 1}\n')
    code, _, said = run(folder, "--decisions", folder.parent / "other.jsonl")
    assert code == 2
    assert "is no decision" in said


def test_an_answer_under_the_users_own_key_can_be_edited_too(run, tmp_path) -> None:
    rows = [{"q": f"Tell me of {chr(97 + i) * 8}.", "a": f"It is {chr(122 - i) * 9} as a rule."} for i in range(20)]
    rows.append({"q": "Thank our customer.", "a": "Dear {{customer_name}}, thank you for the order."})
    (tmp_path / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    curate.build(tmp_path / "data.jsonl", tmp_path / "clean", map={"instruction": "q", "output": "a"})
    assert "QUA006" in run(tmp_path / "clean", "--list")[1]
    run(tmp_path / "clean", keys="e\nDear customer, thank you.\n")
    run(tmp_path / "clean", "--apply", tmp_path / "out.jsonl")
    assert "Dear customer, thank you." in {json.loads(line)["a"] for line in (tmp_path / "out.jsonl").read_text().splitlines()}
