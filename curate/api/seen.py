"""`curate.index_add()` and `curate.index_query()`: rows seen before, on disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curate.api.asking import PathLike, Paths, pairs, typed
from curate.api.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

    from curate.layout import Block


@dataclass(frozen=True)
class Added:
    """What an index holds after rows were added."""

    added: int
    rows: int
    """In all."""
    threshold: float
    """Exact Jaccard from which a row is near to one of the index."""
    miss: float
    """The probability that a pair at the threshold is not found."""


@dataclass(frozen=True)
class Seen(Shown):
    """Which of the rows that were asked for are in an index, or near to one that is."""

    hits: tuple[Mapping[str, Any], ...] = field(repr=False)
    """`row`, `in_index`, `same`, `whole`, `content`, as `curate index query --format jsonl` prints them."""
    asked: int
    found: int
    """Rows with at least one hit."""
    lang: str = "en"

    def to_pandas(self) -> pd.DataFrame:
        """One row a hit."""
        import pandas as pd

        return pd.DataFrame([dict(hit) for hit in self.hits], columns=["row", "in_index", "same", "whole", "content"])

    def blocks(self) -> Iterator[Block]:
        from curate.commands.index import line
        from curate.layout import Note
        from curate.screens import Words

        w = Words(self.lang)
        yield from (Note(w(line(hit))) for hit in self.hits)
        yield Note(w(f"{self.found:,} of {self.asked:,} rows are in the index or near one that is."))


def index_add(
    index: PathLike,
    path: Paths,
    *,
    threshold: float | None = None,
    map: Mapping[str, str] | None = None,  # noqa: A002  # the option's own name
) -> Added:
    """Add all usable rows to an index on disk, as `curate index add` does: all of them or, if anything fails, none.

    Args:
        index: The file; it is made if it is not there, and holds the text of the rows.
        path: As for `audit`.
        threshold: Of a new index: exact Jaccard from which rows are near duplicates; 0.8 otherwise.
        map: Which of your keys stands for a known one.

    Raises:
        UserError: what cannot be read, a file that is no index, or a threshold for an index that has one.

    """
    from curate.commands.index import added

    number, known = added(Path(index), typed(path), tuple(pairs(map)), threshold)
    return Added(number, known.rows, known.threshold, known.miss)


def index_query(
    index: PathLike,
    path: Paths,
    *,
    map: Mapping[str, str] | None = None,  # noqa: A002  # the option's own name
    lang: str = "en",
) -> Seen:
    """For each row the rows of the index that are the same or near, the most alike first, as `curate index query` does.

    Args:
        index: A file that `index_add` made.
        path: As for `audit`.
        map: Which of your keys stands for a known one.
        lang: Of what is shown: en or zh.

    Raises:
        UserError: what cannot be read, or a file that is no index.

    """
    from curate.commands.index import Asking

    asking = Asking(Path(index), typed(path), tuple(pairs(map)))
    hits = tuple(asking.hits())
    return Seen(hits, asking.asked, asking.found, lang)
