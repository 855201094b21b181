"""`curate split`: `build` without any cleaning."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from curate.commands.build import BUILDING, make
from curate.commands.options import CHECKING, INPUTS, READING, options


@click.command("split", short_help="Split without any cleaning.")
@INPUTS
@options(BUILDING, READING, CHECKING)
def command(
    inputs: Sequence[str],
    target: Path,
    against: Sequence[str],
    maps: tuple[str, ...],
    force: bool,
    dry_run: bool,
    lang: str | None,
    earlier: Path | None,
    **flags: Any,
) -> int:
    """Split INPUT into DIR so that nothing leaks; remove and change nothing but rows that cannot be read."""
    return make(inputs, target, against, maps, force, dry_run, lang, earlier, clean=False, flags={**flags, "pii": "keep"})
