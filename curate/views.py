"""A corpus as `curate.similar` wants it: parts of rows side by side, and the questions alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from curate.config import Settings, did_you_mean
from curate.corpus import Corpus
from curate.errors import UserError
from curate.parts import Parts, parts_of, text_bytes
from curate.reading.formats import reach
from curate.records import Record

if TYPE_CHECKING:
    from curate.similar import Pieces, Texts

Ints = np.ndarray[Any, np.dtype[np.int64]]


@dataclass
class View:
    """Usable rows of a corpus; `rows[i]` is the corpus position of the i-th. Texts are canonical and compact."""

    corpus: Corpus
    rows: Ints
    whole: Texts
    fields: Ints
    """Parts that are not empty."""
    answer_length: Ints
    """Code points of the last answer."""

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def question(self) -> Texts:
        """Prompt and input alone, for LEAK009."""
        return self.texts(Parts.question)

    @cached_property
    def asked(self) -> Texts:
        """What is asked about: the input, or the prompt where there is no input. For LEAK008, where a template must not count."""
        return self.texts(Parts.asked)

    @cached_property
    def answers(self) -> Texts:
        return self.texts(Parts.answer)

    @cached_property
    def openings(self) -> Texts:
        """Question and first answer, for chats that begin alike."""
        return self.texts(Parts.opening)

    @cached_property
    def goes_on(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Whether a row has an answer after its first."""
        found = [parts.turns() > 1 for parts in self.parts()]
        return np.concatenate(found) if found else np.zeros(0, bool)

    def texts(self, chosen: Callable[[Parts], Pieces]) -> Texts:
        from curate.similar import read_pieces

        texts = read_pieces(map(chosen, self.parts()), text_bytes(self.corpus))
        self.corpus.let_go()
        return texts

    def parts(self) -> Iterator[Parts]:
        taken = np.zeros(len(self.corpus), bool)
        taken[self.rows] = True
        return parts_of(self.corpus, taken)

    def records(self) -> Iterator[Record]:
        taken = np.zeros(len(self.corpus), bool)
        taken[self.rows] = True
        return (r for r in self.corpus.records() if taken[r.row])


def view(corpus: Corpus, own: bool = False) -> View:
    """Usable rows; with `own` those of the user alone. Computed once a corpus."""
    own = own and not corpus.own.all()
    key = f"view {own}"
    if key not in corpus.cache:
        corpus.cache[key] = built(corpus, corpus.usable & corpus.own if own else corpus.usable)
    found: View = corpus.cache[key]
    return found


def built(corpus: Corpus, taken: np.ndarray[Any, np.dtype[np.bool_]]) -> View:
    from curate.similar import read_pieces

    fields, lengths = [np.empty(0, np.int64)], [np.empty(0, np.int64)]

    def pieces() -> Iterator[Pieces]:
        for parts in parts_of(corpus, taken):
            fields.append(parts.filled())
            lengths.append(parts.answer_lengths())
            yield parts.whole()

    whole = read_pieces(pieces(), text_bytes(corpus))
    corpus.let_go()
    return View(corpus, np.flatnonzero(taken), whole, np.concatenate(fields), np.concatenate(lengths))


def values(corpus: Corpus, field: str) -> list[str]:
    """A field of every row as text, for groups and strata; empty where it is missing."""
    found = []
    for raw in corpus.raws():
        value = None
        if raw:
            try:
                value = reach(orjson.loads(raw), field)
            except orjson.JSONDecodeError:
                value = None
        found.append("" if value is None else value if isinstance(value, str) else orjson.dumps(value).decode())
    return found


def demand_fields(corpus: Corpus, settings: Settings) -> None:
    """A field that the user counts on must be there: a name mistyped would protect nothing, and nobody would know.

    Raises:
        UserError: no row has it.

    """
    for field in filter(None, (*settings.group_by, *settings.stratify_by, settings.time_by, settings.pin_by)):
        if "sampled" not in corpus.cache and all(value is None for value in found_in(corpus, field)):
            some = [row for row in islice(found_in(corpus, ""), 100) if isinstance(row, dict)]
            keys = {key for row in some for key, value in row.items() if value is not None}
            where = ", ".join(file.shown for file in corpus.files if not file.split.startswith("against:"))
            raise UserError(f"no row has a field `{field}`", where=where, hint=did_you_mean(field, keys))


def demand_tokenizer(settings: Settings) -> None:
    """Before any row is read: the stage that needs it comes last, and a name mistyped would cost all the others.

    Raises:
        UserError: nothing of that name, or no tokenizer in it.

    """
    if settings.tokenizer:
        from curate.tokens.load import load

        load(settings.tokenizer)


def found_in(corpus: Corpus, field: str) -> Iterator[Any]:
    """What stands under a field, or the whole row, in the user's own rows one by one."""
    own = int(corpus.own.sum())
    for raw in islice(corpus.raws(), own):
        with suppress(orjson.JSONDecodeError):
            row = orjson.loads(raw)
            yield reach(row, field) if field else row
