"""The statistics against other people's, and against brute force."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2_contingency, hypergeom, random_table, ttest_ind
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

from curate.bias.overall import dependence, same_margins
from curate.bias.statistics import benjamini_hochberg, exact, log_odds, newcombe, welch, wilson

COUNTS = st.tuples(st.integers(0, 30), st.integers(1, 60)).map(lambda t: (min(t[0], t[1]), t[1]))


@settings(deadline=None)
@given(COUNTS)
def test_wilson_is_scipys(count: tuple[int, int]) -> None:
    low, high = wilson(*count)
    theirs = binomtest(*count).proportion_ci(method="wilson")
    assert (float(low), float(high)) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_nothing_tried_says_nothing() -> None:
    assert tuple(map(float, wilson(0, 0))) == (0.0, 1.0)


@settings(deadline=None)
@given(COUNTS, COUNTS)
def test_log_odds_turn_round_with_the_groups(one: tuple[int, int], other: tuple[int, int]) -> None:
    value, se = log_odds(*one, *other)
    back, se_back = log_odds(*other, *one)
    assert float(value) == pytest.approx(-float(back))
    assert float(se) == pytest.approx(float(se_back))
    assert math.isfinite(float(value))


def test_newcombe_is_statsmodels() -> None:
    difference, low, high = newcombe(12, 40, 5, 60)
    theirs = confint_proportions_2indep(12, 40, 5, 60, method="newcomb", compare="diff")
    assert difference == pytest.approx(12 / 40 - 5 / 60)
    assert (low, high) == pytest.approx(theirs)


def test_welch_is_scipys() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(0, 1, 40), rng.normal(0.5, 3, 25)
    theirs = ttest_ind(x, y, equal_var=False)
    interval = theirs.confidence_interval()
    assert welch(x, y) == pytest.approx((x.mean() - y.mean(), interval.low, interval.high, theirs.pvalue))


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_the_adjustment_is_benjamini_and_hochbergs(p: list[float]) -> None:
    assert benjamini_hochberg(p) == pytest.approx(multipletests(p, method="fdr_bh")[1])


@settings(deadline=None)
@given(COUNTS, COUNTS)
def test_the_exact_p_is_between_zero_and_one_and_symmetric(one: tuple[int, int], other: tuple[int, int]) -> None:
    p = float(exact(*one, *other))
    assert 0 <= p <= 1
    assert p == pytest.approx(float(exact(*other, *one)))


def test_the_mid_p_test_keeps_its_level() -> None:
    rng = np.random.default_rng(2)
    a, c = rng.binomial(60, 0.1, 4000), rng.binomial(80, 0.1, 4000)
    assert (exact(a, np.full(4000, 60), c, np.full(4000, 80)) <= 0.05).mean() <= 0.055


def test_dependence_is_small_for_chance_and_large_for_a_rule() -> None:
    rng = np.random.default_rng(3)
    chance = rng.multinomial(400, np.full(20, 1 / 20)).reshape(2, 10)
    v, low, _, p = dependence(chance)
    assert v < 0.2
    assert low < 0.05 < p
    v, low, high, p = dependence(np.array([[30, 2, 28, 3], [1, 29, 2, 31]]))
    assert low <= v <= high
    assert low > 0.7
    assert p < 1e-12


def test_dependence_has_the_p_value_of_chi_square_where_cells_are_large() -> None:
    table = np.array([[60, 40, 50], [45, 60, 55]])
    assert dependence(table)[3] == pytest.approx(chi2_contingency(table, correction=False).pvalue, rel=0.25)


@settings(deadline=None)
@given(COUNTS, COUNTS)
def test_the_exact_p_is_scipys_hypergeometric(one: tuple[int, int], other: tuple[int, int]) -> None:
    (a, n1), (c, n2) = one, other
    law = hypergeom(n1 + n2, a + c, n1)
    upper, lower = law.sf(a) + law.pmf(a) / 2, law.cdf(a) - law.pmf(a) / 2
    assert float(exact(a, n1, c, n2)) == pytest.approx(min(1, 2 * min(upper, lower)), rel=1e-8, abs=1e-12)


def test_random_tables_have_the_margins_and_the_spread_of_patefields() -> None:
    rows, columns = np.array([7, 0, 12, 31]), np.array([20, 5, 25])
    drawn = same_margins(rows, columns, np.random.default_rng(1))
    assert (drawn.sum(2) == rows).all()
    assert (drawn.sum(1) == columns).all()
    theirs = random_table(rows, columns).rvs(20_000, random_state=np.random.default_rng(2))
    assert drawn.mean(0) == pytest.approx(theirs.mean(0), abs=0.4)
    assert drawn.std(0) == pytest.approx(theirs.std(0), abs=0.2)
