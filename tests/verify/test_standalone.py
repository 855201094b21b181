"""The copy that is written beside the splits: another program, with the standard library alone, and the same verdict."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from curate.verify import verify
from tests.verify.folders import clean, clean_rows, sign, write
from tests.verify.test_cases import CASES
from tests.verify.test_pairs import family

SCRIPT = Path(__file__).parents[2] / "curate" / "standalone" / "verify_leakage.py"
Found = set[tuple[str, str, int | None, tuple[tuple[str, int], ...]]]


def alone(folder: Path, *options: str) -> tuple[int, Found]:
    """Without site-packages, without this project on the path."""
    command = [sys.executable, "-I", "-S", SCRIPT, folder, "--format", "jsonl", *options]
    done = subprocess.run(command, capture_output=True, check=False)
    assert not done.stderr, done.stderr.decode()
    found = set()
    for row in map(json.loads, done.stdout.splitlines()):
        related = tuple(sorted((other["file"], other["line"]) for other in row["related"]))
        found.add((row["code"], row["file"], row["line"], related))
    return done.returncode, found


def ours(folder: Path, rows_only: bool) -> tuple[int, Found]:
    result = verify(folder, rows_only)
    found = {(f.code, f.file or "", f.line, tuple(sorted(address[:2] for address in f.related))) for f in result.findings}
    return 0 if result.passed else 1, found


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_both_find_the_same_in_a_tangle_of_rows(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    rows = [row for _ in range(2) for row in family(rng)]
    rng.shuffle(rows)
    folder = write(tmp_path / "out", {"train": rows[:40], "validation": rows[40:50], "test": rows[50:]})
    code, found = alone(folder)
    assert (code, found) == ours(folder, rows_only=False)
    assert code == 1


def test_both_judge_the_hand_written_cases_alike(tmp_path: Path) -> None:
    pairs = [case[:2] for case in CASES.values()]
    folder = write(tmp_path / "out", {"train": [a for a, _ in pairs], "validation": [], "test": [b for _, b in pairs]})
    assert alone(folder, "--rows-only") == ours(folder, rows_only=True)


def test_both_look_at_groups_and_times(tmp_path: Path) -> None:
    folder = clean(tmp_path / "out", group_by=["instruction"], time_by="output")
    assert alone(folder, "--rows-only") == ours(folder, rows_only=True)


def test_both_find_one_conversation_in_two_splits(tmp_path: Path) -> None:
    def chat(*said: str) -> dict[str, object]:
        return {"messages": [{"role": "user" if k % 2 == 0 else "assistant", "content": text} for k, text in enumerate(said)]}

    def others(number: int) -> list[str]:
        return [row["output"] for row in clean_rows(number, 100 * number)]

    begun, short = ("Which wood suits a garden bench?", "Oak or larch: both stand rain for years."), ("Hi", "Hello! What is it?")
    folder = write(
        tmp_path / "out",
        {
            "train": [
                chat(*begun, *others(4)),
                chat(*short, *others(2)),
                {"system": "Be brief.", **chat("WHICH  wood?", *others(3))},
            ],
            "validation": [chat(*begun)],
            "test": [chat(*begun, *others(6)), chat(*short, *others(8)), chat("Which wood?", others(3)[0], *others(7)[1:])],
        },
    )
    found = ours(folder, rows_only=True)
    assert alone(folder, "--rows-only") == found
    places = {(file, line) for code, file, line, _ in found[1] if code == "LEAK004"}
    assert places == {("train.jsonl", 1), ("train.jsonl", 3), ("validation.jsonl", 1)}, found


DAYS = ("2026-01-01", "2026-01-02T00:00:00.000001Z", "2026-01-09"), ("2026-01-12",), ("2026-01-19T02:00:00+02:00", "2026-01-25")
NUMBERS = ("1", "2.5", "1e1"), ("13",), ("20", "not known")


@pytest.mark.parametrize(
    ("times", "embargo", "late"),
    [
        (DAYS, "", set()),
        (DAYS, "3d", set()),
        (DAYS, "72.1h", {("train.jsonl", 3)}),
        (DAYS, "1w", {("train.jsonl", 3)}),
        (DAYS, "240h", {("train.jsonl", 2), ("train.jsonl", 3), ("validation.jsonl", 1)}),
        (DAYS, "7", set()),
        (NUMBERS, "3", set()),
        (NUMBERS, "3.5", {("train.jsonl", 3)}),
        (NUMBERS, "8", {("train.jsonl", 3), ("validation.jsonl", 1)}),
        (NUMBERS, "7d", set()),
    ],
)
def test_both_see_what_is_nearer_to_a_later_split_than_the_embargo(
    times: tuple[tuple[str, ...], ...], embargo: str, late: set[tuple[str, int]], tmp_path: Path
) -> None:
    parts = zip(("train", "validation", "test"), times, strict=True)
    rows = iter(clean_rows(6))
    splits = {name: [{**next(rows), "at": at} for at in dates] for name, dates in parts}
    folder = write(tmp_path / "out", splits, time_by="at", settings={"embargo": embargo})
    code, found = ours(folder, rows_only=False)
    assert {(file, line) for rule, file, line, _ in found if rule == "LEAK006"} == late
    assert alone(folder) == (code, found)


def test_a_clean_folder_passes(tmp_path: Path) -> None:
    assert alone(clean(tmp_path / "out")) == (0, set())


@pytest.mark.parametrize("name", ["train.jsonl", "validation.jsonl", "test.jsonl", "manifest.json"])
def test_a_changed_byte_is_found(name: str, tmp_path: Path) -> None:
    folder = clean(tmp_path / "out")
    data = bytearray((folder / name).read_bytes())
    data[data.rfind(b"e")] = ord("o")
    (folder / name).write_bytes(data)
    assert alone(folder)[0] == 1


def test_a_missing_file_a_broken_line_and_lost_rows_are_found(tmp_path: Path) -> None:
    folder = clean(tmp_path / "out")
    (folder / "validation.jsonl").unlink()
    (folder / "test.jsonl").write_bytes(b"{]\n")
    body = json.loads((folder / "manifest.json").read_bytes())
    body["counts"]["input"] += 1
    sign(folder, body)
    code, found = alone(folder)
    assert code == 1
    assert {"VER001", "SCH001", "VER002", "VER004"} == {each[0] for each in found}


def test_without_a_manifest_it_cannot_run(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-I", "-S", SCRIPT, tmp_path], capture_output=True, check=False)
    assert done.returncode == 2


def test_run_beside_the_splits_it_needs_no_arguments(tmp_path: Path) -> None:
    folder = clean(tmp_path / "out")
    (folder / "verify_leakage.py").write_bytes(SCRIPT.read_bytes())
    done = subprocess.run([sys.executable, "-I", "-S", folder / "verify_leakage.py"], capture_output=True, check=False)
    assert done.returncode == 0
    assert done.stdout.startswith(b"PASS")
