"""The commands as functions: `curate.audit()`, `build`, `split`, `verify`, `trace`, `diff`, `select`, `convert`, `explain`."""

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


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> curate.Built:
    place = tmp_path_factory.mktemp("built")
    rows = [*ROWS, {**ROWS[3], "id": "twice"}, {"id": "m", "instruction": "Where to?", "output": "To jane.doe@shop-support.net."}]
    text = "".join(json.dumps({"question": r["instruction"], "answer": r["output"], "id": r["id"]}) + "\n" for r in rows)
    (place / "data.jsonl").write_text(text, encoding="utf-8")
    fields = {"instruction": "question", "output": "answer"}
    return curate.build(place / "data.jsonl", place / "clean", map=fields, split=(0.6, 0.2, 0.2), seed=3)


def test_a_folder_is_built_and_can_be_read(built) -> None:
    assert built.passed
    assert built.counts["removed"] == 1
    assert set(built.splits) == {"train", "validation", "test"}
    assert sum(len(file.read_bytes().splitlines()) for file in built.splits.values()) == 21
    assert "22 rows in = 21 kept + 1 removed + 0 set aside" in str(built)
    assert "<table" in built._repr_html_()


def test_functions_print_nothing(tmp_path, capfd) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text("".join(json.dumps({**row, "team": "a"}) + "\n" for row in ROWS), encoding="utf-8")
    parts = curate.split(path, tmp_path / "parts", split=(0.6, 0.2, 0.2))
    assert parts.counts["removed"] == 0
    with pytest.raises(curate.UserError, match=r"no split without a leak.*\n.*At most 5 %"):
        curate.split(path, tmp_path / "none", group_by=["team"])
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_verify_can_be_called_whether_or_not_its_module_was_imported(built) -> None:
    code = f"""
import curate
first = curate.verify({str(built.folder)!r})
from curate.verify import verify
assert verify is not curate.verify
print(first.passed, curate.verify({str(built.folder)!r}, rows_only=True).passed, verify({str(built.folder)!r}).verdict)
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["True", "True", "PASS"]
    found = curate.verify(built.folder)
    assert found.to_pandas().empty
    assert str(found).lstrip().startswith("PASS")
    assert "<table" in found._repr_html_()


def test_a_row_has_its_story_and_a_changed_row_its_difference(built) -> None:
    story = curate.trace(built.folder, "m")
    assert [change["code"] for change in story.rows[0]["changes"]] == ["PII001"]
    assert "kept, in" in str(story)
    with pytest.raises(curate.UserError, match="no row nobody"):
        curate.trace(built.folder, "nobody")
    # The folder knows its own keys, the file has to be told.
    changes = curate.diff(built.folder.parent / "data.jsonl", built.folder, map={"instruction": "question", "output": "answer"})
    assert changes.only_old == ("twice",)
    assert changes.to_pandas()["field"].tolist() == ["answer"]
    assert "jane" not in changes._repr_html_()


def test_a_subset_stands_beside_its_control(built, tmp_path) -> None:
    small = curate.select(built.folder, 5, tmp_path / "small")
    assert small.picks.counts["train"] == small.control.counts["train"] == 5
    assert "random control" in str(small)


def test_rows_are_converted_and_a_rule_explained(built, tmp_path) -> None:
    fields = {"instruction": "question", "output": "answer"}
    rows = curate.convert(built.splits["test"], "messages", tmp_path / "chats.jsonl", map=fields)
    assert [m["role"] for m in rows[0]["messages"]] == ["user", "assistant"]
    assert len((tmp_path / "chats.jsonl").read_bytes().splitlines()) == len(rows)
    assert curate.explain("leak002").rule.code == "LEAK002"
    assert "为什么重要" in str(curate.explain("LEAK002", lang="zh"))
    with pytest.raises(curate.UserError, match="no rule LEAK02"):
        curate.explain("LEAK02")


def test_every_public_name_is_there_and_every_command_with_a_result_has_its_function() -> None:
    from curate.cli import VERBS

    for name in curate.__all__:
        assert getattr(curate, name) is not None
    # `config` and `index` are groups of commands, whose functions have names of their own; a completion is for shells alone.
    named = {"config": {"settings"}, "index": {"index_add", "index_query"}}
    assert set(VERBS) - set(curate.__all__) == {*named, "completion"}
    assert set.union(*named.values()) <= set(curate.__all__)


@pytest.mark.slow
def test_a_split_refuses_to_mask_instead_of_passing_it_over(tmp_path, run) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    with pytest.raises(curate.UserError, match="changes no row, so `pii` cannot be mask"):
        curate.split(path, tmp_path / "parts", pii="mask")
    with pytest.raises(curate.UserError, match="changes no row"):
        curate.build(path, tmp_path / "parts", clean=False, pii="drop")
    assert curate.split(path, tmp_path / "parts", pii="keep").passed
    assert run("curate", "split", path, "-o", tmp_path / "more", "--config", "pii=drop").returncode == 2


def test_an_index_is_filled_and_asked(tmp_path) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS[:5]), encoding="utf-8")
    added = curate.index_add(tmp_path / "seen.db", path, threshold=0.7)
    assert (added.added, added.rows, added.threshold) == (5, 5, 0.7)
    path.write_text(json.dumps({**ROWS[3], "id": "new"}) + "\n", encoding="utf-8")
    seen = curate.index_query(tmp_path / "seen.db", path, lang="zh")
    assert (seen.asked, seen.found) == (1, 1)
    assert seen.to_pandas()["same"].any()
    assert "已在索引中" in str(seen)
    with pytest.raises(curate.UserError, match="has its threshold"):
        curate.index_add(tmp_path / "seen.db", path, threshold=0.8)


def test_rows_have_their_twins(tmp_path) -> None:
    path = tmp_path / "data.jsonl"
    row = {"id": "a", "instruction": "Who sings?", "output": "The woman said that she sings."}
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    first, twin = curate.augment(path, "gender", tmp_path / "both.jsonl")
    assert (first["output"], twin["output"]) == (row["output"], "The man said that he sings.")
    assert twin["counterfactual_group"] == first["counterfactual_group"]
    assert len((tmp_path / "both.jsonl").read_bytes().splitlines()) == 2


def test_settings_say_where_they_come_from(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("CURATE_SEED", "7")
    found = curate.settings(threshold=0.9)
    assert found["seed"] == (7, "CURATE_SEED")
    assert found["threshold"].value == 0.9
    assert found["pii"] == ("mask", "default")
    assert "CURATE_SEED" in str(found)
    with pytest.raises(curate.UserError, match="no setting `thresholds`"):
        curate.settings(thresholds=0.9)


def test_rows_are_reviewed_without_a_terminal(tmp_path) -> None:
    path = tmp_path / "data.jsonl"
    rows = [*ROWS, {"id": "cut", "instruction": "Write the function.", "output": "Here it is:\n```python\ndef f(x):\n    return"}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    built = curate.build(path, tmp_path / "clean", config=None)
    review = curate.review(built.folder)
    (case,) = [case for case in review.cases if case.code == "QUA001"]
    with pytest.raises(curate.UserError, match="takes new texts"):
        review.decide(case, "edit")
    review.decide(case, "drop")
    assert case.print not in {each.print for each in curate.review(built.folder).cases}
    assert "cut" not in [row["id"] for row in review.apply(tmp_path / "reviewed.jsonl")]
    assert review.undo() == 0
    assert "cut" in [row["id"] for row in review.apply()]
    assert case.where in str(review)
