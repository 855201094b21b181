"""Work in a second process: the same result, the same errors, and nobody left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from curate.aside import aside, both, chained, handed_out
from curate.corpus import SHORT
from curate.errors import UserError


def test_the_work_is_done_by_another_process_while_this_one_does_something_else() -> None:
    done = []
    assert aside(os.getpid, lambda: done.append(os.getpid())) != os.getpid()
    assert done == [os.getpid()]


def test_what_the_work_raises_is_raised_here() -> None:
    def work() -> None:
        raise UserError("the file is empty", where="a.jsonl")

    with pytest.raises(UserError, match="a.jsonl: the file is empty"):
        aside(work, lambda: None)


def test_a_copy_that_is_killed_costs_time_and_no_more() -> None:
    us = os.getpid()

    def work() -> int:
        if os.getpid() != us:
            os.kill(os.getpid(), signal.SIGKILL)
        return 7

    assert aside(work, lambda: None) == 7


def test_where_this_process_is_interrupted_the_copy_goes_too() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        aside(signal.pause, interrupted)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@pytest.mark.slow
def test_a_file_that_another_process_reads_gives_the_findings_of_one_that_is_piped_in(tmp_path: Path) -> None:
    rows = [
        {"id": k % 900, "instruction": f"question {k % 950}", "output": f"answer {k % 950} " + "word " * 1000}
        for k in range(1000)
    ]
    lines = [json.dumps(row) for row in rows]
    lines[3], lines[5], lines[7] = "{", '{"instruction": "", "output": "x"}', json.dumps({**rows[7], "output": "a\x01b"})
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    assert file.stat().st_size > SHORT

    def told(name: str, data: bytes = b"") -> str:
        command = [sys.executable, "-m", "curate", "audit", name, "--select", "SCH,DUP001", "--format", "jsonl", "--exit-zero"]
        found = subprocess.run(command, input=data, capture_output=True, check=True, cwd=tmp_path).stdout.decode()
        return found.replace("rows.jsonl", "stdin")

    aside_, here = told("rows.jsonl"), told("-", file.read_bytes())
    assert aside_ == here
    assert {json.loads(line)["code"] for line in here.splitlines()} == {"SCH001", "SCH006", "SCH008", "SCH011", "DUP001"}


# ---- a stream of results ----------------------------------------------------------------------------------------------------


def test_what_another_process_makes_comes_after_what_this_one_makes() -> None:
    found = [*chained(lambda: iter([("here", os.getpid())] * 3), lambda: (("there", os.getpid()) for _ in range(3)), copy=True)]
    assert [place for place, _ in found] == ["here"] * 3 + ["there"] * 3
    assert {pid for place, pid in found if place == "here"} == {os.getpid()}
    assert os.getpid() not in {pid for place, pid in found if place == "there"}


def test_a_copy_that_is_killed_midway_loses_nothing_and_tells_nothing_twice() -> None:
    us = os.getpid()

    def there():
        for number in range(50):
            if os.getpid() != us and number == 30:
                os.kill(os.getpid(), signal.SIGKILL)
            yield number, "x" * 10_000

    assert [number for number, _ in chained(lambda: iter(()), there, copy=True)] == [*range(50)]


def test_who_stops_listening_leaves_nobody_behind() -> None:
    def there():
        yield os.getpid()
        while True:
            yield 0

    stream = chained(lambda: iter(()), there, copy=True)
    child = next(stream)
    stream.close()
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_both_results_come_back() -> None:
    assert both(lambda: "here", lambda: "there") == ("here", "there")


def test_each_name_is_handed_out_once() -> None:
    names = [f"stage {k}" for k in range(200)]
    left = handed_out(names)
    mine, others = both(lambda: list(left), lambda: list(left))
    assert sorted([*mine, *others]) == sorted(names)
    assert mine == sorted(mine, key=names.index)
