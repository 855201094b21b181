"""What is going on, on stderr: a line of rich where it is a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

WEIGHTS = {
    "reading": 3.0,
    "schema": 0.5,
    "dup": 5.3,
    "leak": 4.1,
    "pii": 12.7,
    "bias": 8.5,
    "labels": 4.6,
    "quality": 16.1,
    "coverage": 8.3,
    "tokens": 20.0,
    "duplicates": 5.3,
    "splitting": 20.0,
    "writing": 3.0,
    "verifying": 40.0,
}
"""Seconds for 100,000 rows (docs/quality.md, docs/splits.md): only how the stages stand to each other is used."""


class Course:
    """The stages to come, and from how long the past ones took how long those will take."""

    def __init__(self, stages: Sequence[str]) -> None:
        self.stages = list(stages)
        self.at = -1
        self.began: list[float] = []
        """When each stage so far began, in seconds of one clock."""

    def start(self, name: str, now: float) -> None:
        """The next stage of that name begins; those before it were left out. One that was not expected changes nothing."""
        if name in self.stages[self.at + 1 :]:
            found = self.stages.index(name, self.at + 1)
            del self.stages[self.at + 1 : found]
            self.at += 1
            self.began.append(now)

    def left(self, now: float) -> float | None:
        """Seconds to go, about; None where nothing is over yet from which it could be told."""
        weights = [WEIGHTS.get(name, 1.0) for name in self.stages]
        if self.at < 1:
            return None
        rate = (self.began[self.at] - self.began[0]) / sum(weights[: self.at])
        here = rate * weights[self.at] - (now - self.began[self.at])
        return max(here, 0.0) + rate * sum(weights[self.at + 1 :])


class Progress:
    """`with Progress() as p: p.expect(["dup"]); p.stage("dup")`."""

    def __init__(self, quiet: bool = False) -> None:
        self.course = Course(["reading"])
        self.course.start("reading", time.monotonic())
        self.bar = shown(self) if sys.stderr.isatty() and not quiet else None
        self.task = self.bar.add_task(said("reading"), total=None) if self.bar else None
        self.threads: set[threading.Thread] = set()

    def __enter__(self) -> Self:
        self.draw()
        return self

    def draw(self) -> None:
        if self.bar:
            before = set(threading.enumerate())
            self.bar.start()
            self.threads |= set(threading.enumerate()) - before

    def still(self) -> None:
        """No thread of the line's is at work until the next stage begins, so that this process can be copied."""
        if self.bar:
            self.bar.stop()
            for thread in self.threads:
                thread.join()
            self.threads.clear()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.bar:
            self.bar.stop()

    def done(self) -> None:
        """Before something is printed: the line is taken away."""
        if self.bar:
            self.bar.stop()

    def expect(self, stages: Sequence[str]) -> None:
        """What comes after reading, in its order: from then on the time left is told."""
        began = self.course.began[0]
        self.course = Course(["reading", *stages])
        self.course.start("reading", began)

    def rows(self, count: int) -> None:
        if self.bar and self.task is not None:
            self.bar.advance(self.task, count)

    def stage(self, name: str) -> None:
        self.course.start(name, time.monotonic())
        if self.bar and self.task is not None:
            self.draw()
            self.bar.reset(self.task, description=said(name), total=None)


def said(stage: str) -> str:
    from curate.speaking.tongue import Words, language

    return Words(language())(stage)


def remaining(course: Course, now: float) -> str:
    """For people: no more precise than it is known."""
    from curate.speaking.tongue import Words, language

    w, left = Words(language()), course.left(now)
    if left is None or left < 1:
        return ""
    if left < 90:  # a minute and a half
        return w(f"about {round(left)} s left")
    return w(f"about {round(left / 60)} min left")


def shown(progress: Progress) -> Any:
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import ProgressColumn, SpinnerColumn, Task, TextColumn, TimeElapsedColumn
    from rich.text import Text

    class Count(ProgressColumn):
        """Rows read, or which stage of how many this is."""

        def render(self, task: Task) -> Text:
            course = progress.course
            return Text(f"{task.completed:,.0f}" if task.completed else f"{course.at + 1}/{len(course.stages)}")

    class Left(ProgressColumn):
        def render(self, _: Task) -> Text:
            return Text(remaining(progress.course, time.monotonic()), style="dim")

    columns = (SpinnerColumn(), TextColumn("{task.description}"), Count(), TimeElapsedColumn(), Left())
    return Bar(*columns, console=Console(file=sys.stderr), transient=True)
