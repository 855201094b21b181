"""`train run`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from train.config import load
from train.listing import described
from train.processor import share_processor


class Settings(click.Command):
    """Lists the settings below the options."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 (click's signature)
        formatter.write_paragraph()
        formatter.write_heading("Settings (--set key=value, or keys of a TOML file for --config)")
        with formatter.indentation():
            for line in described().splitlines():
                formatter.write(f"  {line}\n")


@click.command("run", cls=Settings)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--model", default="", metavar="ID|PATH", help="A folder, a hub id, or smollm2-135m-instruct (the default).")
@click.option("--method", default="", help="lora, full, rslora, dora, qlora, ia3, prefix, prompt or freeze.")
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), default=None, help="The run folder; default: runs/<name of DIR>-<method>."
)
@click.option("--config", type=click.Path(path_type=Path), default=None, help="A TOML file with settings.")
@click.option("--set", "assignments", multiple=True, metavar="KEY=VALUE", help="One setting; may be repeated.")
@click.option("--trust-data", is_flag=True, help="Train although the manifest does not match; the report says so.")
def command(
    folder: Path, model: str, method: str, out: Path | None, config: Path | None, assignments: tuple[str, ...], trust_data: bool
) -> None:
    """Fine-tune on DIR, a folder that `curate build` made, and report base against tuned.

    \b
    Examples:
      train run clean -o run
      train run clean --model Qwen/Qwen2.5-0.5B-Instruct --method full --set epochs=2
      train run clean -o try --set epochs=0.3

    The same command goes on where a killed run stopped.
    """  # noqa: D301 (click reads the backspace)
    settings = load(config, method, model, assignments)
    share_processor()
    from train.run import ours, run  # torch comes with it, hence after

    place = out or Path("runs") / f"{folder.resolve().name}-{settings.method.kind}"
    ours(place)
    run_folder = run(folder, place, settings, trust_data)
    # Of several processes the main one speaks.
    if os.environ.get("RANK", "0") == "0":
        click.echo(str(run_folder / "report.html"))
