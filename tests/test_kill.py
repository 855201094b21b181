"""A build that is killed: nothing half-written under its name, and the same command again ends in the same bytes."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.test_division import row, words

MOMENTS, LAST = 18, 12
"""At random times, and at the last touches of the file system, where all is written and only names change."""
STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "shutil.rmtree", "shutil.copyfile"}
# Counts what is done to the file system below the folder, and dies by SIGKILL at step KILL_AT.
WATCHED = f"""
import os, signal, sys
steps, at, name = 0, int(os.environ['KILL_AT']), os.environ['KILL_NAME']
def hook(event, args):
    global steps
    if event in {STEPS!r} and args and name in str(args[0]):
        steps += 1
        if steps == at:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
from curate.cli import main, outcome
code = outcome('curate', main)
print(steps)
sys.exit(code)
"""


def command(data: Path, out: Path, *more: str) -> list[str]:
    return ["build", str(data), "-o", str(out), "--workers", "1", *more]


def watched(arguments: list[str], at: int, out: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "KILL_AT": str(at), "KILL_NAME": out.name}
    return subprocess.run([sys.executable, "-c", WATCHED, *arguments], capture_output=True, text=True, env=env, check=False)


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    rows = [row(k, question=k // 2, id=k) for k in range(120)]
    rows += [{**rows[0], "id": "copy"}, row("mail", output=f"{words('m', 20)} write to jane.roe@example.org", id="mail")]
    path = tmp_path / "data.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    return path


@pytest.mark.slow
def test_killed_at_thirty_moments_it_leaves_no_half_folder_and_ends_in_the_same_bytes(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    began = time.perf_counter()
    whole = watched(command(data, out), 0, out)
    seconds = time.perf_counter() - began
    assert whole.returncode == 0, whole.stderr
    expected, steps = content(out), int(whole.stdout.split()[-1])
    dice = random.Random(0)
    kills = [("time", dice.uniform(0, seconds)) for _ in range(MOMENTS)] + [("step", steps - k) for k in range(LAST)]
    for kind, at in kills:
        remove(out)
        if kind == "step":
            assert watched(command(data, out), int(at), out).returncode == -signal.SIGKILL
        else:
            process = subprocess.Popen(
                [sys.executable, "-m", "curate", *command(data, out)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            time.sleep(at)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if out.exists():
            assert content(out) == expected, (kind, at)
            continue
        again = subprocess.run([sys.executable, "-m", "curate", *command(data, out)], capture_output=True, text=True, check=False)
        assert again.returncode == 0, (kind, at, again.stderr)
        assert content(out) == expected, (kind, at)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["data.jsonl", "out"]


@pytest.mark.slow
def test_killed_while_it_replaces_a_folder_the_old_or_the_new_one_is_there_whole(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert watched(command(data, out), 0, out).returncode == 0
    new = content(out)
    whole = watched(command(data, out, "--force", "--seed", "1"), 0, out)
    old, steps = content(out), int(whole.stdout.split()[-1])
    assert old != new
    for at in range(steps - LAST, steps + 1, 2):
        killed = watched(command(data, out, "--force"), at, out)
        assert killed.returncode == -signal.SIGKILL
        found = [content(path) for path in (out, tmp_path / "out.partial.old") if path.exists()]
        assert old in found or new in found
        again = subprocess.run(
            [sys.executable, "-m", "curate", *command(data, out, "--force")], capture_output=True, text=True, check=False
        )
        assert again.returncode == 0, again.stderr
        assert content(out) == new
        assert sorted(path.name for path in tmp_path.iterdir()) == ["data.jsonl", "out"]
        assert watched(command(data, out, "--force", "--seed", "1"), 0, out).returncode == 0


def remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
def test_the_bytes_do_not_depend_on_the_machines_language(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = {}
    for locale in ("en_US.UTF-8", "zh_CN.UTF-8"):
        out = tmp_path / locale / "out"
        out.parent.mkdir()
        monkeypatch.setenv("LC_ALL", locale)
        done = watched(command(data, out), 0, out)
        assert ("做了什么" in done.stdout) == locale.startswith("zh"), done.stderr
        built[locale] = content(out)
    assert built["en_US.UTF-8"] == built["zh_CN.UTF-8"]
