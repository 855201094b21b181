"""`train merge`."""

from __future__ import annotations

from pathlib import Path

import click

from curate.speaking.tongue import Words, language


@click.command("merge")
@click.argument("run", metavar="RUN", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="Folder for the merged model.")
@click.option("--base", default="", metavar="ID|PATH", help="The base model, if it is no longer where the run found it.")
@click.option(
    "--dtype",
    type=click.Choice(["fp32", "bf16"]),
    default="fp32",
    show_default=True,
    help="What to save in; bf16 is checked as well.",
)
def command(run: Path, out: Path, base: str, dtype: str) -> None:
    """Fold the adapter of RUN into its base, in fp32, and check that the merged model says the same.

    \b
    Examples:
      train merge run -o merged
    """  # noqa: D301 (click reads the backspace)
    from train.merge import merge

    found = merge(run, out, base, dtype)
    click.echo(Words(language())(f"{out}: merged in fp32, {found.told}"))
