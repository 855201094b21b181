"""Intervals and tests against known answers, and against simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bench import intervals as simulation
from train import intervals, rates
from train.statistics import Margin, Method, Verdict, holm, mde_before, non_inferior, paired
from train.sums import corpus, ratio


def two_by_two(both: int, tuned: int, base: int, neither: int) -> tuple[list[float], list[float]]:
    a = [1] * both + [0] * tuned + [1] * base + [0] * neither
    b = [1] * both + [1] * tuned + [0] * base + [0] * neither
    return [float(x) for x in a], [float(x) for x in b]


# ---- yes/no -----------------------------------------------------------------------------------------------------------------


def test_bonett_price_is_the_published_formula():
    effect = paired(*two_by_two(60, 20, 6, 34))
    p12, p21 = 21 / 122, 7 / 122
    half = 1.959964 * math.sqrt((p12 + p21 - (p12 - p21) ** 2) / 122)
    assert effect.difference == pytest.approx(14 / 120)
    assert effect.interval.low == pytest.approx(p12 - p21 - half, abs=1e-6)
    assert effect.interval.high == pytest.approx(p12 - p21 + half, abs=1e-6)
    assert effect.table == (60, 20, 6, 34)
    assert effect.mde == pytest.approx(2.80 * half / 1.959964, rel=1e-6)


def test_mid_p_is_the_exact_test_less_half_of_the_observed_table():
    from statsmodels.stats.contingency_tables import mcnemar as exact

    p = exact([[60, 6], [20, 34]], exact=True).pvalue
    assert intervals.mcnemar(20, 6) == pytest.approx(p - stats.binom.pmf(6, 26, 0.5))
    assert intervals.mcnemar(0, 0) == 1.0
    assert intervals.mcnemar(5, 5) <= 1.0


def test_without_a_differing_row_nothing_is_shown_and_the_interval_still_has_width():
    effect = paired(*two_by_two(80, 0, 0, 40))
    assert (effect.verdict, effect.p_value) == (Verdict.NOT_SHOWN, 1.0)
    assert effect.interval.low < 0 < effect.interval.high
    assert effect.mde > 0


def test_the_interval_stays_within_what_a_share_can_change():
    effect = paired(*two_by_two(0, 3, 0, 0))
    assert -1 <= effect.interval.low <= effect.interval.high <= 1


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_the_verdict_follows_the_interval(rows):
    effect = paired([float(a) for a, _ in rows], [float(b) for _, b in rows])
    inside = effect.interval.low <= 0 <= effect.interval.high
    assert (effect.verdict is Verdict.NOT_SHOWN) == inside
    if not inside:
        assert effect.verdict is (Verdict.BETTER if effect.difference > 0 else Verdict.WORSE)


def test_lower_can_be_better():
    better, worse = two_by_two(10, 0, 60, 10), two_by_two(10, 60, 0, 10)
    assert paired(*better, lower_is_better=True).verdict is Verdict.BETTER
    assert paired(*worse, lower_is_better=True).verdict is Verdict.WORSE
    assert paired(*better, lower_is_better=True).gain.low > 0


# ---- graded -----------------------------------------------------------------------------------------------------------------


def test_sign_flips_agree_with_scipy_where_all_can_be_counted():
    d = np.array([0.3, -0.1, 0.7, 0.2, 0.5, -0.4, 0.9, 0.25])
    exact = stats.permutation_test((d,), np.mean, permutation_type="samples", n_resamples=np.inf).pvalue
    assert intervals.sign_flip(d, 0) == pytest.approx(exact)


def test_the_standard_error_of_graded_scores_is_the_textbooks():
    rng = np.random.default_rng(1)
    a, b = rng.random(60), rng.random(60)
    effect = paired(a.tolist(), b.tolist())
    assert effect.method is Method.GRADED
    assert effect.error == pytest.approx(stats.sem(b - a))
    assert effect.difference == pytest.approx(float(np.mean(b - a)))


def test_bootstrap_t_comes_close_to_t_for_normal_differences():
    rng = np.random.default_rng(2)
    d = rng.normal(2.0, 1.0, 200)
    effect = paired(np.zeros(200).tolist(), d.tolist())
    low, high = stats.t.interval(0.95, 199, loc=d.mean(), scale=stats.sem(d))
    assert effect.interval.low == pytest.approx(low, abs=0.03)
    assert effect.interval.high == pytest.approx(high, abs=0.03)


def test_few_differing_rows_are_not_left_to_the_bootstrap():
    a = [0.5] * 100
    b = [0.5] * 97 + [0.6, 0.7, 0.9]
    effect = paired(a, b)
    assert effect.method is Method.SPARSE
    assert effect.interval.low < 0 < effect.interval.high


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_handful_of_rows_shows_nothing(n):
    assert paired([0.1] * n, [0.9] * n).verdict is Verdict.NOT_SHOWN
    assert paired([10.0] * n, [20.0] * n).verdict is Verdict.NOT_SHOWN


@pytest.mark.slow
def test_many_rows_take_the_t_interval():
    rng = np.random.default_rng(3)
    a, b = rng.random(30_000), rng.random(30_000)
    effect = paired(a.tolist(), b.tolist())
    low, high = stats.t.interval(0.95, 29_999, loc=(b - a).mean(), scale=stats.sem(b - a))
    assert effect.method is Method.LARGE
    assert (effect.interval.low, effect.interval.high) == pytest.approx((low, high))


# ---- groups -----------------------------------------------------------------------------------------------------------------


def test_groups_give_the_cluster_robust_interval_of_statsmodels():
    import statsmodels.api as sm

    rng = np.random.default_rng(4)
    groups = rng.integers(0, 12, 90)
    d = rng.normal(0.3, 1, 90) + rng.normal(0, 1, 12)[groups]
    effect = paired(np.zeros(90).tolist(), d.tolist(), groups.tolist())
    fitted = sm.OLS(d, np.ones(90)).fit(cov_type="cluster", cov_kwds={"groups": groups, "use_correction": True}, use_t=True)
    count = len(set(groups.tolist()))
    # statsmodels multiplies by (n-1)/(n-k), which is 1 here, and by G/(G-1).
    assert effect.error == pytest.approx(float(fitted.bse[0]))
    low, high = stats.t.interval(0.95, count - 1, loc=d.mean(), scale=float(fitted.bse[0]))
    assert (effect.interval.low, effect.interval.high) == pytest.approx((low, high))
    assert effect.p_value == pytest.approx(float(2 * stats.t.sf(abs(d.mean() / fitted.bse[0]), count - 1)))
    assert (effect.n, effect.groups, effect.method) == (90, count, Method.GROUPED)


def test_groups_are_used_for_yes_and_no_as_well():
    a, b = two_by_two(20, 15, 5, 20)
    effect = paired(a, b, [i % 10 for i in range(60)])
    assert effect.method is Method.GROUPED
    assert effect.table == (20, 15, 5, 20)


def test_groups_of_one_row_are_no_groups():
    a, b = two_by_two(20, 15, 5, 20)
    assert paired(a, b, list(range(60))) == paired(a, b)


def test_one_group_shows_nothing():
    assert paired([0.0] * 40, [1.0] * 40, ["g"] * 40).verdict is Verdict.NOT_SHOWN


def test_rows_repeated_in_a_group_bring_no_evidence():
    a, b = two_by_two(10, 12, 3, 15)
    once = paired(a, b)
    fivefold = paired(a * 5, b * 5, list(range(40)) * 5)
    ignored = paired(a * 5, b * 5)
    width = [e.interval.high - e.interval.low for e in (once, fivefold, ignored)]
    assert width[1] == pytest.approx(width[0], rel=0.1)
    assert width[2] < 0.6 * width[0]
    assert fivefold.icc == pytest.approx(1.0)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.integers(0, 6)), min_size=2, max_size=25),
    st.randoms(use_true_random=False),
)
def test_order_of_rows_and_names_of_groups_change_nothing(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)

    def of(some, rename=False):
        return paired(
            [r[0] for r in some], [r[1] for r in some], [f"x{9 - r[2]}" if rename else r[2] for r in some], resamples=200
        )

    assert of(rows) == of(shuffled) == of(shuffled, rename=True)


# ---- sums -------------------------------------------------------------------------------------------------------------------


def test_a_ratio_with_equal_weights_is_a_mean():
    rng = np.random.default_rng(5)
    a, b = rng.random(50).tolist(), rng.random(50).tolist()
    d = np.array(b) - np.array(a)
    effect = ratio(a, b, [1.0] * 50)
    low, high = stats.t.interval(0.95, 49, loc=d.mean(), scale=stats.sem(d))
    assert (effect.interval.low, effect.interval.high) == pytest.approx((low, high))


def test_a_ratio_weighs_long_rows_more():
    effect = ratio([10.0, 100.0, 20.0], [5.0, 90.0, 20.0], [10.0, 100.0, 20.0])
    assert (effect.base, effect.tuned) == pytest.approx((1.0, 115 / 130))


def test_corpus_scores_do_not_depend_on_row_order():
    rng = np.random.default_rng(6)
    a, b = rng.integers(0, 9, (30, 2)).astype(float), rng.integers(0, 9, (30, 2)).astype(float)
    order = rng.permutation(30)

    def share(sums):
        return sums[:, 0] / np.maximum(1, sums.sum(axis=1))

    assert corpus(a, b, share) == corpus(a[order], b[order], share)
    assert corpus(a, a, share).p_value == 1.0


# ---- rates, several tests, margins -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("events", "n"), [(1, 20), (10, 37), (199, 200)])
def test_wilson_agrees_with_statsmodels(events, n):
    from statsmodels.stats.proportion import proportion_confint

    found = rates.rate([1.0] * events + [0.0] * (n - events)).interval
    assert (found.low, found.high) == pytest.approx(proportion_confint(events, n, method="wilson"), abs=1e-9)


def test_no_event_has_the_bound_of_the_rule_of_three():
    assert rates.rate([0.0] * 150).interval == intervals.Interval(0.0, 0.02)
    assert rates.rate([1.0] * 150).interval == intervals.Interval(0.98, 1.0)


def test_newcombe_agrees_with_statsmodels():
    from statsmodels.stats.proportion import confint_proportions_2indep

    found = rates.independent(12, 40, 5, 38)
    known = confint_proportions_2indep(12, 40, 5, 38, method="newcomb", compare="diff")
    assert (found.low, found.high) == pytest.approx(known, abs=1e-6)


def test_holm_agrees_with_statsmodels():
    from statsmodels.stats.multitest import multipletests

    p = [0.01, 0.2, 0.03, 0.005, 0.9, 0.03]
    assert holm(p) == pytest.approx(list(multipletests(p, method="holm")[1]))
    assert holm([]) == []


def test_the_smallest_visible_difference_before_the_test():
    assert 100 * mde_before(100, 0.1) == pytest.approx(8.9, abs=0.05)
    assert 100 * mde_before(1000, 0.2) == pytest.approx(4.0, abs=0.05)


def test_non_inferiority_has_three_answers():
    def interval(low, high):
        return non_inferior(intervals.Interval(low, high), 0.02)

    assert interval(-0.01, 0.01) is Margin.WITHIN
    assert interval(-0.019, -0.001) is Margin.WITHIN, "a loss that is shown and smaller than the margin was declared acceptable"
    assert interval(-0.05, -0.01) is Margin.FORGOT
    assert interval(-0.05, 0.01) is Margin.CANNOT_TELL


def test_calibration_of_a_sure_and_right_model_is_perfect():
    assert rates.calibration([1.0] * 40, [1.0] * 40).error == 0.0
    sure_and_wrong = rates.calibration([0.9] * 40, [0.0] * 40)
    assert (sure_and_wrong.brier, sure_and_wrong.error) == pytest.approx((0.81, 0.9))


# ---- simulation -------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("scenario", simulation.YES_NO)
def test_yes_no_intervals_hold_the_truth_as_often_as_they_say(scenario):
    found, _ = simulation.yes_no(*scenario, runs=4_000)
    assert found >= 0.93
    assert found <= 0.97 or scenario[0] * sum(scenario[2:]) < 10, "conservative only where hardly a row differs"


@pytest.mark.slow
@pytest.mark.parametrize("n", [20, 50, 100, 200])
@pytest.mark.parametrize(("draw", "truth"), [(simulation.skewed, 1.0), (simulation.chrf_like, 0.1), (simulation.sparse, 0.01)])
def test_graded_intervals_hold_the_truth_as_often_as_they_say(n, draw, truth):
    found = simulation.graded(n, draw, truth, runs=1_000, resamples=1_000)
    assert found >= 0.93
    assert found <= 0.97 or draw is simulation.sparse, "conservative only where hardly a row differs"


@pytest.mark.slow
@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("groups", [5, 10, 20, 40, 100])
def test_grouped_intervals_hold_the_truth_as_often_as_they_say(groups, binary):
    assert 0.93 <= simulation.grouped(200, groups, runs=2_000, binary=binary) <= 0.97


@pytest.mark.slow
@pytest.mark.parametrize("scenario", simulation.SAME)
def test_a_model_against_itself_is_seldom_called_different(scenario):
    significant, called = simulation.same_model(*scenario, runs=4_000)
    assert significant <= 0.06
    assert called <= 0.06


@pytest.mark.slow
def test_graded_scores_of_a_model_against_itself_are_seldom_called_different():
    rng = np.random.default_rng(8)
    found = [paired(rng.random(60).tolist(), rng.random(60).tolist(), seed=i, resamples=500) for i in range(3_000)]
    assert sum(e.p_value < 0.05 for e in found) <= 180
    assert sum(e.verdict is not Verdict.NOT_SHOWN for e in found) <= 180


@pytest.mark.slow
@pytest.mark.parametrize(("n", "groups"), [(50, 50), (100, 100), (100, 20)])
def test_ratios_of_sums_hold_the_truth_as_often_as_they_say(n, groups):
    assert 0.93 <= simulation.ratios(n, groups, runs=1_500) <= 0.97


@pytest.mark.slow
def test_scores_of_a_corpus_hold_the_truth_as_often_as_they_say():
    assert 0.93 <= simulation.corpora(100, runs=800, resamples=600) <= 0.97


@pytest.mark.slow
@pytest.mark.parametrize("n", [20, 40, 100, 200])
def test_rates_hold_the_truth_as_often_as_they_say(n):
    """One rate jumps with n and share, for events are whole; Wilson is right on average (Brown, Cai and DasGupta 2001)."""
    found = [simulation.single(n, share, runs=20_000) for share in (0.05, 0.2, 0.5)]
    assert min(found) >= 0.92
    assert 0.93 <= sum(found) / 3 <= 0.97
    assert 0.93 <= simulation.unpaired(n, 0.3, 0.2, runs=20_000) <= 0.97


@pytest.mark.slow
@pytest.mark.parametrize("groups", [5, 10, 40])
def test_groups_of_a_model_against_itself_are_seldom_called_different(groups):
    assert simulation.same_groups(200, groups, runs=2_000) <= 0.06
