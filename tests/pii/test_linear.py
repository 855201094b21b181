"""Time grows with the length of a cell, whatever is in it."""

from __future__ import annotations

import time

import pytest

from curate.pii import find

UNITS = [
    "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5",
    "7391846205",
    "73 91-84 ",
    "@",
    "a@",
    "a@b.",
    "a",
    "Aa ",
    "12 Aaa ",
    "ab:",
    "http://",
    "phone ",
    "password: ",
    "路街道区",
    "电话一二三号路",
    "地址在路",
    "ab@qq.com ",
    "13671829304 ",
    "+1 ",
    "(1) ",
    "eyJ",
    "sk-",
    "-----BEGIN RSA PRIVATE KEY-----",
    "\n",
    "1.2.",
    "12 Main Street ",
    "card 4539578763621486 ",
    "deadbeef01",
    "１２３ ",
    "阿·",
    "微信",
    "出生",
    "Via del ",
    "Dear Name ",
    "姓名：王",
    "v",
    "区",
    "0",
]


def seconds(text: str) -> float:
    begin = time.process_time()
    find(text, "cue")
    return time.process_time() - begin


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS)
def test_a_cell_of_one_thing_takes_time_in_proportion(unit: str) -> None:
    small, large = (unit * (n // len(unit)) for n in (30_000, 240_000))
    # Eight times the text; a quadratic search would take 64 times as long.
    assert seconds(large) < 24 * max(0.02, min(seconds(small) for _ in range(3)))


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["7391846205", "QUJDREVGR0hJ", "你好世界", "word and ", "13671829304 "])
def test_a_cell_of_five_megabytes_is_read(unit: str) -> None:
    find(unit * (5_000_000 // len(unit.encode())))
