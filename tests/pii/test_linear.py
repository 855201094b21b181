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
    "a-a-a-",
    "1.1.1.",
    "http://a:",
    "://:a@",
    "壹贰叁",
    "1 3 8 ",
    "手机 1-3-8-",
    "password for the a ",
    "passport of my a ",
    "（at）点",
    "86（138）",
    "村三组",
    "一九九二年",
    "生日一九",
    "北京市朝阳区建国路",
    "AKLT",
    "::ffff:1.",
    "IP1.1.",
]


LARGER = 8


def seconds(text: str) -> float:
    """Processor time of this process alone, the best of three: other work on the machine hardly shows."""
    taken = []
    for _ in range(3):
        begin = time.process_time()
        find(text, "cue")
        taken.append(time.process_time() - begin)
    return min(taken)


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS)
def test_a_cell_of_one_thing_takes_time_in_proportion(unit: str) -> None:
    small, large = (seconds(unit * (n // len(unit))) for n in (30_000, 30_000 * LARGER))
    # A ratio, no number of seconds: a quadratic search takes LARGER squared times as long.
    assert large < 3 * LARGER * max(0.05, small)


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["7391846205", "QUJDREVGR0hJ", "你好世界", "word and ", "13671829304 "])
def test_a_cell_of_five_megabytes_is_read(unit: str) -> None:
    find(unit * (5_000_000 // len(unit.encode())))
