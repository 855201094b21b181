"""The folder a run reads, and the folder it writes: refused before anything is loaded."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from curate import manifest
from curate.errors import UserError
from curate.files import sha256
from train.rows import SPLITS


@dataclass(frozen=True, slots=True)
class Dataset:
    """A built folder whose files are what its manifest says, or whose user said to trust it anyway."""

    folder: Path
    hashes: dict[str, str]
    trusted: tuple[str, ...]
    """What did not match and was let pass with --trust-data."""


def checked(folder: Path, trust: bool) -> Dataset:
    """Refuse a folder that is not as built, or that has no split to validate on."""
    if not folder.is_dir():
        raise UserError("no such folder", where=str(folder), hint="Make one with `curate build INPUT -o DIR`.")
    for split in SPLITS:
        path = folder / f"{split}.jsonl"
        if not path.is_file() or path.stat().st_size == 0:
            use = {"train": "train on", "validation": "validate on", "test": "test on"}[split]
            raise UserError(
                f"no rows to {use}: {split}.jsonl",
                where=str(folder),
                hint="`curate build` writes all three splits; more rows, or --split.",
            )
    try:
        found = manifest.read(folder)
        wrong = manifest.mismatches(folder, found)
    except UserError as error:
        if not trust:
            raise UserError(
                error.what, error.where, f"{error.hint} Or say --trust-data, which the report will repeat.".strip()
            ) from None
        wrong = [error.what]
    if wrong and not trust:
        hint = "Build it again with `curate build`, or say --trust-data, which the report will repeat."
        raise UserError(f"the folder is not as built: {'; '.join(wrong[:3])}", where=str(folder), hint=hint)
    return Dataset(folder, {f"{s}.jsonl": sha256(folder / f"{s}.jsonl") for s in SPLITS}, tuple(wrong))


@contextmanager
def alone(out: Path, main: bool) -> Iterator[None]:
    """Two processes in one run folder would destroy each other's work. The lock dies with its holder."""
    if not main:
        yield
        return
    with (out / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(
                "another process is training into this folder", where=str(out), hint="Wait for it, or give another -o."
            ) from None
        yield
