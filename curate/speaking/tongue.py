"""The language that a user reads: `--lang`, else what the locale says."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from curate.errors import UserError
from curate.layout import Block, Heading, Note, Table

Tongue = Literal["en", "zh"]
TONGUES: tuple[Tongue, ...] = ("en", "zh")
_CHOSEN = [""]


def choose(lang: str) -> None:
    """For the rest of this process, over the locale: what a command was asked to speak."""
    _CHOSEN[0] = lang


def language(lang: str | None = None) -> Tongue:
    """`--lang`, else what the locale says."""
    locale = lang or _CHOSEN[0] or os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if locale.lower().startswith("zh") else "en"


def asked(args: Sequence[str]) -> Tongue:
    """The language of a command line that is not parsed yet, or cannot be: its help and its errors are read by the same person."""
    for at, arg in enumerate(args):
        if arg == "--":
            break
        name, sign, value = arg.partition("=")
        value = value if sign else "".join(args[at + 1 : at + 2])
        if name == "--lang" and value in TONGUES:
            return language(value)
    return language()


class Words:
    """The language of what is said: `w("rows")` is looked up in the catalogue; `w(en, zh)` is for texts that bring both."""

    def __init__(self, lang: str) -> None:
        self.zh = lang == "zh"

    def __call__(self, english: str, chinese: str = "") -> str:
        if not self.zh:
            return english
        from curate.speaking.phrases import said

        return chinese or said(english) or english


def told(error: UserError, w: Words) -> str:
    """An error as its reader reads it."""
    if not w.zh:
        return str(error)
    head = f"{w(error.where)}：{w(error.what)}" if error.where else w(error.what)
    return f"{head}\n  {w(error.hint)}" if error.hint else head


def usage(message: str, path: str, w: Words) -> str:
    """A command line that cannot be understood, and where to read how it is written."""
    return f"{w(message)}\n  {w(f'Try `{path} --help`.')}" if path else w(message)


def spoken(blocks: Iterable[Block], w: Words) -> Iterator[Block]:
    """Headings, notes and tables that were laid out in English, in the language of their reader."""
    for block in blocks:
        match block:
            case Heading() | Note():
                yield replace(block, text=w(block.text))
            case Table():
                rows = tuple(tuple(replace(cell, text=w(cell.text)) for cell in row) for row in block.rows)
                yield replace(block, header=tuple(map(w, block.header)), rows=rows)
            case _:
                yield block
