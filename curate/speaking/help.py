"""`--help` in Chinese: the texts from the catalogue, wrapped by the width that characters have in a terminal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

import click

from curate.speaking.phrases import helps

SPLIT = re.compile(r"\n[ \t]*\n")
EXTRA = re.compile(r"  \[(.*)\]$")
COMMENT = re.compile(r"(?P<command>.*?\S\s+)# (?P<words>.+)")
GLUED = "，。；：、！？）》」”％"
"""What must not begin a line."""


def wide(text: str) -> int:
    """Columns of a terminal."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def units(text: str) -> Iterator[str]:
    """What a line may be broken between: words, and single Chinese characters with the mark that follows them."""
    for found in re.finditer(rf"\s+|[⺀-鿿＀-￯][{GLUED}]*|[^\s⺀-鿿＀-￯]+[{GLUED}]*", text):
        yield " " if found[0].isspace() else found[0]


def wrapped(text: str, width: int) -> list[str]:
    lines, line = [], ""
    for unit in units(text):
        if line and wide(line) + wide(unit) > width:
            lines.append(line.rstrip())
            line = ""
        line += unit if line or unit != " " else ""
    return [*lines, line.rstrip()]


def chinese(text: str) -> str:
    """The Chinese of a paragraph; as it is where there is none."""
    folded = " ".join(text.split())
    return helps().get(folded, folded)


class Chinese(click.HelpFormatter):
    """click's formatter, in Chinese."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:  # noqa: ARG002  # click's signature
        super().write_usage(prog, args, "用法：")

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{chinese(heading)}：\n")

    def write_text(self, text: str) -> None:
        """Paragraphs; what is marked as literal keeps its lines, whose remarks alone are words."""
        for n, paragraph in enumerate(SPLIT.split(text)):
            self.write("\n" if n else "")
            kept = paragraph.lstrip(" ").startswith("\b")
            lines = (
                map(remark, paragraph.split("\n")[1:]) if kept else wrapped(chinese(paragraph), self.width - self.current_indent)
            )
            for line in lines:
                self.write(f"{'':>{self.current_indent}}{line}\n" if line else "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        first = min(max((wide(name) for name, _ in rows), default=0), col_max) + col_spacing
        room = max(self.width - self.current_indent - first - 2, 20)
        pad = f"{'':>{self.current_indent}}"
        for name, text in rows:
            lines = wrapped(described(text), room)
            if wide(name) > first - col_spacing:
                self.write(f"{pad}{name}\n")
                name = ""
            self.write(f"{pad}{name}{'':>{first - wide(name)}}{lines[0]}\n".rstrip(" "))
            for line in lines[1:]:
                self.write(f"{pad}{'':>{first}}{line}\n")


def remark(line: str) -> str:
    """A line of examples: its comment, or the whole where it is a sentence."""
    if found := COMMENT.fullmatch(line):
        return f"{found['command']}# {chinese(found['words'])}"
    indent = line[: len(line) - len(line.lstrip())]
    return indent + helps().get(line.strip(), line.strip())


def described(text: str) -> str:
    """An option's help, and what click adds to it in brackets."""
    found = EXTRA.search(text)
    if not found:
        return chinese(text)
    extras = [re.sub(r"^default: ", "默认：", e).replace("required", "必填") for e in found[1].split("; ")]
    return f"{chinese(text[: found.start()])}  [{'；'.join(extras)}]"
