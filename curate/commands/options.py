"""Options that several verbs share, and what they mean."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from curate.config import KEYS, Settings, did_you_mean, settings
from curate.errors import UserError
from curate.speaking.tongue import TONGUES
from curate.speaking.tongue import language as language

F = TypeVar("F", bound=Callable[..., Any])
INPUTS = click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")

LANG = click.option("--lang", type=click.Choice(TONGUES), help="Language of what you read (from LANG).")
HEARD = click.option("--lang", type=click.Choice(TONGUES), expose_value=False, help="Language of what you read (from LANG).")
"""For a verb that asks `language()` where it speaks, or says nothing but its errors."""

READING = (
    click.option(
        "--against",
        multiple=True,
        metavar="NAME=PATH",
        help="A set that must not be in the data: a benchmark, your held-out test.",
    ),
    click.option(
        "--map",
        "maps",
        multiple=True,
        metavar="KNOWN=PATH",
        help="Which of your keys stands for a known one, e.g. output=instances[0].output.",
    ),
)


def here(engine: str | None) -> str | None:
    """`ray` is reserved."""
    if engine == "ray":
        raise UserError("--engine ray: not yet", hint="One machine holds millions of rows with --engine approximate.")
    return engine


CHECKING = (
    click.option(
        "--config",
        "config",
        multiple=True,
        metavar="FILE|KEY=VALUE",
        help="Settings in TOML (curate.toml here), or a single one, e.g. seed=7; may be repeated.",
    ),
    click.option("--isolated", is_flag=True, help="No settings from files or CURATE_* variables."),
    click.option("--threshold", type=float, help="Exact Jaccard from which rows are near duplicates (0.8)."),
    click.option(
        "--keep", type=click.Choice(["fullest", "first", "longest"]), help="Which of several duplicates stays (fullest)."
    ),
    click.option(
        "--engine",
        type=click.Choice(["exact", "approximate", "ray"]),
        callback=lambda _, __, value: here(value),
        help="approximate: for rows beyond what memory holds; says what it may miss.",
    ),
    click.option(
        "--semantic", is_flag=False, flag_value="auto", metavar="[MODEL]", help="Look for equal meaning, too; slow on a CPU."
    ),
    click.option(
        "--difficulty",
        is_flag=False,
        flag_value="auto",
        metavar="[MODEL]",
        help="Let a small model read a sample and list answers that do not follow; minutes on a CPU; needs [train].",
    ),
    click.option(
        "--tokenizer", metavar="MODEL", help="Check against this tokenizer and its chat template: a folder, a file or a hub id."
    ),
    click.option("--max-length", type=int, metavar="TOKENS", help="Tokens a row may have."),
    click.option("--pii-names", type=click.Choice(["off", "cue", "all"]), help="How far to look for names of persons (cue)."),
    click.option("--workers", type=int, help="Processes (all cores); results do not depend on it."),
    LANG,
)
FIXING = (
    click.option("--fix", is_flag=True, help="Mend in place what can be mended without loss; FILE.orig keeps what was."),
    click.option(
        "--unsafe-fixes", is_flag=True, help="Mend more: remove broken and repeated rows, mask personal data. Implies --fix."
    ),
    click.option("--diff", is_flag=True, help="Show what --fix would change; change nothing."),
    click.option("--dry-run", is_flag=True, help="Say how much --fix would change; change nothing."),
)


def coloured(_: click.Context, __: click.Parameter, value: str | None) -> None:
    """`--color` says the same as NO_COLOR and FORCE_COLOR, and over them."""
    if value in ("always", "never"):
        os.environ.pop("NO_COLOR", None)
        os.environ.pop("FORCE_COLOR", None)
        os.environ["FORCE_COLOR" if value == "always" else "NO_COLOR"] = "1"


COLOR = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    callback=coloured,
    expose_value=False,
    is_eager=True,
    help="auto: on a terminal without NO_COLOR.",
)
QUIET = click.option("-q", "--quiet", is_flag=True, help="Only the outcome and why; no progress.")
VERBOSE = click.option("-v", "--verbose", is_flag=True, help="Also settings that are no default, and times.")
SPEAKING = (QUIET, VERBOSE, COLOR)
HUSHED = (QUIET, COLOR)
"""For a verb that has no more to say than it says."""


def options(*groups: tuple[Callable[[F], F], ...]) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        return functools.reduce(lambda f, option: option(f), [o for g in reversed(groups) for o in reversed(g)], function)

    return decorate


def settled(config: Sequence[str] = (), isolated: bool = False, **flags: Any) -> Settings:
    """Settings from flags over everything else; `--config KEY=VALUE` is a flag without a name of its own."""
    files = [text for text in config if "=" not in text or Path(text).exists()]
    if len(files) > 1:
        raise UserError(f"--config names {len(files)} files", hint="One file, and as many KEY=VALUE as you like.")
    pairs = dict(text.split("=", 1) for text in config if text not in files)
    given = {key.strip().replace("-", "_"): value.strip() for key, value in pairs.items()}
    for key in given:
        if key not in KEYS:
            raise UserError(f"no setting `{key}`", where="--config", hint=did_you_mean(key, KEYS))
    named = {key: value for key, value in flags.items() if value is not None and value != ()}
    return settings({**given, **named}, Path(files[0]) if files else None, isolated)


def write(text: str | bytes, target: Path | None) -> None:
    """To stdout, or whole into a file."""
    data = text.encode("utf-8", "replace") if isinstance(text, str) else text
    if target is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    from curate.files import write_whole

    if not target.parent.is_dir():
        raise UserError("the folder does not exist", where=str(target.parent))
    write_whole(target, data)
