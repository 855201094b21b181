"""`curate.build()` and `curate.split()`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curate.api.asking import PathLike, Paths, known, pairs, typed
from curate.api.shown import Shown

if TYPE_CHECKING:
    from curate.layout import Block


@dataclass(frozen=True)
class Built(Shown):
    """A folder that `build` wrote."""

    folder: Path
    passed: bool
    """Whether the folder keeps what it promises: all gates passed."""
    gates: tuple[Mapping[str, Any], ...] = field(repr=False)
    manifest: Mapping[str, Any] = field(repr=False)

    @property
    def splits(self) -> dict[str, Path]:
        """The split files that hold rows."""
        counts = self.manifest["counts"]
        return {name: self.folder / f"{name}.jsonl" for name in ("train", "validation", "test") if counts[name]}

    @property
    def counts(self) -> Mapping[str, int]:
        """Rows: input, kept, removed, quarantined, and of each split."""
        counts: Mapping[str, int] = self.manifest["counts"]
        return counts

    def blocks(self) -> Iterator[Block]:
        from curate.screens import folder

        found = self.manifest.get("certificate", {})
        return folder.built({"changed_fields": 0, **self.manifest, "certificate": found.get("kinds", ())})


def build(
    path: Paths,
    folder: PathLike,
    *,
    against: Mapping[str, PathLike] | None = None,
    map: Mapping[str, str] | None = None,  # noqa: A002  # the option's own name
    clean: bool = True,
    force: bool = False,
    keep_splits: PathLike | None = None,
    config: PathLike | None = None,
    **settings: Any,
) -> Built:
    """Clean, repair and split the data into a new folder, every change explained, as `curate build` does.

    Args:
        path: As for `audit`.
        folder: The folder to make.
        against: Sets that must not be in the data, by name.
        map: Which of your keys stands for a known one.
        clean: False: only split, as `curate split` does.
        force: Replace the folder if it is there.
        keep_splits: An earlier folder of this data: no row of it changes its split.
        config: A TOML file of settings; `curate.toml` of the working directory otherwise.
        **settings: Any setting of `curate config show`, e.g. `split=(0.9, 0.05, 0.05)`, `pii="pseudonym"`, `seed=7`.

    Raises:
        UserError: nothing to read, no row left, or no split without a leak within `max_drop`.

    """
    from curate.commands.build import make

    flags = {**settings, "config": (os.fspath(config),) if config else ()}
    known(settings)
    target, earlier = Path(folder), Path(keep_splits) if keep_splits else None
    code = make(
        typed(path), target, pairs(against), tuple(pairs(map)), force, False, "en", earlier, clean=clean, flags=flags, tell=None
    )
    return read(target, code == 0)


def split(
    path: Paths,
    folder: PathLike,
    *,
    against: Mapping[str, PathLike] | None = None,
    map: Mapping[str, str] | None = None,  # noqa: A002  # the option's own name
    force: bool = False,
    keep_splits: PathLike | None = None,
    config: PathLike | None = None,
    **settings: Any,
) -> Built:
    """Split without any cleaning, as `curate split` does; the arguments are those of `build`.

    Raises:
        UserError: as `build`; and a `pii` other than keep, since a split changes no row.

    """
    more = settings | {"clean": False}
    return build(path, folder, against=against, map=map, force=force, keep_splits=keep_splits, config=config, **more)


def read(folder: PathLike, passed: bool | None = None) -> Built:
    """A folder that was built before."""
    from curate import manifest

    body = manifest.read(Path(folder)).body
    return Built(Path(folder), body["verdict"] == "passed" if passed is None else passed, tuple(body["gates"]), body)
