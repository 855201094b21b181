"""`curate.audit()` and `curate.build()`: the commands as functions."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import curate

ROWS = [
    {"id": i, "instruction": f"Name thing number {i} in the list.", "input": "", "output": f"Thing {i} is {chr(97 + i) * 7}."}
    for i in range(20)
]


def test_importing_curate_imports_nothing_heavy() -> None:
    code = (
        "import sys, curate; print([m for m in ('torch', 'pandas', 'datasets', 'pyarrow', 'numpy', 'click') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> curate.Report:
    path = tmp_path_factory.mktemp("api") / "data.jsonl"
    rows = [*ROWS, {**ROWS[0], "id": "again"}, {"id": "x", "instruction": "Say <b>hi</b>", "output": ""}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return curate.audit(path, ignore=["BIAS", "COV"])


def test_a_report_says_what_the_command_says(run, report) -> None:
    assert report.verdict == "not_ready"
    assert not report.passed
    assert {f["code"] for f in report.findings} >= {"SCH005", "DUP001"}
    assert "NOT READY · " in str(report)


def test_a_report_is_a_table_of_findings(report) -> None:
    table = report.to_pandas()
    assert list(table.columns[:4]) == ["code", "severity", "file", "line"]
    assert len(table) == len(report.findings)
    assert table.set_index("code").loc["SCH005", "line"] == 22


def test_a_report_of_nothing_keeps_its_columns(tmp_path) -> None:
    path = tmp_path / "clean.jsonl"
    path.write_text(json.dumps(ROWS[0]) + "\n", encoding="utf-8")
    table = curate.audit(path, select=["SCH"]).to_pandas()
    assert table.empty
    assert "severity" in table.columns


def test_a_notebook_gets_markup_that_does_nothing(report) -> None:
    markup = report._repr_html_()
    assert "<table" in markup
    assert "<script" not in markup
    assert "<b>hi" not in markup


def test_a_report_is_saved_in_the_format_of_its_name(report, tmp_path) -> None:
    assert json.loads(report.save(tmp_path / "r.json").read_bytes())["verdict"] == "not_ready"
    assert report.save(tmp_path / "r.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert len(report.save(tmp_path / "r.jsonl").read_bytes().splitlines()) == len(report.findings)
    with pytest.raises(curate.UserError, match="sarif"):
        report.save(tmp_path / "r.sarif")


def test_unknown_settings_are_refused_with_a_guess(tmp_path) -> None:
    with pytest.raises(curate.UserError, match="no setting `treshold`") as error:
        curate.audit(tmp_path, treshold=0.9)
    assert "threshold" in error.value.hint


def test_a_folder_is_built_and_can_be_read(tmp_path, capfd) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in [*ROWS, {**ROWS[3], "id": "twice"}]), encoding="utf-8")
    built = curate.build(path, tmp_path / "clean", split=(0.6, 0.2, 0.2), seed=3)
    assert built.passed
    assert built.counts["removed"] == 1
    assert set(built.splits) == {"train", "validation", "test"}
    assert sum(len(file.read_bytes().splitlines()) for file in built.splits.values()) == 20
    assert capfd.readouterr().out == ""
