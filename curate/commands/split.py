"""`curate split`: `build` without any cleaning."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from curate.commands.build import BUILDING, Tell, make
from curate.commands.options import CHECKING, INPUTS, READING, SPEAKING, options


@click.command("split", short_help="Split without any cleaning.")
@INPUTS
@options(BUILDING, READING, CHECKING, SPEAKING)
def command(
    inputs: Sequence[str],
    target: Path,
    against: Sequence[str],
    maps: tuple[str, ...],
    force: bool,
    dry_run: bool,
    lang: str | None,
    earlier: Path | None,
    quiet: bool,
    verbose: bool,
    **flags: Any,
) -> int:
    """Split INPUT into DIR so that nothing leaks; remove and change nothing but rows that cannot be read.

    \b
    Examples:
      curate split data.jsonl -o parts
      curate split data.jsonl -o parts --split 0.9/0.05/0.05 --group-by customer
    """  # noqa: D301 (click reads the backspace)
    return make(inputs, target, against, maps, force, dry_run, lang, earlier, clean=False, flags=flags, tell=Tell(quiet, verbose))
