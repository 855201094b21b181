"""From rows to token ids with a mask: exactly what is trained on, counted token by token."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from curate.errors import UserError
from curate.formats import chat, record_of
from curate.records import Kind

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

Message = dict[str, str]
SPLITS = ("train", "validation", "test")
# Noncharacters: valid code points that no text may use for interchange (Unicode 16, section 23.7), so one is always free.
SENTINELS = tuple(chr(c) for c in range(0xFDD0, 0xFDF0))
NAMED = 5
"""Rows a message names before it only counts."""


@dataclass(frozen=True, slots=True)
class Row:
    """A chat with its address."""

    id: str | int
    file: str
    line: int
    messages: tuple[Message, ...]
    tools: tuple[Any, ...] = ()
    slices: Mapping[str, str] = field(default_factory=dict)
    """Properties to report apart, from the row's own key `slices`."""
    plain: bool = False
    """A row of plain text: no template, everything is trained on."""

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Sample:
    """Token ids, and for each whether it is trained on. Position t is predicted from the tokens before it."""

    row: Row
    ids: np.ndarray[Any, np.dtype[np.int32]]
    trained: np.ndarray[Any, np.dtype[np.bool_]]

    @property
    def supervised(self) -> int:
        """Tokens the loss counts; the first token of a row has nothing before it to be predicted from."""
        return int(self.trained[1:].sum())

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Account:
    """Where the tokens of one row went: read = trained + masked + cut + dropped."""

    row: Row
    read: int
    trained: int
    masked: int
    cut: int = 0
    dropped: int = 0
    because: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    samples: tuple[Sample, ...]
    accounts: tuple[Account, ...]
    too_long: tuple[Sample, ...] = ()
    empty: tuple[Sample, ...] = ()
    """Rows with nothing to learn from."""

    @property
    def tokens(self) -> int:
        return sum(map(len, self.samples))

    @property
    def supervised(self) -> int:
        return sum(s.supervised for s in self.samples)


# ---- rows -------------------------------------------------------------------------------------------------------------------


def read_split(folder: Path, split: str) -> list[Row]:
    """The rows of one split in file order. Plain files only: this is what `curate build` writes."""
    path = folder / f"{split}.jsonl"
    if not path.is_file():
        raise UserError(f"no {split}.jsonl", where=str(folder), hint="`curate build` writes train, validation and test.")
    with path.open("rb") as file:
        return [row_of(line, path.name, number) for number, line in enumerate(file, 1) if line.strip()]


def row_of(line: bytes, file: str, number: int) -> Row:
    try:
        value = orjson.loads(line)
        if not isinstance(value, dict):
            raise UserError("the line is no JSON object")
        record = record_of(value, number - 1)
    except orjson.JSONDecodeError as error:
        raise UserError(
            f"not JSON: {error}", where=f"{file}:{number}", hint="`curate verify` says whether the folder is as built."
        ) from None
    except UserError as error:
        raise UserError(error.what, where=f"{file}:{number}", hint=error.hint) from None
    plain = bool(record.parts) and all(part.kind is Kind.TEXT for part in record.parts)
    given, slices = value.get("id"), value.get("slices")
    return Row(
        given if isinstance(given, str | int) else f"{file}:{number}", file, number, tuple(chat(record)), tools_of(value.get("tools")),
        {k: str(v) for k, v in slices.items()} if isinstance(slices, dict) else {}, plain,
    )  # fmt: skip


def tools_of(value: Any) -> tuple[Any, ...]:
    """The tools a template may show: a list, or a string that holds one (ShareGPT files write it so)."""
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return ()
    return tuple(value) if isinstance(value, list) else ()


# ---- tokens and mask --------------------------------------------------------------------------------------------------------


