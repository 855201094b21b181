"""The shapes a row may have, each turned into parts; and back into chat messages for a trainer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from curate.errors import UserError
from curate.records import Kind, Part, Record


class Shape(StrEnum):
    INSTRUCTION = "instruction-input-output"
    COMPLETION = "prompt/completion"
    MESSAGES = "chat messages"
    CONVERSATIONS = "ShareGPT conversations"
    PREFERENCE = "preference"
    TEXT = "plain text"


REQUIRED: Mapping[Shape, tuple[str, ...]] = {
    Shape.INSTRUCTION: ("instruction", "output"),
    Shape.COMPLETION: ("prompt", "completion"),
    Shape.MESSAGES: ("messages",),
    Shape.CONVERSATIONS: ("conversations",),
    Shape.PREFERENCE: ("chosen", "rejected"),
    Shape.TEXT: ("text",),
}
KNOWN_KEYS = frozenset({k for keys in REQUIRED.values() for k in keys} | {"input", "system", "history", "tools", "id"})

ROLES: Mapping[str, Kind] = {
    "system": Kind.SYSTEM,
    "developer": Kind.SYSTEM,
    "user": Kind.PROMPT,
    "human": Kind.PROMPT,
    "assistant": Kind.ANSWER,
    "gpt": Kind.ANSWER,
    "tool": Kind.TOOL,
    "observation": Kind.TOOL,
    "function": Kind.TOOL,
    "function_call": Kind.CALL,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A broken SCH rule of one row."""

    code: str
    message: str
    field: str | None = None
    span: tuple[int, int] | None = None


@dataclass(slots=True)
class Reading:
    """What was made of one JSON object."""

    shape: Shape | None
    parts: list[Part] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def wrong_type(self, path: str, wanted: str, value: object) -> None:
        self.problems.append(Problem("SCH004", f"`{path}` is {json_type(value)}, not {wanted}", path))

    def missing(self, path: str) -> None:
        self.problems.append(Problem("SCH003", f"Required field `{path}` is missing", path))


def json_type(value: object) -> str:
    names = {
        bool: "a boolean",
        int: "a number",
        float: "a number",
        str: "a string",
        list: "a list",
        dict: "an object",
        type(None): "null",
    }
    return names.get(type(value), type(value).__name__)


# ---- where a field stands ---------------------------------------------------------------------------------------------------

PATH_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


@dataclass(frozen=True)
class FieldMap:
    """Which path of the user's keys stands for which known key (`--map output=instances[0].output`)."""

    paths: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, pairs: tuple[str, ...]) -> FieldMap:
        paths = {}
        for pair in pairs:
            known, sep, path = pair.partition("=")
            if not sep or known not in KNOWN_KEYS or not path:
                raise UserError(
                    f"--map {pair}", hint=f"Write KNOWN=PATH, e.g. --map output=answer; known: {', '.join(sorted(KNOWN_KEYS))}."
                )
            paths[known] = path
        return cls(paths)

    def path(self, key: str) -> str:
        return self.paths.get(key, key)

    def get(self, row: Mapping[str, Any], key: str) -> Any:
        path = self.paths.get(key)
        return row.get(key) if path is None else reach(row, path)

    def has(self, row: Mapping[str, Any], key: str) -> bool:
        return self.get(row, key) is not None


def steps(path: str) -> Iterator[str | int]:
    for name, index in PATH_STEP.findall(path):
        yield int(index) if index else name


def reach(row: Any, path: str) -> Any:
    """The value at `path`, or None where the way ends before."""
    if isinstance(row, dict) and path in row:
        return row[path]
    for step in steps(path):
        if isinstance(step, int):
            if not isinstance(row, list) or step >= len(row):
                return None
            row = row[step]
        else:
            if not isinstance(row, dict) or step not in row:
                return None
            row = row[step]
    return row


def replace(row: Any, path: str, value: str) -> None:
    """Put `value` at `path`, which must exist."""
    if isinstance(row, dict) and path in row:
        row[path] = value
        return
    *way, last = steps(path)
    for step in way:
        row = row[step]
    row[last] = value


PLAIN = FieldMap()


# ---- one row ----------------------------------------------------------------------------------------------------------------


def shape_of(row: Mapping[str, Any], mapping: FieldMap = PLAIN) -> Shape | None:
    """The shape that the keys tell. A key that is there but null tells as well."""
    paths = mapping.paths

    def there(key: str) -> bool:
        return (reach(row, paths[key]) is not None) if key in paths else key in row

    if there("chosen") and there("rejected"):
        return Shape.PREFERENCE
    if there("messages"):
        return Shape.MESSAGES
    if there("conversations"):
        return Shape.CONVERSATIONS
    if there("instruction") or (there("output") and not there("prompt")):
        return Shape.INSTRUCTION
    if there("prompt") or there("completion"):
        return Shape.COMPLETION
    return Shape.TEXT if there("text") else None


