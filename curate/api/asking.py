"""What may be handed to a function, in the words of the command line."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curate.errors import UserError

if TYPE_CHECKING:
    from curate.config import Settings

PathLike = str | os.PathLike[str]
Paths = PathLike | Sequence[PathLike] | Mapping[str, PathLike]


def typed(path: Paths) -> list[str]:
    """As it would be typed: a path, several, or `train=a.jsonl`."""
    if isinstance(path, str | os.PathLike):
        return [os.fspath(path)]
    if isinstance(path, Mapping):
        return [f"{split}={os.fspath(value)}" for split, value in path.items()]
    return [os.fspath(each) for each in path]


def settled(given: Mapping[str, Any], config: PathLike | None) -> Settings:
    from curate.config import settings

    known(given)
    return settings(given, Path(config) if config else None)


def known(given: Mapping[str, Any]) -> None:
    from curate.config import KEYS, did_you_mean

    for key in given:
        if key not in KEYS:
            raise UserError(f"no setting `{key}`", hint=did_you_mean(key, KEYS))


def pairs(given: Mapping[str, PathLike] | None) -> list[str]:
    """`NAME=PATH` or `KNOWN=PATH`, as an option takes them."""
    return [f"{name}={os.fspath(value)}" for name, value in (given or {}).items()]
