"""`curate explain CODE`: a rule in words."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curate.commands.options import HUSHED, LANG, language, options, write

if TYPE_CHECKING:
    from curate.catalogue import Rules

MEANING = 3
"""Blocks of a rule that say what it is, before why and how."""


@click.command("explain", short_help="What a rule means, why it matters, how to fix it.")
@click.argument("code", required=False)
@click.option("--all", "every", is_flag=True, help="All rules.")
@click.option("--format", "form", type=click.Choice(["text", "markdown"]), default="text")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE")
@options(HUSHED)
@LANG
def command(code: str | None, every: bool, form: str, output: Path | None, quiet: bool, lang: str | None) -> int:
    """Say what rule CODE means, why it matters, how it is found and how to fix it.

    \b
    Examples:
      curate explain LEAK002
      curate explain --all --format markdown -o rules.md
    """  # noqa: D301 (click reads the backspace)
    from curate import catalogue, screens
    from curate.errors import UserError
    from curate.render import console, markdown

    rules = catalogue.shipped()
    if not every and not code:
        raise UserError("name a rule, or --all", hint="e.g. curate explain LEAK002")
    chosen = known(code, rules) if code else ""
    tongue = language(lang)
    blocks = [*screens.catalogue(rules, tongue)] if every else [*screens.rule(rules, chosen, tongue)]
    if quiet and not every:
        blocks = blocks[:MEANING]
    if every and form == "markdown":
        blocks += [block for each in rules for block in screens.rule(rules, each, tongue)]
    if form == "text" and output is None:
        console.show(blocks, sys.stdout)
    else:
        write(markdown.render(blocks) if form == "markdown" else console.render(blocks), output)
    return 0


def known(code: str, rules: Rules) -> str:
    """The code as the catalogue has it."""
    from curate.errors import UserError

    if code.upper() not in rules:
        close = difflib.get_close_matches(code.upper(), rules, n=3)
        raise UserError(
            f"no rule {code}", hint=f"Did you mean {', '.join(close)}?" if close else "`curate explain --all` lists them."
        )
    return code.upper()
