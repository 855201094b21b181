"""What stages say in English, said in Chinese: one file of phrases with slots, looked up, never guessed."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

SLOT = re.compile(r"\{(\w+)\}")


@cache
def phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns with their Chinese, those with most fixed words first: `{a} (a placeholder)` before `{a}`."""
    table = tables()["phrases"]
    return tuple((pattern(english), table[english]) for english in sorted(table, key=lambda e: -len(SLOT.sub("", e))))


@cache
def tables() -> dict[str, dict[str, str]]:
    path = Path(__file__).with_name("phrases_zh.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def pattern(english: str) -> re.Pattern[str]:
    parts = SLOT.split(english)
    return re.compile("".join(f"(?P<{part}>.+?)" if i % 2 else re.escape(part) for i, part in enumerate(parts)), re.DOTALL)


def said(english: str) -> str:
    """The Chinese of a message, or nothing where there is none."""
    if word := tables()["words"].get(english):
        return word
    for form, chinese in phrases():
        if match := form.fullmatch(english):
            return SLOT.sub(lambda slot: said(match[slot[1]]) or match[slot[1]], chinese)
    return ""
