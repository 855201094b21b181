"""A row as the verifier reads it: its own small reader of the shapes, kept apart from the one that built the folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from curate.once import once
from curate.verifying.wording import canonical

Role = Literal["system", "prompt", "input", "answer", "other"]
ROLES: Mapping[str, Role] = {
    "system": "system",
    "developer": "system",
    "user": "prompt",
    "human": "prompt",
    "assistant": "answer",
    "gpt": "answer",
    "function_call": "answer",
}
Parts = list[tuple[Role, str]]


@dataclass(frozen=True)
class Row:
    """The texts of one line. Parts may be made canonical one by one: no step of that looks across a line feed."""

    file: str
    line: int
    id: Any
    parts: tuple[tuple[Role, str], ...]
    known: bool
    """Whether the row has a shape that tells the question from the answer."""
    marks: Mapping[str, str]
    """What stands in the fields that groups and times are taken from; no entry where nothing does."""

    @once
    def last_answer(self) -> int:
        return max((i for i, (role, _) in enumerate(self.parts) if role == "answer"), default=len(self.parts))

    @once
    def whole(self) -> str:
        return join(text for _, text in self.parts)

    @once
    def system(self) -> str:
        return join(text for role, text in self.parts if role == "system")

    @once
    def prompt(self) -> str:
        """What is asked before the last answer, without the input."""
        return join(text for role, text in self.parts[: self.last_answer] if role not in ("system", "input"))

    @once
    def input(self) -> str:
        return join(text for role, text in self.parts if role == "input")

    @once
    def question(self) -> str:
        return join((self.prompt, self.input))

    @once
    def asked(self) -> str:
        """What is asked about: the input, or the prompt where there is none. A template is not."""
        return self.input or self.prompt

    @once
    def answer(self) -> str:
        return self.parts[self.last_answer][1] if self.last_answer < len(self.parts) else ""

    @once
    def opening(self) -> str:
        """All up to and with the first answer, the system prompt apart; nothing where nothing is asked before it."""
        first = next((i for i, (role, _) in enumerate(self.parts) if role == "answer"), -1)
        spoken = [text for role, text in self.parts[: first + 1] if role != "system"]
        return join(tuple(spoken)) if len(spoken) > 1 else ""

    @property
    def goes_on(self) -> bool:
        """Whether an answer follows the first."""
        return sum(role == "answer" for role, _ in self.parts) > 1

    @once
    def without_system(self) -> str:
        return join(text for role, text in self.parts if role != "system")

    @once
    def filling(self) -> str:
        """What neither a system prompt nor a template gives: the input and all from the answer on."""
        return join(
            text for i, (role, text) in enumerate(self.parts) if role == "input" or (i >= self.last_answer and role != "system")
        )

    def content(self, other: Row) -> str:
        """The text without what only a template gives both rows."""
        bare = bool(self.system) and self.system == other.system
        if self.shares_template(other):
            return self.filling if bare else join((self.system, self.filling))
        return self.without_system if bare else self.whole

    def shares_template(self, other: Row) -> bool:
        return bool(self.input and other.input) and self.prompt == other.prompt


def join(texts: Iterator[str] | tuple[str, ...]) -> str:
    return " ".join(text for text in texts if text)


class Unreadable(Exception):
    """A line that holds no row; `code` is the schema rule it breaks."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _no_constant(name: str) -> None:
    raise ValueError(name)


DECODER = json.JSONDecoder(parse_constant=_no_constant)


def read(line: bytes, file: str, number: int, mapping: Mapping[str, str], fields: Sequence[str] = ()) -> Row:
    """One line of a split file as a row; `mapping` says where a known key is found, `fields` which marks to keep."""
    row = as_written(line, file, number, mapping, fields)
    parts = tuple([(role, canonical(text)) for role, text in row.parts])
    return Row(row.file, row.line, row.id, parts, row.known, row.marks)


