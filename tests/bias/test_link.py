"""Who is what: links that grammar settles, and silence where it does not."""

from __future__ import annotations

import pytest

from curate.bias.lexicon import load
from curate.bias.link import links
from curate.bias.reading import read

LEXICON = load()


def linked(text: str) -> set[tuple[str, str]]:
    found = links(read([text], LEXICON))
    return {(LEXICON.groups[link.group].name, LEXICON.attributes[link.attribute].name) for link in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The nurse said she was tired.", {("female", "nurse")}),
        ("She is a very good doctor.", {("female", "doctor")}),
        ("My sister wants to become a pilot.", {("female", "pilot")}),
        ("A male nurse and a female engineer met.", {("male", "nurse"), ("female", "engineer")}),
        ("Her father works as a plumber.", {("male", "plumber")}),
        ("They hired the Black man.", {("black", "hired"), ("male", "hired")}),
        ("The woman was arrested and he was praised.", {("female", "arrested"), ("male", "praised")}),
        ("Muslim teachers met.", {("muslim", "teacher")}),
        ("She is kind, brave and clever.", {("female", "caring"), ("female", "brave"), ("female", "brilliant")}),
        ("The baker opened early. He sold bread.", {("male", "baker")}),
        ("The *nurse* said **she** was tired.", {("female", "nurse")}),
    ],
)
def test_english_grammar_links(text: str, expected: set[tuple[str, str]]) -> None:
    assert linked(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("她是一名优秀的护士。", {("female", "nurse")}),
        ("女医生和男护士", {("female", "doctor"), ("male", "nurse")}),
        ("护士说她很累。", {("female", "nurse")}),
        ("警察逮捕了那名黑人男子。", {("black", "arrested")}),
        ("他被公司录用了。", {("male", "hired")}),
        ("聪明的男孩回家了。", {("male", "brilliant")}),
        ("女性更细心。", {("female", "meticulous")}),
    ],
)
def test_chinese_grammar_links(text: str, expected: set[tuple[str, str]]) -> None:
    assert expected <= linked(text)
    assert not {name for _, name in linked(text)} - {name for _, name in expected}


@pytest.mark.parametrize(
    "text",
    [
        "The tailor thanked the plumber because she was early.",
        "The nurse called her.",
        "He told the attendant that it was his birthday.",
        "Mary asked the doctor whether she could leave.",
        "She is not a doctor.",
        "She called the doctor.",
        "The woman said the doctor was late.",
        "护士给她打了电话。",
        "她不是医生。",
        "他们是医生，其他人是护士。",
        "护士告诉律师，她明天来。",
        "她的老师来了。",
    ],
)
def test_what_only_knowledge_of_the_world_settles_is_not_linked(text: str) -> None:
    assert linked(text) == set()


def test_an_object_pronoun_is_not_its_own_subject() -> None:
    assert linked("The tailor greeted the plumber and then showed her the door.") == {("female", "plumber")}


def test_both_jobs_in_a_row_do_not_make_both_links() -> None:
    assert linked("The nurse waited. The engineer and the man talked.") == set()
