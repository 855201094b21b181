"""Check digits against published examples, and the property that makes them worth having."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.pii import checks, national
from tests.pii import values


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        (checks.cn_id, "11010519491231002X", "110105194912310021"),  # the example of GB 11643
        (checks.uscc, "91350100M000100Y43", "91350100M000100Y44"),
        (checks.iban, "GB82WEST12345698765432", "GB82WEST12345698765433"),
        (checks.iban, "DE89370400440532013000", "DE8937040044053201300"),
        (checks.luhn, "79927398713", "79927398714"),
        (checks.tw_id, "A123456789", "A123456788"),
        (checks.hk_id, "A1234563", "A1234564"),
        (checks.verhoeff, "2363", "2364"),
        (checks.mod_11_10, "86095742719", "86095742718"),
        (national.nir, "255081416802538", "255081416802539"),
        (national.codice_fiscale, "RSSMRA85T10A562S", "RSSMRA85T10A562T"),
        (national.nric, "S1234567D", "S1234567E"),
        (national.dni, "12345678Z", "12345678A"),
        (national.cpf, "11144477735", "11144477736"),
    ],
)
def test_a_published_example_passes_and_its_neighbour_does_not(check, right: str, wrong: str) -> None:
    assert check(right)
    assert not check(wrong)


@given(st.integers(0, 10**6), st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(seed: int, place: int, by: int) -> None:
    rng = random.Random(seed)
    for number, check in ((values.card(rng), checks.luhn), (values.cn_id(rng), checks.cn_id)):
        i = place % len(number)
        if number[i].isdigit():
            other = number[:i] + str((int(number[i]) + by) % 10) + number[i + 1 :]
            assert check(number)
            assert not check(other)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("4012888888881881", "scheme"),
        ("378282246310005", "scheme"),
        ("6222021234567890128", "scheme"),
        ("6222021234567890127", ""),
        ("4111111111111112", ""),
        ("9999999999999999", ""),
        ("1234567812345670", ""),
    ],
)
def test_a_card_needs_a_scheme_its_length_and_a_luhn_digit(number: str, kind: str) -> None:
    assert checks.card(number) == kind


def test_a_date_that_no_calendar_has_is_no_identity_number() -> None:
    body = "110105" + "19490230" + "002"
    assert not checks.cn_id(body + checks.mod_11_2(body))


def test_a_country_has_one_length() -> None:
    assert len(checks.IBAN_LENGTHS) >= 80
    assert set(checks.IBAN_LENGTHS.values()) <= set(range(15, 34))
