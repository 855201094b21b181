"""Suppressed findings in a build: nothing is done about them, everything is said, and no leak is let through."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import curate

ROWS = [
    {"id": i, "instruction": f"Name thing number {i} in the list.", "output": f"Thing {i} is {chr(97 + i) * 7}."}
    for i in range(16)
]
OURS = {"id": "ours", "instruction": "Where do I write to?", "output": "To jane.doe@shop-support.net or to +44 20 7946 0958."}
TWICE = {**ROWS[3], "id": "twice"}
EMPTY = {"id": "empty", "instruction": "Say nothing.", "output": ""}
SUPPRESSED = """
[[suppress]]
code = "PII001"
path = "*data.jsonl"
reason = "Our own public address."
until = 2999-01-01

[[suppress]]
code = "DUP"
path = "*data.jsonl"
reason = "Said twice on purpose."

[[suppress]]
code = "SCH005"
reason = "Has no effect: such a row can be written into no split."

[[suppress]]
code = "LEAK"
reason = "Has no effect: leaks are what the folder promises."
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("spared")
    (place / "data.jsonl").write_text("".join(json.dumps(r) + "\n" for r in [*ROWS, OURS, TWICE, EMPTY]), encoding="utf-8")
    (place / "settings.toml").write_text(SUPPRESSED, encoding="utf-8")
    return curate.build(place / "data.jsonl", place / "clean", config=place / "settings.toml", split=(0.6, 0.2, 0.2)).folder


def rows(folder: Path) -> dict[str, dict[str, str]]:
    """Kept rows by id, each with its split."""
    found = {}
    for split in ("train", "validation", "test"):
        for line in (folder / f"{split}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            found[str(row["id"])] = {**row, "split": split}
    return found


def test_what_is_suppressed_is_not_masked_and_the_rest_of_the_row_is(folder) -> None:
    assert rows(folder)["ours"]["output"] == "To jane.doe@shop-support.net or to [PHONE]."


def test_a_suppressed_repeat_stays_and_stands_in_the_split_of_its_twin(folder) -> None:
    kept = rows(folder)
    assert kept["twice"]["split"] == kept["3"]["split"]


def test_a_row_that_cannot_be_read_goes_whatever_is_suppressed(folder) -> None:
    assert "empty" not in rows(folder)
    assert "SCH005" in (folder / "removed.jsonl").read_text(encoding="utf-8")


def test_the_report_counts_what_each_entry_hid_before_and_after_and_shows_no_datum(folder) -> None:
    report = json.loads((folder / "report.json").read_bytes())
    for part in (report["before"], report):
        hidden = {e["code"]: e["count"] for e in part["facts"]["suppressed"]["findings"]}
        assert hidden == {"PII001": 1, "DUP": 1, "SCH005": 0, "LEAK": 0}
        assert not {rule["code"] for rule in part["rules"]} & {"PII001", "DUP001"}
    assert "jane" not in (folder / "report.json").read_text(encoding="utf-8")
    assert "jane" not in (folder / "report.html").read_text(encoding="utf-8")


def test_a_build_refuses_an_entry_past_its_day_because_bytes_must_not_depend_on_it(tmp_path) -> None:
    (tmp_path / "data.jsonl").write_text("".join(json.dumps(r) + "\n" for r in ROWS), encoding="utf-8")
    (tmp_path / "old.toml").write_text('[[suppress]]\ncode = "QUA"\nreason = "x"\nuntil = 2020-01-01\n', encoding="utf-8")
    with pytest.raises(curate.UserError, match="the suppression of QUA ended on 2020-01-01"):
        curate.build(tmp_path / "data.jsonl", tmp_path / "clean", config=tmp_path / "old.toml")
    assert not (tmp_path / "clean").exists()


def test_after_a_build_the_page_leads_on_to_verify_and_train_not_back_to_the_input(folder) -> None:
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "curate build INPUT" not in page
    assert "<code>curate verify clean</code>" in page
    assert "<code>train run clean</code>" in page
