"""The one thing to settle before torch is imported."""

from __future__ import annotations

import os
import time
from pathlib import Path

BUSY = 0.25
"""Share of all cores that others use now, from which on waiting threads sleep."""
LOOK = 0.2
"""Seconds; the load average would still count what has ended, such as the audit before a training."""
STAT = Path("/proc/stat")


def share_processor() -> None:
    """On a busy machine threads must sleep while they wait; OpenMP reads this once, when torch loads it.

    Measured on two cores with three busy neighbours: 66 to 151 tokens/s instead of fewer than 10. On an idle machine spinning is
    faster, by a quarter in a training of small batches.
    """
    if "OMP_WAIT_POLICY" not in os.environ and busy() > BUSY:
        os.environ["OMP_WAIT_POLICY"] = "passive"


def busy() -> float:
    """Share of all cores that is at work while this process looks on; by the load average where the kernel tells no more."""
    try:
        before = times()
        time.sleep(LOOK)
        idle, every = (b - a for a, b in zip(before, times(), strict=True))
    except (OSError, ValueError, IndexError):
        return os.getloadavg()[0] / (os.cpu_count() or 1) if hasattr(os, "getloadavg") else 0.0
    return 1 - idle / every if every > 0 else 0.0


def times() -> tuple[int, int]:
    """Ticks of all cores since the start: idle (waiting for a disk included), and all."""
    user, nice, system, idle, wait, *rest = (int(n) for n in STAT.read_text(encoding="ascii").split("\n", 1)[0].split()[1:9])
    return idle + wait, user + nice + system + idle + wait + sum(rest)
