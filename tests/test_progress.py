"""The time left, told from a clock that the test holds."""

from __future__ import annotations

import pytest

from curate.progress import WEIGHTS, Course


def test_the_time_left_follows_how_long_the_stages_before_took() -> None:
    course = Course(["reading", "dup", "pii"])
    course.start("reading", 100.0)
    assert course.left(101.0) is None
    course.start("dup", 103.0)  # a second for each unit of weight
    assert WEIGHTS["reading"] == 3.0
    assert course.left(103.0) == pytest.approx(WEIGHTS["dup"] + WEIGHTS["pii"])
    assert course.left(104.0) == pytest.approx(WEIGHTS["dup"] + WEIGHTS["pii"] - 1)
    assert course.left(900.0) == pytest.approx(WEIGHTS["pii"])  # late: what is still to come is still to come


def test_stages_that_are_left_out_or_not_expected_change_nothing_that_is_left() -> None:
    course = Course(["reading", "dup", "leak", "pii", "dup"])
    course.start("reading", 0.0)
    course.start("pii", 3.0)
    assert course.left(3.0) == pytest.approx(WEIGHTS["pii"] + WEIGHTS["dup"])
    course.start("no such stage", 4.0)
    assert course.left(4.0) == pytest.approx(WEIGHTS["pii"] + WEIGHTS["dup"] - 1)
    course.start("dup", 5.0)
    assert len(course.stages) == 3
