"""`curate index`: reserved."""

from __future__ import annotations

import click


@click.command(
    "index", short_help="An on-disk index of rows seen before (not yet).", context_settings={"ignore_unknown_options": True}
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def command(words: tuple[str, ...]) -> int:  # noqa: ARG001  # whatever is asked, the answer is the same
    """Reserved."""
    click.echo("curate: index: not yet", err=True)
    return 2
