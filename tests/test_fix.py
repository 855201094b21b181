"""`curate audit --fix`: what it mends, what it leaves, and that it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from curate.cli import main, outcome

ROWS = [
    {"id": i, "instruction": f"Name thing {i} in the list of things.", "output": f"Thing {i} is called {chr(97 + i) * 7} indeed."}
    for i in range(6)
]
ADDRESS = "anna.smith@" + "gmail.com"
MESSY = [
    *ROWS[:3],
    {**ROWS[3], "output": ROWS[3]["output"] + "\x07", "weight": 1.50},
    *ROWS[4:],
    {**ROWS[0], "id": "again"},
    {"id": "e", "instruction": "x", "output": ""},
    {"id": "m", "instruction": f"Mail {ADDRESS} about the invoice of May.", "output": "Done, I wrote to her."},
]


@pytest.fixture
def run(monkeypatch, tmp_path, capfd):
    """`run("audit", file)` in this process, in the folder of the data."""
    monkeypatch.chdir(tmp_path)

    def call(*args: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["curate", *args])
        code = outcome("curate", main)
        said = capfd.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    path = tmp_path / "data.jsonl"
    path.write_bytes(b"".join(json.dumps(row).encode() + b"\r\n" for row in MESSY) + b"not json\n")
    return path


def mend(run, path: Path, *flags: str) -> tuple[int, str, str]:
    return run("audit", path.name, "--select", "SCH,DUP,PII", "--exit-zero", "--quiet", *flags)


def test_safe_fixes_touch_nothing_but_control_characters(run, messy) -> None:
    before = messy.read_bytes().splitlines(keepends=True)
    assert mend(run, messy, "--fix")[0] == 0
    after = messy.read_bytes().splitlines(keepends=True)
    assert [i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b] == [3]
    assert b"\\u0007" not in after[3]
    assert b'"weight": 1.5' in after[3]
    assert after[3].endswith(b"\r\n")
    assert (messy.parent / "data.jsonl.orig").read_bytes() == b"".join(before)


def test_unsafe_fixes_leave_nothing_of_their_kind_and_end(run, messy) -> None:
    assert mend(run, messy, "--unsafe-fixes")[0] == 0
    once = messy.read_bytes()
    assert ADDRESS.encode() not in once
    assert len(once.splitlines()) == 7
    _, _, said = mend(run, messy, "--unsafe-fixes")
    assert "nothing to fix" in said
    assert messy.read_bytes() == once


@pytest.mark.parametrize("flags", [("--fix", "--diff"), ("--unsafe-fixes", "--diff"), ("--unsafe-fixes", "--dry-run")])
def test_a_preview_changes_nothing_and_shows_nothing_personal(run, messy, flags) -> None:
    before = messy.read_bytes()
    _, out, err = mend(run, messy, *flags)
    assert messy.read_bytes() == before
    assert "SCH008 1" in err
    assert ADDRESS not in out + err
    assert "[EMAIL]" in out or "--unsafe-fixes" not in flags or "--dry-run" in flags


def test_what_is_kept_of_the_original_is_never_written_over(run, messy) -> None:
    (messy.parent / "data.jsonl.orig").write_text("mine")
    mend(run, messy, "--fix")
    assert (messy.parent / "data.jsonl.orig").read_text() == "mine"
    assert b"\\u0007" in (messy.parent / "data.jsonl.orig2").read_bytes()


def test_what_cannot_be_mended_line_by_line_is_refused(run, tmp_path) -> None:
    (tmp_path / "data.json").write_text(json.dumps(ROWS))
    code, _, said = run("audit", "data.json", "--fix")
    assert code == 2
    assert "curate build" in said


SUPPRESSED = """
[[suppress]]
code = "SCH005"
reason = "Unanswered tickets are told apart downstream."
until = 2999-01-01

[[suppress]]
code = "DUP001"
path = "other*.jsonl"
reason = "Another file."

[[suppress]]
code = "PII"
reason = "Was a test account."
until = 2020-01-01
"""


def test_suppressed_findings_are_gone_but_said_and_expired_ones_count_again(run, messy) -> None:
    (messy.parent / "curate.toml").write_text(SUPPRESSED)
    _, out, _ = run("audit", messy.name, "--select", "SCH,DUP,PII", "--exit-zero")
    table = out.split("Suppressed")[0]
    assert "SCH005" not in table
    assert "DUP001" in table
    assert "PII001" in table
    told = " ".join(out.split())  # the width of the terminal decides where lines break
    assert "Unanswered tickets are told apart downstream." in told
    assert "expired, until 2020-01-01: PII: Was a test account." in told
    report = json.loads(run("audit", messy.name, "--select", "SCH", "--exit-zero", "--format", "json")[1])
    assert report["facts"]["suppressed"]["findings"][0]["count"] == 1


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ('code = "SCH005"', "needs a reason"),
        ('reason = "x"', "needs a code"),
        ('code = "SCH005"\nreason = "x"\nuntil = 3', "`until` is a day"),
        ('code = "SCH005"\nreason = "x"\nuntill = 2020-01-01', "Unknown key `untill`"),
    ],
)
def test_a_suppression_without_a_reason_is_refused(run, messy, entry, says) -> None:
    (messy.parent / "curate.toml").write_text(f"[[suppress]]\n{entry}\n")
    code, _, said = run("audit", messy.name)
    assert code == 2
    assert says in said
