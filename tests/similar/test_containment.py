"""Texts found inside longer ones, against brute force."""

from __future__ import annotations

from fractions import Fraction
from types import ModuleType

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curate.similar import Rows, compiled, contained, plain
from tests.similar.brute_force import canonical, sentences, shingles, thresholds

ENGINES = pytest.mark.parametrize("engine", [plain, compiled], ids=["plain", "compiled"])
compiling = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
texts = st.lists(st.one_of(sentences(), st.text(max_size=12)), max_size=7)
Found = dict[tuple[int, int], Fraction]


def share(short: str, long: str) -> Fraction:
    a, b = shingles(canonical(short)), shingles(canonical(long))
    return Fraction(len(a & b), len(a))


def found_in(short: list[str], long: list[str], threshold: Fraction, **options: object) -> Found:
    pairs: Found = {}
    for found in contained(Rows.of(short), Rows.of(long), threshold, **options):  # type: ignore[arg-type]
        for i, j, shared, size in zip(
            found.i.tolist(), found.j.tolist(), found.shared.tolist(), found.size.tolist(), strict=True
        ):
            assert (i, j) not in pairs
            pairs[i, j] = Fraction(shared, size)
    return pairs


@ENGINES
@compiling
@given(short=texts, long=texts, threshold=thresholds, least=st.sampled_from([1, 8]))
def test_every_text_that_stands_in_another_is_found(
    engine: ModuleType, short: list[str], long: list[str], threshold: Fraction, least: int
) -> None:
    first = [canonical(s) for s in short]
    expected = {
        (i, j): share(short[i], long[j])
        for i in range(len(short))
        for j in range(len(long))
        if first.index(first[i]) == i and len(shingles(first[i])) >= least and len(first[i].encode()) >= least + 2
        if share(short[i], long[j]) >= threshold
    }
    assert found_in(short, long, threshold, min_shingles=least, views=False, engine=engine) == expected


@ENGINES
@compiling
@given(rows=st.lists(st.tuples(sentences(), sentences()), max_size=7), sides=st.lists(st.integers(0, 1), min_size=7, max_size=7))
def test_of_two_views_of_rows_none_is_found_in_itself(engine: ModuleType, rows: list[tuple[str, str]], sides: list[int]) -> None:
    short, long = [a for a, _ in rows], [f"{a} {b}" for a, b in rows]
    keys = [canonical(s) for s in short]
    threshold = Fraction(4, 5)
    for side in (None, np.array(sides[: len(rows)])):
        labels = [(key, 0 if side is None else side[k]) for k, key in enumerate(keys)]

        def spoken_for(i: int, j: int, labels: list[tuple[str, int]] = labels) -> bool:
            members = [k for k, label in enumerate(labels) if label == labels[i]]
            return i == members[0] or (i == members[1] and j == members[0])

        expected = {
            (i, j): share(short[i], long[j])
            for i in range(len(rows))
            for j in range(len(rows))
            if i != j and (side is None or side[i] != side[j]) and len(shingles(keys[i])) >= 8
            if share(short[i], long[j]) >= threshold and spoken_for(i, j)
        }
        assert found_in(short, long, threshold, min_shingles=8, against=side, engine=engine) == expected


@ENGINES
def test_a_question_hidden_in_a_long_row_is_found_and_a_short_one_is_no_evidence(engine: ModuleType) -> None:
    question = "A train leaves the station at noon with forty passengers, how many are left after three stops?"
    filler = "it was a bright cold day in april and the clocks were striking thirteen " * 9
    assert found_in(
        [question, "Yes"], [filler + question.upper() + filler, "Yes, of course."], Fraction(4, 5), views=False, engine=engine
    ) == {(0, 0): Fraction(1)}
