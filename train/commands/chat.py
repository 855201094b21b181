"""`train chat`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curate.errors import UserError
from curate.layout import shown

if TYPE_CHECKING:
    from train.answering import Variant


@click.command("chat")
@click.argument("run", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--beside-base", is_flag=True, help="Show the base model's answer as well.")
@click.option("--base", default="", metavar="ID|PATH", help="The base model, if it is no longer where the run found it.")
@click.option("--system", default="", help="A system message before the chat.")
@click.option("--max-tokens", type=click.IntRange(1), default=256, show_default=True)
@click.option("--temperature", type=click.FloatRange(0, 2), default=0.0, show_default=True, help="0: the likeliest token.")
def command(run: Path, beside_base: bool, base: str, system: str, max_tokens: int, temperature: float) -> None:
    """Talk to the model of RUN: a line is a question, /new begins again, /quit or Ctrl-D ends.

    \b
    Examples:
      train chat run
      train chat run --beside-base

    In a pipe every line of standard input is a chat of its own.
    """  # noqa: D301 (click reads the backspace)
    from train.answering import Answerer

    variants: tuple[Variant, ...] = ("tuned", "base") if beside_base else ("tuned",)
    answerer = Answerer.open(run, variants, base)
    live = sys.stdin.isatty()
    opening = [{"role": "system", "content": system}] if system else []
    chats = {variant: [*opening] for variant in variants}
    while (line := asked(live)) is not None:
        if line == "/new" or not live:
            chats = {variant: [*opening] for variant in variants}
        if not line or line == "/new":
            continue
        for variant, chat in chats.items():
            chat.append({"role": "user", "content": line})
            try:
                text = answerer.answer(chat, variant, max_tokens, temperature).text
            except UserError as error:
                chat.pop()
                click.echo(f"train: {error}", err=True)
                continue
            chat.append({"role": "assistant", "content": text})
            # A model may write anything: nothing of it may steer the terminal.
            body = "\n".join(shown(part) for part in text.split("\n"))
            click.echo(f"{variant}: {body}" if beside_base else body)


def asked(live: bool) -> str | None:
    """The next line; None at the end."""
    if live:
        click.echo("> ", nl=False, err=True)
    line = sys.stdin.readline()
    text = line.strip()
    return None if not line or (live and text == "/quit") else text
