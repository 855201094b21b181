"""`curate build`: clean, repair and split, every change explained. `curate split` is the same without cleaning."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from curate.commands.options import CHECKING, INPUTS, READING, SPEAKING, language, options, settled
from curate.errors import UserError
from curate.layout import percent

if TYPE_CHECKING:
    from curate.splits import SplitImpossible

BUILDING: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "-o", "--output", "target", required=True, type=click.Path(path_type=Path), metavar="DIR", help="The folder to make."
    ),
    click.option("--split", metavar="SHARES", help="Shares of train/validation/test (0.8/0.1/0.1)."),
    click.option("--seed", type=int, help="Decides which groups go where (0)."),
    click.option("--group-by", multiple=True, metavar="FIELD", help="Rows with the same value never part."),
    click.option("--time-by", metavar="FIELD", help="Train on the past, test on the future."),
    click.option("--embargo", metavar="SPAN", help="Gap that --time-by leaves between splits: 7d, 12h; a number for numbers."),
    click.option("--pin-by", metavar="FIELD", help="Field that names the split a row must go to; rows without it are free."),
    click.option(
        "--keep-splits",
        "earlier",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="An earlier folder of this data: no row of it changes its split.",
    ),
    click.option("--stratify-by", multiple=True, metavar="FIELD", help="Every split gets its share of each value."),
    click.option("--max-drop", type=float, metavar="SHARE", help="Most rows that may be set aside so that nothing leaks (0.05)."),
    click.option("--force", is_flag=True, help="Replace DIR if it is there."),
    click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing."),
)
CLEANING: tuple[Callable[[Any], Any], ...] = (
    click.option("--pii", type=click.Choice(["mask", "pseudonym", "drop", "keep"]), help="What becomes of personal data (mask)."),
    click.option(
        "--against-mode",
        type=click.Choice(["drop-train", "drop-eval", "report"]),
        help="Which side of a benchmark leak goes (drop-train).",
    ),
    click.option("--force-groups", is_flag=True, default=None, help="Remove large groups of near duplicates, too."),
)


@click.command("build", short_help="Clean, repair and split the data, every change explained.")
@INPUTS
@options(BUILDING, CLEANING, READING, CHECKING, SPEAKING)
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
    """Clean, repair and split INPUT into the folder DIR: train, validation, test, and what became of every row.

    \b
    Examples:
      curate build data.jsonl -o clean
      curate build data.jsonl -o clean --against gsm8k=gsm8k_test.jsonl --split 0.9/0.05/0.05
      curate build data.jsonl more.jsonl -o clean2 --keep-splits clean
    """  # noqa: D301 (click reads the backspace)
    return make(inputs, target, against, maps, force, dry_run, lang, earlier, clean=True, flags=flags, tell=Tell(quiet, verbose))


@dataclass(frozen=True)
class Tell:
    """How much is said on stdout."""

    quiet: bool = False
    verbose: bool = False


def make(
    inputs: Sequence[str],
    target: Path,
    against: Sequence[str],
    maps: tuple[str, ...],
    force: bool,
    dry_run: bool,
    lang: str | None,
    earlier: Path | None,
    *,
    clean: bool,
    flags: dict[str, Any],
    tell: Tell | None = Tell(),
) -> int:
    """`tell` None: nothing is printed."""
    from curate import catalogue
    from curate.acting.suppressing import demand_current
    from curate.building import cleaning, division
    from curate.building.earlier import earlier as read_earlier
    from curate.building.workplace import Workplace
    from curate.config import applied
    from curate.progress import Progress
    from curate.reading import inputs as places
    from curate.reading.formats import FieldMap
    from curate.splits import SplitImpossible

    settings = settled(**(flags if clean else untouched(flags)))
    demand_current(settings.suppress, date.today())  # the user's own day
    rules = applied(catalogue.shipped(), settings)
    request = cleaning.Request(places.sources(inputs), places.named(against), FieldMap.parse(maps), settings, rules, clean)
    with Workplace(target, force) as place, Progress(tell is None or tell.quiet) as progress:
        if earlier is not None:
            request = replace(request, earlier=read_earlier(earlier, request.mapping, place.work / "earlier"))
        cleaned = cleaning.clean(request, place.work, progress)
        listed: list[dict[str, Any]] = []
        if clean:
            progress.stage("duplicates")
            cleaning.remove_duplicates(cleaned, request)
            listed = cleaning.decontaminate(cleaned, request)
        progress.stage("splitting")
        result = division.divide(cleaned, request)
        if isinstance(result, SplitImpossible):
            if tell is None:
                raise unsplit(result, target, settings.max_drop)
            click.echo(refused(result, settings.max_drop, language(lang)), err=True)
            return 1
        if result is None:
            raise cleaning.nothing_left(request)
        if dry_run:
            if tell:
                say_plan(cleaned, language(lang))
            return 0
        from curate.building.assembly import assemble

        # The page is in the language asked for; a locale is the machine's, and the bytes must not depend on it.
        made = assemble(cleaned, request, result, listed, place.partial, target.name, progress, lang or "en")
        place.finish()
    if tell:
        say(made, target, language(lang), tell)
    return 0 if made.passed else 1


def unsplit(result: SplitImpossible, target: Path, max_drop: float) -> UserError:
    """For who calls a function and has no exit code to look at."""
    _, *lines = refused(result, max_drop, "en").splitlines()
    return UserError(f"no split without a leak: {result.reason}", where=str(target), hint=" ".join(map(str.strip, lines)))


def untouched(flags: dict[str, Any]) -> dict[str, Any]:
    """Settings of a split, which changes no row. A file's `pii` is meant for builds; who asks for it here would not get it.

    Raises:
        UserError: personal data were to be masked, or rows dropped for it.

    """
    pairs = dict(text.split("=", 1) for text in flags.get("config", ()) if "=" in text and not Path(text).exists())
    asked = flags.get("pii") or pairs.get("pii", "keep")
    if asked != "keep":
        raise UserError(f"a split changes no row, so `pii` cannot be {asked}", hint="`curate build` masks or drops.")
    return {**flags, "pii": "keep"}


def refused(result: Any, max_drop: float, lang: str) -> str:
    """Why there is no split, what holds the rows together, and what can be had."""
    from curate.screens import Words

    w = Words(lang)
    shares = "/".join(f"{share:.3f}" for share in result.reachable)
    lines = [w(f"curate: no split without a leak: {result.reason}")]
    for code, (alone, without) in result.glue.items():
        lines.append(w(f"  {code} ties alone make a group of {alone:,} rows; without them the largest would have {without:,}."))
    if result.groups:
        lines.append(w(f"  Reachable without setting rows aside: --split {shares}."))
    lines.append(
        w(
            f"  At most {percent(max_drop)} of the rows may be set aside (--max-drop).",
        )
    )
    return "\n".join(lines)


def say_plan(cleaned: Any, lang: str) -> None:
    from curate import screens
    from curate.building.outputs import counted
    from curate.building.plan import Fate
    from curate.render import console

    plan = cleaned.plan
    build = {
        "counts": counted(plan),
        "removed_by_code": plan.by_code(),
        "quarantined_by_code": plan.by_code(Fate.QUARANTINED),
        "changed_fields": len(cleaned.changes),
        "gates": [],
        "certificate": [],
    }
    console.show(screens.built(build, lang), sys.stdout)


def say(made: Any, target: Path, lang: str, tell: Tell) -> None:
    from curate import screens
    from curate.layout import Command, Heading
    from curate.render import console
    from curate.screens import beyond, folder, proof

    body = made.manifest.body
    found = body["certificate"]
    build = {**body, **{key: found[key] for key in ("histogram", "memoriser", "canaries")}, "certificate": found["kinds"]}
    if tell.quiet:
        console.show(folder.brief(build, lang), sys.stdout)
        return
    w = screens.Words(lang)
    blocks = [*screens.built(build, lang), *proof.shown(build, lang)]
    blocks += beyond.ran(made.before, w) if tell.verbose else ()
    blocks.append(Heading(w("Next"), 2))
    blocks += [Command(shlex.join([*verb.split(), str(target)])) for verb in ("curate verify", "train run")]
    console.show(blocks, sys.stdout)
