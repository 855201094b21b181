"""`train ablate DIR`, the proof of the pudding."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from curate.errors import UserError
from curate.render import console
from curate.speaking.tongue import Words, language, spoken
from train.ablate import MODEL, MOST_TOKENS, Wish, ablate
from train.arms import ARMS
from train.payoff import blocks

PATH = click.Path(path_type=Path)


def numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise UserError(f"--seeds {text}", hint="Whole numbers with commas: --seeds 1,2,3") from None


@click.command("ablate")
@click.argument("folder", metavar="DIR", type=PATH)
@click.option("-o", "--out", type=PATH, required=True, help="Where the plan, the runs and the table go.")
@click.option("--arms", default=",".join(ARMS), show_default=True, help="Also: longest.")
@click.option("--seeds", default="1,2,3", show_default=True, help="Three at least.")
@click.option("--tokens", default=MOST_TOKENS, show_default=True, help="Training tokens of each run.")
@click.option("--metric", default="auto", show_default=True, help="What decides; bits_per_byte needs no answers to be written.")
@click.option("--model", default=MODEL, show_default=True)
@click.option("--rate", default=1e-3, show_default=True, help="Learning rate.")
@click.option("--max-length", default=1024, show_default=True, help="Rows of more tokens are left out of every arm and the test.")
@click.option("--test-rows", default=200, show_default=True, help="At most so many of the clean test rows.")
@click.option("--raw", multiple=True, type=PATH, help="The files that were curated, if they are not where the manifest says.")
@click.option("--no-claim", is_flag=True, help="Leave out what a random split would have claimed.")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
def command(folder: Path, out: Path, arms: str, seeds: str, form: str, **more: Any) -> None:
    """Train on curated data, on the raw data it came from and on a random part of it of equal size; compare on one clean test.

    \b
    Examples:
      train ablate clean -o ablation

    Every run reads the same number of tokens. The plan is written before the first run and cannot change afterwards; the same
    command goes on where it was stopped.
    """  # noqa: D301 (click reads the backspace)
    wish = Wish(
        arms=tuple(arms.split(",")),
        seeds=numbers(seeds),
        tokens=more["tokens"],
        metric=more["metric"],
        model=more["model"],
        learning_rate=more["rate"],
        claim=not more["no_claim"],
        max_length=more["max_length"],
        test_rows=more["test_rows"],
    )
    found = ablate(folder, out, wish, more["raw"], say=lambda text: click.echo(text, err=True))
    match form:
        case "json":
            click.echo(found.model_dump_json(indent=2))
        case "markdown":
            click.echo((out / "ablation.md").read_text(encoding="utf-8"), nl=False)
        case _:
            console.show(spoken(blocks(found), Words(language())))
