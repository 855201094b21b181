"""`curate select`: two folders that a trainer takes, and no claim about which is better."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from curate import manifest
from curate.selecting.select import WAYS
from curate.verify import verify
from tests.conftest import Run
from tests.test_verdict import rows


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from click.testing import CliRunner

    from curate.commands.build import command

    folder = tmp_path_factory.mktemp("select")
    data = folder / "data.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows(120, 31)), encoding="utf-8")
    done = CliRunner().invoke(command, [str(data), "-o", str(folder / "clean")], standalone_mode=False)
    assert done.return_value == 0, done.output
    return folder / "clean"


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("by", WAYS)
def test_picks_and_control_are_folders_as_built(built: Path, tmp_path: Path, by: str) -> None:
    from click.testing import CliRunner

    from curate.commands.select import command

    out = tmp_path / "small"
    done = CliRunner().invoke(command, [str(built), "-n", "20", "--by", by, "-o", str(out)], standalone_mode=False)
    assert done.return_value == 0, done.output
    train = lines(built / "train.jsonl")
    for arm in ("picks", "control"):
        assert len(chosen := lines(out / arm / "train.jsonl")) == 20
        assert [line for line in train if line in set(chosen)] == chosen
        assert (out / arm / "test.jsonl").read_bytes() == (built / "test.jsonl").read_bytes()
        assert manifest.mismatches(out / arm, manifest.read(out / arm)) == []
        assert verify(out / arm).findings == []
    said = json.loads((out / "select.json").read_text())
    assert (said["by"], said["n"], said["sets"]["picks"]["rows"], said["sets"]["control"]["rows"]) == (by, 20, 20, 20)


@pytest.mark.slow
def test_without_a_name_the_subset_lies_beside_the_folder(built: Path, run: Run) -> None:
    done = run("curate", "select", built, "-n", 15)
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (built.parent / "clean-15").iterdir()) == ["control", "picks", "select.json"]
    assert "random control" in done.stdout
    assert "better" not in done.stdout.replace("Whether the picks teach more than the control is not known", "")
    assert done.stdout.rstrip().splitlines()[-1].strip() == "$ train compare runs/picks runs/control"
    assert run("curate", "verify", built.parent / "clean-15" / "picks").returncode == 0


@pytest.mark.slow
def test_the_same_wish_gives_the_same_bytes(built: Path, tmp_path: Path, run: Run) -> None:
    for name in ("one", "two"):
        assert run("curate", "select", built, "-n", 12, "-o", tmp_path / name, "--seed", 5, "--lang", "zh").returncode == 0
    for file in ("select.json", "picks/train.jsonl", "picks/manifest.json", "control/manifest.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("-n", "100000"), "100,000 rows cannot be picked"),
        (("-n", "0"), "0 rows cannot be picked"),
        (("-n", "-3"), "cannot be picked"),
        (("-n", "5", "--by", "magic"), "magic"),
        ((), "-n"),
    ],
)
def test_what_cannot_be_picked_exits_2_and_writes_nothing(
    built: Path, tmp_path: Path, run: Run, args: tuple[str, ...], says: str
) -> None:
    done = run("curate", "select", built, *args, "-o", tmp_path / "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "out.partial").exists()


@pytest.mark.slow
def test_only_a_folder_as_built_is_taken(built: Path, tmp_path: Path, run: Run) -> None:
    import shutil

    assert "manifest" in run("curate", "select", tmp_path, "-n", 5).stderr
    touched = shutil.copytree(built, tmp_path / "touched")
    with (touched / "train.jsonl").open("ab") as out:
        out.write(b'{"instruction": "one more", "output": "row"}\n')
    done = run("curate", "select", touched, "-n", 5)
    assert done.returncode == 2
    assert "not as built" in done.stderr
