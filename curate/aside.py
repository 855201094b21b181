"""Two things at once that Python does one after the other: work in a process of its own while this one does something else."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO, TypeVar

T = TypeVar("T")
U = TypeVar("U")


def both(here: Callable[[], U], there: Callable[[], T]) -> tuple[U, T]:
    """What two calls return that change nothing: at the same time where a process can be copied, else one after the other."""
    if not possible():
        return here(), there()
    kept: list[U] = []
    other = aside(there, lambda: kept.append(here()))
    return kept[0], other


def handed_out(names: Sequence[str]) -> Iterator[str]:
    """Each name once, to whichever of this process and its copies asks first; at most 255, all told before a copy is made."""
    taking, giving = os.pipe()
    os.write(giving, bytes(range(len(names))))
    os.close(giving)

    def each() -> Iterator[str]:
        with os.fdopen(taking, "rb", buffering=0) as tickets:
            while ticket := tickets.read(1):
                yield names[ticket[0]]

    return each()


def aside(work: Callable[[], T], meanwhile: Callable[[], object]) -> T:
    """What `work` returns, done by a copy of this process while this one does `meanwhile`.

    `work` may change files and nothing else. Where the copy fails, in whatever way, `work` is done here: so it raises here what it
    raises, with its traceback.
    """

    def nothing() -> Iterator[T]:
        meanwhile()
        yield from ()

    [found] = chained(nothing, lambda: iter([work()]), copy=True)
    return found


def chained(here: Callable[[], Iterator[T]], there: Callable[[], Iterator[T]], copy: bool | None = None) -> Iterator[T]:
    """All of `here`, then all of `there`, which a copy of this process makes at the same time where that can be.

    The copy is never more than a pipe's room ahead of the reader. Where it fails, in whatever way, the rest is made here.
    """
    if not (possible() if copy is None else copy):
        yield from here()
        yield from there()
        return
    receiving, sending = os.pipe()
    child = os.fork()
    if not child:
        os.close(receiving)
        told(there, sending)
    os.close(sending)
    received = 0
    with os.fdopen(receiving, "rb") as result:
        try:
            yield from here()
            for item in loaded(result):
                received += 1
                yield item
        except BaseException:
            os.kill(child, signal.SIGKILL)
            raise
        finally:
            _, status = os.waitpid(child, 0)
    if status:
        yield from islice(there(), received, None)


def loaded(result: BinaryIO) -> Iterator[Any]:
    """What our own copy said, so nothing of it comes from outside; if it breaks off, what came whole."""
    while True:
        try:
            yield pickle.load(result)
        except (EOFError, pickle.UnpicklingError):
            return


def told(work: Callable[[], Iterator[object]], sending: int) -> None:
    """The copy's whole life. It ends without a word, and leaves all that it shares with its parent as it is."""
    status = 1
    try:
        with os.fdopen(sending, "wb") as out:
            for item in work():
                pickle.dump(item, out, pickle.HIGHEST_PROTOCOL)
        status = 0
    finally:
        os._exit(status)


def possible() -> bool:
    """Where a process can be copied, a second core is free to it, and no thread of it might be at work in the middle of something."""
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return False
    return (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1) > 1
