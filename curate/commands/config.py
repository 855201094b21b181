"""`curate config show`: every setting and where it came from."""

from __future__ import annotations

import sys
from typing import Any

import click

from curate.acting.suppressing import Suppression
from curate.commands.options import CHECKING, language, options, settled, write


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
    from dataclasses import fields

    from curate.layout import Cell, Heading, Table
    from curate.render import console
    from curate.screens import Words

    settings, w = settled(**flags), Words(language(lang))
    names = [f.name for f in fields(settings) if f.name != "origin"]
    if form == "json":
        import orjson

        found = {n: {"value": getattr(settings, n), "from": settings.origin.get(n, "default")} for n in names}
        write(orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE), None)
        return 0
    default = w("default")
    rows = tuple((Cell(n), Cell(told(getattr(settings, n))), Cell(settings.origin.get(n, default))) for n in names)
    head = (w("Key"), w("Value"), w("From"))
    console.show([Heading(w("Settings")), Table(head, rows)], sys.stdout)
    return 0


def told(value: Any) -> str:
    """As one would write it in TOML, near enough; nothing where nothing is set."""
    if isinstance(value, bool):
        return str(value).lower()
    if value and isinstance(value, tuple) and isinstance(value[0], Suppression):
        return "; ".join(f"{entry.code}: {entry.reason}" for entry in value)
    return ", ".join(map(str, value)) if isinstance(value, tuple) else "" if value == {} else str(value)
