"""`curate config show`: every setting and where it came from."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from curate.acting.suppressing import Suppression
from curate.commands.options import CHECKING, language, options, settled, write

if TYPE_CHECKING:
    from curate.config import Settings
    from curate.layout import Block
    from curate.screens import Words


@click.group("config", short_help="Show every setting and where it came from.")
def command() -> None:
    """Settings come from flags, then CURATE_* variables, then curate.toml or [tool.curate], then defaults."""


@command.command("show")
@options(CHECKING)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def show(lang: str | None, form: str, **flags: Any) -> int:
    """Print every setting with its origin.

    \b
    Examples:
      curate config show
      CURATE_SEED=7 curate config show --threshold 0.9 --config pii=drop
    """  # noqa: D301 (click reads the backspace)
    from curate.render import console
    from curate.screens import Words

    settings = found(settled(**flags))
    if form == "json":
        import orjson

        entries = {name: {"value": value, "from": origin} for name, (value, origin) in settings.items()}
        write(orjson.dumps(entries, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE), None)
        return 0
    console.show(laid_out(settings, Words(language(lang))), sys.stdout)
    return 0


def found(settings: Settings) -> dict[str, tuple[Any, str]]:
    """Each setting's value and where it came from."""
    from dataclasses import fields

    names = [f.name for f in fields(settings) if f.name != "origin"]
    return {name: (getattr(settings, name), settings.origin.get(name, "default")) for name in names}


def laid_out(settings: Mapping[str, tuple[Any, str]], w: Words) -> Iterator[Block]:
    from curate.layout import Cell, Heading, Table

    rows = tuple((Cell(name), Cell(told(value)), Cell(w(origin))) for name, (value, origin) in settings.items())
    yield Heading(w("Settings"))
    yield Table((w("Key"), w("Value"), w("From")), rows)


def told(value: Any) -> str:
    """As one would write it in TOML, near enough; nothing where nothing is set."""
    if isinstance(value, bool):
        return str(value).lower()
    if value and isinstance(value, tuple) and isinstance(value[0], Suppression):
        return "; ".join(f"{entry.code}: {entry.reason}" for entry in value)
    return ", ".join(map(str, value)) if isinstance(value, tuple) else "" if value == {} else str(value)
