"""Where a setting comes from, and what is said of a wrong one."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from curate.cli import main, outcome


@pytest.fixture
def run(monkeypatch, tmp_path, capfd):
    monkeypatch.chdir(tmp_path)

    def call(*args: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["curate", *args])
        code = outcome("curate", main)
        said = capfd.readouterr()
        return code, said.out, said.err

    return call


def origins(run, *args: str) -> dict[str, tuple[object, str]]:
    found = json.loads(run("config", "show", "--format", "json", *args)[1])
    return {key: (value["value"], value["from"]) for key, value in found.items()}


def test_a_flag_stands_over_the_environment_over_the_file_over_the_default(run, tmp_path, monkeypatch) -> None:
    (tmp_path / "curate.toml").write_text('threshold = 0.7\nseed = 1\npii = "drop"\nmax-length = 100\n')
    monkeypatch.setenv("CURATE_SEED", "2")
    monkeypatch.setenv("CURATE_THRESHOLD", "0.75")
    found = origins(run, "--threshold", "0.9", "--config", "pii=keep")
    assert found["threshold"] == (0.9, "--threshold")
    assert found["pii"] == ("keep", "--pii")
    assert found["seed"] == (2, "CURATE_SEED")
    assert found["max_length"] == (100, "curate.toml")
    assert found["keep"] == ("fullest", "default")


def test_isolated_means_that_nothing_around_counts(run, tmp_path, monkeypatch) -> None:
    (tmp_path / "curate.toml").write_text("seed = 1\n")
    monkeypatch.setenv("CURATE_SEED", "2")
    assert origins(run, "--isolated")["seed"] == (0, "default")


def test_a_project_file_is_read_where_it_has_our_table(run, tmp_path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.curate]\nseed = 9\n")
    assert origins(run)["seed"] == (9, "pyproject.toml")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--config", "sead=3"), "Did you mean `seed`?"),
        (("--config", "threshold=2"), "A number from 0.3 to 1"),
        (("--config", "absent.toml"), "cannot be read"),
    ],
)
def test_a_wrong_setting_is_refused_with_a_hint(run, args, says) -> None:
    code, _, said = run("config", "show", *args)
    assert code == 2
    assert says in said


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_its_completion(run, shell) -> None:
    code, out, _ = run("completion", shell)
    assert code == 0
    assert "_CURATE_COMPLETE" in out


def test_completion_knows_verbs_and_options() -> None:
    env = {**os.environ, "_CURATE_COMPLETE": "bash_complete", "COMP_WORDS": "curate audit --sel", "COMP_CWORD": "2"}
    done = subprocess.run(
        [sys.executable, "-c", "import sys; sys.argv[0] = 'curate'; from curate.cli import run; run()"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "--select" in done.stdout


def test_examples_come_before_options_in_the_help_of_a_verb(run) -> None:
    out = run("audit", "--help")[1]
    assert out.index("Examples:") < out.index("Options:")
    assert "curate audit data.jsonl\n" in out


def test_where_most_rows_lack_a_field_the_next_command_says_where_it_is(run, tmp_path) -> None:
    rows = [{"instruction": f"Name thing {i}.", "instances": [{"input": "", "output": f"Thing {i}."}]} for i in range(5)]
    (tmp_path / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    _, out, _ = run("audit", "data.jsonl", "--select", "SCH")
    assert out.rstrip().splitlines()[-1].strip() == "$ curate audit data.jsonl --map 'output=instances[0].output'"
    again = run("audit", "data.jsonl", "--select", "SCH", "--map", "output=instances[0].output")
    assert again[0] == 0
