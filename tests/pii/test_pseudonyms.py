"""Pseudonyms keep the form, are nobody's, and are the same for the same."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate import catalogue
from curate.pii import checks, find, pseudonym
from tests.pii import values
from tests.pii.test_golden import SECTIONS, marked
from tests.pii.test_masking import sentence

KEY = b"0123456789abcdef"
EXAMPLES = [e.text for rule in catalogue.shipped().values() if rule.family == "PII" for e in rule.bad]


def swapped(text: str, key: bytes = KEY) -> str:
    return pseudonym(text, find(text, "cue"), key)


def digits(text: str) -> str:
    return re.sub("[^0-9Xx]", "", text)


@pytest.mark.parametrize("text", EXAMPLES)
def test_a_pseudonym_stays_as_it_is(text: str) -> None:
    once = swapped(text)
    assert once != text
    assert swapped(once) == once


@pytest.mark.parametrize("heading", SECTIONS)
def test_nothing_of_a_value_is_left_and_a_later_build_knows_the_pseudonym(heading: str) -> None:
    for text, wanted in (marked(line) for line in SECTIONS[heading] if "⟦" in line):
        once = swapped(text)
        assert not [value for _, value in wanted if value in once], text
        assert swapped(once, b"the key of another build") == once


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("护照号E58203917", r"护照号[IO]000\d{5}"),
        ("Passport number: 533401278", r"Passport number: 000\d{6}"),
        ("Driver's license D482-9117-5330", r"Driver's license [IO]000-000\d-\d{4}"),
        ("QQ：284917365", r"QQ：0\d{8}"),
        ("微信号：xiaoyu-2020", r"微信号：user\.\.\d{7}"),
        ("收款账号33050161782700000412", r"收款账号000000\d{14}"),
        ("NINO JG103759A", r"NINO [IO]{2}00\d{4}[IO]"),
    ],
)
def test_where_no_range_is_reserved_the_form_is_one_that_is_never_issued(text: str, form: str) -> None:
    assert re.fullmatch(form, swapped(text))


@given(st.integers(0, 10**6), st.integers(1, 5))
def test_so_it_does_in_any_mixture(seed: int, n: int) -> None:
    text, made = sentence(seed, n)
    once = swapped(text)
    assert not [v for v in made if v in once]
    assert swapped(once) == once


def test_the_same_value_becomes_the_same_in_another_spelling_and_another_row() -> None:
    a = swapped("手机13671829304")
    b = swapped("电话：+86 136 7182 9304。")
    assert digits(a)[-8:] == digits(b)[-8:]
    assert swapped("mail Tara.1@brevlador.se").split()[-1] == swapped("to tara.1@brevlador.se").split()[-1]


def test_a_surname_alone_is_still_the_same_persons() -> None:
    full, alone = swapped("Name: Ingrid Halvorsen"), swapped("Please ask for Mrs. Halvorsen at the desk.")
    assert full.split()[-1] in alone


def test_another_key_gives_another_pseudonym() -> None:
    assert swapped("write to tara.1@brevlador.se") != swapped("write to tara.1@brevlador.se", b"another")


@given(st.integers(0, 10**6))
def test_check_digits_stay_right_and_ranges_are_nobodys(seed: int) -> None:
    rng = random.Random(seed)
    card, cn_id, iban, uscc = (
        swapped(f"it is {make(rng)}")[6:] for make in (values.card, values.cn_id, values.iban, values.uscc)
    )
    assert checks.luhn(card)
    assert not checks.card(card)
    assert checks.mod_11_2(cn_id[:17]) == cn_id[17]
    assert not checks.cn_id_form(cn_id)
    assert int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1
    assert iban[:2] not in checks.IBAN_LENGTHS
    assert uscc[2:8] == "000000"


def test_the_grouping_of_a_number_is_kept() -> None:
    assert re.fullmatch(r"Charge it to \d{4} \d{4} \d{4} \d{4} now", swapped("Charge it to 4539 5787 6362 1486 now"))
    assert re.fullmatch(r"cell \(000\) \d{3}-\d{4}", swapped("cell (415) 867-2291"))


def test_a_date_of_birth_keeps_its_decade_and_exists_in_no_calendar() -> None:
    assert re.fullmatch(r"DOB: 02/30/198\d", swapped("DOB: 03/14/1987"))
    assert re.fullmatch(r"出生日期：199\d年02月30日", swapped("出生日期：1993年7月21日"))
