"""Files that other programs run us by: they name verbs and options that exist, and paste no input into a script."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import yaml

from curate.cli import main

ROOT = Path(__file__).parents[1]


def test_every_pre_commit_hook_is_a_command_that_parses() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {hook["id"] for hook in hooks} == {"curate-audit", "curate-fix"}
    for hook in hooks:
        program, verb, *arguments = [*shlex.split(hook["entry"]), *hook.get("args", []), "data.jsonl"]
        assert program == "curate"
        command = main.get_command(click.Context(main), verb)
        assert command is not None
        command.make_parser(click.Context(command)).parse_args(list(arguments))
        assert re.search(hook["files"], "data/train.jsonl")


def test_the_image_is_made_of_what_is_here() -> None:
    """It cannot be built where there is no Docker; what it copies and installs can be looked up."""
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [name for line in lines if line.startswith("COPY ") for name in line.split()[1:-1]]
    assert {"pyproject.toml", "curate", "train", "rules"} <= set(copied)
    assert all((ROOT / name).exists() for name in copied)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {"train", "serve", "all", "semantic"} <= set(project["optional-dependencies"])
    assert {project["readme"], *project["license-files"]} <= set(copied)
    assert set(project["scripts"]) == {"curate", "train"}


def test_the_github_action_audits_and_annotates_in_one_run(tmp_path, jsonl) -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    steps = action["runs"]["steps"]
    assert not any("${{" in step.get("run", "") for step in steps)
    path = jsonl([{"instruction": "Say hi to them.", "output": ""}])
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "curate").write_text(f'#!/bin/sh\nexec {sys.executable} -m curate "$@"\n')
    (tmp_path / "bin" / "curate").chmod(0o755)
    given = {
        "INPUT": str(path),
        "FAIL_ON": "error",
        "AGAINST": "",
        "ARGUMENTS": "--select SCH",
        "SARIF": str(tmp_path / "r.sarif"),
    }
    files = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    env = {**os.environ, **given, **files, "RUNNER_TEMP": str(tmp_path), "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-e", "-c", steps[-1]["run"]], env=env, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("::error file=")
    assert (tmp_path / "curate.json").exists()
    assert (tmp_path / "r.sarif").exists()
    assert "NOT READY" in (tmp_path / "GITHUB_STEP_SUMMARY").read_text(encoding="utf-8")
