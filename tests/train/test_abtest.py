"""Who gets which model, and what the scores of live requests show."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_ind

from curate.errors import UserError
from train.abtest import FEWEST, Log, assigned, outcome


def test_a_user_always_gets_the_same_model_and_the_share_is_kept() -> None:
    given = [assigned(f"user-{i}", 0.3, 1) for i in range(4000)]
    assert given == [assigned(f"user-{i}", 0.3, 1) for i in range(4000)]
    assert given.count("base") / 4000 == pytest.approx(0.3, abs=0.03)
    assert set(given[:50]) == {"base", "tuned"}
    assert {assigned(f"user-{i}", 0.0, 1) for i in range(50)} == {"tuned"}


def test_the_interval_and_p_are_welchs_over_users() -> None:
    rng = np.random.default_rng(3)
    base, tuned = rng.uniform(0, 0.8, 40), rng.uniform(0.2, 1, 25)
    scores = {
        "base": {f"u{i}": [float(x)] * (1 + i % 5) for i, x in enumerate(base)},
        "tuned": {f"v{i}": [float(x)] for i, x in enumerate(tuned)},
    }
    found, theirs = outcome(scores), ttest_ind(tuned, base, equal_var=False)
    interval = theirs.confidence_interval()
    assert (found.base_units, found.tuned_units) == (40, 25)
    assert found.p_value == pytest.approx(theirs.pvalue)
    assert (found.ci_low, found.ci_high) == pytest.approx((interval.low, interval.high))
    assert found.verdict == "better"


def test_too_few_scores_show_nothing() -> None:
    few = {f"u{i}": [1.0] for i in range(FEWEST - 1)}
    found = outcome({"base": {k: [0.0] for k in few}, "tuned": few})
    assert (found.verdict, found.ci_low, found.p_value) == ("not_shown", None, None)
    assert outcome({}).base is None


def test_a_busy_user_is_one_witness() -> None:
    loud = {"base": {"one": [0.0] * 500}, "tuned": {"two": [1.0] * 500}}
    assert outcome(loud).verdict == "not_shown"


def test_the_log_survives_a_restart_and_the_last_score_counts(tmp_path) -> None:
    log = Log(tmp_path / "ab.jsonl")
    log.add({"id": "a", "variant": "base", "unit": "u"})
    log.add({"id": "b", "variant": "tuned", "unit": "v"})
    log.add({"id": "a", "score": 0.0})
    log.add({"id": "a", "score": 1.0})
    again = Log(tmp_path / "ab.jsonl").summary()
    assert again["requests"] == {"base": 1, "tuned": 1}
    assert (again["base"], again["tuned"], again["base_units"]) == (1.0, None, 1)


def test_a_broken_log_is_named_by_line(tmp_path) -> None:
    (tmp_path / "ab.jsonl").write_text('{"id":"a","variant":"base","unit":"u"}\nbroken\n')
    with pytest.raises(UserError, match="not JSON"):
        Log(tmp_path / "ab.jsonl")
