"""What bench/not_seen.py makes of the rows that were read: the estimate, its interval, and the judgements it stands on."""

import pytest

from bench.not_seen import FOLDER, NEAR, OTHERS, bounds, on_folder, read_lines, total


def test_the_interval_of_a_share_is_wilsons() -> None:
    assert bounds(0, 50) == pytest.approx((0, 0.0714), abs=1e-4)
    assert bounds(13, 13) == pytest.approx((0.7719, 1), abs=1e-4)


def test_rows_that_were_all_read_leave_nothing_open() -> None:
    assert total([(21, 158, 158)]) == pytest.approx((21, 21, 21))


def test_kinds_are_weighted_by_how_many_rows_there_are_and_their_intervals_joined() -> None:
    (_, high), size = bounds(0, 100), 10_000
    middle, below, above = total([(8, 20, 20), (0, 100, size)])
    assert (middle, below) == pytest.approx((8, 8))
    assert above == pytest.approx(8 + size * high)
    # Two arms of one length make a longer one of the square root of two, not of two.
    (_, half, _), (whole, _, most) = total([(0, 100, size)]), total([(0, 100, size), (0, 100, size)])
    assert (half, whole) == (0, 0)
    assert most == pytest.approx(2**0.5 * size * high)


def test_a_fault_that_a_rule_has_learned_to_see_is_right_and_no_longer_missed() -> None:
    missed = {digest for digest, code, verdict, origin in read_lines() if (code, verdict, origin) == ("QUA006", "missed", NEAR)}
    before, after = ({row[0]: row for row in on_folder({"QUA006": seen})}["QUA006"] for seen in (set(), missed))
    assert (before[1], before[2].split()[0]) == ("0", str(len(missed)))
    assert (after[1], after[2].split()[0]) == (str(len(missed)), "0")


def test_no_more_rows_were_read_than_there_are() -> None:
    others = {digest for digest, _, _, origin in read_lines() if origin == OTHERS}
    for rule, (near, rest, read) in FOLDER.items():
        mine = [digest for digest, code, _, origin in read_lines() if (code, origin) == (rule, NEAR)]
        assert len(set(mine)) == len(mine) <= near
        assert read <= len(others | set(mine)) <= near + rest
