"""The word lists of `rules/pii/lexicons/`, read once."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import Any

from curate.catalogue import rules_dir


@cache
def _file(name: str) -> dict[str, Any]:
    path = rules_dir() / "pii" / "lexicons" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def words(name: str, key: str) -> tuple[str, ...]:
    """A list of words in the order of the file."""
    value = _file(name)[key]
    return tuple(value.split() if isinstance(value, str) else value)


@cache
def characters(name: str, key: str) -> frozenset[str]:
    return frozenset("".join(words(name, key)))


@cache
def either(name: str, key: str) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(map(re.escape, sorted(words(name, key), key=len, reverse=True)))
