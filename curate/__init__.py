"""Data curation for fine-tuning: audit, build, verify."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from curate.api import Built, Report, audit, build
    from curate.errors import UserError

__version__ = "0.1.0"
__all__ = ["Built", "Report", "UserError", "__version__", "audit", "build"]
HOMES = {
    "UserError": "curate.errors",
    "audit": "curate.api",
    "build": "curate.api",
    "Report": "curate.api",
    "Built": "curate.api",
}


def __getattr__(name: str) -> Any:
    """The functions of `curate.api`, imported when they are first named: a start stays cheap."""
    if name not in HOMES:
        raise AttributeError(f"module 'curate' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(HOMES[name]), name)
