"""What can be seen to be wrong with an answer without asking a model: each module finds one kind, precision first."""

from __future__ import annotations

import re
from typing import NamedTuple


class Hit(NamedTuple):
    """What is wrong, where in the text, and how sure (0 to 1); not `sure` is told at info."""

    message: str
    span: tuple[int, int]
    score: float = 1.0
    sure: bool = True


_FENCED = re.compile(r"^[ \t]*(`{3,}|~{3,})[^\n]*\n.*?(?:^[ \t]*\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`[^`\n]+`")


def without_code(text: str) -> str:
    """The text with fenced and inline code blanked out; offsets stay true."""
    if "`" not in text and "~~~" not in text:
        return text
    blank = _FENCED.sub(lambda m: " " * len(m[0]), text)
    return _INLINE.sub(lambda m: " " * len(m[0]), blank)


_CODE_LINE = re.compile(
    r"^\s*(?:(?:def|class|import|from|return|elif|else:|for .*:|while .*:|if .*:|#include|public|private|static|void|int|var|let|const|function|"
    r"SELECT|INSERT|UPDATE|CREATE|echo|print|using|package)\b|</?\w+[^>]*>|[}\])];?\s*$|//|/\*)|[;{]\s*$|^\s*\w+\s*=\s*\S",
    re.MULTILINE,
)


def looks_like_code(text: str) -> bool:
    """At least a third of the lines are lines of a program."""
    lines = text.count("\n") + 1
    return len(_CODE_LINE.findall(text)) * 3 >= lines
