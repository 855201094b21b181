"""What the data covers, and whether there is enough of it."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate import catalogue
from curate.catalogue import Example
from curate.coverage.forms import closed, form, task
from curate.coverage.topics import learn, learn_space, variety
from curate.features import counts, tfidf
from curate.judging.advice import smallest_gain
from tests.conftest import checked

RULES = catalogue.shipped()
EXAMPLES = [
    pytest.param(code, example, kind == "bad", id=f"{code}-{kind}{i}")
    for code in ("COV001", "COV002", "COV003", "COV004")
    for kind in ("bad", "good")
    for i, example in enumerate(getattr(RULES[code], kind))
]


@pytest.mark.parametrize(("code", "example", "flagged"), EXAMPLES)
def test_an_example_behaves_as_its_rule_says(code: str, example: Example, flagged: bool) -> None:
    corpus, done = checked(list(example.lines), list(example.splits), select=code)
    corpus.close()
    assert any(f.code == code for f in done.findings) is flagged


def facts(rows: list[dict[str, str]]) -> dict[str, object]:
    corpus, done = checked([json.dumps(r, ensure_ascii=False) for r in rows], select="COV")
    corpus.close()
    return done.facts["COV"]


def test_languages_are_shares_of_rows() -> None:
    rows = [{"instruction": "Where is the lamp?", "output": "On the shelf beside the old green door."}] * 3
    rows += [{"instruction": "灯在哪里？", "output": "在绿色旧门旁边的架子上。"}]
    assert facts(rows)["languages"] == {"en": 0.75, "zh": 0.25}


def test_answers_that_recur_are_labels() -> None:
    rows = [
        {"instruction": "Sort the ticket.", "input": f"ticket {i}", "output": ("billing", "delivery")[i % 2]} for i in range(40)
    ]
    found = facts(rows)
    assert found["labels"] == 2
    assert found["answer_forms"] == {"label": 1.0}


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Translate a summary of the report into French.", "translation"),
        ("把下面的总结翻译成英文。", "translation"),
        ("Write a poem about rain.", "writing"),
        ("写一首关于雨的诗。", "writing"),
        ("How many apples are left?", "mathematics"),
        ("Who opened the bridge?", "question"),
        ("Rain.", "other"),
    ],
)
def test_the_narrowest_cue_names_the_task(question: str, kind: str) -> None:
    assert task(question) == kind


def test_forms_of_answers() -> None:
    assert form('{"a": 1}', False) == "json"
    assert form("```python\nx\n```", False) == "code"
    assert form("import lamp", False) == form("So:\n  def lamp(): ...", False) == "code"
    assert form("They import lamps.", False) == "phrase"
    assert form("1987", closed("When was it opened?")) == "fact"
    assert form("A long answer. " * 10, False) == "prose"


def test_the_smallest_gain_is_that_of_the_power_table() -> None:
    """Points at discordance .10, as published in the table of docs/quality.md."""
    assert [round(100 * smallest_gain(n, 0.1), 1) for n in (50, 100, 200, 500, 1000, 2000)] == [12.5, 8.9, 6.3, 4.0, 2.8, 2.0]
    assert smallest_gain(0) == 1.0
    assert smallest_gain(1) == 1.0


def two_topics(n: int, seed: int) -> tuple[list[str], list[int]]:
    rng = random.Random(seed)
    pools = [
        ["refund", "invoice", "payment", "bank", "card", "charged", "amount", "bill"],
        ["flour", "oven", "dough", "yeast", "bake", "butter", "crust", "loaf"],
    ]
    kinds = [i % 2 for i in range(n)]
    return [" ".join(rng.sample(pools[k], 6)) for k in kinds], kinds


def test_topics_are_found_and_named_by_their_own_words() -> None:
    texts, kinds = two_topics(400, 1)
    found = learn(texts, 0)
    assert found is not None
    labels = found.of(texts)
    for topic in set(labels.tolist()):
        mine = {kinds[i] for i in np.flatnonzero(labels == topic)}
        assert len(mine) == 1
    assert {w for names in found.names for w in names} <= set(" ".join(texts).split())


def test_variety_is_one_for_copies_and_n_for_strangers() -> None:
    copies = tfidf(counts(["red lamp shelf"] * 30, pairs="wide"))[0]
    strangers = tfidf(counts([f"w{i}a x{i}b y{i}c" for i in range(30)], pairs="wide"))[0]
    assert variety(copies) == pytest.approx(1)
    assert variety(strangers) == pytest.approx(30)


def test_a_text_says_the_same_in_any_company() -> None:
    texts = [f"{w} 水壶在炉子上 {w}" for w in ["lamp", "shelf", "door", "garden", "river"]]
    alone = [counts([t]).toarray() for t in texts]
    assert (counts(texts).toarray() == np.vstack(alone)).all()


@given(st.lists(st.text(max_size=60), min_size=1, max_size=8))
def test_any_text_has_a_vector(texts: list[str]) -> None:
    assert counts(texts).shape[0] == len(texts)
    learn_space(texts)


def test_copies_make_no_test_larger() -> None:
    rows = [{"instruction": f"Where is lamp {i % 300}?", "output": f"On shelf {i % 300}."} for i in range(900)]
    assert facts(rows)["test"]["rows"] == 30  # a tenth of the 300 that differ
