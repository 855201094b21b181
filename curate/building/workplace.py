"""Where a build happens: `DIR.partial`, private, locked, renamed to DIR when all is written."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

from curate.errors import UserError
from curate.files import sync_folder

OURS = ("manifest.json", "select.json")
"""What a folder written by `build`, `split` or `select` has at its top."""


def replaceable(folder: Path) -> bool:
    """Whether nothing is lost with it but what a command made: it is one of ours, or empty."""
    return folder.is_dir() and (any((folder / name).is_file() for name in OURS) or not any(folder.iterdir()))


class Workplace:
    """All or nothing: what a killed build left is thrown away by the next, and a name of ours never shows half a folder."""

    def __init__(self, target: Path, force: bool) -> None:
        self.target, self.force = target, force
        self.partial = target.with_name(target.name + ".partial")
        self.old = target.with_name(target.name + ".partial.old")
        self.work = self.partial / "work"
        self.lock = -1

    def __enter__(self) -> Self:
        if not self.target.name or not self.target.absolute().parent.is_dir():
            raise UserError("its folder does not exist", where=str(self.target))
        if self.target.exists() and not (self.force and replaceable(self.target)):
            hint = "Name another folder." if self.force else "Name another folder, or --force to replace it."
            raise UserError("is no folder of ours" if self.force else "is there already", where=str(self.target), hint=hint)
        self.claim()
        for child in self.partial.iterdir():
            if child.name != "lock":
                shutil.rmtree(child) if child.is_dir() else child.unlink()
        self.work.mkdir(mode=0o700)
        return self

    def claim(self) -> None:
        """The lock is the system's: it ends with the process that held it, however that ended."""
        self.partial.mkdir(mode=0o700, exist_ok=True)
        self.lock = os.open(self.partial / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self.lock)
            self.lock = -1
            raise UserError(
                "another build is writing it now", where=str(self.target), hint="Wait for it, or name another folder."
            ) from None

    def finish(self) -> None:
        """Under its own name at last. The manifest was the last file written."""
        shutil.rmtree(self.work, ignore_errors=True)
        (self.partial / "lock").unlink()
        self.partial.chmod(0o755)
        sync_folder(self.partial)
        if self.target.exists():
            shutil.rmtree(self.old, ignore_errors=True)
            self.target.replace(self.old)
        self.partial.replace(self.target)
        sync_folder(self.target.absolute().parent)
        shutil.rmtree(self.old, ignore_errors=True)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.lock >= 0:
            os.close(self.lock)
        if kind is not None or self.partial.exists():
            shutil.rmtree(self.partial, ignore_errors=True)
