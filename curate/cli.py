"""Arguments in, exit code out. Verbs are modules of `curate.commands`, imported when called."""

from __future__ import annotations

import atexit
import difflib
import errno
import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click

from curate import __version__
from curate.errors import UserError
from curate.speaking.tongue import TONGUES, Words, asked, choose, told, usage

PASSED, NOT_PASSED, CANNOT_RUN, OUR_BUG, INTERRUPTED = 0, 1, 2, 3, 130

OUTSIDE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.ENAMETOOLONG})
"""What a disk or its owner refuses: the user's to mend."""

VERBS = {
    "audit": "Say what is wrong with the data; change nothing.",
    "build": "Clean, repair and split the data, every change explained.",
    "split": "Split without any cleaning.",
    "verify": "Check a built folder from its rows alone.",
    "explain": "What a rule means, why it matters, how to fix it.",
    "trace": "One row's whole story in a built folder.",
    "diff": "Changed rows side by side.",
    "review": "Decide on borderline rows of a built folder.",
    "select": "Pick N rows, always beside a random control.",
    "augment": "Add counterfactual rows, marked as synthetic.",
    "convert": "Change between row shapes.",
    "config": "Show every setting and where it came from.",
    "completion": "Shell completion for bash, zsh or fish.",
    "index": "Keep rows seen before on disk; ask which of today's are among them.",
}


class Verbs(click.Group):
    """Loads a verb's module only when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's signature
        if cmd_name not in VERBS:
            return None
        module = import_module(f"curate.commands.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # click's signature
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            close = difflib.get_close_matches(args[0], VERBS, n=1)
            hint = f"Did you mean `curate {close[0]}`?" if close else f"Commands: {', '.join(VERBS)}."
            raise UserError(f"no command {args[0]!r}", hint=hint)
        return super().resolve_command(ctx, args)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="curate")
@click.option("--lang", type=click.Choice(TONGUES), expose_value=False, help="Language of what you read (from LANG).")
def main() -> None:
    """Find and mend what is wrong with instruction data, and split it so that nothing leaks.

    \b
    Examples:
      curate audit data.jsonl
      curate audit train=a.jsonl test=b.jsonl --against gsm8k=gsm8k_test.jsonl
      curate build data.jsonl -o clean
      curate verify clean
      curate explain LEAK002
    """  # noqa: D301 (click reads the backspace)


def run() -> None:
    """Entry point: every way to end has its exit code."""
    gc.set_threshold(100_000)  # rows make objects by the million and hardly a cycle among them
    leave(outcome("curate", main))


def leave(code: int) -> NoReturn:
    """End as `sys.exit` does, but for taking the interpreter apart: that costs 0.3 s after a large file and brings nothing."""
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError):
            stream.flush()
    os._exit(code)


def spoken() -> Words:
    """The language of this command line, for all that it says: help, results and errors."""
    choose("")  # what an earlier command of this process spoke
    choose(lang := asked(sys.argv[1:]))
    click.Context.formatter_class = click.HelpFormatter
    if lang == "zh":
        from curate.speaking.help import Chinese

        click.Context.formatter_class = Chinese
    return Words(lang)


def outcome(name: str, command: click.Command) -> int:
    """Run it; how it ended, said in the user's language."""
    w = spoken()
    try:
        result = command.main(prog_name=name, standalone_mode=False)
        return result if isinstance(result, int) else PASSED
    except UserError as error:
        click.echo(f"{name}: {told(error, w)}", err=True)
        return CANNOT_RUN
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return CANNOT_RUN
    except click.ClickException as error:
        path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else ""
        click.echo(f"{name}: {usage(error.format_message(), path, w)}", err=True)
        return CANNOT_RUN
    except (KeyboardInterrupt, click.Abort):
        click.echo(f"{name}: {w('interrupted')}", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of the pipe went away; there is nobody left to tell.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  # must outlive this function
        return PASSED
    except Exception as error:
        return refused(name, error, w) if isinstance(error, OSError) and error.errno in OUTSIDE else our_bug(name, error, w)


def refused(name: str, error: OSError, w: Words) -> int:
    click.echo(f"{name}: {error.filename or w('the output')}: {w(str(error.strerror))}", err=True)
    return CANNOT_RUN


def our_bug(name: str, error: Exception, w: Words) -> int:
    """The one place that catches everything. A traceback names code, never values of the user's rows."""
    import traceback

    ours = str(Path(__file__).parents[1])
    stack = traceback.extract_tb(error.__traceback__)
    near = [frame for frame in stack if frame.filename.startswith(ours) and ".venv" not in frame.filename] or list(stack)
    frames = "".join(traceback.format_list(near[-4:]))
    click.echo(f"{name}: {w('this is a bug of ours')}: {type(error).__name__}\n{frames}", err=True)
    if os.environ.get("CURATE_DEBUG"):
        click.echo(f"{error}", err=True)
    click.echo(f"  {w('Set CURATE_DEBUG=1 to see the message too (it may quote your data).')}", err=True)
    return OUR_BUG


if __name__ == "__main__":
    run()
