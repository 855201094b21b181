"""The sums that bench/quality.py prints."""

from __future__ import annotations

import numpy as np
import pytest

from bench.quality import at_first_sight, blurred_tasks, f_half, gains, wilson


def test_f_half_counts_precision_more_and_is_zero_where_nothing_is_listed() -> None:
    wrong = np.array([True, True, True, True, False, False, False, False])
    listed = np.array([True, False, False, False, True, False, False, False])
    f, precision, recall = f_half(listed, wrong)
    assert (precision, recall) == (0.5, 0.25)
    assert f == pytest.approx((1 + 0.25) / (1 / precision + 0.25 / recall))
    assert f_half(np.zeros(8, dtype=bool), wrong) == (0, 0, 0)


def test_an_interval_of_none_right_begins_at_zero() -> None:
    assert wilson(0, 5) == "0.00–0.43"


def test_blurred_tickets_have_more_words_and_the_same_labels() -> None:
    tasks = [*blurred_tasks()]
    for clear, some, more in (tasks[:3], tasks[3:]):
        length = [sum(map(len, texts)) for texts, _ in (clear, some, more)]
        assert 1.4 < length[1] / length[0] < 1.8 < 2 < length[2] / length[0] < 2.5
        assert (clear[1] == some[1]).all()
        assert (clear[1] == more[1]).all()


def test_each_set_that_was_read_has_its_line_and_its_interval(capsys) -> None:
    at_first_sight()
    lines = capsys.readouterr().out.splitlines()
    told = next(line for line in lines if line.startswith("| LAB001 | 21 and 22 | together | 95 | 88 |"))
    assert told.endswith("| 0.926 | 0.86–0.96 |")
    assert any(line.startswith("| 22 | 80 | LAB001 15 |") for line in lines)


def test_the_table_of_gains_is_that_of_the_page(capsys) -> None:
    gains()
    assert "| D = 0.10 | 12.5 | 8.9 | 6.3 | 4.0 | 2.8 | 2.0 |" in capsys.readouterr().out
