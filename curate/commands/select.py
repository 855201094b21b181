"""`curate select`: N rows for a smaller budget, always beside as many drawn at random."""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curate.commands.options import HUSHED, LANG, language, options

if TYPE_CHECKING:
    from curate.selecting.select import Selection
    from curate.selecting.subset import Wish

WAYS = ("coverage", "difficulty", "length", "mixed")


@click.command("select", short_help="Pick N rows, always beside a random control.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("-n", "n", required=True, type=int, metavar="N", help="Training rows to keep.")
@click.option(
    "--by",
    type=click.Choice(WAYS),
    default="mixed",
    show_default=True,
    help="coverage: rows that stand for most others; difficulty: rare words, or what --difficulty measures; length: long answers; mixed: all three.",
)
@click.option(
    "--difficulty",
    "model",
    is_flag=False,
    flag_value="auto",
    default="",
    metavar="[MODEL]",
    help="Let a small model measure how much each prompt helps; about a second a row on a CPU; needs [train].",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Decides the control, and ties.")
@click.option("-o", "--output", "target", type=click.Path(path_type=Path), metavar="OUT", help="Folder to make (DIR-N).")
@click.option("--force", is_flag=True, help="Replace OUT if it is there.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@options(HUSHED)
@LANG
def command(
    folder: Path,
    n: int,
    by: str,
    model: str,
    seed: int,
    target: Path | None,
    force: bool,
    form: str,
    quiet: bool,
    lang: str | None,
) -> int:
    """Pick N training rows of the built folder DIR into OUT/picks, and N at random into OUT/control.

    Both keep DIR's validation and test rows. Which of the two teaches more is not known until both are trained on.

    \b
    Examples:
      curate select clean -n 1000
      curate select clean -n 500 --by coverage -o small
      curate select clean -n 500 --by difficulty --difficulty
    """  # noqa: D301 (click reads the backspace)
    from typing import cast

    from curate.selecting.select import By
    from curate.selecting.subset import REPORT, Wish

    found, target = made(Wish(folder, n, cast("By", by), seed, model), target, force, quiet)
    if form == "json":
        sys.stdout.buffer.write((target / REPORT).read_bytes())
    else:
        from curate import screens
        from curate.render import console

        told = screens.selected(found, target, language(lang))
        console.show(islice(told, 2) if quiet else told, sys.stdout)  # where it is, and what it holds
    return 0


def made(wish: Wish, target: Path | None, force: bool, quiet: bool) -> tuple[Selection, Path]:
    """Pick, and write both folders into `target`, or DIR-N beside DIR."""
    from curate.building.workplace import Workplace
    from curate.progress import Progress
    from curate.selecting.subset import chosen, write

    target = target or wish.folder.with_name(f"{wish.folder.resolve().name}-{wish.n}")
    with Workplace(target, force) as place, Progress(quiet) as progress:
        progress.expect(["picking", "writing"])
        progress.stage("picking")
        found = chosen(wish)
        progress.stage("writing")
        write(wish, found, place.partial)
        place.finish()
    return found, target
