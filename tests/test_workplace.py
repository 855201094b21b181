"""What `--force` may replace, and what it must not touch."""

from __future__ import annotations

import pytest

from curate.building.workplace import Workplace
from curate.errors import UserError


def replace(target, force: bool = True) -> None:
    with Workplace(target, force) as place:
        (place.partial / "manifest.json").write_text("{}")
        place.finish()


def test_a_folder_of_ours_is_replaced_only_when_asked(tmp_path) -> None:
    replace(tmp_path / "out")
    with pytest.raises(UserError, match="is there already"):
        replace(tmp_path / "out", force=False)
    (tmp_path / "out" / "left").touch()
    replace(tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["manifest.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_may_be_used(tmp_path) -> None:
    (tmp_path / "out").mkdir()
    replace(tmp_path / "out")
    assert (tmp_path / "out" / "manifest.json").exists()


def test_what_is_not_ours_is_never_replaced(tmp_path) -> None:
    (tmp_path / "mine").mkdir()
    for name in ("mine/thesis.md", "file"):
        (tmp_path / name).write_text("years of work")
    for target in (tmp_path / "mine", tmp_path / "file"):
        with pytest.raises(UserError, match="is no folder of ours"):
            replace(target)
    assert (tmp_path / "mine" / "thesis.md").read_text() == (tmp_path / "file").read_text() == "years of work"
