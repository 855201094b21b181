"""`train plan`: a forecast from a few updates, and nothing written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.train.conftest import rows, write_dir
from train.commands.plan import command, smallest_gain


def planned(*arguments: object) -> str:
    result = CliRunner().invoke(
        command, [str(a) for a in arguments], env={"NO_COLOR": "1"}, standalone_mode=False, catch_exceptions=False
    )
    return result.stdout


@pytest.mark.slow
def test_the_forecast_counts_what_will_be_read(built: Path, tiny: Path) -> None:
    before = sorted(built.rglob("*"))
    told = json.loads(planned(built, "--model", tiny, "--set", "epochs=2", "--format", "json"))
    once = json.loads(planned(built, "--model", tiny, "--set", "epochs=1", "--format", "json"))
    assert told["tokens"] == 2 * once["tokens"] > 0
    assert told["updates"] == told["settings"]["steps"]["value"]
    assert 0 < told["trained_weights"] < told["weights"]
    assert told["seconds"] > 0
    assert told["peak_memory"] > 0
    assert sorted(built.rglob("*")) == before


def test_the_page_ends_with_the_command_to_type(built: Path, tiny: Path) -> None:
    page = planned(built, "--model", tiny, "--set", "method.rank=8")
    assert f"$ train run {built} --set model={tiny} --set method=lora --set method.rank=8" in " ".join(page.split())


def test_padding_is_small_where_lengths_are_alike(tiny: Path, tmp_path: Path) -> None:
    folder = write_dir(tmp_path / "built", rows(60), rows(6, 60), rows(6, 66))
    told = json.loads(planned(folder, "--model", tiny, "--format", "json", "--set", "batch_tokens=300"))
    assert 0 <= told["padding"] < 0.1


def test_more_test_rows_show_smaller_gains() -> None:
    assert smallest_gain(400)["0.2"] < smallest_gain(100)["0.2"] < 0.2
