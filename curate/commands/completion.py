"""`curate completion SHELL`: the lines that make a shell complete our commands."""

from __future__ import annotations

import click


@click.command("completion", short_help="Shell completion for bash, zsh or fish.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.option("--for", "name", type=click.Choice(["curate", "train"]), default="curate", help="Which command.")
def command(shell: str, name: str) -> int:
    """Print what SHELL needs to complete commands and options.

    \b
    Examples:
      curate completion bash >> ~/.bashrc
      curate completion zsh >> ~/.zshrc
      curate completion fish > ~/.config/fish/completions/curate.fish
    """  # noqa: D301 (click reads the backspace)
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    variable = f"_{name.upper()}_COMPLETE"
    shown = found(click.Command(name), {}, name, variable)
    # `source()` would ask the shell for its version; the text itself needs none.
    click.echo(shown.source_template % shown.source_vars())
    return 0
