"""`curate verify DIR`: a second opinion on a built folder."""

from __future__ import annotations

import json
import sys
from itertools import islice
from pathlib import Path

import click

from curate.commands.options import HUSHED, LANG, language, options


@click.command("verify", short_help="Check a built folder from its rows alone.")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--rows-only", is_flag=True, help="Look for leaks only; skip the hashes.")
@click.option("--format", "form", type=click.Choice(["text", "json", "jsonl"]), default="text", show_default=True)
@options(HUSHED)
@LANG
def command(folder: Path, rows_only: bool, form: str, quiet: bool, lang: str | None) -> int:
    """Look for leaks between the splits of DIR, and check that its files are those that were built.

    \b
    Examples:
      curate verify clean
      curate verify clean --rows-only --format jsonl

    Believes nothing in DIR but its rows. Exit code 0: clean; 1: a leak, a mismatch, a line that cannot be read, a missing file.
    """  # noqa: D301 (click reads the backspace)
    from curate.render import console
    from curate.verify import verify
    from curate.verifying.screen import VERDICT, blocks

    result = verify(folder, rows_only)
    match form:
        case "json":
            click.echo(json.dumps(result.as_json(), ensure_ascii=False, indent=2))
        case "jsonl":
            for finding in result.findings:
                click.echo(json.dumps(finding.as_json(), ensure_ascii=False))
        case _:
            told = blocks(result, str(folder), rows_only, language(lang))
            console.show(islice(told, VERDICT) if quiet else told, sys.stdout)
    return 0 if result.passed else 1
