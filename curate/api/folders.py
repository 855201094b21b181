"""What is asked of built folders: `curate.trace()`, `curate.diff()`, `curate.select()`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from curate.api.asking import PathLike, pairs
from curate.api.building import Built, read
from curate.api.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

    from curate.layout import Block
    from curate.selecting.select import Selection


@dataclass(frozen=True)
class Story(Shown):
    """Where a row came from, what was changed in it, and where it went and why."""

    rows: tuple[Mapping[str, Any], ...]
    """As `curate trace --format json` prints them: one, or several where an id stood more than once."""
    lang: str = "en"

    def blocks(self) -> Iterator[Block]:
        from curate.commands.trace import blocks
        from curate.screens import Words

        for row in self.rows:
            yield from blocks(dict(row), Words(self.lang))


def trace(folder: PathLike, name: str | int, *, lang: str = "en") -> Story:
    """One row's whole story in a built folder.

    Args:
        folder: A folder that `build` or `split` made.
        name: Its id, or `FILE:LINE` as the input was named.
        lang: Of what is shown: en or zh.

    Raises:
        UserError: no built folder, or no such row.

    """
    from curate.commands.trace import told

    return Story(tuple(told(Path(folder), str(name))), lang)


@dataclass(frozen=True)
class Changes(Shown):
    """Rows that differ between two files or folders, field by field, masked unless asked otherwise."""

    changed: tuple[Mapping[str, Any], ...] = field(repr=False)
    """`id`, `field`, `before`, `after`, as `curate diff --format jsonl` prints them."""
    only_old: tuple[str, ...] = field(repr=False)
    """Ids of rows that only the first has."""
    only_new: tuple[str, ...] = field(repr=False)
    lang: str = "en"

    def to_pandas(self) -> pd.DataFrame:
        """One row a changed field."""
        import pandas as pd

        return pd.DataFrame([dict(each) for each in self.changed], columns=["id", "field", "before", "after"])

    def blocks(self) -> Iterator[Block]:
        from curate.commands.diff import SHOWN, blocks
        from curate.screens import Words

        left, right = dict.fromkeys(self.only_old), dict.fromkeys(self.only_new)
        return blocks(left, right, [dict(each) for each in self.changed], SHOWN, Words(self.lang))


def diff(
    old: PathLike,
    new: PathLike,
    *,
    map: Mapping[str, str] | None = None,  # noqa: A002  # the option's own name
    show_pii: bool = False,
    lang: str = "en",
) -> Changes:
    """Rows that differ between two files or built folders, paired by id or address.

    Args:
        old: A file, or a folder that `build` made.
        new: The other.
        map: Which of your keys stands for a known one; a built folder knows its own.
        show_pii: Do not mask what a rule would mask.
        lang: Of what is shown: en or zh.

    Raises:
        UserError: what cannot be read.

    """
    from curate.commands.diff import differences, rows

    left, right = (rows(Path(path), tuple(pairs(map))) for path in (old, new))
    changed = tuple(differences(left, right, show_pii))
    return Changes(changed, tuple(n for n in left if n not in right), tuple(n for n in right if n not in left), lang)


@dataclass(frozen=True)
class Picked(Shown):
    """Two folders of the same size: the rows that were picked, and as many drawn at random."""

    folder: Path
    picks: Built
    control: Built
    facts: Mapping[str, Mapping[str, float]] = field(repr=False)
    """Of all training rows, the picks and the control: rows, length of answers, difficulty, coverage."""
    found: Selection = field(repr=False)

    def blocks(self) -> Iterator[Block]:
        from curate import screens

        return screens.selected(self.found, self.folder)


def select(  # the options of the command
    folder: PathLike,
    n: int,
    out: PathLike | None = None,
    *,
    by: Literal["coverage", "difficulty", "length", "mixed"] = "mixed",
    difficulty: str = "",
    seed: int = 0,
    force: bool = False,
) -> Picked:
    """N training rows of a built folder, always beside as many drawn at random.

    Args:
        folder: A folder that `build` made.
        n: Training rows to keep.
        out: The folder to make; `FOLDER-N` otherwise.
        by: What is sought, as `--by`.
        difficulty: A model that measures it, or `auto`; needs [train].
        seed: Decides the control, and ties.
        force: Replace `out` if it is there.

    Raises:
        UserError: no built folder, one that changed since, or fewer rows than asked for.

    """
    from curate.commands.select import made
    from curate.selecting.subset import Wish

    wish = Wish(Path(folder), n, by, seed, difficulty)
    target = Path(out) if out else None
    found, place = made(wish, target, force, quiet=True)
    return Picked(place, read(place / "picks"), read(place / "control"), found.facts, found)
