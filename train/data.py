"""What a run reads: samples, and an account of every token, so that nothing is cut or dropped unseen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from curate.errors import UserError
from train.encoding import Encoder, Sample
from train.rows import SPLITS, Row, read_split

__all__ = ["NAMED", "SPLITS", "Account", "Encoder", "Prepared", "Row", "Sample", "accounted", "named", "prepare", "read_split"]
NAMED = 5
"""Rows a message names before it only counts."""


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
