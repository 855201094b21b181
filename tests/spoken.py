"""What the programs may say, collected from their source and their commands, so that no message is without its Chinese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click

from curate.speaking import phrases
from curate.speaking.help import COMMENT, EXTRA, SPLIT

ROOT = Path(__file__).parents[1]
ERRORS = {"UserError", "NotApplicable", "Refused", "ValueError", "TypeError"}
TELLERS = {"w", "say", "echo", "stage", "Gate", "Reason", *ERRORS}
MESSAGES = {"Problem", "Finding", "Encoding", "Resolved"}
"""Their second argument is told."""
VARIABLES = {"hint", "what", "because", "reason", "note", "NOTE", "message", "told", "nothing", "words", "status"}
"""Names that hold a sentence before it is said."""
COMMANDS = re.compile(r"(curate|train|pip) |\.\.\.$")
CODED = re.compile(
    r"^--.*|^(curate|train): \{\}$|^Answers \{\} otherwise.*|^\{\} \{\} in \{\} but.*|`[^`]*`|--\S+|\S*[=_/]\S*|\{\}|\b[A-Z]+\d*\b"
)
FILES = {"cards.py", "card.py", "canaries.py", "verify_leakage.py"}
"""They write files in English: cards for the hubs, data, and the verifier that stands alone."""
PIECED = {"Same text as", "Same question as", "{} to {}{}", "`{}` holds a {}{}", "{} {}; for {} points it takes {}"}
PIECED |= {"Another row answers the same question with {}{}", "Labelled `{}`{}, while its neighbours speak for `{}`"}
PIECED |= {"The prompt makes the answer no easier to guess: difficulty {} ({})"}
PIECED |= {"{} of {} rows: the {} `{}` is too rare to be learned or tested"}
"""Made of pieces, some of which are words of ours: the catalogue has them whole, and examples of the rules are checked against it."""
NAME = re.compile(r"^(curate|train): ")
OF_CLICK = {"Options", "Commands", "Positional arguments", "Show this message and exit.", "Show the version and exit."}
OF_CLICK |= {"Settings (--set key=value, or keys of a TOML file for --config)"}
"""What is said beside the texts of commands and options."""


SENTENCE = re.compile(r"[A-Za-z]{3,}(?: [a-z]{2,}){2,}")
"""English words in a row: codes, paths, options and values are shorter."""


def strings(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """All texts of a TOML file with the keys that they stand under."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from strings(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner, key)


def worded(text: str) -> bool:
    """Has words of ours: not only codes, options, paths, commands and what comes from elsewhere."""
    return not COMMANDS.match(text) and len(re.findall(r"[A-Za-z]{2,}", CODED.sub("", text))) > (0 if " " in text else 1)


def template(node: ast.expr | None) -> Iterator[str]:
    """A string, or an f-string with {} for what varies; both branches of a choice."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            yield "".join(str(v.value) if isinstance(v, ast.Constant) else slot(v) for v in values)
        case ast.IfExp(body=one, orelse=other):
            yield from template(one)
            yield from template(other)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            for a in [*template(left)] or ["{}"]:
                yield from (a + b for b in [*template(right)] or ["{}"])


def slot(value: ast.expr) -> str:
    """What varies; `!r` puts it in quotes, as the catalogue has it."""
    return "'{}'" if isinstance(value, ast.FormattedValue) and value.conversion == ord("r") else "{}"


def remains(text: str, ours: bool = True) -> Iterator[str]:
    """The English that a reader of the Chinese would meet: a message without a phrase, and words that a slot of the phrase swallowed.

    A phrase like `{n} of {all}` fits half of all sentences; that it fits says nothing. `ours` False: slots hold the user's data, too,
    of which only what reads like a sentence counts.
    """
    if phrases.exact().get(text):
        return
    for begin, form, _ in phrases.patterns():
        if text.startswith(begin) and (match := form.fullmatch(text)):
            for value in match.groupdict().values():
                if phrases.said(value):
                    yield from remains(value, ours)
                elif worded(value.replace("<q>", "{}")) if ours else SENTENCE.search(value):
                    yield value
            return
    yield text


def unspoken(package: str) -> Iterator[tuple[str, str]]:
    """What is printed as it stands in the source, asked in no language, with its place."""
    for path in sorted((ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("echo", "secho"):
                said = (NAME.sub("", text) for arg in node.args[:1] for text in template(arg))
                yield from ((text, f"{path.relative_to(ROOT)}:{node.lineno}") for text in said)


def glued(package: str) -> Iterator[str]:
    """Files that write a percentage by a format of Python's, or as text without its space."""
    for path in sorted((ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            spec = node.format_spec if isinstance(node, ast.FormattedValue) else None
            if isinstance(spec, ast.JoinedStr) and ast.unparse(spec).rstrip("'\"").endswith("%"):
                yield str(path.relative_to(ROOT))
            if (
                isinstance(node, ast.Constant)
                and re.search(r"\d% (?!of )|\d%[,;)]", str(node.value))
                and "{" not in str(node.value)
            ):
                yield str(path.relative_to(ROOT))


def sentences(package: str) -> Iterator[tuple[str, str]]:
    """Every template that goes into a teller, or into a variable that is told, with its place."""
    for path in sorted((ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if path.name not in FILES else ():
            for text in {*said_by(node)} - PIECED:
                yield text, f"{path.relative_to(ROOT)}:{node.lineno}"  # type: ignore[attr-defined]


def said_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in TELLERS and not (name == "w" and len(node.args) > 1):
            for arg in node.args[: 1 if name not in ("Gate", "Reason") else 3]:
                yield from template(arg)
            for key in node.keywords:
                if key.arg == "hint":
                    yield from template(key.value)
        elif name in MESSAGES:
            yield from (text for arg in node.args[1:2] for text in template(arg))
    elif isinstance(node, ast.Return | ast.Yield):
        yield from returned(node.value)
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in VARIABLES:
        yield from template(node.value)


def returned(value: ast.expr | None) -> Iterator[str]:
    """A sentence that a function hands out to be said; what brings its Chinese along needs no phrase, and text of several lines is a file."""
    parts = value.elts if isinstance(value, ast.Tuple | ast.List) else [value]
    found = [text for part in parts for text in template(part)]
    if not any(re.search("[\u4e00-\u9fff]", text) for text in found):
        yield from (text for text in found if SENTENCE.search(text) and "\n" not in text)


def helped(command: click.Command, path: str) -> Iterator[tuple[str, str]]:
    """Every paragraph and every option's help of a command and of those below it."""
    for text in (command.help or "", getattr(command, "epilog", "") or "", command.short_help or ""):
        yield from ((p, path) for p in paragraphs(text))
    for param in command.params:
        if isinstance(param, click.Option) and param.help:
            yield EXTRA.sub("", " ".join(param.help.split())), f"{path} {param.opts[0]}"
    if isinstance(command, click.Group):
        with click.Context(command) as ctx:
            for name in command.list_commands(ctx):
                below = command.get_command(ctx, name)
                assert below is not None
                yield from helped(below, f"{path} {name}")


def paragraphs(text: str) -> Iterator[str]:
    for paragraph in SPLIT.split(text):
        if not paragraph.lstrip(" ").startswith("\b"):
            yield " ".join(paragraph.split())
            continue
        for line in paragraph.split("\n")[1:]:
            if found := COMMENT.fullmatch(line):
                yield found["words"]
            elif line.strip().endswith(":"):
                yield line.strip()
