"""What `curate build` and `curate split` do with rows that are tied: as a user calls them, in this process."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from curate.cli import main, outcome
from curate.verify import verify
from curate.verifying.folder import integrity, manifest_of, rows_of

Row = dict[str, Any]


def words(key: object, number: int) -> str:
    dice = random.Random(str(key))
    return " ".join("".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=dice.randint(3, 9))) for _ in range(number))


def row(key: object, question: object = None, **more: Any) -> Row:
    """A row like no other; with the same `question` rows ask the same."""
    return {
        "instruction": words(f"q{key if question is None else question}", 12),
        "input": "",
        "output": words(f"a{key}", 24),
        **more,
    }


def write(path: Path, rows: list[Row]) -> Path:
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in rows), encoding="utf-8")
    return path


@pytest.fixture
def curate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Run a command; its exit code."""
    monkeypatch.chdir(tmp_path)

    def call(*args: object) -> int:
        monkeypatch.setattr("sys.argv", ["curate", *map(str, args)])
        return outcome("curate", main)

    return call


def lines(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def places(folder: Path) -> dict[Any, str]:
    """Split of each id; `aside` for those in quarantine."""
    found = {each["id"]: name for name in ("train", "validation", "test") for each in lines(folder / f"{name}.jsonl")}
    return found | {each["id"]: "aside" for each in lines(folder / "quarantine.jsonl")}


def manifest(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "manifest.json").read_bytes())


# ---- setting aside ----------------------------------------------------------------------------------------------------------


def chains(number: int, length: int) -> list[Row]:
    """Groups of one question each, all held together by one row: it quotes an answer of every group."""
    rows = [row(f"{g}.{k}", question=g, id=f"{g}.{k}") for g in range(number) for k in range(length)]
    quotes = " ".join(words(f"a{g}.0", 24) for g in range(number))
    return [*rows, {"instruction": words("bridge", 9), "input": "", "output": quotes, "id": "bridge"}]


@pytest.mark.slow
def test_the_row_that_glues_everything_is_set_aside_with_the_row_it_leaks_to(curate, tmp_path) -> None:
    data = write(tmp_path / "data.jsonl", chains(12, 5))
    assert curate("split", data, "-o", "out") == 0
    assert [name for name, place in places(tmp_path / "out").items() if place == "aside"] == ["bridge"]
    [entry] = lines(tmp_path / "out" / "quarantine.jsonl")
    assert entry["code"] == "LEAK008"
    assert entry["related"]["id"].endswith(".0")
    assert entry["row"]["id"] == "bridge"
    counts = manifest(tmp_path / "out")["counts"]
    assert (counts["input"], counts["kept"], counts["quarantined"]) == (61, 60, 1)
    assert verify(tmp_path / "out").passed


def test_beyond_max_drop_it_refuses_and_tells_what_holds_the_rows_and_what_can_be_reached(curate, tmp_path, capsys) -> None:
    data = write(tmp_path / "data.jsonl", chains(12, 5))
    assert curate("split", data, "-o", "out", "--max-drop", "0.001") == 1
    said = capsys.readouterr().err
    assert "LEAK008 ties alone make a group of" in said
    assert "without them the largest would have 5." in said
    assert "--split 1.000/0.000/0.000" in said
    assert not (tmp_path / "out").exists()
    assert curate("split", data, "-o", "out", "--max-drop", "0.001", "--lang", "zh") == 1
    assert "--max-drop" in capsys.readouterr().err


def test_rows_that_all_ask_the_same_cannot_be_split_and_nothing_is_written(curate, tmp_path, capsys) -> None:
    data = write(tmp_path / "data.jsonl", [row(k, question="same") for k in range(40)])
    assert curate("build", data, "-o", "out") == 1
    assert "LEAK009 ties alone make a group of 40 rows" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "out.partial").exists()


# ---- conversations ----------------------------------------------------------------------------------------------------------


def chat(opening: str, key: object, turns: int = 2, size: int = 30) -> Row:
    """A conversation that begins with the given question and answer and goes on as no other does."""
    said = [opening, *(words(f"{key} {turn}", size) for turn in range(2 * turns - 2))]
    first = said[0].split("|")
    roles = ["user", "assistant"] * turns
    return {
        "id": str(key),
        "messages": [{"role": role, "content": text} for role, text in zip(roles, first + said[1:], strict=True)],
    }


