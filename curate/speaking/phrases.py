"""What is said in English, said in Chinese: catalogues of phrases with slots, looked up, never guessed.

English is written where it is meant, and is the key. `phrases_zh.toml` has a table for each place it comes from: `stages`, `screens`,
`errors`; `words` are what slots hold. Help texts have a file of their own (`help_zh.toml`), so that `--help` reads nothing else.
Another program that speaks through `curate` adds its own catalogues.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

SLOT = re.compile(r"\{(\w+)\}")
NUMBERS = {"n", "m", "all"}
QUOTED = re.compile(r"(?P<mark>[`']?)\{(?P<name>\w+)\}(?P<end>[`']?)")
FILES = [Path(__file__).with_name("phrases_zh.toml")]
HELP = [Path(__file__).with_name("help_zh.toml")]


def add(phrases: Path, help_: Path) -> None:
    """Look there as well: another program's catalogues."""
    if phrases not in FILES:
        FILES.append(phrases)
        HELP.append(help_)
        for looked_up in (exact, patterns, said, helps):
            looked_up.cache_clear()


def tables(path: Path) -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def exact() -> Mapping[str, str]:
    """Phrases without slots, and words."""
    return {e: z for path in FILES for table in tables(path).values() for e, z in table.items() if not SLOT.search(e)}


@cache
def patterns() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """How a phrase begins, its pattern and its Chinese; those with most fixed words first: `{a} (a placeholder)` before `{a}`."""
    found = {e: z for path in FILES for table in tables(path).values() for e, z in table.items() if SLOT.search(e)}
    return tuple(
        (SLOT.split(e)[0].split("'")[0], pattern(e), found[e]) for e in sorted(found, key=lambda e: -len(SLOT.sub("", e)))
    )


def pattern(english: str) -> re.Pattern[str]:
    parts = SLOT.split(english)
    # A number has no white space: `{n} of {all}` must not swallow half a sentence.
    slots = (rf"(?P<{part}>\S*?)" if part in NUMBERS else f"(?P<{part}>.*?)" for part in parts)
    fixed = (re.escape(part).replace("'", "['\"]") for part in parts)  # `!r` takes the mark that the text itself has not
    return re.compile(
        "".join(slot if i % 2 else each for i, (slot, each) in enumerate(zip(slots, fixed, strict=True))), re.DOTALL
    )


@lru_cache(maxsize=4096)
def said(english: str) -> str:
    """The Chinese of a message, or nothing where there is none."""
    if word := exact().get(english):
        return word
    for begin, form, chinese in patterns():
        if english.startswith(begin) and (match := form.fullmatch(english)):
            return QUOTED.sub(lambda slot: filled(slot, match), chinese)
    return ""


def filled(slot: re.Match[str], match: re.Match[str]) -> str:
    """What a slot holds, in Chinese if it is of ours; between marks stands a name of the user's, which stays."""
    name, quoted = slot["name"], slot["mark"] and slot["mark"] == slot["end"]
    value = match[name]
    return f"{slot['mark']}{value if quoted else said(value) or value}{slot['end']}"


@cache
def helps() -> Mapping[str, str]:
    """Help texts by paragraph, white space folded."""
    return {e: z for path in HELP for table in tables(path).values() for e, z in table.items()}