class Encoder:
    """Renders a chat with the model's own template and finds each assistant turn in it."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self.tokenizer = tokenizer
        assert tokenizer.eos_token_id is not None  # load_tokenizer refuses a tokenizer without one
        self.eos: int = tokenizer.eos_token_id
        special = {t.content for t in tokenizer.added_tokens_decoder.values() if t.special} | set(tokenizer.all_special_tokens)
        self.control_ids = frozenset(tokenizer.convert_tokens_to_ids(sorted(special)))
        self.control = re.compile("|".join(re.escape(t) for t in sorted(special, key=len, reverse=True)))
        self.stop_ids: set[int] = {self.eos}
        """Ends of turn seen so far; generation stops at each of them."""

    def samples(self, row: Row) -> list[Sample]:
        """One sample a row; one an assistant turn where the template rewrites earlier turns as a chat goes on."""
        if row.plain:
            return [self.text(row)]
        sentinel = next(s for s in SENTINELS if not any(s in m["content"] for m in row.messages))
        messages = [{**m, "content": self.neutral(m["content"], sentinel)} for m in row.messages]
        turns = [i for i, m in enumerate(messages) if m["role"] == "assistant" and i > 0]
        if not messages:
            return [Sample(row, np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.bool_))]
        whole = self.encode(row, messages, turns, sentinel)
        if whole is not None:
            return [whole]
        parts = [self.encode(row, messages[: i + 1], [i], sentinel) for i in turns]
        if any(part is None for part in parts):
            hint = "A chat must render to the beginning of the same chat with one more turn; take a model whose template does."
            raise UserError("the model's chat template changes what it wrote before the answer", where=row.where, hint=hint)
        return [part for part in parts if part is not None]

    def text(self, row: Row) -> Sample:
        """Plain text with the tokenizer's own start token, if any, and an end to learn to stop at."""
        body = "\n".join(m["content"] for m in row.messages)
        lead = [i for i in self.tokenizer("")["input_ids"] if i != self.eos][:1]
        ids = [*lead, *self.tokens(self.neutral(body, SENTINELS[0]), SENTINELS[0]), self.eos]
        trained = np.ones(len(ids), dtype=np.bool_)
        trained[: len(lead)] = False
        return Sample(row, np.array(ids, dtype=np.int32), trained)

    def prompt(self, row: Row) -> list[int]:
        """Tokens that ask for the last answer."""
        asked = row.messages[: last_answer(row)]
        sentinel = next(s for s in SENTINELS if not any(s in m["content"] for m in asked))
        marked = [{**m, "content": self.neutral(m["content"], sentinel)} for m in asked]
        return self.tokens(self.render(marked, row, ask=True), sentinel)

    def answer_only(self, row: Row) -> Sample:
        """The row with nothing but the text of its last answer to be scored, the end token left out."""
        sample = self.samples(row)[-1]
        last = np.flatnonzero(sample.trained)[-1]
        start = last
        while start > 0 and sample.trained[start - 1]:
            start -= 1
        scored = np.zeros_like(sample.trained)
        scored[start : last + (int(sample.ids[last]) not in self.stop_ids)] = True
        return Sample(row, sample.ids, scored)

    def encode(self, row: Row, messages: Sequence[Message], turns: Sequence[int], sentinel: str) -> Sample | None:
        """Tokens and mask; None where rendering a shorter chat does not give the beginning of the longer one."""
        text = self.render(messages, row)
        heads = [self.render(messages[:i], row, ask=True) for i in turns]
        uptos = [text if i + 1 == len(messages) else self.render(messages[: i + 1], row) for i in turns]
        if not all(text.startswith(part) for part in chain(heads, uptos)):
            return None
        cuts = [len(part) for pair in zip(heads, uptos, strict=True) for part in pair]
        ids, bounds = self.cut_tokens(text, cuts, sentinel)
        trained = np.zeros(len(ids) + 1, dtype=np.bool_)
        for start, end in zip(bounds[::2], bounds[1::2], strict=True):
            stop = next((p for p in range(end - 1, start - 1, -1) if ids[p] in self.control_ids), None)
            if stop is not None:
                self.stop_ids.add(ids[stop])
                end = stop + 1
            elif end == len(ids):
                # The template ends an answer with nothing to stop at: the end token is added, or the model never stops.
                ids.append(self.eos)
                end = len(ids)
            trained[start:end] = True
        return Sample(row, np.array(ids, dtype=np.int32), trained[: len(ids)])

    def cut_tokens(self, text: str, cuts: Sequence[int], sentinel: str) -> tuple[list[int], list[int]]:
        """Tokens of `text`, and how many stand before each cut.

        A prompt must be the same tokens here as it will be when the model is asked. Where a token would straddle a cut (a line
        feed before the answer and one at its start, say), the text is encoded piece by piece.
        """
        ids = self.tokens(text, sentinel)
        bounds = []
        for cut in cuts:
            head = ids if cut == len(text) else self.tokens(text[:cut], sentinel)
            if ids[: len(head)] != head:
                return self.pieces(text, cuts, sentinel)
            bounds.append(len(head))
        return ids, bounds

    def pieces(self, text: str, cuts: Sequence[int], sentinel: str) -> tuple[list[int], list[int]]:
        ids: list[int] = []
        bounds: list[int] = []
        for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
            piece = text[start:end]
            ids += self.tokens(piece, sentinel) if start == 0 else self.continued(piece, sentinel)
            bounds.append(len(ids))
        return ids, bounds[:-1]

    def render(self, messages: Sequence[Message], row: Row, ask: bool = False) -> str:
        from jinja2 import TemplateError

        try:
            text = self.tokenizer.apply_chat_template(
                list(messages), tools=list(row.tools) or None, tokenize=False, add_generation_prompt=ask
            )
        except (TemplateError, TypeError) as error:
            raise UserError(f"the model's chat template refuses the row: {error}", where=row.where) from None
        assert isinstance(text, str)
        return text

    def neutral(self, content: str, sentinel: str) -> str:
        """Mark control tokens in user text, so that `tokens` reads them as ordinary characters and no row can fake a turn."""
        return self.control.sub(lambda m: m[0][0] + sentinel + m[0][1:], content)

    def tokens(self, text: str, sentinel: str) -> list[int]:
        if sentinel not in text:
            return self.plain(text)
        marked = "|".join(re.escape(t[0] + sentinel + t[1:]) for t in self.control_strings())
        first, *rest = re.split(f"({marked})", text)
        ids = self.plain(first)
        for i, piece in enumerate(rest):
            ids += self.continued(piece.replace(sentinel, ""), "", split=i % 2 == 0) if piece else []
        return ids

    def control_strings(self) -> list[str]:
        return sorted(self.tokenizer.convert_ids_to_tokens(sorted(self.control_ids)), key=len, reverse=True)

    def continued(self, piece: str, sentinel: str, split: bool = False) -> list[int]:
        """Tokens of a piece from the middle of a text: a line feed goes before, so that no tokenizer adds its leading blank."""
        if sentinel and sentinel in piece:
            return self.tokens(piece, sentinel)
        lead, both = self.plain("\n", split), self.plain("\n" + piece, split)
        return both[len(lead) :] if both[: len(lead)] == lead else self.plain(piece, split)

    def plain(self, text: str, split: bool = False) -> list[int]:
        # The template has written the start token already: special tokens are never added a second time.
        ids: list[int] = self.tokenizer(text, add_special_tokens=False, split_special_tokens=split)["input_ids"]
        return ids


