"""What other tools are told of a built folder, loaded by those tools."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import curate

SHAPES: dict[str, Any] = {
    "alpaca": lambda i: {"instruction": f"Name thing {i} of the list.", "input": f"list {i * 7}", "output": f"It is {word(i)}."},
    "messages": lambda i: {"messages": [turn("role", "user", i), turn("role", "assistant", i)]},
    "sharegpt": lambda i: {"conversations": [turn("from", "human", i), turn("from", "gpt", i)], "tools": "[]"},
    "completion": lambda i: {"prompt": f"Name thing {i} of the list.", "completion": f"It is {word(i)}."},
    "preference": lambda i: {"prompt": f"Name thing {i} of it.", "chosen": f"It is {word(i)}.", "rejected": f"No {i}."},
    "text": lambda i: {"text": f"Thing {i} of the list is called {word(i)} by all."},
}


def word(i: int) -> str:
    return chr(97 + i) * 6 + chr(122 - i) * 3


def turn(key: str, role: str, i: int) -> dict[str, str]:
    text = f"Name thing {i} of the list." if role in ("user", "human") else f"It is {word(i)}."
    return {key: role, ("content" if key == "role" else "value"): text}


@pytest.fixture(scope="module", params=SHAPES)
def folder(request, tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp(request.param)
    rows = [SHAPES[request.param](i) for i in range(20)]
    lines = [json.dumps(row) for row in rows]
    lines[5] = '{"note": "a", ' + lines[5][1:-1] + ', "note": "b"}'  # SCH009: a key that stands twice
    (place / "data.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    built = curate.build(place / "data.jsonl", place / "clean", split=(0.6, 0.2, 0.2))
    assert built.counts["kept"] == 20
    return place / "clean"


@pytest.mark.slow
def test_the_card_makes_the_folder_load_with_datasets(folder, tmp_path, monkeypatch) -> None:
    import datasets

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    loaded = datasets.load_dataset(str(folder), cache_dir=str(tmp_path))
    assert {name: len(split) for name, split in loaded.items()} == {"train": 12, "validation": 4, "test": 4}


def test_a_folder_loads_whatever_keys_its_rows_have(jsonl, tmp_path, monkeypatch) -> None:
    """Rows with keys of their own, a key whose type varies, and a time that is none in another split: seen as a CastError."""
    import datasets

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    odd: list[Any] = [0, 1, 2, "x", "2024-01-01", 1.5, None, [1, "a"], {}, {"_type": 2**60}, []]
    rows = [
        {**SHAPES["alpaca"](i), f"k {i}\x7f": odd[i % 11], "score": odd[i * 7 % 11], "at": f"2024-01-{i:02}"} for i in range(20)
    ]
    rows[11]["at"], rows[12]["far"] = "unknown", {f"id{i}": i for i in range(100)}
    folder = curate.build(jsonl(rows), tmp_path / "clean", split=(0.6, 0.2, 0.2)).folder
    loaded = datasets.load_dataset(str(folder), cache_dir=str(tmp_path / "cache"))
    assert {name: len(split) for name, split in loaded.items()} == {"train": 12, "validation": 4, "test": 4}
    scores = {row["instruction"]: row["score"] for split in loaded.values() for row in split}
    assert scores == {row["instruction"]: row["score"] for row in rows}


@pytest.mark.parametrize("late", [{"new": 1}, {"input": None}, {"output": {"a": 1}}, {"tags": ["x"]}, {"long": 1 << 60}])
def test_what_stands_behind_the_first_rows_that_a_loader_reads_is_told(late, tmp_path) -> None:
    from curate.building import columns

    early = {"output": "long text " * 1000, "tags": [], "input": None, "long": 1.5}
    lines = [json.dumps(early) + "\n"] * (columns.EARLY // 9_000)
    alone, both = tmp_path / "alone.jsonl", tmp_path / "both.jsonl"
    alone.write_text("".join(lines), encoding="utf-8")
    both.write_text("".join([*lines, json.dumps({**early, **late}) + "\n"]), encoding="utf-8")
    assert not columns.features([columns.columns(alone)])
    assert bool(columns.features([columns.columns(both)])) is (late != {"input": None})


def test_a_key_that_stood_twice_is_told_in_changed_and_by_trace(folder, capsys, monkeypatch) -> None:
    from curate.cli import main

    told = [json.loads(line) for line in (folder / "changed.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["line"], row["code"], row["field"], row["spans"]) for row in told] == [(6, "SCH009", "note", [])]
    assert told[0]["before"] != told[0]["after"]
    monkeypatch.setattr("sys.argv", ["curate", "trace", str(folder), str(told[0]["id"])])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 0
    assert "SCH009 changed `note`" in capsys.readouterr().out


@pytest.mark.slow
def test_croissant_is_valid_and_its_records_can_be_read(folder) -> None:
    import mlcroissant

    dataset = mlcroissant.Dataset(jsonld=str(folder / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    assert len([*dataset.records("train")]) == 12
    facts = json.loads((folder / "croissant.json").read_text(encoding="utf-8"))
    assert facts["rai:personalSensitiveInformation"]


def test_columns_with_spaces_have_ids_that_croissant_takes(tmp_path) -> None:
    import mlcroissant

    rows = [
        {"Customer says": f"Name thing {i} of it.", "We/answered": f"It is {word(i)}.", "We answered": str(i)} for i in range(20)
    ]
    (tmp_path / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    fields = {"instruction": "Customer says", "output": "We/answered"}
    folder = curate.build(tmp_path / "data.jsonl", tmp_path / "clean", map=fields).folder
    dataset = mlcroissant.Dataset(jsonld=str(folder / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    assert {len(record) for record in dataset.records("train")} == {4}


def test_llama_factory_is_told_of_every_column_that_it_reads(folder) -> None:
    entries = json.loads((folder / "dataset_info.json").read_text(encoding="utf-8"))
    assert set(entries) == {"clean_train", "clean_validation", "clean_test"}
    for entry in entries.values():
        row = json.loads((folder / entry["file_name"]).read_text(encoding="utf-8").splitlines()[0])
        assert set(entry["columns"].values()) <= set(row)
        if entry.get("formatting") == "sharegpt":
            tags = {"role_tag": "from", "content_tag": "value"} | entry.get("tags", {})
            assert {tags["role_tag"], tags["content_tag"]} <= set(row[entry["columns"]["messages"]][0])


def test_axolotl_is_told_in_yaml_that_names_keys_of_the_rows(folder) -> None:
    fence = re.search(r"```yaml\n(.*?)```", (folder / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert fence
    config = yaml.safe_load(fence[1])
    entry = config["datasets"][0]
    row = json.loads((folder / entry["path"]).read_text(encoding="utf-8").splitlines()[0])
    own = entry["type"] if isinstance(entry["type"], dict) else entry
    named = {value for key, value in own.items() if key.startswith("field") and isinstance(value, str)}
    assert named <= set(row)
    assert config["test_datasets"][0]["path"] == "validation.jsonl"


def test_that_axolotl_would_drop_earlier_turns_is_said(jsonl, tmp_path) -> None:
    """Seen in its 0.19.0: a prompt of instruction and input has no place for history."""
    rows = [{**SHAPES["alpaca"](i), "history": [[f"Hello {word(i + 1)}", "Hello."]]} for i in range(20)]
    curate.build(jsonl(rows), tmp_path / "clean")
    assert "Axolotl does not read `history`" in (tmp_path / "clean" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("shape", "says"), [("alpaca", "curate convert train.jsonl --to messages"), ("messages", "`SFTTrainer(")]
)
def test_trl_is_given_only_what_it_reads(jsonl, tmp_path, shape, says) -> None:
    """Seen in its 1.16.0: SFTTrainer refuses instruction and output for want of a `text`."""
    curate.build(jsonl([SHAPES[shape](i) for i in range(20)]), tmp_path / "clean")
    assert says in (tmp_path / "clean" / "README.md").read_text(encoding="utf-8")


def test_the_page_of_a_folder_has_findings_and_pairs_before_and_after(jsonl, tmp_path) -> None:
    """Masked, each in a table that can be sorted and searched."""
    rows = [SHAPES["alpaca"](i) for i in range(20)]
    rows[3]["output"] += " Write to jane.roe@corp-mail.com."
    rows[4] = dict(rows[5])
    curate.build(jsonl(rows), tmp_path / "clean")
    text = (tmp_path / "clean" / "report.html").read_text(encoding="utf-8")
    after, before = text.split(">After<", 1)[1].split(">Before<", 1)
    assert "PII001" in before
    assert "PII001" not in after
    assert "Pairs, side by side" in before
    assert before.count('class="found"') == 1
    places = re.findall(r'class="find" id="([^"]+)"', text)
    assert len(set(places)) == len(places) == text.count('class="found"')
    assert "jane.roe" not in text
    assert text.count("<script") == 1


def test_a_map_into_nested_values_is_said_to_need_a_conversion(tmp_path) -> None:
    rows = [{"instruction": f"Name thing {i} of the list.", "instances": [{"output": f"It is {word(i)}."}]} for i in range(20)]
    (tmp_path / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    curate.build(tmp_path / "data.jsonl", tmp_path / "clean", map={"output": "instances[0].output"})
    assert json.loads((tmp_path / "clean" / "dataset_info.json").read_text()) == {}
    assert "curate convert" in (tmp_path / "clean" / "README.md").read_text(encoding="utf-8")


def test_mapped_keys_are_named_as_the_rows_have_them(tmp_path) -> None:
    rows = [{"question": f"Name thing {i} of the list.", "answer": f"It is {word(i)}."} for i in range(20)]
    (tmp_path / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    curate.build(tmp_path / "data.jsonl", tmp_path / "clean", map={"instruction": "question", "output": "answer"})
    entry = json.loads((tmp_path / "clean" / "dataset_info.json").read_text())["clean_train"]
    assert entry["columns"] == {"prompt": "question", "response": "answer"}


def test_a_built_folder_and_its_files_are_converted_by_the_map_that_they_know(tmp_path) -> None:
    rows = [{"question": f"Name thing {i} of it.", "answer": f"It is {word(i)}."} for i in range(20)]
    (tmp_path / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    fields = {"instruction": "question", "output": "answer"}
    folder = curate.build(tmp_path / "data.jsonl", tmp_path / "clean", map=fields).folder
    assert len(curate.convert(folder, "messages")) == 20
    assert curate.convert([folder / "train.jsonl", folder / "test.jsonl"], "messages")[0]["messages"][0]["role"] == "user"