@pytest.mark.slow
def test_conversations_that_begin_alike_stay_together_and_a_greeting_ties_nothing(curate, tmp_path, capsys) -> None:
    begun = [f"{words(f'q{n}', 6)}|{words(f'a{n}', 9)}" for n in range(12)]
    rows = [chat(begun[n], f"{n}.{k}") for n in range(12) for k in range(5)]
    rows += [chat(begun[n], f"{n}.alone", turns=1) for n in range(4)]
    rows += [chat("Hello!|Hello, how can I help?", f"greeting.{k}") for k in range(30)]
    data = write(tmp_path / "data.jsonl", rows)
    assert curate("split", data, "-o", "out") == 0
    found = places(tmp_path / "out")
    for n in range(12):
        assert len({place for name, place in found.items() if name.startswith(f"{n}.")}) == 1
    assert {place for name, place in found.items() if name.startswith("greeting")} == {"train", "validation", "test"}
    assert verify(tmp_path / "out").passed
    assert curate("trace", "out", "7.1") == 0
    assert "LEAK004" in capsys.readouterr().out


# ---- pins -------------------------------------------------------------------------------------------------------------------


def test_a_pinned_row_takes_its_group_along(curate, tmp_path) -> None:
    rows = [row(k, question=k // 2, id=k) for k in range(60)]
    for k, split in ((0, "test"), (11, "validation"), (20, "train")):
        rows[k]["place"] = split
    assert curate("split", write(tmp_path / "data.jsonl", rows), "-o", "out", "--pin-by", "place") == 0
    found = places(tmp_path / "out")
    assert [found[k] for k in (0, 1, 10, 11, 20, 21)] == ["test"] * 2 + ["validation"] * 2 + ["train"] * 2
    assert manifest(tmp_path / "out")["pinned"] == 3


def test_a_row_between_two_pins_is_set_aside(curate, tmp_path) -> None:
    rows = chains(2, 1) + [row(k, id=k) for k in range(60)]
    rows[0]["place"], rows[1]["place"] = "train", "test"
    assert curate("split", write(tmp_path / "data.jsonl", rows), "-o", "out", "--pin-by", "place") == 0
    found = places(tmp_path / "out")
    assert (found["0.0"], found["1.0"], found["bridge"]) == ("train", "test", "aside")


def test_a_pin_that_names_no_split_is_named_by_its_address_not_its_value(curate, tmp_path, capsys) -> None:
    rows = [row(0), row(1, place="somewhere secret")]
    assert curate("split", write(tmp_path / "data.jsonl", rows), "-o", "out", "--pin-by", "place") == 2
    said = capsys.readouterr().err
    assert "data.jsonl:2" in said
    assert "secret" not in said


# ---- time -------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_by_time_the_future_is_tested_and_the_embargo_left_empty(curate, tmp_path) -> None:
    rows = [row(k, id=k, at=f"2026-{1 + k // 28:02d}-{1 + k % 28:02d}T12:00:00+08:00") for k in range(112)]
    random.Random(1).shuffle(rows)
    data = write(tmp_path / "data.jsonl", rows)
    assert curate("split", data, "-o", "out", "--time-by", "at", "--embargo", "3d", "--max-drop", "0.1") == 0
    found = places(tmp_path / "out")
    days = {name: [k for k, place in found.items() if place == name] for name in ("train", "validation", "test", "aside")}
    assert max(days["train"]) + 3 <= min(days["validation"])
    assert max(days["validation"]) + 3 <= min(days["test"])
    # A gap of three days between noons is reached when two days' rows are gone.
    assert len(days["aside"]) == 4
    assert {each["code"] for each in lines(tmp_path / "out" / "quarantine.jsonl")} == {"LEAK006"}
    assert verify(tmp_path / "out").passed


def test_by_time_a_group_that_spans_two_periods_loses_its_strays(curate, tmp_path) -> None:
    rows = [row(k, id=k, at=k) for k in range(100)]
    rows[95] = row(95, question=3, id=95, at=95)
    assert curate("split", write(tmp_path / "data.jsonl", rows), "-o", "out", "--time-by", "at") == 0
    found = places(tmp_path / "out")
    assert (found[3], found[95]) == ("train", "aside")
    assert lines(tmp_path / "out" / "quarantine.jsonl")[0]["related"]["id"] == 3


@pytest.mark.parametrize(
    ("more", "says"), [(("--embargo", "7"), "--embargo 7 does not fit"), (("--pin-by", "p"), "Give one of them")]
)
def test_by_time_what_makes_no_sense_is_refused(curate, tmp_path, capsys, more, says) -> None:
    rows = [row(k, at=f"2026-01-{1 + k:02d}", p="test") for k in range(12)]
    assert curate("split", write(tmp_path / "data.jsonl", rows), "-o", "out", "--time-by", "at", *more) == 2
    assert says in capsys.readouterr().err


# ---- the same data, grown ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_when_data_grow_no_old_row_moves_and_new_bridges_are_set_aside(curate, tmp_path) -> None:
    old = [row(k, id=f"o{k}") for k in range(60)]
    assert curate("build", write(tmp_path / "old.jsonl", old), "-o", "first") == 0
    before = places(tmp_path / "first")
    train, test = (next(k for k in range(60) if before[f"o{k}"] == name) for name in ("train", "test"))
    quotes = f"{words(f'a{train}', 24)} {words(f'a{test}', 24)}"
    new = [
        {"instruction": words("both", 9), "input": "", "output": quotes, "id": "bridge"},
        row("follows", question=test, id="follows"),
        {**row(train), "output": row(train)["output"] + " and a little more of the same to be the fuller one", "id": "copy"},
        *(row(f"new{k}", id=f"n{k}") for k in range(20)),
    ]
    data = write(tmp_path / "new.jsonl", [*new, *reversed(old)])
    assert curate("build", data, "-o", "second", "--keep-splits", "first") == 0
    after = places(tmp_path / "second")
    assert {name: after[name] for name in before} == before
    assert after["bridge"] == "aside"
    assert after["follows"] == "test"
    assert "copy" not in after
    said = manifest(tmp_path / "second")
    assert said["keep_splits"] == {"manifest": manifest(tmp_path / "first")["digest"], "rows": 60}
    assert said["pinned"] == 60


def test_an_earlier_folder_that_was_changed_decides_nothing(curate, tmp_path, capsys) -> None:
    data = write(tmp_path / "old.jsonl", [row(k) for k in range(30)])
    assert curate("split", data, "-o", "first") == 0
    with (tmp_path / "first" / "test.jsonl").open("a") as out:
        out.write("\n")
    assert curate("split", data, "-o", "second", "--keep-splits", "first") == 2
    assert "is not as it was built" in capsys.readouterr().err


# ---- why together -----------------------------------------------------------------------------------------------------------


def test_report_and_trace_tell_why_rows_are_together_by_the_weakest_tie(curate, tmp_path, capsys) -> None:
    rows = [row(k, id=k) for k in range(50)]
    rows[7] = row(7, question=3, id=7)
    rows[9] = {**rows[7], "id": 9, "instruction": words("other", 9), "output": rows[7]["output"][:-16] + " with another end"}
    assert curate("split", write(tmp_path / "data.jsonl", rows), "-o", "out") == 0
    [group] = manifest(tmp_path / "out")["together"]["largest"]
    assert group["rows"] == 3
    assert group["ties"] == {"LEAK008": 1, "LEAK009": 1}
    assert group["weakest"]["code"] == "LEAK008"
    assert 0.8 <= group["weakest"]["score"] < 1
    assert "Rows that stay together" in capsys.readouterr().out
    assert "Rows that stay together" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert curate("trace", "out", "9") == 0
    told = capsys.readouterr().out
    assert "one of 3 rows that stay together" in told
    assert "its weakest tie" in told
    assert curate("trace", "out", "3", "--lang", "zh") == 0
    assert "不可拆分" in capsys.readouterr().out


@pytest.mark.slow
def test_the_report_shows_what_learning_by_heart_would_score_here_and_on_a_random_split(curate, tmp_path, capsys) -> None:
    """Every question is asked in a few ways with the same answer: a random split would put them on both sides."""
    rows = [
        {"instruction": f"{words(g, 14)} {words(f'{g}{k}', 1)}", "input": "", "output": words(f"a{g}", 12), "id": f"{g}.{k}"}
        for g in range(30)
        for k in range(4)
    ]
    assert curate("split", write(tmp_path / "data.jsonl", rows), "-o", "out") == 0
    figures = json.loads((tmp_path / "out" / "report.json").read_bytes())["build"]["memoriser"]
    assert figures["random_split"] > 0.9
    assert figures["these_splits"] < 0.2
    assert "Inflation spared: +" in capsys.readouterr().out


# ---- sets that must stay unseen ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "gone"), [("drop-train", {3, 5}), ("drop-eval", set()), ("report", set())])
def test_items_of_a_benchmark_go_by_the_mode_and_short_ones_are_listed_as_weak(curate, tmp_path, capsys, mode, gone) -> None:
    rows = [row(k, id=k) for k in range(40)]
    items = [{**rows[3], "output": "another answer altogether"}, {"instruction": f"{words('q5', 12)}", "output": "x"}, row("new")]
    items.append({"instruction": "2 + 2 = ?", "output": "4"})
    against = f"bench={write(tmp_path / 'bench.jsonl', items)}"
    data = write(tmp_path / "data.jsonl", rows)
    assert curate("build", data, "-o", "out", "--against", against, "--against-mode", mode) == 0
    assert {each["id"] for each in lines(tmp_path / "out" / "removed.jsonl")} == gone
    said = manifest(tmp_path / "out")
    assert (said["against_weak"]["items"], said["against_weak"]["of"]) == (1, 4)
    assert said["against_weak"]["listed"][0].endswith("bench.jsonl:4")
    assert len(said["against"]) == (0 if mode == "report" else 2)
    assert "1 of 4 items of --against are short" in capsys.readouterr().out


# ---- the folder as a whole --------------------------------------------------------------------------------------------------


def test_one_changed_byte_in_any_file_that_a_build_wrote_is_found(curate, tmp_path) -> None:
    data = write(tmp_path / "data.jsonl", [*chains(6, 5), row("again", id="x"), row("again", id="y")])
    assert curate("build", data, "-o", "out", "--max-drop", "0.1") == 0
    out = tmp_path / "out"
    stated, dice = manifest_of(out), random.Random(0)
    rows, broken = rows_of(out, stated)
    assert not broken
    assert not list(integrity(out, stated, rows))
    written = {path.name for path in out.iterdir()} - {"manifest.json"}
    assert written == set(stated["outputs"])
    for name in sorted(written):
        whole = (out / name).read_bytes()
        for at in {0, len(whole) - 1, dice.randrange(len(whole) or 1)} if whole else ():
            (out / name).write_bytes(whole[:at] + bytes([whole[at] ^ (1 << dice.randrange(8))]) + whole[at + 1 :])
            assert name in {finding.file for finding in integrity(out, stated, rows)}, (name, at)
        (out / name).write_bytes(whole)


@pytest.mark.slow
def test_the_verifier_that_lies_in_the_folder_comes_to_the_same_verdict(curate, tmp_path) -> None:
    rows = [row(k, id=k, at=f"2026-01-{1 + k // 4:02d}", author=f"a{k // 2}") for k in range(60)]
    data = write(tmp_path / "data.jsonl", rows)
    assert curate("split", data, "-o", "out", "--group-by", "author", "--time-by", "at") == 0
    script = tmp_path / "out" / "verify_leakage.py"
    alone = [sys.executable, "-I", "-S", str(script), str(tmp_path / "out"), "--format", "jsonl"]
    clean = subprocess.run(alone, capture_output=True, text=True, check=False)
    assert (clean.returncode, clean.stdout) == (0, "")
    held = (tmp_path / "out" / "test.jsonl").read_text(encoding="utf-8").splitlines()[0]
    with (tmp_path / "out" / "train.jsonl").open("a", encoding="utf-8") as out:
        out.write(held + "\n")
    found = {
        json.loads(line)["code"]
        for line in subprocess.run(alone, capture_output=True, text=True, check=False).stdout.splitlines()
    }
    assert found == {finding.code for finding in verify(tmp_path / "out").findings}
    assert {"LEAK001", "LEAK004", "LEAK006", "VER002", "VER004"} <= found


@pytest.mark.parametrize(
    "asked",
    [("build", option) for option in ("--group-by", "--stratify-by", "--time-by", "--pin-by")]
    + [("audit", option) for option in ("--group-by", "--time-by")],
)
def test_a_field_that_no_row_has_is_refused(curate, tmp_path, capsys, asked) -> None:
    data = write(tmp_path / "data.jsonl", [{"instruction": "Name a colour.", "output": "Blue.", "author": "me"}] * 3)
    verb, option = asked
    assert curate(verb, data, option, "auther", *(["-o", tmp_path / "out"] if verb == "build" else [])) == 2
    said = capsys.readouterr().err
    assert "no row has a field `auther`" in said
    assert "Did you mean `author`?" in said
