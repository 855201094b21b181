"""The gate never shuts out what a detector would find."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curate import catalogue
from curate.pii.engine import default
from tests.pii import values
from tests.pii.test_golden import SECTIONS, marked

EXAMPLES = [e.text for rule in catalogue.shipped().values() if rule.family == "PII" for e in (*rule.bad, *rule.good)]
PIECES = [
    *EXAMPLES,
    "电话",
    "phone ",
    " 138",
    "@",
    "://",
    "地址",
    "路3号",
    "password: ",
    "密码",
    "微信",
    "born ",
    "１２３",
    "\u200b",
    "\n",
    "出生",
    "12 Elm ",
    "Street",
    "壹叁捌",
    "一九九二年三月八日",
    "生日",
    "日生",
    "password for the box is ",
    "三组45号",
    "（at）",
    "点com",
]


def agree(texts: list[str]) -> None:
    engine = default()
    bits = engine.gate.column(pa.array(texts, pa.large_string()))
    for text, b in zip(texts, bits, strict=True):
        assert (engine.look(text, int(b)) if b else []) == engine.find(text), text


def test_a_column_and_a_single_text_are_judged_alike() -> None:
    agree([*EXAMPLES, *(marked(line)[0] for lines in SECTIONS.values() for line in lines)])


@pytest.mark.slow
@settings(max_examples=60)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), min_size=1, max_size=20))
def test_and_so_is_any_mixture_of_them(texts: list[str]) -> None:
    agree(texts)


@pytest.mark.slow
@settings(max_examples=60)
@given(st.sampled_from(sorted(values.MADE)), st.integers(0, 10**6), st.sampled_from(["en", "zh"]), st.integers(0, 4))
def test_and_so_is_any_made_value(kind: str, seed: int, lang: str, which: int) -> None:
    agree([values.PROSE[lang][which].format(values.MADE[kind][1](random.Random(seed)))])


def test_plain_prose_opens_nothing() -> None:
    prose = ["The cat sat on the mat in 2004, and 3 of 12 mice left.", "一个人在2004年写了三本书，卖了12万册。"]
    assert not default().gate.column(pa.array(prose, pa.large_string())).any()