def read_row(row: dict[str, Any], mapping: FieldMap = PLAIN, fallback: Shape | None = None) -> Reading:
    """Parts and problems of one JSON object; `fallback` is the shape of its file where its own keys say nothing."""
    shape = shape_of(row, mapping) or fallback
    reading = Reading(shape)
    if shape is None:
        reading.problems.append(
            Problem("SCH003", f"None of the known fields is there; found {', '.join(map(repr, list(row)[:8])) or 'no keys'}")
        )
        return reading
    READERS[shape](row, mapping, reading)
    return reading


def text_field(row: Mapping[str, Any], mapping: FieldMap, key: str, kind: Kind, reading: Reading, required: bool = False) -> None:
    value, path = (mapping.get(row, key), mapping.path(key)) if mapping.paths else (row.get(key), key)
    if isinstance(value, str):
        reading.parts.append(Part(kind, path, value))
    elif value is None:
        if required:
            reading.missing(path)
    else:
        reading.wrong_type(path, "a string", value)


def history(row: Mapping[str, Any], mapping: FieldMap, reading: Reading) -> None:
    pairs, path = mapping.get(row, "history"), mapping.path("history")
    if pairs is None:
        return
    if not isinstance(pairs, list):
        reading.wrong_type(path, "a list of [question, answer] pairs", pairs)
        return
    for i, pair in enumerate(pairs):
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(t, str) for t in pair)):
            reading.wrong_type(f"{path}[{i}]", "a [question, answer] pair of strings", pair)
            continue
        reading.parts.append(Part(Kind.PROMPT, f"{path}[{i}][0]", pair[0]))
        reading.parts.append(Part(Kind.ANSWER, f"{path}[{i}][1]", pair[1]))


def read_instruction(row: dict[str, Any], mapping: FieldMap, reading: Reading) -> None:
    text_field(row, mapping, "system", Kind.SYSTEM, reading)
    history(row, mapping, reading)
    text_field(row, mapping, "instruction", Kind.PROMPT, reading, required=True)
    text_field(row, mapping, "input", Kind.INPUT, reading)
    text_field(row, mapping, "output", Kind.ANSWER, reading, required=True)


def read_completion(row: dict[str, Any], mapping: FieldMap, reading: Reading) -> None:
    text_field(row, mapping, "system", Kind.SYSTEM, reading)
    history(row, mapping, reading)
    for key, kind in (("prompt", Kind.PROMPT), ("completion", Kind.ANSWER)):
        if isinstance(mapping.get(row, key), list):
            turns(mapping.get(row, key), mapping.path(key), reading)
        else:
            text_field(row, mapping, key, kind, reading, required=True)


def read_messages(row: dict[str, Any], mapping: FieldMap, reading: Reading) -> None:
    text_field(row, mapping, "system", Kind.SYSTEM, reading)
    conversation(row, mapping, "messages", reading)


def read_conversations(row: dict[str, Any], mapping: FieldMap, reading: Reading) -> None:
    text_field(row, mapping, "system", Kind.SYSTEM, reading)
    conversation(row, mapping, "conversations", reading)


def conversation(row: dict[str, Any], mapping: FieldMap, key: str, reading: Reading) -> None:
    value, path = mapping.get(row, key), mapping.path(key)
    if value is None:
        reading.missing(path)
    elif not isinstance(value, list):
        reading.wrong_type(path, "a list of turns", value)
    elif not value:
        reading.problems.append(Problem("SCH006", f"`{path}` is an empty list", path))
    else:
        turns(value, path, reading)
        if not any(p.kind in (Kind.ANSWER, Kind.CALL) for p in reading.parts) and not reading.problems:
            reading.problems.append(Problem("SCH003", "No assistant turn: nothing to learn from", path))


def turns(messages: list[Any], path: str, reading: Reading) -> None:
    for i, message in enumerate(messages):
        turn(message, f"{path}[{i}]", reading)


def turn(message: Any, path: str, reading: Reading, kind: Kind | None = None) -> None:
    """One message, role/content or from/value; a content may be a list of typed parts."""
    if not isinstance(message, dict):
        reading.wrong_type(path, "an object with role and content", message)
        return
    role_key, text_key = ("role", "content") if "content" in message or "role" in message else ("from", "value")
    role = message.get(role_key)
    if not isinstance(role, str):
        reading.missing(f"{path}.{role_key}") if role is None else reading.wrong_type(f"{path}.{role_key}", "a string", role)
        return
    if role not in ROLES:
        reading.problems.append(Problem("SCH007", f"Role {role!r} is none of {', '.join(ROLES)}", f"{path}.{role_key}"))
    kind = kind or ROLES.get(role, Kind.TOOL)
    content(message.get(text_key), f"{path}.{text_key}", kind, reading, optional="tool_calls" in message)
    tool_calls(message.get("tool_calls"), f"{path}.tool_calls", reading)


