"""`curate select`: reserved."""

from __future__ import annotations

import click


@click.command(
    "select", short_help="Pick N rows beside a random control (not yet).", context_settings={"ignore_unknown_options": True}
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def command(words: tuple[str, ...]) -> int:  # noqa: ARG001  # whatever is asked, the answer is the same
    """Reserved."""
    click.echo("curate: select: not yet", err=True)
    return 2
