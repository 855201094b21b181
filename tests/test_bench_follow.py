"""What bench/follow.py reads and shifts, without a model."""

from __future__ import annotations

import json

from bench.follow import drawn, shifted

ROWS = [{"instruction": f"Question {n}?", "output": f"Answer {n}."} for n in range(12)]


def test_every_second_row_gets_the_answer_of_the_next_such_row_and_the_others_keep_theirs() -> None:
    made = shifted([(n, f"Q{n}", f"A{n}") for n in range(6)])
    assert made == [(0, "Q0", "A2"), (1, "Q1", "A1"), (2, "Q2", "A4"), (3, "Q3", "A3"), (4, "Q4", "A0"), (5, "Q5", "A5")]


def test_rows_are_drawn_by_what_they_say_so_that_their_order_decides_nothing(tmp_path) -> None:
    there, back = tmp_path / "there.jsonl", tmp_path / "back.jsonl"
    for path, rows in ((there, ROWS), (back, ROWS[::-1])):
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    first = drawn(there, 4, 0)
    assert [i for i, _, _ in first] == [0, 1, 2, 3]
    assert {row[1:] for row in first} == {row[1:] for row in drawn(back, 4, 0)}
    assert {row[1:] for row in first} != {row[1:] for row in drawn(there, 4, 1)}
