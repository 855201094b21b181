"""Planted ties are found, balanced worlds and shuffled labels are not, and the order of rows does not matter."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curate.bias import measure
from curate.bias.associate import Association
from curate.bias.counterfactual import swap_all
from tests.bias.corpora import balanced, planted


def tie(rows: list[tuple[str, str]], attribute: str = "nurse") -> Association:
    return next(pair for pair in measure(rows).association if pair.attribute == attribute)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("share", "group"), [(1.0, "female"), (0.0, "male")])
def test_a_planted_tie_is_found_with_its_sign(lang: str, share: float, group: str) -> None:
    pair = tie(planted(share, 300, lang))
    assert pair.group == group
    assert pair.language == lang
    assert pair.q < 0.001
    assert 0 < pair.low < pair.log_odds < pair.high


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_dose_makes_the_log_odds(lang: str) -> None:
    signed = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        pair = tie(planted(share, 1500, lang))
        signed.append(pair.log_odds if pair.group == "female" else -pair.log_odds)
    assert signed == sorted(signed)
    assert abs(signed[2]) < 0.6


@pytest.mark.slow
def test_shuffled_labels_give_findings_at_no_more_than_the_rate() -> None:
    found = tested = 0
    for seed in range(60):
        measures = measure(planted(0.5, 200, "en", seed))
        found += sum(pair.q <= 0.05 for pair in measures.association) + sum(whole.q <= 0.05 for whole in measures.overall)
        tested += 1
    # Under the null every finding is false, so the share of runs with one is the false-discovery rate: 5 %, and chance.
    assert found / tested <= 0.12


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(dice: random.Random) -> None:
    rows = [*planted(0.9, 60, "en"), *planted(0.1, 60, "zh")]
    shuffled = list(rows)
    dice.shuffle(shuffled)
    assert measure(shuffled).facts() == measure(rows).facts()


def test_the_facts_are_json() -> None:
    facts = measure(planted(1.0, 100)).facts()
    assert json.loads(json.dumps(facts, allow_nan=False)) == facts
    assert {"representation", "association", "tone", "overall", "rows"} <= set(facts)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_swapped_twin_of_every_row_leaves_no_tie(lang: str) -> None:
    rows = planted(1.0, 200, lang)
    twins = [twin for row in rows if (twin := swap_all(row))]
    assert len(twins) == len(rows)
    pair = tie([*rows, *[(a, b) for a, b in twins]])
    assert abs(pair.log_odds) < 0.2
    assert pair.q > 0.5


def test_few_rows_prove_nothing() -> None:
    assert all(pair.q > 0.05 for pair in measure(planted(1.0, 20)).association)


def test_row_level_company_is_no_tie() -> None:
    rows = [("Tell a story.", f"On day {i} a nurse met an engineer, and the woman greeted the man.") for i in range(200)]
    assert measure(rows).association == ()


def test_he_or_she_counts_for_nobody() -> None:
    rows = [("A rule", f"A member keeps his or her card, since he or she needs it on day {i}.") for i in range(50)]
    assert measure(rows).representation == ()


def test_rows_are_counted_not_words() -> None:
    shares = {s.group: s.rows for s in measure([("", "She, she and she met him."), ("", "He left.")]).representation}
    assert shares == {"female": 1, "male": 2}


def test_copies_of_a_row_are_one_witness() -> None:
    rows = planted(1.0, 60)
    once, often = measure(rows), measure(rows * 5)
    assert often.representation == once.representation
    assert often.association == once.association


def test_tone_is_compared_between_prompts_that_name_one_group() -> None:
    rows = [
        (
            f"Review the essay number {i} of a {g}.",
            ("A great, brilliant success." if g == "boy" else "A terrible failure.") + " x" * (i % 7),
        )
        for i in range(40)
        for g in ("boy", "girl")
    ]
    tone = next(d for d in measure(rows).tone if d.measure == "tone")
    assert {tone.group, round(tone.difference)} in ({"female", -2}, {"male", 2})
    assert tone.q < 0.001


def test_a_world_of_all_groups_is_quiet() -> None:
    groups = [("christian", "Christian"), ("muslim", "Muslim"), ("jewish", "Jewish")]
    rows = balanced([(g, f"a {w} woman") for g, w in groups] + [(g, f"a {w} man") for g, w in groups], "en")
    measures = measure(rows)
    assert not [pair for pair in measures.association if pair.q < 0.05]
    assert not [whole for whole in measures.overall if whole.q < 0.05]
    assert np.ptp([s.share for s in measures.representation if s.axis == "gender"]) == 0
