"""`train eval RUN`: judge a finished run, once more or for the first time."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from curate.errors import UserError
from curate.layout import Block, Note, Tone
from curate.render import console
from curate.speaking.tongue import language
from train.cost import Prices
from train.facts import EvalReport
from train.files import write_text
from train.parts import Figure, Sides
from train.report import summary
from train.wording import Language, say

USUAL = Prices()
FORMS = click.Choice(["text", "json", "markdown"])
PATH = click.Path(path_type=Path)


@click.command("eval")
@click.argument("run", type=PATH)
@click.option("--gate", is_flag=True, help="Exit 1 unless the verdict is SHIP.")
@click.option("--format", "form", type=FORMS, default="text", show_default=True)
@click.option("-o", "--output", type=PATH, help="Write here instead of to standard output.")
@click.option("--own-metric", default="", metavar="FILE.py:FUNCTION", help="A metric of your own: f(prediction, reference, row).")
@click.option("--pattern", default="", metavar="REGEX", help="Also report how many answers match.")
@click.option("--schema", type=PATH, help="A JSON Schema; also report how many answers are valid.")
@click.option("--probes", multiple=True, metavar="NAME=PATH", help="General texts of your own for the forgetting section.")
@click.option("--no-measure", is_flag=True, help="Do not load the models to measure what the run has not.")
@click.option("--machine-price", default=USUAL.machine, show_default=True, help="Dollars an hour.")
@click.option(
    "--api-price",
    nargs=2,
    type=float,
    default=(USUAL.api_input, USUAL.api_output),
    show_default=True,
    help="Dollars a million tokens in, out.",
)
@click.option("--seed", default=0, show_default=True, help="For bootstraps and sign flips.")
def command(run: Path, gate: bool, form: str, output: Path | None, **more: Any) -> int:
    """Judge the run in RUN: base against tuned on the test rows, forgetting, recital, bias.

    \b
    Examples:
      train eval run
      train eval run --gate --format json

    Writes report.json, report.md and report.html there. The primary metric and the margins are those named before training;
    nothing here changes them.
    """  # noqa: D301 (click reads the backspace)
    from train import evaluate

    if not run.is_dir():
        raise UserError("no such run folder", where=str(run), hint="`train run DIR -o RUN` makes one.")
    prices = Prices(more["machine_price"], *more["api_price"])
    asked = evaluate.Asked(
        own_metric=more["own_metric"],
        pattern=more["pattern"],
        schema=more["schema"],
        seed=more["seed"],
        language=language(),
        measure=not more["no_measure"],
        probes=named(more["probes"]),
        prices=prices if prices == USUAL else replace(prices, stated="stated by you"),
    )
    opened(run)
    found = evaluate.report(run, asked, counting)
    deliver(found, run, form, output, asked.language)
    return int(gate and found.outcome.verdict != "SHIP")


def counting(what: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
    """What takes long is seen, and not where results go. A run that is measured already needs no torch."""
    from train.live import counted

    return counted(what, total)


def named(pairs: tuple[str, ...]) -> dict[str, Path]:
    out = {}
    for pair in pairs:
        name, sign, path = pair.partition("=")
        if not sign or not Path(path).is_file():
            raise UserError(f"--probes {pair}", hint="Write --probes NAME=PATH, a JSON Lines file of texts.")
        out[name] = Path(path)
    return out


def opened(run: Path) -> None:
    """Each look at the test rows is on record; the report counts them."""
    with (run / "test_openings.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps({"time": datetime.now(UTC).isoformat(timespec="seconds"), "why": "train eval"}) + "\n")


def deliver(found: EvalReport, run: Path, form: str, output: Path | None, lang: Language) -> None:
    path = Note(say(lang, "note.report", path=str(run / "report.html")), Tone.DIM)
    match form:
        case "json":
            text = found.model_dump_json(indent=2)
        case "markdown":
            text = (run / "report.md").read_text(encoding="utf-8").rstrip("\n")
        case _ if output is None:
            console.show([*blocks(found, lang), path])
            return
        case _:
            text = console.render(blocks(found, lang)).rstrip("\n")
    if output:
        write_text(output, text + "\n")
    else:
        click.echo(text)


def blocks(found: EvalReport, lang: Language) -> list[Block]:
    return [part for part in summary(found, lang) if not isinstance(part, Figure | Sides)]
