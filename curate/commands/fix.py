"""`curate audit --fix`: the input files themselves, mended; what was is kept beside them."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from curate.acting.mending import Mend
    from curate.auditing import Asked
    from curate.progress import Progress

ROUNDS = 8
"""Masking can make two rows equal, which only the next round sees. Every round removes or masks something, so it ends."""


def mended(asked: Asked, unsafe: bool, diff: bool, dry_run: bool, today: date, progress: Progress, lang: str) -> Asked:
    """Mend until nothing is left to mend; then put the files in place, or only show the change."""
    from curate.acting.mending import fixable, install, planned, rewritten
    from curate.auditing import audited
    from curate.reading import inputs

    sources = inputs.sources(asked.inputs)
    fixable(sources, asked.sample)
    with tempfile.TemporaryDirectory(prefix="curate-fix-") as work:
        current, done = list(sources), list[Any]()
        for round_ in range(ROUNDS):
            with audited(replace(asked, sources=current, write_baseline=None), today, progress) as audit:
                mends = planned(audit, unsafe)
                if not mends:
                    break
                done += mends
                current = rewritten(audit, mends, current, Path(work) / str(round_))
        progress.done()
        tell(done, diff, lang)
        if not diff and not dry_run:
            for kept in install(sources, current):
                click.echo(f"curate: {kept}", err=True)
    return asked


def tell(mends: list[Mend], diff: bool, lang: str) -> None:
    from collections import Counter

    from curate.acting.mending import shown_change
    from curate.render import console
    from curate.screens import Words

    w = Words(lang)
    if diff:
        console.show((shown_change(mend, w) for mend in mends), sys.stdout)
    counts = ", ".join(f"{code} {n:,}" for code, n in sorted(Counter(m.code for m in mends).items()))
    nothing = w("nothing to fix")
    click.echo(f"curate: {w('fixes')}: {counts}" if counts else f"curate: {nothing}", err=True)
