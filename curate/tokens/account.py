"""Where the tokens of each row go: learned from, only read, or cut off."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np

from curate.reading.formats import chat
from curate.records import Kind, Record
from curate.tokens.load import Loaded
from curate.tokens.pieces import Encoded, Pieces
from curate.tokens.template import Finder, Refused, Rendered, Template, finder

_CHUNK = 512
_PROBES = 40
"""Rows on which the fast way of finding answers is held against the sure one."""


@dataclass(frozen=True, slots=True)
class Account:
    """One row."""

    row: int
    tokens: int
    supervised: int
    """Tokens the loss counts, the stop token of each answer with them."""
    kept: int
    """Of the supervised ones, those within the length."""
    stopped: bool = True
    refused: str = ""
    """Why the template does not take the row."""


@dataclass
class Totals:
    tokens: array[int] = field(default_factory=lambda: array("l"))
    supervised: array[int] = field(default_factory=lambda: array("l"))
    beyond: int = 0
    """Tokens past the length."""
    cut_rows: int = 0
    unstopped: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def add(self, account: Account, limit: int) -> None:
        if account.refused:
            self.refused[account.refused] += 1
            return
        self.tokens.append(account.tokens)
        self.supervised.append(account.supervised)
        self.unstopped += not account.stopped
        if limit and account.tokens > limit:
            self.cut_rows += 1
            self.beyond += account.tokens - limit

    def quantiles(self) -> dict[str, int]:
        if not self.tokens:
            return {}
        marks = {"median": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "longest": 1.0}
        levels: Any = np.quantile(self.tokens, list(marks.values()), method="inverted_cdf")
        return {name: int(level) for name, level in zip(marks, levels, strict=True)}


def accounts(records: Iterable[Record], loaded: Loaded, template: Template, limit: int) -> Iterator[Account]:
    """In row order; one chunk in memory at a time."""
    rows = iter(records)
    head = list(islice(rows, _CHUNK))
    find = finder(template, [chat(r) for r in head[:_PROBES]])
    pieces = Pieces(loaded.tokenizer)
    while head:
        yield from _chunk(head, loaded, pieces, find, limit)
        head = list(islice(rows, _CHUNK))


def _chunk(records: list[Record], loaded: Loaded, pieces: Pieces, find: Finder, limit: int) -> Iterator[Account]:
    rendered: list[Rendered | str] = [_rendered(record, loaded, find) for record in records]
    texts = [r.text for r in rendered if isinstance(r, Rendered)]
    encoded = iter(pieces.encoded(texts))
    for record, result in zip(records, rendered, strict=True):
        if isinstance(result, str):
            yield Account(record.row, 0, 0, 0, refused=result)
        else:
            yield _counted(record.row, result, next(encoded), limit)


def _rendered(record: Record, loaded: Loaded, find: Finder) -> Rendered | str:
    if all(part.kind is Kind.TEXT for part in record.parts):
        # Plain text is trained on whole, with an end token to learn to stop at.
        text = record.text + loaded.eos
        return Rendered(text, ((0, len(text), bool(loaded.eos)),))
    try:
        return find(chat(record)) or "the template changes or drops the answer"
    except Refused as reason:
        return str(reason) or "the template refuses the row"


def _counted(row: int, rendered: Rendered, encoding: Encoded, limit: int) -> Account:
    total = len(encoding)
    supervised = kept = missing = 0
    for start, end, stop in rendered.answers:
        first, last = _token_at(encoding, start, end, 1), _token_at(encoding, end - 1, start - 1, -1)
        # Without a stop token in the template, a trainer adds the end token behind the answer; `train` does.
        missing += not stop
        if first is None or last is None:
            continue
        supervised += last + 1 - first + (not stop)
        kept += max(0, (min(last + 1, limit) if limit else last + 1) - first)
    return Account(row, total + missing, supervised, kept if limit else supervised, stopped=not missing)


def _token_at(encoding: Encoded, start: int, end: int, step: int) -> int | None:
    """The token at a character, or at the next one in that direction: some tokenizers give blanks to no token."""
    for at in range(start, end, step):
        token = encoding.char_to_token(at)
        if token is not None:
            return int(token)
    return None
