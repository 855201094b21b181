"""`train doctor`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from curate.layout import Block, Cell, Heading, Note, Table, Tone, shown
from curate.render import console
from curate.speaking.tongue import Words, language, spoken
from train.config import load

if TYPE_CHECKING:
    from train.data import Sample
    from train.doctor import Diagnosis


@click.command("doctor")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--model", default="", metavar="ID|PATH", help="A folder, a hub id, or smollm2-135m-instruct (the default).")
@click.option("--config", type=click.Path(path_type=Path), default=None, help="A TOML file with settings.")
@click.option("--set", "assignments", multiple=True, metavar="KEY=VALUE", help="One setting; may be repeated.")
@click.option("--rows", default=3, show_default=True, help="Rows whose mask is shown.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "jsonl"]),
    default="text",
    show_default=True,
    help="jsonl: one row's account a line.",
)
def command(folder: Path, model: str, config: Path | None, assignments: tuple[str, ...], rows: int, form: str) -> int:
    """Show what a run on DIR would really be trained on. Exit 1 where a check fails.

    \b
    Examples:
      train doctor clean
      train doctor clean --model ./my-model
    """  # noqa: D301 (click reads the backspace)
    settings = load(config, model=model, assignments=assignments)
    from train.doctor import examine

    found = examine(folder, settings)
    if form == "json":
        click.echo(json.dumps(facts(found), ensure_ascii=False, indent=2))
    elif form == "jsonl":
        for line in found.by_row():
            click.echo(json.dumps(line, ensure_ascii=False))
    else:
        console.show(spoken(blocks(found), Words(language())))
        show_masks(found, rows)
    return 0 if all(check.good is not False for check in found.checks) else 1


def facts(found: Diagnosis) -> dict[str, object]:
    checks = [{"name": c.name, "good": c.good, "told": c.told} for c in found.checks]
    return {
        "model": found.model,
        "max_length": found.limit,
        "splits": {s: found.account(s) for s in found.splits},
        "checks": checks,
    }


def blocks(found: Diagnosis) -> Iterator[Block]:
    yield Heading(f"What {found.model} is trained on")
    header = ("split", "rows", "samples", "tokens read", "trained", "masked", "cut", "dropped")
    yield Table(header, tuple(tally(split, found.account(split)) for split in found.splits))
    yield Note("read = trained + masked + cut + dropped; the test split stays shut", Tone.DIM)
    marks = {True: ("ok", Tone.GOOD), False: ("bad", Tone.BAD), None: ("note", Tone.DIM)}
    yield Table(("", "check", "found"), tuple((Cell(*marks[c.good]), Cell(c.name), Cell(c.told)) for c in found.checks))
    lost = [row for row in found.by_row() if row["because"]]
    if lost:
        yield Heading("Rows that are cut or dropped", 2)
        yield Table(
            ("where", "tokens", "because"),
            tuple(tuple(Cell(t) for t in (f"{r['file']}:{r['line']}", str(r["read"]), r["because"])) for r in lost[:20]),
        )
        if len(lost) > 20:
            yield Note(f"and {len(lost) - 20} more; --format jsonl lists all", Tone.DIM)


def tally(split: str, account: dict[str, int]) -> tuple[Cell, ...]:
    return Cell(split), *(Cell(f"{value:,}", number=True) for value in account.values())


def show_masks(found: Diagnosis, rows: int) -> None:
    out = console.console()
    w = Words(language())
    legend = w("green: trained on" if not out.no_color else "between ⟦ and ⟧: trained on")
    samples = found.splits["train"].samples
    chosen = samples[:: max(1, len(samples) // max(1, rows))][:rows]
    if chosen:
        out.print()
        out.print(Text(w(f"The mask of {len(chosen)} rows ({legend})"), style="bold dim"))
    for sample in chosen:
        out.print()
        out.print(Text(w(f"{sample.row.where}  {len(sample)} tokens, {sample.supervised} trained"), style="bold"))
        out.print(painted(found, sample, bool(out.no_color)))


def painted(found: Diagnosis, sample: Sample, plain: bool) -> Text:
    from train.doctor import marked

    text = Text()
    for words, mark in marked(sample, found.encoder):
        # Line feeds are kept, they are part of what is trained on; all else that a terminal would act on is made visible.
        safe = "\n".join(shown(line) for line in words.split("\n"))
        if mark == "trained":
            text.append(f"⟦{safe}⟧" if plain else safe, style="green")
        else:
            text.append(safe, style="dim")
    return text
