"""Arguments in, exit code out. A verb's module is imported only when the verb is called: `train --help` needs no torch."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from pathlib import Path

import click

from curate.errors import MissingExtra, UserError
from curate.speaking.tongue import TONGUES, Words, asked, choose, told, usage

MISUSED, OUR_BUG, INTERRUPTED = 2, 3, 130

# The help lines stand here so that listing the verbs imports none of them.
VERBS: dict[str, str] = {
    "run": "Fine-tune on a built folder, then report base against tuned.",
    "plan": "Forecast tokens, memory and time, and the smallest gain the test set can show.",
    "doctor": "Show what is really trained on: the mask in colour, the tokens counted.",
    "eval": "Evaluate a finished run; with --gate, exit 1 unless it may ship.",
    "compare": "Compare two runs or two score files, row by row.",
    "ablate": "Train on curated, raw and random rows: did curation pay?",
    "merge": "Fold an adapter into its base and check that nothing changed.",
    "chat": "Talk to the tuned model, beside its base if you like.",
    "serve": "Serve it over REST; share live requests between it and its base (A/B).",
    "export": "Export to another format (not yet).",
}
EXTRA = ("torch", "transformers", "peft", "accelerate", "safetensors", "gguf", "huggingface_hub", "sacrebleu")
"""What the extra [train] brings; `curate` and the list of verbs do without."""
SERVE_EXTRA = ("fastapi", "uvicorn")
RESERVED = ("export",)


HEARD = click.Option(["--lang"], type=click.Choice(TONGUES), expose_value=False, help="Language of what you read (from LANG).")
"""Every verb has it; `spoken` has heard it before click does, so that help and errors are in it as well."""


class Verbs(click.Group):
    """A group that knows its verbs by name and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (click's signature)
        if cmd_name not in VERBS:
            return None
        if cmd_name in RESERVED:
            return reserved(cmd_name)
        command = importlib.import_module(f"train.commands.{cmd_name}").command
        assert isinstance(command, click.Command)
        if not any(param.name == "lang" for param in command.params):
            command.params.append(HEARD)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 (click's signature)
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            from train.config import closest

            raise UserError(f"no command {args[0]!r}", hint=f"{closest(args[0], VERBS)}Commands: {', '.join(VERBS)}.")
        return super().resolve_command(ctx, args)


def reserved(name: str) -> click.Command:
    @click.command(name, context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
    @click.argument("args", nargs=-1)
    def command(args: tuple[str, ...]) -> None:  # noqa: ARG001 (whatever is given, the answer is the same)
        raise UserError(f"`train {name}` is not yet built", hint="The name is reserved; CHANGELOG.md will say when it is there.")

    return command


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="curate-train")
@click.option("--lang", type=click.Choice(TONGUES), expose_value=False, help="Language of what you read (from LANG).")
def main() -> None:
    """Fine-tune on curated data and know what it brought.

    \b
    Examples:
      curate build data.jsonl -o clean
      train run clean -o run
      train eval run
      train chat run
    """  # noqa: D301 (click reads the backspace)


def run() -> None:
    """Exit codes: 0 done, 1 a gate not passed, 2 cannot run, 3 our bug, 130 interrupted."""
    w = spoken()
    try:
        left = main(standalone_mode=False)
        code = left if isinstance(left, int) else 0
    except UserError as error:
        code = say(told(error, w))
    except click.UsageError as error:
        code = say(usage(error.format_message(), error.ctx.command_path if error.ctx else "", w))
    except (click.Abort, KeyboardInterrupt):
        code = say(w("interrupted; the same command goes on from the last checkpoint"), INTERRUPTED)
    except BrokenPipeError:
        # The reader (`| head`) has gone; nothing may be written any more, not even at interpreter exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in (*EXTRA, *SERVE_EXTRA):
            raise
        extra = "serve" if missing in SERVE_EXTRA else "train"
        code = say(told(MissingExtra(f"`train {sys.argv[1]}`", extra), w))
    except MemoryError:
        code = say(f"{w('out of memory')}\n  {w('Lower it with --set micro_batch_tokens=256, or take a smaller model.')}")
    except Exception:
        code = say(f"{w('this is our bug, please report it')}\n{traceback.format_exc()}", OUR_BUG)
    sys.exit(code)


def spoken() -> Words:
    """The language of this command line, for all that it says: help, results and errors."""
    choose("")  # what an earlier command of this process spoke
    choose(lang := asked(sys.argv[1:]))
    click.Context.formatter_class = click.HelpFormatter
    if lang == "zh":
        from curate.speaking import phrases
        from curate.speaking.help import Chinese

        words = Path(__file__).with_name("words")
        phrases.add(words / "phrases_zh.toml", words / "help_zh.toml")
        click.Context.formatter_class = Chinese
    return Words(lang)


def say(text: str, code: int = MISUSED) -> int:
    click.echo(f"train: {text}", err=True)
    return code


if __name__ == "__main__":
    run()
