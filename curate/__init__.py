"""Data curation for fine-tuning: audit, build, verify."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from curate.api import (
        Added,
        Built,
        Changes,
        Explained,
        Picked,
        Report,
        Review,
        Seen,
        Setting,
        Settled,
        Story,
        audit,
        augment,
        build,
        convert,
        diff,
        explain,
        index_add,
        index_query,
        review,
        select,
        settings,
        split,
        trace,
    )
    from curate.errors import UserError
    from curate.verify import verify
    from curate.verifying.result import Verification

__version__ = "0.1.0"
__all__ = [
    "Added",
    "Built",
    "Changes",
    "Explained",
    "Picked",
    "Report",
    "Review",
    "Seen",
    "Setting",
    "Settled",
    "Story",
    "UserError",
    "Verification",
    "__version__",
    "audit",
    "augment",
    "build",
    "convert",
    "diff",
    "explain",
    "index_add",
    "index_query",
    "review",
    "select",
    "settings",
    "split",
    "trace",
    "verify",
]
ELSEWHERE = {"UserError": "curate.errors", "Verification": "curate.verifying.result", "verify": "curate.verify"}
"""All others are in `curate.api`. The module `curate.verify` may be called like its function, whichever of the two is met."""


def __getattr__(name: str) -> Any:
    """What is public, imported when it is first named: a start stays cheap."""
    if name not in __all__:
        raise AttributeError(f"module 'curate' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(ELSEWHERE.get(name, "curate.api")), name)


def __dir__() -> list[str]:
    return __all__
