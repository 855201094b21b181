"""`curate verify DIR`."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command("verify", short_help="Check a built folder from its rows alone.")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--rows-only", is_flag=True, help="Look for leaks only; skip the hashes.")
@click.option("--format", "form", type=click.Choice(["text", "json", "jsonl"]), default="text", show_default=True)
def command(folder: Path, rows_only: bool, form: str) -> int:
    """Look for leaks between the splits of DIR, and check that its files are those that were built."""
    from curate.verify import verify

    result = verify(folder, rows_only)
    if form == "json":
        click.echo(json.dumps(result.as_json(), ensure_ascii=False, indent=2))
    elif form == "jsonl":
        for finding in result.findings:
            click.echo(json.dumps(finding.as_json(), ensure_ascii=False))
    else:
        click.echo(f"{result.verdict}: {len(result.findings)} findings")
        for finding in result.findings[:20]:
            click.echo(f"{finding.code} {finding.file}:{finding.line} {finding.message}")
    return 0 if result.passed else 1
