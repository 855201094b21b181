"""The README stays true: its commands run, its options exist, its links lead somewhere."""

from __future__ import annotations

import csv
import re
import shlex
from pathlib import Path

import click
import pytest

from curate.cli import main as curate
from train.cli import main as train

ROOT = Path(__file__).parent.parent
READMES = sorted(ROOT.glob("README*.md"))
FENCE = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def commands(path: Path) -> list[list[str]]:
    lines = (line for block in FENCE.findall(path.read_text(encoding="utf-8")) for line in block.splitlines())
    return [shlex.split(line, comments=True) for line in lines if line.startswith(("curate ", "train "))]


@pytest.mark.parametrize("path", READMES, ids=lambda p: p.name)
def test_every_command_of_the_readme_is_one_that_its_parser_takes(path: Path) -> None:
    found = commands(path)
    assert len(found) > 5
    for program, verb, *arguments in found:
        group = {"curate": curate, "train": train}[program]
        command = group.get_command(click.Context(group), verb)
        assert command is not None, verb
        command.make_parser(click.Context(command)).parse_args(list(arguments))


@pytest.mark.parametrize(
    "path", [*READMES, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda p: p.name
)
def test_every_link_to_a_file_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), target


@pytest.mark.slow
def test_the_readme_leads_from_a_messy_table_to_a_verified_folder(run, tmp_path: Path) -> None:
    with (tmp_path / "data.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["question", "answer", "team"])
        for i in range(90):
            table.writerow(
                [
                    f"Where is parcel number {i * 7919} of my order?",
                    f"Parcel {i * 7919} left hub {i % 9} at {i % 12} o'clock.",
                    "a",
                ]
            )
        table.writerows(
            [["Who are you?", "", "b"], ["Where is parcel number 0 of my order?", "Parcel 0 left hub 0 at 0 o'clock.", "c"]]
        )
    codes = {}
    for program, verb, *arguments in commands(ROOT / "README.md"):
        if program == "curate" and verb in ("audit", "build", "verify") and verb not in codes:
            codes[verb] = run(program, verb, *arguments, cwd=tmp_path).returncode
    assert codes == {"audit": 1, "build": 0, "verify": 0}
    assert (tmp_path / "report.html").stat().st_size > 0
