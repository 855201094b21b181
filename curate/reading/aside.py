"""Two things at once that Python does one after the other: work in a process of its own while this one does something else."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def aside(work: Callable[[], T], meanwhile: Callable[[], object]) -> T:
    """What `work` returns, done by a copy of this process while this one does `meanwhile`.

    `work` may change files and nothing else. Where the copy fails, in whatever way, `work` is done here: so it raises here what it
    raises, with its traceback.
    """
    receiving, sending = os.pipe()
    child = os.fork()
    if not child:
        os.close(receiving)
        told(work, sending)
    os.close(sending)
    with os.fdopen(receiving, "rb") as result:
        try:
            meanwhile()
            said = result.read()
        except BaseException:
            os.kill(child, signal.SIGKILL)
            raise
        finally:
            _, status = os.waitpid(child, 0)
    if status:
        return work()
    found: T = pickle.loads(said)  # said by our own copy: nothing of it comes from outside
    return found


def told(work: Callable[[], T], sending: int) -> None:
    """The copy's whole life. It ends without a word, and leaves all that it shares with its parent as it is."""
    status = 1
    try:
        with os.fdopen(sending, "wb") as out:
            out.write(pickle.dumps(work(), pickle.HIGHEST_PROTOCOL))
        status = 0
    finally:
        os._exit(status)


def possible() -> bool:
    """Where a process can be copied, a second core is free to it, and no thread of it might be at work in the middle of something."""
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return False
    return (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1) > 1
