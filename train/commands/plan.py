"""`train plan`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curate.layout import Block, Cell, Command, Heading, Note, Table, Tone, percent
from curate.render import console
from curate.speaking.tongue import Words, language, spoken
from train.config import load

if TYPE_CHECKING:
    from train.forecast import Forecast
    from train.settings import Settings


@click.command("plan")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--model", default="", metavar="ID|PATH", help="A folder, a hub id, or smollm2-135m-instruct (the default).")
@click.option("--method", default="", help="lora, full, rslora, dora, qlora, ia3, prefix, prompt or freeze.")
@click.option("--config", type=click.Path(path_type=Path), default=None, help="A TOML file with settings.")
@click.option("--set", "assignments", multiple=True, metavar="KEY=VALUE", help="One setting; may be repeated.")
@click.option("--trust-data", is_flag=True, help="Plan although the manifest does not match.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    folder: Path, model: str, method: str, config: Path | None, assignments: tuple[str, ...], trust_data: bool, form: str
) -> None:
    """Forecast a run on DIR from a few probe updates; nothing is written.

    \b
    Examples:
      train plan clean
      train plan clean --method full --set batch_tokens=4096
    """  # noqa: D301 (click reads the backspace)
    asked = load(config, method, model, assignments)
    from train.live import say
    from train.processor import share_processor

    share_processor()
    import torch

    from train import methods
    from train.dataset import checked
    from train.forecast import forecast
    from train.models import resolve
    from train.run import read

    data = checked(folder, trust_data)
    methods.check(asked.method)
    source = resolve(asked.model, say)
    work = read(data, source, asked, "cuda" if torch.cuda.is_available() else "cpu")
    say("timing a few updates")
    found = forecast(work)
    if form == "json":
        facts = {
            "settings": work.settings.facts(),
            **asdict(found),
            "seconds": found.seconds,
            "smallest_gain": smallest_gain(found.test_rows),
        }
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    console.show(spoken(blocks(folder, work.settings, found, work.train.supervised), Words(language())))


def smallest_gain(rows: int) -> dict[str, float]:
    """Smallest true difference a yes/no metric can show, by the share of rows that the two models answer differently."""
    from train.statistics import mde_before

    return {f"{share:g}": mde_before(rows, share) for share in (0.1, 0.2, 0.4)}


def blocks(folder: Path, settings: Settings, found: Forecast, supervised: int) -> Iterator[Block]:
    from train.live import MEBIBYTE, clock

    yield Heading("Settings")
    rows = ((name, shown_value(fact["value"]), fact["reason"]) for name, fact in settings.facts().items())
    yield Table(("setting", "value", "because"), tuple((Cell(n), Cell(v), Cell(r, Tone.DIM)) for n, v, r in rows))
    yield Heading("Forecast")
    told = [
        ("updates", f"{found.updates:,}"),
        ("tokens read", f"{found.tokens:,}, {supervised:,} trained on in each epoch"),
        ("padding", f"{percent(found.padding, 1)} of what is computed"),
        (
            "weights trained",
            f"{found.trained_weights:,} of {found.weights:,} ({percent(found.trained_weights / found.weights, 2)})",
        ),
        ("memory", f"{found.peak_memory / MEBIBYTE:,.0f} MiB at the most, with the longest row"),
        ("speed", f"{found.tokens_per_second:,.0f} tokens/s"),
        ("training", clock(found.training_seconds)),
        ("validation", clock(found.validation_seconds)),
        ("answering the test rows", f"about {clock(found.answering_seconds)} at the most"),
        ("in all", clock(found.seconds)),
    ]
    yield Table(("", ""), tuple((Cell(name), Cell(value)) for name, value in told))
    yield Heading("What the test rows can show")
    gains = ", ".join(
        f"{gain * 100:.0f} points if {percent(float(share))} of the answers change"
        for share, gain in smallest_gain(found.test_rows).items()
    )
    yield Note(f"{found.test_rows} test rows: a smaller gain than this is likely to be missed (power 80 %): {gains}.")
    yield Command(f"train run {folder}" + "".join(f" --set {name}={value}" for name, value in given(settings)))


def shown_value(value: object) -> str:
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def given(settings: Settings) -> list[tuple[str, object]]:
    config = settings.config
    simple = [(n, getattr(config, n)) for n in sorted(config.model_fields_set) if n != "method"]
    chosen = config.method.model_dump(exclude_defaults=True)
    kind = [("method", config.method.kind)] if "method" in config.model_fields_set else []
    return simple + kind + [(f"method.{k}", v) for k, v in chosen.items() if k != "kind"]
