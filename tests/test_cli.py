"""The commands from outside: exit codes, streams, formats, and what a start costs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROWS = [
    {"instruction": f"Name thing number {i} in the list.", "input": "", "output": f"Thing {i} is called {chr(97 + i) * 7}."}
    for i in range(12)
]


def test_a_clean_start_imports_nothing_heavy() -> None:
    code = "import sys, curate.cli; print([m for m in ('torch','transformers','datasets','pandas','spacy','numba','rich') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


@pytest.mark.slow
def test_a_default_audit_loads_no_model_library(jsonl) -> None:
    path = jsonl(ROWS)
    code = (
        "import sys; from curate.cli import main\n"
        f"sys.argv = ['curate', 'audit', {str(path)!r}, '--fail-on', 'never']\n"
        "main(standalone_mode=False)\n"
        "print([m for m in ('torch','transformers','spacy','sentence_transformers','presidio_analyzer') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip().splitlines()[-1] == "[]"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("audit", "absent.jsonl"), "no such file"),
        (("audit", "empty.jsonl"), "there is no row"),
        (("audit", "hollow.jsonl"), "every object is empty"),
        (("audit", "bare.jsonl"), "no line is a JSON object"),
        (("audit", "data.jsonl", "--no-such-option"), "No such option"),
        (("audit", "folder"), "no data file"),
        (("audit", "data.jsonl", "--config", "bad.toml"), "unknown key `treshold`"),
        (("audit", "data.jsonl", "--config", "absent.toml"), "cannot be read"),
        (("audit", "data.jsonl", "--select", "XYZ"), "no rule begins with"),
        (("audit", "data.jsonl", "--map", "outptu=answer"), "--map outptu=answer"),
        (("audit", "data.jsonl", "--against", "nameless"), "NAME=PATH"),
        (("audit", "data.jsonl", "--baseline", "absent.json"), "the baseline cannot be read"),
        (("audti", "data.jsonl"), "Did you mean `curate audit`"),
        (("explain", "DUP999"), "no rule DUP999"),
        (("verify", "folder"), "manifest"),
        (("build", "data.jsonl", "-o", "out", "--split", "0.8/0.3/0.1"), "add up to 1"),
        (("audit", "data.jsonl", "--engine", "ray"), "not yet"),
        (("index", "query", "absent.db", "data.jsonl"), "there is no index"),
    ],
)
def test_what_cannot_run_says_why_and_exits_2(run, jsonl, tmp_path, args, says) -> None:
    jsonl(ROWS)
    (tmp_path / "empty.jsonl").write_text("")
    (tmp_path / "hollow.jsonl").write_text("{}\n{}\n")
    (tmp_path / "bare.jsonl").write_text("[1]\n2\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "bad.toml").write_text("treshold = 0.9\n")
    done = run("curate", *args)
    assert done.returncode == 2, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.slow
@pytest.mark.parametrize("form", ["text", "json", "jsonl", "markdown", "html", "sarif", "github"])
def test_every_format_is_clean_in_a_pipe(run, jsonl, form) -> None:
    done = run("curate", "audit", jsonl([*ROWS, ROWS[0]]), "--format", form, "--fail-on", "never")
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert "DUP001" in done.stdout
    if form in ("json", "sarif"):
        assert isinstance(json.loads(done.stdout), dict)


@pytest.mark.slow
def test_the_json_report_has_the_keys_of_the_contract(run, jsonl) -> None:
    report = json.loads(run("curate", "audit", jsonl(ROWS), "--format", "json", "--fail-on", "never").stdout)
    assert {"schema_version", "verdict", "gates", "input", "rules", "stages", "facts"} <= set(report)
    assert {"files", "rows", "bytes", "format", "shape", "languages", "tokens"} <= set(report["input"])
    assert all({"name", "seconds", "skipped_because"} <= set(stage) for stage in report["stages"])


def test_a_finding_has_the_fields_of_the_contract(run, jsonl) -> None:
    rows = [*ROWS, {"instruction": "x", "output": ""}]
    found = [
        json.loads(line)
        for line in run("curate", "audit", jsonl(rows), "--select", "SCH", "--format", "jsonl").stdout.splitlines()
    ]
    keys = {"code", "severity", "file", "line", "id", "field", "span", "message", "excerpt", "related", "score", "fix"}
    assert [set(f) for f in found] == [keys]
    assert (found[0]["code"], found[0]["line"], found[0]["field"]) == ("SCH005", 13, "output")


@pytest.mark.slow
def test_exit_1_from_the_level_asked_for(run, jsonl) -> None:
    broken = jsonl([*ROWS, {"instruction": "x", "output": ""}], "broken.jsonl")
    twice = jsonl([*ROWS, ROWS[0]], "twice.jsonl")
    assert run("curate", "audit", broken, "--select", "SCH").returncode == 1
    assert run("curate", "audit", broken, "--select", "SCH", "--fail-on", "never").returncode == 0
    assert run("curate", "audit", twice, "--select", "DUP").returncode == 0
    assert run("curate", "audit", twice, "--select", "DUP", "--fail-on", "warning").returncode == 1


def test_a_baseline_hides_what_was_known_wherever_it_moves(run, jsonl, tmp_path) -> None:
    rows = [*ROWS, {"instruction": "x", "output": ""}]
    assert run("curate", "audit", jsonl(rows), "--select", "SCH", "--write-baseline", "base.json").returncode == 1
    moved = jsonl(rows[::-1], "moved.jsonl")
    assert run("curate", "audit", moved, "--select", "SCH", "--baseline", "base.json").returncode == 0


@pytest.mark.slow
def test_data_cannot_speak_for_the_report(run, jsonl) -> None:
    hostile = "<script>alert(1)</script> | [red]y[/red] \x1b[31m ::error::boo \u202eevil"
    rows = [{"instruction": hostile, "output": hostile, "id": hostile}, {"instruction": hostile, "output": hostile, "id": 1}]
    data = jsonl(rows, "h.jsonl")
    files = [data.with_suffix(end) for end in (".md", ".html", ".sarif")]
    said = run("curate", "audit", data, "--fail-on", "never", *(part for file in files for part in ("-o", file))).stdout
    github = run("curate", "audit", data, "--fail-on", "never", "--format", "github").stdout
    reports = [said, *(file.read_text(encoding="utf-8") for file in files), github]
    for form, out in zip(("text", "markdown", "html", "sarif", "github"), reports, strict=True):
        assert "\x1b" not in out
        assert "<script>alert" not in out or form in ("text", "sarif")
        assert not any(line.startswith("::error::boo") for line in out.splitlines())


@pytest.mark.slow
def test_chinese_is_spoken_when_asked_for(run, jsonl) -> None:
    out = run("curate", "audit", jsonl([*ROWS, ROWS[0]]), "--lang", "zh", "--fail-on", "never").stdout
    assert "下一步" in out
    assert "DUP001" in out
    assert run("curate", "explain", "DUP002", env={"LANG": "zh_CN.UTF-8"}).stdout.count("为什么重要") == 1


@pytest.mark.slow
def test_a_sample_is_said_to_be_one(run, jsonl) -> None:
    report = json.loads(run("curate", "audit", jsonl(ROWS), "--sample", "5", "--format", "json", "--fail-on", "never").stdout)
    assert report["input"]["rows"] == 5
    assert report["input"]["sample_of"] == 12


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_named_and_no_bug_of_ours(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"instruction": "Say hello.", "output": "Hello."}\n')
    command = [sys.executable, "-m", "curate", "audit", str(tmp_path / "a.jsonl"), "--format", "json"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, "No space left" in done.stderr) == (2, True), done.stderr


@pytest.mark.slow
def test_quiet_says_the_outcome_alone_and_color_is_as_asked(run, jsonl) -> None:
    built = run(
        "curate", "build", jsonl(ROWS), "-o", "clean", "-q", "--split", "0.6/0.2/0.2", "--max-drop", "1", "--color", "always"
    )
    assert built.returncode == 0, built.stderr
    assert built.stderr == ""
    assert "\x1b[" in built.stdout
    assert "PASS" in built.stdout
    assert len(built.stdout.splitlines()) == 1
    checked = run("curate", "verify", "clean", "--quiet", env={"FORCE_COLOR": "1", "NO_COLOR": "1"})
    assert "\x1b" not in checked.stdout
    assert checked.stdout.split()[0] == "PASS"
    assert "Kinds of leak" not in checked.stdout
    told = run("curate", "explain", "LEAK002", "-q", "--color", "never", env={"FORCE_COLOR": "1"}).stdout
    assert "\x1b" not in told
    assert "Why it matters" not in told


@pytest.mark.slow
def test_a_report_that_goes_into_files_says_how_it_ended_and_where_it_stands(run, jsonl) -> None:
    done = run("curate", "audit", jsonl([*ROWS, ROWS[0]]), "-o", "r.json", "--select", "DUP")
    assert (done.stdout, done.stderr.count("r.json")) == ("", 1)
    assert "1 finding" in done.stderr
    assert run("curate", "audit", jsonl(ROWS), "-o", "r.json", "--select", "DUP", "-q").stderr == ""