def last_answer(row: Row) -> int:
    """Where the answer that is evaluated stands in the chat."""
    last = max((i for i, m in enumerate(row.messages) if m["role"] == "assistant"), default=0)
    if last < 1:
        raise UserError("no answer after a question: nothing to evaluate", where=row.where)
    return last


def with_shots(row: Row, shots: Sequence[Row]) -> Row:
    """The row with worked examples put before its question; their system messages would stand in the middle, so they go."""
    lead = 1 if row.messages[0]["role"] == "system" else 0
    worked = [m for shot in shots for m in shot.messages if m["role"] != "system"]
    return replace(row, messages=(*row.messages[:lead], *worked, *row.messages[lead:]))


# ---- what does not fit ------------------------------------------------------------------------------------------------------


def prepare(rows: Iterable[Row], encoder: Encoder, max_length: int, excess: str) -> Prepared:
    """Samples to train on and the account of every token. Nothing is cut or dropped that was not asked for."""
    prepared = accounted(rows, encoder, max_length, excess)
    if prepared.too_long and excess == "refuse":
        longest = max(map(len, prepared.too_long))
        hint = f"--set excess_length=drop or =truncate, or --set max_length={longest} if the model and the memory allow it."
        raise UserError(
            f"{len(prepared.too_long)} rows are longer than {max_length} tokens: {named(prepared.too_long)}", hint=hint
        )
    if prepared.empty:
        hint = "A row needs an answer after a question; `train doctor` shows the mask."
        raise UserError(f"{len(prepared.empty)} rows have nothing to learn from: {named(prepared.empty)}", hint=hint)
    return prepared


def accounted(rows: Iterable[Row], encoder: Encoder, max_length: int, excess: str) -> Prepared:
    """The same without refusing anything: rows that are too long are set aside, and so are rows without an answer."""
    samples: list[Sample] = []
    accounts: list[Account] = []
    too_long: list[Sample] = []
    empty: list[Sample] = []
    for sample in (s for row in rows for s in encoder.samples(row)):
        kept = Sample(sample.row, sample.ids[:max_length], sample.trained[:max_length])
        if sample.supervised == 0:
            empty.append(sample)
            accounts.append(dropped(sample, "no answer after a question"))
        elif len(sample) <= max_length:
            samples.append(sample)
            accounts.append(account(sample))
        elif excess != "truncate":
            too_long.append(sample)
            accounts.append(dropped(sample, f"{len(sample)} tokens, longer than {max_length}"))
        elif kept.supervised:
            samples.append(kept)
            accounts.append(cut_account(sample, kept))
        else:
            accounts.append(dropped(sample, f"cut at {max_length} tokens it has no answer left"))
    return Prepared(tuple(samples), tuple(accounts), tuple(too_long), tuple(empty))


def account(sample: Sample) -> Account:
    trained = int(sample.trained.sum())
    return Account(sample.row, len(sample), trained, len(sample) - trained)


def cut_account(sample: Sample, kept: Sample) -> Account:
    trained = int(kept.trained.sum())
    return Account(
        sample.row, len(sample), trained, len(kept) - trained, cut=len(sample) - len(kept), because=f"cut at {len(kept)} tokens"
    )


def dropped(sample: Sample, because: str) -> Account:
    return Account(sample.row, len(sample), 0, 0, dropped=len(sample), because=because)


def named(samples: Sequence[Sample]) -> str:
    shown = ", ".join(f"{s.row.where} ({len(s)})" for s in samples[:NAMED])
    return shown + (f" and {len(samples) - NAMED} more" if len(samples) > NAMED else "")
