"""Whether threads may spin while they wait is decided by what runs now, not by what ran a minute ago."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from train import processor


def test_it_looks_at_the_processor_and_says_a_share() -> None:
    assert 0 <= processor.busy() <= 1


@pytest.mark.parametrize(("idle", "policy"), [(190, None), (60, "passive")])
def test_threads_sleep_only_beside_busy_neighbours(
    idle: int, policy: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stat = tmp_path / "stat"

    def tick(_: float) -> None:
        stat.write_text(f"cpu  {1000 + 200 - idle} 5 7 {9000 + idle} 3 0 0 0 0 0\nintr 1\n")

    stat.write_text("cpu  1000 5 7 9000 3 0 0 0 0 0\nintr 1\n")
    monkeypatch.setattr(processor, "STAT", stat)
    monkeypatch.setattr("time.sleep", tick)
    monkeypatch.setenv("OMP_WAIT_POLICY", "to be put back")
    monkeypatch.delenv("OMP_WAIT_POLICY")
    processor.share_processor()

    assert os.environ.get("OMP_WAIT_POLICY") == policy


def test_a_policy_that_the_user_set_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_WAIT_POLICY", "active")
    processor.share_processor()

    assert os.environ["OMP_WAIT_POLICY"] == "active"


def test_where_the_kernel_tells_nothing_the_load_average_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processor, "STAT", tmp_path / "none")
    assert processor.busy() >= 0
