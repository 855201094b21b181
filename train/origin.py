"""Where a run comes from: the libraries it ran with, and the commit of this tool where it runs from a checkout."""

from __future__ import annotations

import importlib.metadata
import platform
import subprocess
from pathlib import Path

LIBRARIES = ("curate-train", "torch", "transformers", "peft", "accelerate", "tokenizers", "safetensors")
ROOT = Path(__file__).parents[1]


def versions() -> dict[str, str]:
    return {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES}


def version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def commit(root: Path = ROOT) -> str:
    """The commit, with `-dirty` where files differ from it; empty where the tool was installed from a package."""
    # Asked first, or git would answer for a repository of the user's that the environment lies in.
    if not (root / ".git").exists():
        return ""
    command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--exclude=*", "--abbrev=40"]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
