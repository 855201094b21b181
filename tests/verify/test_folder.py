from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from curate.errors import UserError
from curate.verify import verify
from curate.verifying import canaries
from curate.verifying.folder import integrity, manifest_of, rows_of
from curate.verifying.result import Word
from tests.verify.folders import clean, clean_rows, sign, write


def codes(folder: Path, rows_only: bool = False) -> list[str]:
    return [finding.code for finding in verify(folder, rows_only).findings]


def run(*args: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "curate", "verify", *map(str, args)], capture_output=True, check=False)


def test_a_clean_folder_passes_and_says_what_it_looked_at(tmp_path: Path) -> None:
    result = verify(clean(tmp_path / "out"))
    words = {kind.code: kind.word for kind in result.kinds}
    assert result.findings == []
    assert result.verdict == "PASS"
    assert {code for code, word in words.items() if word is Word.CERTIFIED} == {"LEAK001", "LEAK002", "LEAK008", "LEAK009"}
    assert all(words[code] is Word.NOT_CHECKED for code in ("LEAK003", "LEAK004", "LEAK005", "LEAK006", "LEAK007"))
    assert sum(result.histogram.values()) == 16
    assert result.rows == {"train": 44, "validation": 8, "test": 8}


@pytest.mark.slow
def test_a_planted_copy_is_found_as_a_leak_and_the_training_row_is_blamed(tmp_path: Path) -> None:
    rows = clean_rows(60)
    leaked = {**rows[55], "output": rows[55]["output"].upper()}
    folder = write(tmp_path / "out", {"train": [*rows[:20], leaked, *rows[20:44]], "validation": rows[44:52], "test": rows[52:]})
    done = run(folder, "--rows-only", "--format", "jsonl")
    (found,) = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 1
    assert (found["code"], found["file"], found["line"], found["severity"]) == ("LEAK001", "train.jsonl", 21, "error")
    assert found["related"] == [{"file": "test.jsonl", "line": 4, "id": "test-3"}]


def test_a_leak_between_validation_and_test_stands_on_validation(tmp_path: Path) -> None:
    rows = clean_rows(40)
    (found,) = verify(write(tmp_path / "out", {"train": rows[:30], "validation": [rows[30]], "test": [rows[30]]})).findings
    assert (found.code, found.file, found.related[0][0]) == ("LEAK001", "validation.jsonl", "test.jsonl")


def test_personal_data_in_a_leak_is_masked(tmp_path: Path) -> None:
    rows = clean_rows(20)
    held = {
        "instruction": "Whom may I ask about the lantern keeper's boat?",
        "output": "Write to jane.doe@example.org, she answers within a day.",
    }
    result = verify(write(tmp_path / "out", {"train": [held, *rows[:10]], "validation": rows[10:], "test": [held]}))
    assert "jane.doe@example.org" not in json.dumps(result.as_json())


