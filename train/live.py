"""What is seen while a run goes on: a bar on a terminal, a plain line now and then elsewhere; and `metrics.jsonl`."""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from curate.errors import UserError
from curate.speaking.tongue import Words, language

MEBIBYTE = 1 << 20
QUIET_SECONDS = 30.0
"""Between two lines in a log."""


class Tracker(Protocol):
    def log(self, values: dict[str, float], step: int) -> None: ...
    def close(self) -> None: ...


def say(text: str) -> None:
    """A line for people; standard output is for results."""
    print(Words(language())(text), file=sys.stderr, flush=True)  # noqa: T201 (the one place that speaks)


def resident() -> int:
    """Bytes of memory in use now: on the GPU if there is one, else by the process."""
    if torch.cuda.is_available():
        return int(torch.cuda.memory_allocated())
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return peak()
    return pages * os.sysconf("SC_PAGE_SIZE")


def peak() -> int:
    """The most bytes in use so far."""
    if torch.cuda.is_available():
        return int(torch.cuda.max_memory_allocated())
    # Linux counts in KiB, macOS in bytes.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


class Live:
    """Shows progress and keeps the log. `main` is False in all but one process; those are silent."""

    def __init__(self, folder: Path, total: int, main: bool = True, tracker: Tracker | None = None) -> None:
        self.file = folder / "metrics.jsonl"
        self.total, self.main, self.tracker = total, main, tracker
        self.bar: Progress | None = None
        self.task = TaskID(0)
        self.started = self.spoken = time.monotonic()
        self.first_step = 0
        self.validation = float("nan")

    @contextmanager
    def shown(self, step: int) -> Iterator[None]:
        """`step` updates are done already."""
        self.first_step, self.started = step, time.monotonic()
        console = Console(stderr=True)
        if not (self.main and console.is_terminal):
            yield
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TextColumn("{task.completed}/{task.total}"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console, transient=True) as self.bar:
            self.task = self.bar.add_task(Words(language())("training"), total=self.total, completed=step)
            yield
        self.bar = None

    def update(self, step: int, **facts: float) -> None:
        """After each update of the weights."""
        self.write({"step": step, **facts})
        if not self.main:
            return
        words = Words(language())(
            f"loss {facts['loss']:.3f}  validation {self.validation:.3f}  {facts['tokens_per_second']:,.0f} tokens/s"
        )
        words += f"  {facts['memory'] / MEBIBYTE:,.0f} MiB"
        if self.bar:
            self.bar.update(self.task, completed=step, description=words)
        elif time.monotonic() - self.spoken >= QUIET_SECONDS or step == self.first_step + 1:
            self.spoken = time.monotonic()
            left = (self.spoken - self.started) / max(1, step - self.first_step) * (self.total - step)
            say(far(Words(language())("update"), f"{step}/{self.total}  {words}", left))

    def validated(self, step: int, loss: float, note: str = "", **facts: float) -> None:
        self.validation = loss
        self.write({"step": step, "validation_loss": loss, **facts})
        if self.main:
            text = f"validation after {step} updates: {loss:.4f}{note}"
            self.bar.console.print(Words(language())(text), markup=False, highlight=False) if self.bar else say(text)
            self.spoken = time.monotonic()

    def write(self, row: dict[str, Any]) -> None:
        if not self.main:
            return
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        if self.tracker:
            self.tracker.log({k: float(v) for k, v in row.items() if k != "step"}, row["step"])


def named(what: str) -> str:
    w = Words(language())
    return w(f"{what}:", f"{w(what)}：")


def far(what: str, done: str, left: float) -> str:
    """In both languages here: a catalogue cannot tell where one slot of such a line ends."""
    return Words(language())(f"{what} {done}  {clock(left)} left", f"{what} {done}  还需 {clock(left)}")


class Lines:
    """Where there is no bar: how far it is and what is left, a line every `QUIET_SECONDS`."""

    def __init__(self, what: str, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.what, self.total, self.clock = what, total, clock
        self.started = self.spoken = clock()
        self.finished = 0

    def done(self, more: int) -> None:
        self.finished += more
        now = self.clock()
        if now - self.spoken >= QUIET_SECONDS and 0 < self.finished < self.total:
            self.spoken = now
            left = (now - self.started) / self.finished * (self.total - self.finished)
            say(far(named(self.what), f"{self.finished}/{self.total}", left))


@contextmanager
def counted(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar over `total` things, or now and then a line; the block is given a function to call with how many more are done."""
    console = Console(stderr=True)
    if not console.is_terminal:
        say(f"{named(what)} {total}")
        yield Lines(what, total).done
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(Words(language())(what), total=total)
        yield lambda more: bar.advance(task, more)


def clock(seconds: float) -> str:
    """`2 h 05 min`, `3 min 20 s`, `14 s`."""
    whole = max(0, round(seconds))
    if whole >= 3600:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    return f"{whole // 60} min {whole % 60:02d} s" if whole >= 60 else f"{whole} s"


def installed(name: str) -> None:
    """Refuse a tracker that is not here before anything is loaded or written."""
    if name != "none" and not importlib.util.find_spec(name):
        raise UserError(f"tracker {name} is not installed", hint=f"pip install {name}")


class TensorBoard:
    def __init__(self, folder: Path) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self.writer = SummaryWriter(str(folder / "tensorboard"))

    def log(self, values: dict[str, float], step: int) -> None:
        for name, value in values.items():
            self.writer.add_scalar(name, value, step)

    def close(self) -> None:
        self.writer.close()


class Trackio:
    """Local only: no account is asked for and nothing leaves the machine."""

    def __init__(self, folder: Path) -> None:
        # It imports gradio, which would count its users.
        os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
        import trackio  # type: ignore[import-not-found]  # an option that few install

        trackio.init(project="curate-train", name=folder.name)
        self.trackio = trackio

    def log(self, values: dict[str, float], step: int) -> None:
        self.trackio.log(values, step=step)

    def close(self) -> None:
        self.trackio.finish()


def tracker(name: str, folder: Path) -> Tracker | None:
    match name:
        case "tensorboard":
            return TensorBoard(folder)
        case "trackio":
            return Trackio(folder)
        case _:
            return None
