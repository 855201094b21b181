"""The whole way on the ticket sample: audit, build, verify, fine-tune, and the numbers that matter. Called by `make demo`.

Every step is the command a user would type. What is finished already is not done again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.rule import Rule
from rich.table import Table

SAMPLES = Path(__file__).parent
BIN = Path(sys.executable).parent
SPLIT = "0.7/0.12/0.18"
SETTINGS = ("learning_rate=1e-3", "epochs=1.5", "seed=7")

console = Console(stderr=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/demo"))
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    data, run = out / "data", out / "run"
    began = time.monotonic()
    curating(data, run)
    settings = [word for setting in SETTINGS for word in ("--set", setting)]
    training = ("train", "run", str(data), "--method", "lora", "-o", str(run), *settings)
    step("4  Fine-tune on the CPU, then test base against tuned", *training)
    heading("5  What it brought")
    summary(data, run)
    console.print(f"Done in {time.monotonic() - began:.0f} s. The files to open:")
    for path in (run / "report.html", data / "report.html", data / "README.md"):
        if path.exists():
            console.print(f"  {path}", style="bold", highlight=False)
    return 0


def curating(data: Path, run: Path) -> None:
    """Audit, build where it has not been done, verify. A build and a run of other samples are of no use any more."""
    tickets = shown(SAMPLES / "tickets.jsonl")
    against = ("--against", f"benchmark={shown(SAMPLES / 'tickets_benchmark.jsonl')}")
    step("1  What is wrong with the data?", "curate", "audit", tickets, *against, "--fail-on", "never")
    if built_from_these(data):
        heading("2  Clean splits are built already", f"in {data}; remove the folder to build again")
    else:
        for folder in (data, run):
            shutil.rmtree(folder, ignore_errors=True)
        how = ("--config", shown(SAMPLES / "demo.toml"), "--split", SPLIT, "--seed", "7")
        step("2  Clean it and split it so that nothing leaks", "curate", "build", tickets, "-o", str(data), *against, *how)
    step("3  Believe nothing: read the splits again", "curate", "verify", str(data))


def built_from_these(data: Path) -> bool:
    try:
        inputs = json.loads((data / "manifest.json").read_text(encoding="utf-8"))["inputs"]
    except (OSError, ValueError, KeyError):
        return False
    kept = {Path(given["path"]).name: given["sha256"] for given in inputs}
    names = ("tickets.jsonl", "tickets_benchmark.jsonl")
    return all(kept.get(name) == hashlib.sha256((SAMPLES / name).read_bytes()).hexdigest() for name in names)


def shown(path: Path) -> str:
    """As a user would type it from here, so that reports do not depend on where the project lies."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def heading(title: str, note: str = "") -> None:
    console.print()
    console.print(Rule(f"[bold]{title}", align="left"))
    if note:
        console.print(note, style="dim", highlight=False, soft_wrap=True)


def step(title: str, *command: str) -> None:
    heading(title, f"$ {shlex.join(command)}")
    # Our own lines come before the command's, whatever stdout and stderr are.
    sys.stderr.flush()
    code = subprocess.run([str(BIN / command[0]), *command[1:]], check=False).returncode
    if code:
        console.print(f"`{shlex.join(command[:2])}` ended with exit code {code}; the demo stops here.", style="red")
        sys.exit(code)


# ---- the numbers ------------------------------------------------------------------------------------------------------------

SIDES = {"base": "base model", "base-fewshot": "base, examples in prompt", "tuned": "tuned"}


def summary(data: Path, run: Path) -> None:
    """The three sides on the rows that none of them was trained on."""
    test = {row["id"]: row for row in rows(data / "test.jsonl")}
    known = {word for row in rows(data / "train.jsonl") for word in str(row.get("wording", "")).split()}
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(f"{len(test)} test rows", no_wrap=True)
    for name in ("fields right", "whole rows", "unseen wording"):
        table.add_column(name, justify="right", no_wrap=True)
    for side, words in SIDES.items():
        if answers := list(rows(run / "predictions" / f"{side}.jsonl")):
            fields, whole, unseen = figures(answers, test, known)
            table.add_row(words, fields + interval(run, side), whole, unseen, style="bold" if side == "tuned" else None)
    console.print(table)
    console.print("unseen wording: fields whose wording no training row has; interval: 95 %", style="dim", highlight=False)


def interval(run: Path, side: str) -> str:
    """From the report, where it has the metric."""
    try:
        standings = json.loads((run / "report.json").read_text(encoding="utf-8"))["standings"]
        low, high = next(s["interval"] for s in standings if (s["arm"], s["metric"]) == (side, "fields"))
        return f" ({100 * low:.0f} to {100 * high:.0f})"
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        return ""


def rows(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def figures(answers: Sequence[Mapping[str, Any]], test: Mapping[Any, Mapping[str, Any]], known: set[str]) -> tuple[str, str, str]:
    """Shares of fields right, of whole rows right, and of the fields whose wording no training row has."""
    right: list[bool] = []
    whole: list[bool] = []
    unseen: list[bool] = []
    for answer in answers:
        wanted, given = parsed(answer["reference"]), parsed(answer["prediction"])
        if not wanted:
            continue
        hits = {key: given.get(key) == value for key, value in wanted.items()}
        right += hits.values()
        whole.append(all(hits.values()) and len(given) == len(wanted))
        wordings = {word.split(".")[0]: word for word in str(test.get(answer["id"], {}).get("wording", "")).split()}
        unseen += [hit for key, hit in hits.items() if str(wanted[key]) in wordings and wordings[str(wanted[key])] not in known]
    return percent(right), percent(whole), f"{percent(unseen)} of {len(unseen)}"


def parsed(text: str) -> dict[str, Any]:
    """The JSON object in an answer, whatever stands around it."""
    begin, end = text.find("{"), text.rfind("}")
    try:
        value = json.loads(text[begin : end + 1])
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def percent(hits: Sequence[bool]) -> str:
    return f"{100 * sum(hits) / len(hits):.0f} %" if hits else "-"


if __name__ == "__main__":
    sys.exit(main())
