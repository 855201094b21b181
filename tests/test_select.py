"""A subset and its random control."""

from __future__ import annotations

import random

import pytest

from curate.errors import UserError
from curate.records import Kind, Part, Record
from curate.selecting.select import WAYS, select


def records(n: int, seed: int = 1) -> list[Record]:
    rng = random.Random(seed)
    words = [f"word{i}" for i in range(60)]
    made = []
    for row in range(n):
        answer = " ".join(rng.sample(words, rng.randint(2, 12)))
        made.append(Record(row, (Part(Kind.PROMPT, "instruction", f"Say {row}."), Part(Kind.ANSWER, "output", answer))))
    return made


@pytest.mark.parametrize("by", WAYS)
def test_picks_and_control_have_the_size_asked_for(by: str) -> None:
    chosen = select(records(200), 30, by, 3)
    assert len(set(chosen.picks)) == len(set(chosen.control)) == 30
    assert set(chosen.facts) == {"all", "picks", "control"}


@pytest.mark.parametrize("by", WAYS)
def test_the_order_of_rows_decides_nothing(by: str) -> None:
    rows = records(150)
    shuffled = random.Random(9).sample(rows, len(rows))
    assert select(rows, 20, by, 3) == select(shuffled, 20, by, 3)


def test_the_control_does_not_depend_on_how_the_picks_are_chosen() -> None:
    assert len({select(records(100), 10, by, 5).control for by in WAYS}) == 1


def test_another_seed_draws_another_control() -> None:
    assert select(records(100), 10, "length", 1).control != select(records(100), 10, "length", 2).control


def test_by_length_takes_the_longest_answers() -> None:
    rows = records(100)
    chosen = select(rows, 10, "length", 0)
    shortest = min(len(rows[i].answer) for i in chosen.picks)
    assert all(len(r.answer) <= shortest for r in rows if r.row not in chosen.picks)


def test_by_coverage_covers_more_than_the_control() -> None:
    chosen = select(records(400), 25, "coverage", 0)
    assert chosen.facts["picks"]["coverage"] > chosen.facts["control"]["coverage"]


def test_a_given_difficulty_stands_for_the_guessed_one() -> None:
    rows = records(50)
    assert select(rows, 5, "difficulty", 0, {r.row: float(r.row) for r in rows}).picks == (45, 46, 47, 48, 49)


def test_copies_do_not_hinder_coverage() -> None:
    rows = [Record(i, (Part(Kind.PROMPT, "instruction", "Say it."), Part(Kind.ANSWER, "output", "red lamp"))) for i in range(40)]
    assert len(select(rows, 7, "coverage", 0).picks) == 7


@pytest.mark.parametrize("n", [0, 11])
def test_more_than_there_are_is_refused(n: int) -> None:
    with pytest.raises(UserError, match="cannot be picked"):
        select(records(10), n)
