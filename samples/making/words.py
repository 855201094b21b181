"""Hand-written wordings, kept as data beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def words(name: str) -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))


def filled(text: str, numbers: Mapping[str, str]) -> str:
    """`{card}` and the like; other braces stay, since some of the planted texts are unfilled templates."""
    for name, number in numbers.items():
        text = text.replace("{" + name + "}", number)
    return text
