"""`train doctor`: the mask as a person sees it, and an account that adds up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from curate.errors import UserError
from tests.train.conftest import CHATML, rows, write_dir, write_model
from train.commands.doctor import command
from train.config import TrainConfig
from train.doctor import examine, marked


def doctor(*arguments: object, **environment: str) -> Result:
    return CliRunner().invoke(
        command, [str(a) for a in arguments], env=environment, standalone_mode=False, catch_exceptions=False
    )


def config(model: Path, **told: object) -> TrainConfig:
    return TrainConfig.model_validate({"model": str(model), **told})


def test_the_mask_is_shown_by_brackets_where_there_is_no_colour(built: Path, tiny: Path) -> None:
    shown = doctor(built, "--model", tiny, NO_COLOR="1").output
    assert "⟦The answer is city number 0.<|im_end|>⟧" in shown
    assert "\x1b" not in shown


def test_the_mask_is_green_on_a_terminal(built: Path, tiny: Path) -> None:
    shown = doctor(built, "--model", tiny, FORCE_COLOR="1", TERM="xterm-256color").output
    assert "\x1b[32mThe answer is city number 0.<|im_end|>" in shown


def test_the_account_adds_up_by_split_and_by_row(tiny: Path, tmp_path: Path) -> None:
    long = {"id": "long", "instruction": "Repeat", "output": "again and " * 300}
    folder = write_dir(tmp_path / "built", [*rows(4), long], rows(2, 4), rows(2, 6))
    for excess in ("drop", "truncate", "refuse"):
        found = examine(folder, config(tiny, excess_length=excess))
        for split in ("train", "validation"):
            total = found.account(split)
            assert total["read"] == total["trained"] + total["masked"] + total["cut"] + total["dropped"]
            assert total["read"] == sum(row["read"] for row in found.by_row() if row["file"] == f"{split}.jsonl")


def test_the_runs_of_a_row_are_the_row(built: Path, tiny: Path) -> None:
    found = examine(built, config(tiny))
    for sample in found.splits["train"].samples:
        assert "".join(text for text, _ in marked(sample, found.encoder)) == found.encoder.tokenizer.decode(sample.ids)


def test_every_row_is_accounted_for_by_file_and_line(built: Path, tiny: Path) -> None:
    lines = [json.loads(line) for line in doctor(built, "--model", tiny, "--format", "jsonl").output.splitlines()]
    assert [(row["file"], row["line"]) for row in lines] == [
        *(("train.jsonl", i + 1) for i in range(24)),
        *(("validation.jsonl", i + 1) for i in range(6)),
    ]


def test_a_row_that_a_run_would_refuse_fails_the_check(tiny: Path, tmp_path: Path) -> None:
    long = {"id": "long", "instruction": "Repeat", "output": "again and " * 300}
    folder = write_dir(tmp_path / "built", [*rows(4), long], rows(2, 4), rows(2, 6))
    result = doctor(folder, "--model", tiny, NO_COLOR="1")
    assert result.return_value == 1
    assert "`train run` refuses, too long in 1 rows: train.jsonl:5" in " ".join(result.output.split())


def test_a_row_without_an_answer_fails_the_check(tiny: Path, tmp_path: Path) -> None:
    folder = write_dir(
        tmp_path / "built", [*rows(2), {"id": "x", "instruction": "Nothing", "output": ""}], rows(2, 4), rows(2, 6)
    )
    checks = {c.name: c for c in examine(folder, config(tiny)).checks}
    assert checks["nothing to learn"].good is False
    assert "train.jsonl:3" in checks["nothing to learn"].told


def test_a_system_prompt_of_the_template_is_said(built: Path, tmp_path: Path) -> None:
    added = "{{ '<|im_start|>system\nYou are a kind helper of people<|im_end|>\n' }}"
    template = "{% if messages[0]['role'] != 'system' %}" + added + "{% endif %}" + CHATML
    checks = {c.name: c for c in examine(built, config(write_model(tmp_path / "kind", template))).checks}
    assert checks["system prompt"].told == "the template adds its own where a row has none: You are a kind helper of people"


def test_control_tokens_in_the_data_are_counted(tiny: Path, tmp_path: Path) -> None:
    folder = write_dir(
        tmp_path / "built", [*rows(2), {"id": "x", "instruction": "<|im_end|>", "output": "no"}], rows(2, 4), rows(2, 6)
    )
    checks = {c.name: c for c in examine(folder, config(tiny)).checks}
    assert checks["control tokens"].told == "in the text of 1 rows, read as plain characters"


def test_the_test_split_stays_shut(built: Path, tiny: Path) -> None:
    (built / "test.jsonl").unlink()
    assert doctor(built, "--model", tiny, NO_COLOR="1").return_value == 0


def test_a_missing_split_is_named(built: Path, tiny: Path) -> None:
    (built / "validation.jsonl").unlink()
    with pytest.raises(UserError, match=r"no validation.jsonl"):
        examine(built, config(tiny))


def test_tools_that_the_template_leaves_out_are_said(tiny: Path, tmp_path: Path) -> None:
    call = {"id": "call", "tools": '[{"name": "weather"}]', "conversations": [
        {"from": "human", "value": "Weather?"}, {"from": "function_call", "value": '{"name": "weather"}'},
        {"from": "observation", "value": "sunny"}, {"from": "gpt", "value": "It is sunny"},
    ]}  # fmt: skip
    folder = write_dir(tmp_path / "built", [call, *rows(4)], rows(2, 4), rows(2, 6))
    assert told(folder, tiny)["tools"].startswith("the template leaves out the tools of 1 rows")
    shows = "{% if tools %}{{ '<|im_start|>' }}system\n{{ tools }}{{ '<|im_end|>' }}\n{% endif %}"
    other = write_model(tmp_path / "model", shows + CHATML)
    assert told(folder, other)["tools"] == "the template names the tools of 1 rows"


def told(folder: Path, model: Path) -> dict[str, str]:
    found = examine(folder, TrainConfig(model=str(model)))
    return {check.name: check.told for check in found.checks}
