"""What a model answered on the test rows: the lines of a run's `predictions/*.jsonl`, parsed once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from curate.errors import UserError
from train.scores import Id, lines


@dataclass(frozen=True, slots=True)
class Answer:
    id: Id
    prompt: str
    reference: str
    prediction: str
    stopped: bool = True
    """The model ended the answer itself, before the limit on new tokens."""
    new_tokens: int = 0
    nll: float | None = None
    """Nats that the reference answer costs the model, summed over its tokens."""
    target_bytes: int = 0
    """UTF-8 bytes of what `nll` was summed over."""
    end_nll: float = 0.0
    """Nats of the end token after it."""
    target_tokens: int = 0
    """Tokens of the reference answer, end token included."""
    group: str = ""
    slices: Mapping[str, str] = field(default_factory=dict)
    """Properties of the row to report apart, e.g. `wording: unseen`."""
    confidence: float | None = None
    """Probability that the model gave its answer, where the run kept it."""
    line: str = ""
    """The row as written, for metrics of the user's own."""


def read(path: Path) -> list[Answer]:
    answers = [parsed(text, f"{path}:{number}") for number, text in lines(path)]
    if not answers:
        raise UserError("no answers in the file", where=str(path))
    return answers


def parsed(text: str, where: str) -> Answer:
    try:
        row = json.loads(text)
        nll = row.get("nll")
        return Answer(
            id=row["id"],
            prompt=as_text(row.get("prompt", "")),
            reference=str(row["reference"]),
            prediction=str(row["prediction"]),
            stopped=bool(row.get("stopped", True)),
            new_tokens=int(row.get("new_tokens") or 0),
            nll=None if nll is None else float(nll),
            target_bytes=int(row.get("target_bytes") or len(str(row["reference"]).encode())),
            end_nll=float(row.get("end_nll") or 0.0),
            target_tokens=int(row.get("target_tokens") or 0),
            group="" if row.get("group") is None else str(row["group"]),
            slices={str(k): str(v) for k, v in (row.get("slices") or {}).items()},
            confidence=None if row.get("confidence") is None else float(row["confidence"]),
            line=text,
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        hint = "A row has `id`, `prompt`, `reference` and `prediction`."
        raise UserError(f"not an answer: {type(error).__name__} {error}", where=where, hint=hint) from None


def as_text(prompt: Any) -> str:
    if isinstance(prompt, str):
        return prompt
    if isinstance(prompt, list):
        return "\n".join(as_text(m.get("content", "")) if isinstance(m, Mapping) else str(m) for m in prompt)
    return str(prompt)


def paired(base: Iterable[Answer], tuned: Iterable[Answer], names: tuple[str, str]) -> tuple[list[Answer], list[Answer]]:
    """Both sides in the order of their ids; a row that one side lacks, or that asks something else, stops here."""
    sides = [by_id(side, name) for side, name in zip((base, tuned), names, strict=True)]
    if sides[0].keys() != sides[1].keys():
        odd = sorted(sides[0].keys() ^ sides[1].keys(), key=repr)
        raise UserError(f"{names[0]} and {names[1]} do not answer the same rows: {odd[0]!r} and {len(odd) - 1} more")
    ids = sorted(sides[0], key=lambda i: (isinstance(i, str), i))
    for i in ids:
        if sides[0][i].reference != sides[1][i].reference:
            raise UserError(f"row {i!r} has one reference answer in {names[0]} and another in {names[1]}")
    return [sides[0][i] for i in ids], [sides[1][i] for i in ids]


def by_id(answers: Iterable[Answer], name: str) -> dict[Id, Answer]:
    out: dict[Id, Answer] = {}
    for answer in answers:
        if out.setdefault(answer.id, answer) is not answer:
            raise UserError(f"id {answer.id!r} stands twice in {name}", hint="Rows are paired by id.")
    return out


def groups(answers: Sequence[Answer]) -> list[str] | None:
    """The splitter's groups, as the statistics want them; None where no row has one."""
    if not any(a.group for a in answers):
        return None
    return [f"g:{a.group}" if a.group else f"row:{a.id!r}" for a in answers]