# ---- exit codes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000])
def test_without_a_readable_manifest_it_cannot_run(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(UserError):
        verify(tmp_path)


@pytest.mark.slow
def test_exit_codes_are_0_clean_1_not_2_no_manifest(tmp_path: Path) -> None:
    folder = clean(tmp_path / "out")
    assert run(folder).returncode == 0
    (folder / "train.jsonl").unlink()
    assert run(folder).returncode == 1
    assert run(tmp_path / "absent").returncode == 2


@pytest.mark.slow
def test_in_a_pipe_there_are_no_escape_codes_and_json_is_json(tmp_path: Path) -> None:
    folder = clean(tmp_path / "out")
    assert b"\x1b" not in run(folder).stdout
    report = json.loads(run(folder, "--format", "json").stdout)
    assert {"verdict", "scope", "kinds", "histogram", "canaries", "memoriser", "findings"} <= report.keys()


# ---- what was built and what is there ---------------------------------------------------------------------------------------


def test_a_line_that_holds_no_row_is_named(tmp_path: Path) -> None:
    folder = clean(tmp_path / "out")
    lines = (folder / "train.jsonl").read_bytes().split(b"\n")
    lines[2], lines[4], lines[6] = b"{broken", b"[1]", b'"\xff"'
    (folder / "train.jsonl").write_bytes(b"\n".join(lines))
    found = verify(folder, rows_only=True).findings
    assert [(f.code, f.line) for f in found] == [("SCH001", 3), ("SCH010", 5), ("SCH002", 7)]


@pytest.mark.parametrize("name", ["train.jsonl", "validation.jsonl", "test.jsonl"])
def test_a_missing_split_is_named_even_if_only_rows_are_asked_for(name: str, tmp_path: Path) -> None:
    folder = clean(tmp_path / "out")
    (folder / name).unlink()
    assert "VER001" in codes(folder, rows_only=True)


def test_rows_that_vanish_or_appear_are_found_though_all_hashes_fit(tmp_path: Path) -> None:
    folder = clean(tmp_path / "out")
    body = json.loads((folder / "manifest.json").read_bytes())
    body["counts"]["removed"] = 3
    sign(folder, body)
    assert "VER004" in codes(folder)


def test_a_manifest_may_not_point_outside_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    folder = clean(tmp_path / "out")
    body = json.loads((folder / "manifest.json").read_bytes())
    body["outputs"] |= {"../secret": {"sha256": "0"}, "a\0b": {"sha256": "0"}}
    sign(folder, body)
    messages = [f.message for f in verify(folder).findings]
    assert "../secret is missing" in messages


def integrity_of(folder: Path) -> list[str]:
    """What the hashes alone say; `cannot run` where the manifest cannot be read any more."""
    try:
        manifest = manifest_of(folder)
    except UserError:
        return ["cannot run"]
    rows, findings = rows_of(folder, manifest)
    return [f.code for f in (*findings, *integrity(folder, manifest, rows))]


@pytest.mark.slow
def test_every_changed_byte_of_the_manifest_is_found(tmp_path: Path) -> None:
    folder = clean(tmp_path / "out")
    path = folder / "manifest.json"
    whole = path.read_bytes()
    assert integrity_of(folder) == []
    rng = random.Random(1)
    for at in range(len(whole)):
        other = rng.choice([byte for byte in b'x0 "\n{}1' if byte != whole[at]])
        path.write_bytes(whole[:at] + bytes([other]) + whole[at + 1 :])
        assert integrity_of(folder), f"byte {at}: {whole[at : at + 1]!r} became {bytes([other])!r}"
    path.write_bytes(whole + b" ")
    assert integrity_of(folder)


@pytest.mark.parametrize("name", ["train.jsonl", "validation.jsonl", "test.jsonl"])
def test_every_changed_byte_of_a_listed_file_is_found(name: str, tmp_path: Path) -> None:
    folder = clean(tmp_path / "out")
    whole = (folder / name).read_bytes()
    rng = random.Random(name)
    for at in rng.sample(range(len(whole)), 40):
        (folder / name).write_bytes(whole[:at] + bytes([whole[at] ^ rng.randint(1, 255)]) + whole[at + 1 :])
        assert "VER002" in integrity_of(folder), f"byte {at}"


@pytest.mark.slow
def test_one_planted_pair_among_more_rows_than_one_process_looks_at_is_found(tmp_path: Path) -> None:
    rows = [
        {"instruction": f"Number {i}: " + " ".join(str(i * k) for k in range(3, 19)), "output": f"{i * 7919}"}
        for i in range(1400)
    ]
    rows[-1] = {**rows[0], "instruction": rows[0]["instruction"].upper().replace(" ", "\n")}
    folder = write(tmp_path / "out", {"train": rows[:300], "test": rows[300:]})
    assert [(f.code, f.file, f.line, f.related[0][:2]) for f in verify(folder, rows_only=True).findings] == [
        ("LEAK001", "train.jsonl", 1, ("test.jsonl", 1100))
    ]


# ---- groups and times -------------------------------------------------------------------------------------------------------


def marked(folder: Path, field: str, marks: dict[str, list], **more: object) -> list[tuple[str, str, int | None]]:
    rows = clean_rows(30)
    parts = {}
    for name, values in marks.items():
        parts[name] = [{**rows.pop(), **({} if value is None else {field: value})} for value in values]
    return [(f.code, str(f.file), f.line) for f in verify(write(folder, parts, **more), rows_only=True).findings]


def test_one_group_in_two_splits_is_a_leak_and_a_missing_field_is_no_group(tmp_path: Path) -> None:
    marks = {"train": ["ann", None, 7, ""], "validation": ["bob", None, ""], "test": ["ann", 7, None, {"a": 1}]}
    assert marked(tmp_path / "out", "author", marks, group_by=["author"]) == [
        ("LEAK004", "train.jsonl", 1),
        ("LEAK004", "train.jsonl", 3),
    ]


def test_training_rows_that_are_not_earlier_than_the_test_are_leaks(tmp_path: Path) -> None:
    marks = {"train": ["2024-01-03", "2024-03-01", None], "validation": ["2024-02-01"], "test": ["2024-02-02", "2024-05-01"]}
    assert marked(tmp_path / "out", "when", marks, time_by="when") == [("LEAK006", "train.jsonl", 2)]


def test_times_with_and_without_a_zone_are_compared_as_moments(tmp_path: Path) -> None:
    marks = {
        "train": ["2024-02-02T07:30:00+08:00", "2024-02-02T00:30:00Z"],
        "validation": [None],
        "test": ["2024-02-02"],
    }
    folder = tmp_path / "out"
    assert marked(folder, "when", marks, time_by="when") == [("LEAK006", "train.jsonl", 2)]


# ---- shapes and thresholds --------------------------------------------------------------------------------------------------


def test_rows_under_other_keys_are_read_as_the_build_read_them(tmp_path: Path) -> None:
    rows = [{"q": row["instruction"], "turns": [{"a": row["output"]}]} for row in clean_rows(20)]
    twin = {"q": rows[5]["q"], "turns": [{"a": "Quite another answer, and a short one."}]}
    parts = {"train": [*rows[6:], twin], "validation": rows[:3], "test": rows[3:6]}
    assert codes(write(tmp_path / "out", parts, map={"instruction": "q", "output": "turns[0].a"}), rows_only=True) == ["LEAK009"]


def test_rows_of_no_known_shape_are_compared_by_all_they_say(tmp_path: Path) -> None:
    rows = [{"id": i, "body": {"title": row["instruction"], "lines": [row["output"]]}} for i, row in enumerate(clean_rows(20))]
    parts = {"train": [*rows[6:], {**rows[5], "id": "x"}], "validation": rows[:3], "test": rows[3:6]}
    assert codes(write(tmp_path / "out", parts), rows_only=True) == ["LEAK001"]


def test_the_threshold_is_the_one_the_folder_was_built_with(tmp_path: Path) -> None:
    rows = clean_rows(20)
    near = {**rows[19], "output": rows[19]["output"][:-14] + "qqqqqqq"}
    parts = {"train": [*rows[:15], {**near, "instruction": "Say it again, please."}], "validation": [], "test": rows[19:]}
    strict = codes(write(tmp_path / "a", parts, thresholds={"near": 0.6}), rows_only=True)
    lax = codes(write(tmp_path / "b", parts, thresholds={"near": 0.99}), rows_only=True)
    assert strict == ["LEAK002"]
    assert lax == []


# ---- the ears and the memory ------------------------------------------------------------------------------------------------


def test_what_is_planted_is_found_in_english_and_chinese(tmp_path: Path) -> None:
    result = verify(clean(tmp_path / "out"), rows_only=True)
    heard = {(each["family"], each["language"]): each for each in result.canaries}
    assert {language for _, language in heard} == {"en", "zh"}
    for each in heard.values():
        if each["promised"]:
            assert each["found"] == each["planted"] > 0
    assert heard["traditional characters", "zh"]["promised"] is False


def test_a_verifier_that_hears_nothing_certifies_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deaf = canaries.Family("silence", canaries.Promise.ALWAYS, lambda row, _: {"text": row.whole[::-1]})
    monkeypatch.setattr(canaries, "FAMILIES", (deaf,))
    result = verify(clean(tmp_path / "out"), rows_only=True)
    assert {f.code for f in result.findings} == {"VER005"}
    assert Word.CERTIFIED not in {kind.word for kind in result.kinds}


@pytest.mark.slow
def test_copying_the_nearest_answer_pays_on_a_random_split_and_not_on_ours(tmp_path: Path) -> None:
    """Twenty questions asked in five wordings, each with its answer: ours keeps the five together."""
    plain = clean_rows(120)
    words = ["Tell me", "Please explain", "I want to know", "Say in short", "Could you describe"]
    rows = [{"instruction": f"{w}: {plain[i]['instruction']}", "output": plain[i]["output"]} for i in range(40) for w in words]
    figures = verify(
        write(tmp_path / "out", {"train": rows[:160], "validation": [], "test": rows[160:]}), rows_only=True
    ).memoriser
    assert figures["random_split"] > 0.9
    assert figures["these_splits"] < 0.6
    assert figures["inflation_spared"] == pytest.approx(figures["random_split"] - figures["these_splits"], abs=1e-6)


@pytest.mark.slow
def test_the_answer_is_the_same_for_the_same_folder(tmp_path: Path) -> None:
    folder = clean(tmp_path / "out")
    assert verify(folder).as_json() == verify(folder).as_json()


@pytest.mark.skipif(os.name == "nt", reason="names of files")
def test_nothing_is_written_into_the_folder(tmp_path: Path) -> None:
    folder = clean(tmp_path / "out")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    verify(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.slow
def test_it_speaks_chinese_when_asked_to(tmp_path: Path) -> None:
    folder = clean(tmp_path / "out")
    rows = (folder / "test.jsonl").read_bytes()
    (folder / "train.jsonl").write_bytes((folder / "train.jsonl").read_bytes() + rows.splitlines(keepends=True)[0])
    said = run(folder, "--lang", "zh").stdout.decode()
    assert "与另一划分中的行文本相同（test.jsonl:1）" in said
    assert "必须找到" in said
    assert "must be found" not in said


def test_before_it_passes_it_has_noticed_a_changed_byte_in_every_file_it_vouches_for(tmp_path: Path) -> None:
    [tampering] = [each for each in verify(clean(tmp_path / "out")).canaries if each["family"] == "one byte changed"]
    assert (tampering["planted"], tampering["found"]) == (4, 4)
