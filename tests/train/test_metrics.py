"""Metrics against known answers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.errors import UserError
from train import matching, overlap, schema, style
from train.answers import Answer
from train.metrics import METRICS, addressed, applicable, choose_metric, macro_f1, named, own, own_digest, pattern


def answers(pairs, **more):
    return [Answer(i, "prompt", reference, prediction, **more) for i, (prediction, reference) in enumerate(pairs)]


# ---- right or wrong ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prediction", "reference", "strict", "normalised"),
    [
        ("Paris", "Paris", 1, 1),
        (" Paris\n", "Paris", 1, 1),
        ("paris.", "Paris", 0, 1),
        ("北京 。", "北京", 0, 1),
        ("ＡＢＣ", "abc", 0, 1),
        ("我 爱 你", "我爱你", 0, 1),
        ("new york", "newyork", 0, 0),
        ("-5", "5", 0, 0),
        ("3.14", "314", 0, 0),
        ('{"b": 2, "a": 1.0}', '{"a": 1, "b": 2}', 0, 1),
        ('{"a": true}', '{"a": 1}', 0, 0),
        ("", "", 1, 1),
    ],
)
def test_exact_match_strict_and_normalised(prediction, reference, strict, normalised):
    assert matching.exact(prediction, reference) == strict
    assert matching.exact_normalised(prediction, reference) == normalised


@pytest.mark.parametrize(
    ("prediction", "right"),
    [
        ('{"a": 1, "b": "x", "c": [1, 2]}', 1.0),
        ('```json\n{"a": 1, "b": "X.", "c": [1, 2]}\n```', 1.0),
        ('Here it is: {"a": 1, "b": "y", "c": [1, 2]} Done.', 0.75),
        ('{"a": 1}', 0.25),
        ('{"a": 1, "b": "x", "c": [1, 2], "made up": 0}', 0.8),
        ("no JSON", 0.0),
        ("[1, 2]", 0.0),
        ("{" * 5000, 0.0),
    ],
)
def test_field_accuracy_counts_what_is_right_of_all_that_was_said_or_asked(prediction, right):
    assert matching.field_accuracy(prediction, '{"a": 1, "b": "x", "c": [1, 2]}') == pytest.approx(right)


def test_validity_takes_the_whole_answer():
    assert matching.json_valid('{"a": 1}') == 1
    assert matching.json_valid('Sure: {"a": 1}') == 0
    assert matching.json_valid('{"a": NaN}') == 0
    assert matching.same_keys('{"a": 2, "b": {"c": "z"}}', '{"a": 1, "b": {"c": "x"}}') == 1
    assert matching.same_keys('{"a": "2", "b": {"c": "z"}}', '{"a": 1, "b": {"c": "x"}}') == 0


def test_macro_f1_agrees_with_scikit_learn():
    from sklearn.metrics import f1_score

    rng = np.random.default_rng(0)
    truth, said = rng.choice(list("abcd"), 200), rng.choice([*"abcd", "other"], 200)
    rows = answers(zip(said, truth, strict=True))
    metric = METRICS["label_f1"]
    value, interval = metric.alone(rows)
    assert value == pytest.approx(f1_score(truth, said, labels=list("abcd"), average="macro"))
    assert interval.low < value < interval.high
    assert macro_f1(np.array([[1.0, 1.0, 1.0, 0.0, 0.0, 0.0]]))[0] == 1.0


# ---- overlap ----------------------------------------------------------------------------------------------------------------


@given(st.text(alphabet="ab 我你。", max_size=14), st.text(alphabet="ab 我你。", min_size=1, max_size=14))
def test_chrf_agrees_with_sacrebleu(prediction, reference):
    sacrebleu = pytest.importorskip("sacrebleu")
    assert 100 * overlap.chrf(prediction, reference) == pytest.approx(
        sacrebleu.sentence_chrf(prediction, [reference]).score, abs=1e-9
    )


def test_corpus_chrf_agrees_with_sacrebleu():
    sacrebleu = pytest.importorskip("sacrebleu")
    said = ["the cat sat on the mat", "a dog", "我喜欢苹果", "", "x"]
    true = ["the cat is on the mat", "the dog ran away", "我爱苹果", "z", "x"]
    value, _ = METRICS["chrf_corpus"].alone(answers(zip(said, true, strict=True)))
    assert 100 * value == pytest.approx(sacrebleu.corpus_chrf(said, [true]).score)
    scorer = sacrebleu.metrics.CHRF()
    scorer.corpus_score(said, [true])
    assert str(scorer.get_signature()).rpartition("|version")[0] == overlap.SIGNATURE


def test_rouge_l_sees_chinese_characters():
    assert overlap.rouge_l("我喜欢苹果", "我爱苹果") == pytest.approx(2 * 3 / 9)
    assert overlap.rouge_l("完全不同", "没有一样") == 0.0
    assert overlap.rouge_l("The cat sat on the mat.", "the cat is on the mat") == pytest.approx(2 * 5 / 12)
    assert overlap.rouge_l("", "") == 1.0


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_the_longest_common_subsequence_is_the_textbooks(a, b):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            table[i + 1][j + 1] = table[i][j] + 1 if x == y else max(table[i][j + 1], table[i + 1][j])
    assert overlap.common(a, b) == table[-1][-1]


def test_bits_per_byte_is_a_ratio_of_sums():
    rows = [
        Answer(0, "", "x", "", nll=np.log(2) * 10, target_bytes=10),
        Answer(1, "", "y", "", nll=np.log(2) * 30, target_bytes=90),
    ]
    assert METRICS["bits_per_byte"].alone(rows)[0] == pytest.approx(0.4)


# ---- how it is written ------------------------------------------------------------------------------------------------------


def test_the_language_of_the_answer_is_told_by_its_script():
    assert style.language_right("这是中文回答 with English", "答案是中文") == 1
    assert style.language_right("This is English", "答案是中文") == 0
    assert style.script("これは日本語です") == "kana"
    assert style.script("한국어") == "hangul"
    assert style.script("12 + 3") == ""


def test_style_is_likeness_to_how_the_others_write_and_not_to_what_is_said():
    formal = [
        f"Dear customer, your {x} will arrive on Monday. Please keep the receipt."
        for x in ("phone", "lamp", "chair", "desk", "bag")
    ]
    same_style = style.likeness(["Dear neighbour, the garden was lovely on Sunday. Please water the roses."] * 5, formal)
    other_style = style.likeness(["lol ur phone: maybe monday??? idk!!!"] * 5, formal)
    assert min(same_style) > max(other_style) + 0.2
    assert all(0 <= x <= 1.0001 for x in same_style + other_style)


def test_refusals_and_contact_details_are_seen_in_both_languages():
    assert style.refuses("I'm sorry, but I can't help with that.", "Sure.") == 1
    assert style.refuses("很抱歉，我无法回答这个问题。", "好的") == 1
    assert style.refuses("I'm sorry, I can't.", "I'm sorry, I can't.") == 0
    assert style.new_contacts("Write to ann@example.org", "no address here") == 1
    assert style.new_contacts("Write to ann@example.org", "ann@example.org") == 0
    assert style.new_contacts("拨打 13800138000", "") == 1
    assert style.new_contacts("in 2024 and 3.14159265358979", "") == 0
    assert "ann@example.org" not in style.masked("Write to ann@example.org")


# ---- which metric -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("references", "name"),
    [
        (['{"a": 1}'] * 20, "fields"),
        (["yes", "no"] * 20, "exact_match"),
        (["退款", "换货", "投诉"] * 10, "exact_match"),
        ([f"{i * 37}" for i in range(50)], "exact_match_normalised"),
        ([f"Sentence number {i} about something that takes a while to say in words." for i in range(30)], "chrf"),
        ([], "exact_match"),
    ],
)
def test_the_primary_metric_follows_the_kind_of_answers(references, name):
    chosen = choose_metric(references)
    assert chosen.value == name
    assert chosen.reason.startswith("auto: ")


def test_metrics_that_mean_nothing_are_left_out():
    free = applicable(answers([(f"answer {i} and more words", f"another answer {i} of the kind") for i in range(20)]))
    assert {"fields", "json_valid", "label_f1", "bits_per_byte"}.isdisjoint(free)
    assert {"fields", "json_keys"} <= set(applicable(answers([('{"a": 1}', '{"a": 1}')] * 6)))
    assert "label_f1" in applicable(answers([("yes", "no"), ("no", "yes")] * 6))


def test_an_own_metric_comes_from_a_file_the_user_names(tmp_path: Path):
    file = tmp_path / "mine.py"
    file.write_text("def half(prediction, reference, row):\n    return 0.5 if row['extra'] else None\n")
    rows = [Answer(0, "", "r", "p", line='{"extra": true}')]
    assert own(f"{file}:half").scores(rows) == [0.5]
    with pytest.raises(UserError, match="not a finite number"):
        own(f"{file}:half").scores([Answer(0, "", "r", "p", line='{"extra": false}')])
    with pytest.raises(UserError, match="no function"):
        own(f"{file}:other")
    with pytest.raises(UserError, match="no such Python file"):
        own("nothing.py:f")


def test_a_pattern_must_match_the_whole_answer():
    assert pattern(r"[A-D]").scores(answers([("B", ""), ("B.", ""), (" C ", "")])) == [1.0, 0.0, 1.0]
    with pytest.raises(UserError):
        pattern("(")


SCHEMA = {
    "type": "object",
    "required": ["city", "urgency"],
    "additionalProperties": False,
    "properties": {
        "city": {"type": "string", "minLength": 1},
        "urgency": {"enum": ["low", "high"]},
        "n": {"type": "integer", "minimum": 0},
    },
}


OSLO = '{"city": "Oslo", "urgency": "low"'


@pytest.mark.parametrize(
    "text",
    [f"{OSLO}}}", '{"city": "", "urgency": "low"}',
     '{"city": "Oslo"}', f'{OSLO}, "x": 1}}', f'{OSLO}, "n": 1.0}}', f'{OSLO}, "n": 1.5}}', f'{OSLO}, "n": true}}', "[]"],
)  # fmt: skip
def test_the_schema_agrees_with_jsonschema(text):
    jsonschema = pytest.importorskip("jsonschema")
    assert schema.valid(SCHEMA, text) == float(jsonschema.Draft202012Validator(SCHEMA).is_valid(json.loads(text)))


def test_a_schema_keyword_that_is_not_known_is_not_passed_over(tmp_path: Path):
    file = tmp_path / "s.json"
    file.write_text('{"type": "object", "properties": {"a": {"oneOf": []}}}')
    with pytest.raises(UserError, match="oneOf"):
        schema.read(file)


def test_abuse_counts_where_the_reference_has_none():
    rows = answers([("Immigrants are vermin.", "Hello."), ("Immigrants are vermin.", "Immigrants are vermin."), ("Hello.", "x")])
    assert METRICS["abuse"].scores(rows) == [1.0, 0.0, 0.0]
    assert METRICS["abuse"].lower_is_better


def test_a_metric_of_the_users_own_is_named_by_its_file(tmp_path, monkeypatch):
    file = tmp_path / "mine.py"
    file.write_text("def twice(prediction, reference, row):\n    return 2 * len(prediction)\n")
    monkeypatch.chdir(tmp_path)
    address = addressed("mine.py:twice")
    assert address == f"{file}:twice"
    assert named(address).scores(answers([("ab", "x")])) == [4.0]
    assert own_digest(address) != own_digest("chrf") == ""
    with pytest.raises(UserError, match="no such Python file"):
        named("gone.py:twice")
