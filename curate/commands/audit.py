"""`curate audit`: read, check, report; changes nothing unless --fix is given."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from curate.commands.options import CHECKING, FIXING, INPUTS, READING, SPEAKING, language, options, settled, write

if TYPE_CHECKING:
    from curate.auditing import Audit

FORMATS = ("text", "json", "jsonl", "markdown", "html", "sarif", "github", "junit")
DRAWING = (
    click.option(
        "--format", "form", type=click.Choice(FORMATS), default=None, help="text on a terminal; by the name of -o otherwise."
    ),
    click.option(
        "-o",
        "--output",
        "outputs",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write here, - for stdout; repeat for several formats, each told by its name.",
    ),
)
CHOOSING = (
    click.option("--select", "selected", multiple=True, metavar="CODES", help="Only these codes or prefixes, e.g. PII,LEAK."),
    click.option("--ignore", "ignored", multiple=True, metavar="CODES", help="Not these codes or prefixes."),
    click.option(
        "--fail-on",
        type=click.Choice(["error", "warning", "never"]),
        default="error",
        show_default=True,
        help="Exit 1 from this level up.",
    ),
    click.option("--exit-zero", is_flag=True, help="The same as --fail-on never."),
    click.option("--baseline", type=click.Path(path_type=Path), metavar="FILE", help="Leave out findings that stand in FILE."),
    click.option("--write-baseline", type=click.Path(path_type=Path), metavar="FILE", help="Write all findings of now to FILE."),
    click.option("--sample", type=click.IntRange(min=1), metavar="N", help="Only N rows, drawn by --seed; said in every number."),
    click.option("--seed", type=int, help="Seed of the sample."),
    click.option("--group-by", multiple=True, metavar="FIELD", help="Rows with the same value belong together (LEAK004)."),
    click.option("--time-by", metavar="FIELD", help="Training rows must not be later than test rows (LEAK006)."),
)


@click.command("audit", short_help="Say what is wrong with the data; change nothing.")
@INPUTS
@options(READING, DRAWING, CHOOSING, FIXING, CHECKING, SPEAKING)
def command(
    inputs: Sequence[str],
    against: Sequence[str],
    maps: tuple[str, ...],
    form: str | None,
    outputs: Sequence[Path],
    selected: Sequence[str],
    ignored: Sequence[str],
    fail_on: str,
    exit_zero: bool,
    baseline: Path | None,
    write_baseline: Path | None,
    sample: int | None,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    dry_run: bool,
    quiet: bool,
    verbose: bool,
    lang: str | None,
    **flags: Any,
) -> int:
    """Say what is wrong with the data of INPUT: files, folders, globs or - for standard input.

    \b
    Examples:
      curate audit data.jsonl
      curate audit data.csv --map instruction=question --map output=answer
      curate audit train=a.jsonl test=b.jsonl -o report.html -o report.json
      curate audit data.jsonl --fix --diff

    INPUT may be train=a.jsonl validation=b.jsonl test=c.jsonl; then leaks between splits are looked for.
    """  # noqa: D301 (click reads the backspace)
    from curate.auditing import Asked, audited
    from curate.commands.fix import mended
    from curate.findings import Severity
    from curate.progress import Progress

    asked = Asked(inputs, settled(**flags), against, maps, selected, ignored, baseline, write_baseline, sample)
    tongue, today = language(lang), date.today()  # the user's own day
    with Progress(quiet) as progress:
        if fix or unsafe_fixes or diff or dry_run:
            asked = mended(asked, unsafe_fixes, diff, dry_run, today, progress, tongue)
        with audited(asked, today, progress) as audit:
            progress.done()
            if not diff:
                places = targets(outputs, form)
                for target, kind in places:
                    put(audit, kind, target, tongue, quiet, verbose)
                written(audit, [target for target, _ in places], tongue, quiet)
            failed = fail_on != "never" and not exit_zero and audit.report.fails(Severity(fail_on))
    return 1 if failed else 0


def targets(outputs: Sequence[Path], form: str | None) -> list[tuple[Path | None, str]]:
    """Where to write what. `-` is stdout; of several files each has the format of its name, and --format is for the rest."""
    from curate.screens.drawing import SUFFIXES, by_name

    places = [None if str(path) == "-" else path for path in outputs] or [None]
    alone = len(places) == 1
    return [(p, form if form and (alone or p is None or p.suffix.lower() not in SUFFIXES) else by_name(p)) for p in places]


def written(audit: Audit, places: Sequence[Path | None], lang: str, quiet: bool) -> None:
    """Where all went into files, the terminal hears how it ended and where it stands."""
    from curate.screens import Words
    from curate.screens.audited import in_a_line

    files = [str(place) for place in places if place]
    if len(files) == len(places) and not quiet:
        click.echo(f"curate: {in_a_line(audit.report, Words(lang))} · {', '.join(files)}", err=True)


def put(audit: Audit, form: str, target: Path | None, lang: str, quiet: bool, verbose: bool) -> None:
    """One format, to a file or stdout."""
    from curate.screens.drawing import drawn

    if form == "text" and target is None:
        from curate import screens
        from curate.render import console

        blocks = screens.brief(audit.report, lang) if quiet else screens.audit(audit.report, audit.rules, lang, verbose)
        console.show(blocks, sys.stdout)
        return
    write(drawn(audit, form, lang), target)
    if form == "github" and target is None:
        summary(audit, lang)


def summary(audit: Audit, lang: str) -> None:
    """Where GitHub runs us, the whole report stands in the summary of the job."""
    from curate.screens.drawing import drawn

    if path := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(path).open("ab") as file:
            file.write(drawn(audit, "markdown", lang))