def content(value: Any, path: str, kind: Kind, reading: Reading, optional: bool = False) -> None:
    if isinstance(value, str):
        reading.parts.append(Part(kind, path, value))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            if not isinstance(item, dict):
                reading.wrong_type(f"{path}[{i}]", "an object with a type", item)
                continue
            key = "text" if "text" in item else "value"
            if isinstance(item.get(key), str) and item.get("type", "text") in ("text", "input_text", "output_text"):
                reading.parts.append(Part(kind, f"{path}[{i}].{key}", item[key]))
    elif value is None:
        if not optional:
            reading.missing(path)
    else:
        reading.wrong_type(path, "a string or a list of parts", value)


def tool_calls(calls: Any, path: str, reading: Reading) -> None:
    for i, call in enumerate(calls if isinstance(calls, list) else ()):
        if (
            isinstance(call, dict)
            and isinstance(call.get("function"), dict)
            and isinstance(call["function"].get("arguments"), str)
        ):
            reading.parts.append(Part(Kind.CALL, f"{path}[{i}].function.arguments", call["function"]["arguments"]))


def read_preference(row: dict[str, Any], mapping: FieldMap, reading: Reading) -> None:
    text_field(row, mapping, "system", Kind.SYSTEM, reading)
    for key in ("prompt", "conversations", "messages"):
        value = mapping.get(row, key)
        if isinstance(value, list):
            turns(value, mapping.path(key), reading)
        elif value is not None:
            text_field(row, mapping, key, Kind.PROMPT, reading)
    text_field(row, mapping, "input", Kind.INPUT, reading)
    prompted = any(p.kind in (Kind.PROMPT, Kind.INPUT) for p in reading.parts)
    for key, kind in (("chosen", Kind.ANSWER), ("rejected", Kind.REJECTED)):
        value, path = mapping.get(row, key), mapping.path(key)
        if isinstance(value, dict):
            turn(value, path, reading, kind)
        elif isinstance(value, list):
            whole = Reading(reading.shape)
            turns(value, path, whole)
            reading.problems += whole.problems
            # The prompt may stand inside `chosen`; `rejected` then repeats it and only its own answer counts.
            keep = whole.parts if kind is Kind.ANSWER and not prompted else [p for p in whole.parts if p.kind is Kind.ANSWER][-1:]
            reading.parts += [Part(kind if p.kind is Kind.ANSWER else p.kind, p.field, p.text) for p in keep]
        else:
            text_field(row, mapping, key, kind, reading, required=True)


def read_text(row: dict[str, Any], mapping: FieldMap, reading: Reading) -> None:
    text_field(row, mapping, "text", Kind.TEXT, reading, required=True)


READERS: Mapping[Shape, Callable[[dict[str, Any], FieldMap, Reading], None]] = {
    Shape.INSTRUCTION: read_instruction,
    Shape.COMPLETION: read_completion,
    Shape.MESSAGES: read_messages,
    Shape.CONVERSATIONS: read_conversations,
    Shape.PREFERENCE: read_preference,
    Shape.TEXT: read_text,
}


# ---- for trainers -----------------------------------------------------------------------------------------------------------

CHAT_ROLES = {
    Kind.SYSTEM: "system",
    Kind.PROMPT: "user",
    Kind.ANSWER: "assistant",
    Kind.CALL: "assistant",
    Kind.TOOL: "tool",
    Kind.TEXT: "assistant",
}


def record_of(row: dict[str, Any], position: int = 0, mapping: FieldMap = PLAIN) -> Record:
    """A row of a built folder as a record; UserError where it has no known shape."""
    reading = read_row(row, mapping)
    if reading.shape is None:
        raise UserError(reading.problems[0].message, hint="Build the folder with `curate build`, or name the fields with --map.")
    return Record(position, tuple(reading.parts))


def chat(record: Record) -> list[dict[str, str]]:
    """The record as chat messages. Instruction and input become one user turn with a blank line between them."""
    messages: list[dict[str, str]] = []
    for part in record.parts:
        if part.kind is Kind.REJECTED or not part.text:
            continue
        role = "user" if part.kind is Kind.INPUT else CHAT_ROLES[part.kind]
        if messages and messages[-1]["role"] == role and part.kind in (Kind.INPUT, Kind.SYSTEM):
            messages[-1]["content"] += "\n\n" + part.text
        else:
            messages.append({"role": role, "content": part.text})
    return messages