def as_written(line: bytes, file: str, number: int, mapping: Mapping[str, str], fields: Sequence[str] = ()) -> Row:
    """The same before the texts are made canonical."""
    try:
        value = DECODER.decode(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise Unreadable("SCH002", "The line is not UTF-8") from None
    except (ValueError, RecursionError):
        raise Unreadable("SCH001", "The line is not JSON") from None
    if not isinstance(value, dict):
        raise Unreadable("SCH010", "The line is JSON but not an object")
    mapped = {**value, **{known: reach(value, path) for known, path in mapping.items()}} if mapping else value
    parts = tuple(_parts(mapped))
    known = bool(parts)
    if not known:
        parts = tuple(("other", text) for key, field in value.items() if key != "id" for text in _strings(field))
    return Row(file, number, value.get("id"), parts, known, _marks(value, fields))


def _marks(value: Mapping[str, Any], fields: Sequence[str]) -> dict[str, str]:
    found = {field: reach(value, field) for field in fields}
    return {
        field: mark if isinstance(mark, str) else json.dumps(mark, ensure_ascii=False, separators=(",", ":"))
        for field, mark in found.items()
        if mark not in (None, "")
    }


def reach(value: Any, path: str) -> Any:
    """The value at a path such as `instances[0].output`, or None."""
    if isinstance(value, dict) and path in value:
        return value[path]
    for step in path.replace("[", ".").replace("]", "").split("."):
        if isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict):
            value = value.get(step)
        else:
            return None
    return value


def _parts(row: Mapping[str, Any]) -> Iterator[tuple[Role, str]]:
    """The parts of a row in the contract's order; the shape is told by the keys."""
    has = row.keys().__contains__
    yield from _text(row.get("system"), "system")
    if has("chosen") and has("rejected"):
        yield from _preference(row)
    elif has("messages") or has("conversations"):
        yield from _turns(row["messages"] if has("messages") else row["conversations"])
    elif has("instruction") or (has("output") and not has("prompt")):
        yield from _history(row)
        yield from _text(row.get("instruction"), "prompt")
        yield from _text(row.get("input"), "input")
        yield from _text(row.get("output"), "answer")
    elif has("prompt") or has("completion"):
        yield from _history(row)
        for key, role in (("prompt", "prompt"), ("completion", "answer")):
            yield from _either(row.get(key), "prompt" if role == "prompt" else "answer")
    else:
        yield from _text(row.get("text"), "answer")


def _text(value: Any, role: Role) -> Parts:
    return [(role, value)] if isinstance(value, str) else []


def _either(value: Any, role: Role) -> Parts:
    return list(_turns(value)) if isinstance(value, list) else _text(value, role)


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _history(row: Mapping[str, Any]) -> Iterator[tuple[Role, str]]:
    for pair in _items(row.get("history")):
        if isinstance(pair, list) and len(pair) == 2:
            yield from _text(pair[0], "prompt")
            yield from _text(pair[1], "answer")


def _turns(turns: Any) -> Iterator[tuple[Role, str]]:
    for turn in _items(turns):
        if isinstance(turn, dict):
            yield from _turn(turn)


def _turn(turn: Mapping[str, Any]) -> Iterator[tuple[Role, str]]:
    named = "content" in turn or "role" in turn
    role = ROLES.get(str(turn.get("role" if named else "from")), "other")
    content = turn.get("content" if named else "value")
    for piece in content if isinstance(content, list) else [content]:
        if isinstance(piece, dict) and piece.get("type", "text") in ("text", "input_text", "output_text"):
            piece = piece.get("text", piece.get("value"))
        yield from _text(piece, role)
    for call in _items(turn.get("tool_calls")):
        if isinstance(call, dict) and isinstance(call.get("function"), dict):
            yield from _text(call["function"].get("arguments"), "answer")


def _preference(row: Mapping[str, Any]) -> Iterator[tuple[Role, str]]:
    asked: Parts = []
    for key in ("prompt", "conversations", "messages"):
        asked += _either(row.get(key), "prompt")
    asked += _text(row.get("input"), "input")
    yield from asked
    prompted = any(role in ("prompt", "input") for role, _ in asked)
    yield from _chosen(row["chosen"], prompted)
    # The worse answer comes last and is never taken for the answer.
    yield from (("other", text) for role, text in _chosen(row["rejected"], True))


def _chosen(value: Any, prompted: bool) -> Parts:
    """An answer as text, as one turn, or as turns that may repeat the prompt."""
    if isinstance(value, dict):
        return [("answer", text) for _, text in _turn(value)]
    parts = _either(value, "answer")
    return [part for part in parts if part[0] == "answer"][-1:] if prompted else parts


def _strings(value: Any) -> Iterator[str]:
    """Every text inside a value: what a row of unknown shape says."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
