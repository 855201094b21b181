"""The readers of bench/pairs.py, on rows written here in the layouts of the public files, and the table that bench/conflicts.py makes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench.conflicts import area, main, pairs
from bench.pairs import digest_of, half, second_annotators
from curate.labels.skeleton import skeleton


def lines(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def whole(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def read(path: Path) -> list[tuple[str, str, str, str, bool]]:
    return [(pair.of, pair.question, pair.a, pair.b, pair.same) for pair in pairs(path)]


def judged(question: str, golden: str, fid: str, right: bool, **more: Any) -> dict[str, Any]:
    return {"question": question, "golden_answer": golden, "answer_fid": fid, "judge_fid": right, **more}


def test_of_qa_eval_the_reference_stands_beside_fid_and_a_question_without_a_mark_gets_one(tmp_path):
    rows = [
        judged("who wrote the blue kettle", "Ann Bell/A. Bell", "Tom Reed ", False),
        {"question": "who", "golden_answer": "x"},
    ]
    asked = "who wrote the blue kettle?"
    assert read(whole(tmp_path / "NQ.json", rows)) == [(f"NQ, half {half(asked)}", asked, "Ann Bell", "Tom Reed", False)]


def test_of_a_list_of_redirects_the_name_that_right_answers_say_is_the_reference(tmp_path):
    more = {"answer_gpt4": "It was Anna Bell.", "judge_gpt4": True, "answer_chatgpt": "Mrs. A. Bell", "judge_chatgpt": False}
    rows = [judged("Who wrote it?", "A. Bell/Anna Bell/Bell (disambiguation)", "anna bell", True, **more)]
    rows.append(judged("Who drew it?", "Q. Moss", "Reed", False))  # said by nobody who was right: no reference
    assert [pair[2:] for pair in read(whole(tmp_path / "TQ.json", rows))] == [("Anna Bell", "anna bell", True)]


def test_halves_go_by_what_is_asked_and_hold_about_as_many() -> None:
    asked = [f"Who wrote book {n}?" for n in range(200)]
    assert 70 < sum(half(question) == "a" for question in asked) < 130
    assert [half(question) for question in asked] == [half(question.lower().rstrip("?")) for question in asked]


def test_a_question_that_was_read_before_the_halving_is_in_half_a() -> None:
    odd = next(q for q in (f"Who wrote book {n}?" for n in range(50)) if half(q) == "b")
    assert half(odd, read={digest_of(skeleton(odd))}) == "a"


def test_worked_problems_are_the_same_where_the_last_numbers_are(tmp_path):
    def row(question: str, solution: str, answer: object) -> dict[str, Any]:
        return {"question": question, "chain-of-thought": f"\nA: {solution}", "pred": 0, "answer": answer}

    rows = [
        row("a", "3 + 4 = 1,007.", 1007.0),
        row("b", "So it is 8 pens.", 9.0),
        row("c", "So (B).", "B"),
        row("a", "It is 5.", 1007.0),
    ]
    assert read(whole(tmp_path / "addsub_1.json", rows)) == [
        ("worked problems", "a", "3 + 4 = 1,007.", "1007.0", True),
        ("worked problems", "b", "So it is 8 pens.", "9.0", False),
    ]


def test_of_cmrc_each_two_different_answers_are_a_pair_of_right_ones(tmp_path):
    answers = [{"text": text} for text in ("三楼", "在三楼", "三楼", "三层")]
    content = {"version": "1", "data": [{"paragraphs": [{"context": "", "qas": [{"question": "在几楼？", "answers": answers}]}]}]}
    found = read(whole(tmp_path / "dev.json", content))
    assert len(found) == 3
    assert {pair[0] for pair in found} == {"cmrc2018"}
    assert all(pair[4] for pair in found)


def test_of_halueval_the_second_answer_is_wrong(tmp_path):
    row = {"knowledge": "", "question": "Which is older?", "right_answer": "The mill", "hallucinated_answer": "The inn is older."}
    assert read(lines(tmp_path / "qa.json", row)) == [("HaluEval", "Which is older?", "The mill", "The inn is older.", False)]


def test_questions_that_no_answer_was_written_for_make_no_pair(tmp_path):
    assert read(lines(tmp_path / "simple.jsonl", {"primary_category": "x", "question": "谁写的？", "answer": "甲"})) == []


def test_an_answer_of_a_second_annotator_is_told_by_question_and_first_answer() -> None:
    rows = [
        {"instruction": "Name the river.", "input": "It runs through Torhaven.", "output": " the Marl "},
        {"instruction": "Name the river.", "input": "", "output": "the Marl"},
        {"question": "Which river?", "model_answer": "the Sill"},
    ]
    asked = ("Name the river.\nIt runs through Torhaven.\nthe Marl", "Which river?\nthe Sill")
    known = [
        {"pair": digest_of(text), "set": "9", "verdict": verdict, "answer": '"It is the\\nSill."'}
        for text, verdict in zip(asked, ("conflict", "unclear"), strict=True)
    ]
    found = [(pair.question, pair.a, pair.b, pair.same) for pair in second_annotators(rows, known)]
    assert found == [("Name the river.\nIt runs through Torhaven.", "the Marl", "It is the\nSill.", False)]


def test_a_layout_that_is_not_known_is_said(tmp_path):
    with pytest.raises(SystemExit, match="none of the layouts"):
        pairs(lines(tmp_path / "x.jsonl", {"prompt": "a"}))


def test_the_table_counts_right_and_wrong_flags_by_level(tmp_path, capsys):
    asked = "How much is 17 times 3?"
    own = lines(
        tmp_path / "own.jsonl",
        {"question": asked, "a": "51", "b": "54", "same": False},
        {"question": asked, "a": "51", "b": "51.0", "same": True},
        {"question": "Write a poem.", "a": "Rain falls.", "b": "Snow lies.", "same": False},
    )
    main([str(own)])
    assert (
        "| own (3) | 2 | 1 of 1, 1.000 (0.21–1.00) | – | 1 of 2, 0.500 (0.09–0.91) | 1 of 2, 0.500 (0.09–0.91) |"
        in capsys.readouterr().out
    )


def test_the_area_is_one_where_right_pairs_are_nearer_and_is_not_told_of_four() -> None:
    near, far = [0.9, 0.8, 0.8, 0.7, 0.6], [0.5, 0.4, 0.3, 0.2, 0.6]
    assert area(near, far) == "0.98"
    assert area(near[:4], far) == "–"


@pytest.mark.slow
def test_by_meaning_two_words_for_one_thing_go_a_level_down(tmp_path, capsys):
    asked = "What is the name of the vehicle that Karl Benz built in 1885?"
    own = lines(tmp_path / "own.jsonl", {"question": asked, "a": "Motor car", "b": "Automobile", "same": True})
    main([str(own), "--semantic", "minilm"])
    told = capsys.readouterr().out.splitlines()
    assert any(line.startswith("| own |") and "| 1, 0 |" in line for line in told), told
