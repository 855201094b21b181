"""Masks cover every hit, and masking again changes nothing."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate import catalogue
from curate.pii import MASKS, excerpt, find, mask, redact
from curate.pii.hits import DIVISIBLE, KINDS, Confidence, Hit, hit, settle
from tests.pii import values

EXAMPLES = [e.text for rule in catalogue.shipped().values() if rule.family == "PII" for e in (*rule.bad, *rule.good)]


def sentence(seed: int, n: int) -> tuple[str, list[str]]:
    """Prose with `n` made values in it, and these values."""
    rng = random.Random(seed)
    made = [values.MADE[kind][1](rng) for kind in rng.choices(sorted(values.MADE), k=n)]
    frames = [rng.choice(values.PROSE[rng.choice(["en", "zh"])]) for _ in made]
    return rng.choice([" ", "，", "\n"]).join(f.format(v) for f, v in zip(frames, made, strict=True)), made


@given(st.integers(0, 10**6), st.integers(1, 6))
def test_no_value_survives(seed: int, n: int) -> None:
    text, made = sentence(seed, n)
    masked = redact(text)
    assert not [v for v in made if v in masked]


@given(st.integers(0, 10**6), st.integers(1, 6))
def test_masking_a_masked_text_changes_nothing(seed: int, n: int) -> None:
    masked = redact(sentence(seed, n)[0])
    assert redact(masked) == masked


@pytest.mark.parametrize("text", EXAMPLES)
def test_a_masked_example_holds_nothing_any_more(text: str) -> None:
    masked = mask(text, find(text, "cue"))
    assert find(masked, "cue") == []


@given(st.integers(0, 10**6), st.integers(2, 8), st.integers(0, 40))
def test_an_excerpt_masks_its_neighbours_too(seed: int, n: int, width: int) -> None:
    text, made = sentence(seed, n)
    hits = find(text)
    for h in hits:
        shown = excerpt(text, h, hits, width)
        assert MASKS[h.kind] in shown
        assert "\n" not in shown
        assert not [v for v in made if v in shown]
        # A value cut by the edge of the window must not show its other half.
        assert not [v for v in made if len(v) >= 10 and (v[:6] in shown or v[-6:] in shown)]


def test_a_text_without_anything_is_returned_itself() -> None:
    text = "Nothing personal here, 没有个人信息。"
    assert redact(text) is text


@given(
    st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.integers(0, 40), st.integers(1, 20), st.sampled_from(list(Confidence))))
)
def test_settling_covers_all_that_was_found_of_divisible_kinds(raw) -> None:
    text = "abcdefghij" * 6
    hits = [hit(kind, a, a + n, c, 0.5) for kind, a, n, c in raw]
    kept = settle(hits, text)
    assert all(a.end <= b.start for a, b in pairwise(kept))
    covered = {i for h in kept for i in range(h.start, h.end)}
    for h in hits:
        if h.code in DIVISIBLE:
            bare = [i for i in range(h.start, h.end) if i not in covered]
            assert len(bare) <= 2 * len(hits)  # scraps of one or two characters between two others


@given(
    st.permutations(
        [
            hit("cn-id", 0, 18, Confidence.PROVED, 0.9),
            hit("card", 2, 18, Confidence.PROVED, 0.9),
            hit("phone", 4, 15, Confidence.GUESS, 0.6),
        ]
    )
)
def test_the_stronger_find_wins_whatever_the_order(hits: list[Hit]) -> None:
    assert [h.kind for h in settle(hits, "0" * 30)] == ["cn-id"]
