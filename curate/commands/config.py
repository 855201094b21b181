"""`curate config show`: every setting and where it came from."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from curate.commands.options import CHECKING, options, settled


@click.group("config", short_help="Show every setting and where it came from.")
def command() -> None:
    """Settings come from flags, then CURATE_* variables, then curate.toml or [tool.curate], then defaults."""


@command.command("show")
@options(CHECKING)
def show(config: Path | None, lang: str | None, **flags: object) -> int:  # noqa: ARG001  # --lang is accepted everywhere
    """Print every setting with its origin."""
    from dataclasses import fields

    from curate.layout import Cell, Heading, Table
    from curate.render import console

    settings = settled(config, **flags)
    rows = [
        (f.name, str(getattr(settings, f.name)), settings.origin.get(f.name, "default"))
        for f in fields(settings)
        if f.name != "origin"
    ]
    console.show([Heading("Settings"), Table(("Key", "Value", "From"), tuple(tuple(map(Cell, row)) for row in rows))], sys.stdout)
    return 0
