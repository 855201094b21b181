"""What is going on, on stderr: a line of rich where it is a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self


class Progress:
    """`with Progress() as p: p.stage("dup")`."""

    def __init__(self, quiet: bool = False) -> None:
        self.bar = None
        if sys.stderr.isatty() and not quiet:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bar

            columns = (
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
            )
            self.bar = Bar(*columns, console=Console(file=sys.stderr), transient=True)
        self.task = self.bar.add_task("reading", total=None) if self.bar else None

    def __enter__(self) -> Self:
        if self.bar:
            self.bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.bar:
            self.bar.stop()

    def done(self) -> None:
        """Before something is printed: the line is taken away."""
        if self.bar:
            self.bar.stop()

    def rows(self, count: int) -> None:
        if self.bar and self.task is not None:
            self.bar.advance(self.task, count)

    def stage(self, name: str) -> None:
        if self.bar and self.task is not None:
            self.bar.reset(self.task, description=name, total=None)
