"""What is said of a file in which no known row was found: what it seems to be, which keys it has, and which two matter."""

from __future__ import annotations

import re
from collections.abc import Iterable

from curate.errors import UserError
from curate.reading.formats import FieldMap, steps

ALIASES = {
    "instruction": ("question", "query", "q", "instruction_text", "user", "ask", "问题", "指令", "problem", "input_text"),
    "output": (
        "answer",
        "response",
        "std_answer",
        "target",
        "a",
        "reply",
        "回答",
        "答案",
        "canonical_solution",
        "solution",
        "label",
    ),
}
"""What others call the two keys that matter, in small letters."""


def no_shape(shown: str, keys: list[str] | None, mapping: FieldMap | None = None) -> UserError:
    """Say which keys were found (None: no object at all), and which of `--map` were not."""
    if other := no_rows(shown, keys):
        return other
    return misnamed(shown, keys or [], mapping) or UserError(
        f"no known keys; found {listed(keys or [])}", where=shown, hint=advice(keys or [])
    )


def misnamed(shown: str, keys: list[str], mapping: FieldMap | None) -> UserError | None:
    """`--map` names a key that is not there."""
    for path in (mapping or FieldMap()).paths.values():
        if path not in keys and next(iter(steps(path)), "") not in {*keys}:
            what = f"the first rows have no key `{path}`, which --map names; found {listed(keys)}"
            return UserError(what, where=shown, hint=advice(keys))
    return None


def listed(keys: list[str]) -> str:
    return ", ".join(keys[:12])


def no_rows(shown: str, keys: list[str] | None) -> UserError | None:
    """It is no table of objects at all."""
    if shown.lower().endswith((".xlsx", ".xls", ".ods")):
        way = 'or by pandas: pd.read_excel(FILE).to_csv("data.csv", index=False)'
        return UserError("spreadsheets are not read", where=shown, hint=f"Save it as CSV in UTF-8, {way}.")
    if shown.lower().endswith(".txt") and not keys:
        hint = 'Write one JSON object a line, e.g. {"text": "..."}, or a CSV with a header.'
        return UserError("plain text does not say where a row ends", where=shown, hint=hint)
    if keys == []:
        hint = "A row needs a question and an answer, e.g. instruction and output."
        return UserError("every object is empty", where=shown, hint=hint)
    if keys is None:
        hint = "Each line must be one JSON object; `curate explain SCH010` tells more."
        return UserError("no line is a JSON object", where=shown, hint=hint)
    return None


def advice(keys: list[str]) -> str:
    likely = {known: key or worded(keys, known) or "..." for known, key in guessed(keys).items()}
    quoted = any(" " in key for key in keys)
    pairs = " ".join(f"--map '{known}={key}'" if quoted else f"--map {known}={key}" for known, key in likely.items())
    return f"Say which is which, e.g. {pairs}"


def guessed(keys: Iterable[str]) -> dict[str, str]:
    """For each of the two the key that goes by an alias of it; empty where there is none."""
    return {known: next((key for key in keys if key.lower() in names), "") for known, names in ALIASES.items()}


def worded(keys: Iterable[str], known: str) -> str:
    """A key with an alias among its words, as `Customer question` has: good enough to propose, not to go by."""
    names = {known, *(name for name in ALIASES[known] if len(name) > 1)}
    return next((key for key in keys if names & set(re.split(r"[\W_]+", key.lower()))), "")
