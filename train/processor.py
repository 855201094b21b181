"""The one thing to settle before torch is imported."""

from __future__ import annotations

import os


def share_processor() -> None:
    """On a busy machine threads must sleep while they wait; OpenMP reads this once, when torch loads it.

    Measured on two cores with three busy neighbours: 66 to 151 tokens/s instead of fewer than 10. On an idle machine spinning is
    faster.
    """
    if os.getloadavg()[0] > 0.5 * (os.cpu_count() or 1):
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
