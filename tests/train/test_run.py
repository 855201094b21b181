"""`train run` from outside: what it writes, what it refuses, how it speaks."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import torch

from tests.train.conftest import Here, rows, write_dir, write_model
from train.files import read_json, read_rows
from train.run import ours, out_of_memory

QUICK = (
    "--set",
    "epochs=2",
    "--set",
    "batch_tokens=200",
    "--set",
    "validate_every=3",
    "--set",
    "few_shot=1",
    "--set",
    "max_new_tokens=6",
)


def train(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    command = [sys.executable, "-m", "train", *map(str, arguments)]
    environment = {**clean, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", **environment}
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=environment)


def refused(*arguments: object) -> str:
    done = train(*arguments)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def finished(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, subprocess.CompletedProcess[str]]:
    place = tmp_path_factory.mktemp("run")
    folder = write_dir(place / "built", rows(24), rows(6, 24), rows(6, 30))
    done = train("run", folder, "--model", tiny, "-o", place / "out", *QUICK)
    assert done.returncode == 0, done.stderr
    return folder, place / "out", done


Finished = tuple[Path, Path, subprocess.CompletedProcess[str]]


def test_a_run_leaves_everything_the_contract_names(finished: Finished) -> None:
    _, out, _ = finished
    names = {path.name for path in out.iterdir()}
    assert {
        "adapter",
        "run.json",
        "metrics.jsonl",
        "predictions",
        "report.json",
        "report.md",
        "report.html",
        "loss.svg",
        "README.md",
    } <= names
    assert "checkpoints" not in names
    assert {path.name for path in (out / "predictions").iterdir()} == {"base.jsonl", "base-fewshot.jsonl", "tuned.jsonl"}


def test_every_setting_is_kept_with_its_reason(finished: Finished) -> None:
    facts = read_json(finished[1] / "run.json")
    assert facts["state"] == "finished"
    assert all(fact["reason"] for fact in facts["settings"].values())
    assert facts["settings"]["epochs"] == {"value": 2.0, "reason": "set by you"}
    assert facts["primary_metric"]["value"]
    assert set(facts["data"]["sha256"]) == {"train.jsonl", "validation.jsonl", "test.jsonl"}


def test_predictions_have_one_row_a_test_row(finished: Finished) -> None:
    folder, out, _ = finished
    asked = read_rows(folder / "test.jsonl")
    for path in (out / "predictions").iterdir():
        told = read_rows(path)
        assert [row["id"] for row in told] == [row["id"] for row in asked]
        assert [row["reference"] for row in told] == [row["output"] for row in asked]
        assert all(row["target_bytes"] == len(row["reference"].encode()) and row["nll"] > 0 for row in told)
        assert set(told[0]) == {
            "id",
            "prompt",
            "reference",
            "prediction",
            "stopped",
            "new_tokens",
            "confidence",
            "nll",
            "end_nll",
            "target_tokens",
            "target_bytes",
            "group",
        }
        assert all(0 < row["confidence"] <= 1 for row in told)


def test_the_report_says_where_the_run_comes_from(finished: Finished) -> None:
    told = read_json(finished[1] / "report.json")["provenance"]
    assert {
        "versions",
        "device",
        "threads",
        "precision",
        "seed",
        "method",
        "model",
        "data",
        "chat_template_sha256",
    } <= told.keys()
    assert {"answers_precision", "training_seconds", "settings", "chat_template"} <= told.keys()
    assert told["settings"]["epochs"] == 2.0
    assert "<|im_start|>" in told["chat_template"]
    assert re.fullmatch(r"([0-9a-f]{40}(-dirty)?)?", told.get("commit", ""))
    assert {"python", "torch", "transformers", "peft"} <= told["versions"].keys()


def test_the_test_answers_cost_stands_beside_the_curves(finished: Finished) -> None:
    out = finished[1]
    first, last = read_json(out / "report.json")["fit"]["test"]
    told = read_rows(out / "predictions" / "tuned.jsonl")
    assert first["step"] == 0
    assert last["test"] == pytest.approx(
        sum(row["nll"] + row["end_nll"] for row in told) / sum(row["target_tokens"] for row in told)
    )


def test_the_opening_of_the_test_split_is_on_record(finished: Finished) -> None:
    (opening,) = read_rows(finished[1] / "test_openings.jsonl")
    assert opening["why"] == "answers for the report"


def test_the_curve_is_an_svg_that_marks_the_best_update(finished: Finished) -> None:
    text = (finished[1] / "loss.svg").read_text(encoding="utf-8")
    assert ElementTree.fromstring(text).tag.endswith("svg")
    assert re.search(r"best: \d+\.\d+ at update \d+", text)


def test_results_go_to_standard_output_and_words_to_standard_error(finished: Finished) -> None:
    _, out, done = finished
    assert done.stdout == f"{out / 'report.html'}\n"
    assert "\x1b" not in done.stdout + done.stderr
    assert "validation after 0 updates" in done.stderr


def test_the_card_loads_the_model_in_three_lines_from_anywhere(finished: Finished, tmp_path: Path) -> None:
    card = (finished[1] / "README.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", card, re.DOTALL)
    assert code is not None
    assert len(code[1].strip().splitlines()) == 3
    script = code[1] + "print(type(model).__name__, tokenizer.chat_template is not None)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.stdout == "PeftModelForCausalLM True\n", done.stderr


def test_the_same_command_again_has_nothing_to_do(finished: Finished, tiny: Path) -> None:
    folder, out, _ = finished
    before = (out / "run.json").read_bytes()
    done = train("run", folder, "--model", tiny, "-o", out, *QUICK)
    assert (done.returncode, (out / "run.json").read_bytes()) == (0, before)
    assert "finished already" in done.stderr


def test_another_run_in_the_same_folder_is_refused(finished: Finished, tiny: Path) -> None:
    folder, out, _ = finished
    said = refused("run", folder, "--model", tiny, "-o", out, *QUICK, "--set", "seed=7")
    assert "holds a run with other settings: seed was 42, is 7" in said


# ---- refusals ---------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_changed_file_is_refused_and_trusting_it_is_told(built: Path, tiny: Path, tmp_path: Path) -> None:
    with (built / "train.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(rows(1, 99)[0]) + "\n")
    assert "not as built: train.jsonl: changed since it was built" in refused(
        "run", built, "--model", tiny, "-o", tmp_path / "out"
    )
    done = train("run", built, "--model", tiny, "-o", tmp_path / "out", *QUICK, "--trust-data")
    assert done.returncode == 0, done.stderr
    assert read_json(tmp_path / "out" / "run.json")["data"]["trusted_although"] == ["train.jsonl: changed since it was built"]
    assert "did not match its manifest" in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")


def sentence(here: Here, *arguments: object) -> str:
    """What a refusal says, in this process."""
    done = here("train", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    return done.stderr


def test_no_validation_split_is_refused(here: Here, tiny: Path, tmp_path: Path) -> None:
    folder = write_dir(tmp_path / "built", rows(8), [], rows(2, 8))
    assert "no rows to validate on: validation.jsonl" in sentence(here, "run", folder, "--model", tiny)


def test_a_folder_without_a_manifest_is_refused(here: Here, built: Path, tiny: Path) -> None:
    (built / "manifest.json").unlink()
    assert "no manifest.json" in sentence(here, "run", built, "--model", tiny)


def test_a_tracker_that_is_not_installed_is_refused_before_anything_is_written(
    here: Here, built: Path, tiny: Path, tmp_path: Path
) -> None:
    if importlib.util.find_spec("trackio"):
        pytest.skip("trackio is here")
    said = sentence(here, "run", built, "--model", tiny, "-o", tmp_path / "out", "--set", "tracker=trackio")
    assert "tracker trackio is not installed" in said
    assert not (tmp_path / "out").exists()


def test_memory_that_runs_out_is_known_by_torchs_own_error_and_no_other_is() -> None:
    with pytest.raises(RuntimeError) as found:
        torch.empty(1 << 60)
    assert out_of_memory(found.value)
    with pytest.raises(RuntimeError) as other:
        torch.empty(2) @ torch.empty(3)
    assert not out_of_memory(other.value)


def test_a_folder_with_files_of_the_users_is_left_alone(here: Here, built: Path, tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("my notes")
    assert "the folder is not empty" in sentence(here, "run", built, "--model", tiny, "-o", tmp_path)
    assert (tmp_path / "README.md").read_text() == "my notes"


def test_what_a_run_killed_at_once_leaves_is_no_file_of_the_users(tmp_path: Path) -> None:
    (tmp_path / ".lock").touch()
    (tmp_path / "run.json.17.partial").write_text("{")
    ours(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run",), "Missing argument 'DIR'"),
        (("run", "nowhere"), "nowhere: no such folder"),
        (("run", "x", "--method", "lroa"), "Did you mean `lora`?"),
        (("run", "x", "--set", "epoch=1"), "Did you mean `epochs`?"),
        (("run", "x", "--unknown"), "No such option"),
        (("rnu",), "Did you mean `run`?"),
        (("serve", "x"), "no run.json"),
        (("export", "x"), "not yet"),
        (("chat", "x"), "no run.json"),
    ],
)
def test_misuse_is_one_clear_sentence(here: Here, arguments: tuple[str, ...], words: str) -> None:
    assert words in sentence(here, *arguments)


def test_the_list_of_verbs_imports_nothing_heavy() -> None:
    code = "import sys; from train.cli import main; main(['--help'], standalone_mode=False); print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not [name for name in ("'torch'", "'transformers'", "'numpy'", "'pydantic'", "'rich'") if name in loaded]


def test_a_run_without_torch_is_told_which_extra_it_needs(built: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['torch'] = None\n", encoding="utf-8")
    done = train("run", built, PYTHONPATH=f"{tmp_path}{os.pathsep}{Path(__file__).parents[2]}")
    assert (done.returncode, "[train]" in done.stderr) == (2, True), done.stderr


@pytest.mark.slow
def test_two_processes_do_not_share_a_run_folder(built: Path, tiny: Path, tmp_path: Path) -> None:
    import fcntl

    (tmp_path / "out").mkdir()
    with (tmp_path / "out" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "another process is training into this folder" in refused("run", built, "--model", tiny, "-o", tmp_path / "out")


@pytest.mark.slow
def test_the_metric_and_the_margins_may_be_named_before_training(built: Path, tiny: Path, tmp_path: Path) -> None:
    named = ["metric=chrf", "margin=0.02", "forgetting_margin=0.5", "bias_margin=9"]
    done = train("run", built, "--model", tiny, "-o", tmp_path / "out", *QUICK, *(f"--set={x}" for x in named))
    assert done.returncode == 0, done.stderr
    facts, found = (read_json(tmp_path / "out" / name) for name in ("run.json", "report.json"))
    assert facts["primary_metric"] == {"value": "chrf", "reason": "set by you"}
    assert (found["primary"]["metric"], found["primary"]["margin"]) == ("chrf", 0.02)
    assert {f["margin"] for f in found["forgetting"]} == {0.5}
    assert {p["margin"] for p in found["pairs"]} == {9.0}
    assert "no metric 'glory'" in refused("run", built, "--model", tiny, "-o", tmp_path / "two", "--set", "metric=glory")


# ---- other shapes, methods, layouts ------------------------------------------------------------------------------------------


def turn(role: str, text: str) -> dict[str, str]:
    return {"role": role, "content": text}


def said(name: str, text: str) -> dict[str, str]:
    return {"from": name, "value": text}


CALLS = [
    said("human", "Weather?"),
    said("function_call", '{"name": "weather"}'),
    said("observation", "sunny"),
    said("gpt", "It is sunny"),
]
SHAPES: dict[str, dict[str, Any]] = {
    "completion": {"prompt": "What is the capital?", "completion": "Paris"},
    "messages": {"messages": [turn("system", "Be brief"), turn("user", "Hi"), turn("assistant", "Hello")]},
    "sharegpt": {"conversations": [said("human", "Hi"), said("gpt", "Hello"), said("human", "Bye"), said("gpt", "So long")]},
    "tools": {"conversations": CALLS, "tools": "[]"},
    "preference": {"prompt": "Say hi", "chosen": "Hi", "rejected": "No"},
    "chinese": {"instruction": "中国的首都是哪里？", "input": "", "output": "北京。"},
}


@pytest.mark.slow
def test_every_shape_of_rows_trains(tiny: Path, tmp_path: Path) -> None:
    def part(name: str) -> list[Any]:
        return [{"id": f"{name}-{shape}", **row} for shape, row in SHAPES.items()]

    folder = write_dir(tmp_path / "built", part("a"), part("b"), part("c"))
    done = train(
        "run",
        folder,
        "--model",
        tiny,
        "-o",
        tmp_path / "out",
        "--set",
        "epochs=1",
        "--set",
        "max_new_tokens=4",
        "--set",
        "few_shot=0",
    )
    assert done.returncode == 0, done.stderr
    told = read_rows(tmp_path / "out" / "predictions" / "tuned.jsonl")
    assert [row["reference"] for row in told] == ["Paris", "Hello", "So long", "It is sunny", "Hi", "北京。"]


METHODS = [pytest.param("full", "model", id="full"), *(pytest.param(m, left, id=m, marks=pytest.mark.slow) for m, left in (
    ("freeze", "model"), ("prefix", "adapter"), ("prompt", "adapter"), ("ia3", "adapter"), ("dora", "adapter")))]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("method", "left"), METHODS)
def test_other_methods_run_to_the_end(method: str, left: str, built: Path, tiny: Path, tmp_path: Path) -> None:
    done = train("run", built, "--model", tiny, "--method", method, "-o", tmp_path / "out", *QUICK, "--set", "select_by=exact")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / left).is_dir()
    assert read_json(tmp_path / "out" / "run.json")["fit"]["best_validation_loss"] > 0


@pytest.mark.slow
def test_a_row_that_is_too_long_stops_the_run_by_name(tiny: Path, tmp_path: Path) -> None:
    long = {"id": "long", "instruction": "Repeat", "output": "again and " * 300}
    folder = write_dir(tmp_path / "built", [*rows(4), long], rows(2, 4), rows(2, 6))
    assert "1 rows are longer than 512 tokens: train.jsonl:5" in refused("run", folder, "--model", tiny, "-o", tmp_path / "out")


def test_another_base_under_the_same_name_is_noticed(finished: Finished, tmp_path: Path) -> None:
    folder, out, _ = finished
    other = write_model(tmp_path / "other", seed=5)
    said = refused("run", folder, "--model", other, "-o", out, *QUICK)
    assert "other settings: model was" in said
