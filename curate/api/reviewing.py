"""`curate.review()`: borderline rows of a built folder, decided from Python instead of at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from curate.api.asking import PathLike
from curate.api.rows import kept
from curate.api.shown import Shown
from curate.errors import UserError

if TYPE_CHECKING:
    from curate.acting.reviewing import Case
    from curate.layout import Block


@dataclass(frozen=True)
class Review(Shown):
    """The rows to look at, and what was decided of them; every decision is in the file before the call returns."""

    folder: Path
    decisions: Path
    """The file of decisions, the same that `curate review` reads and writes."""
    lang: str = "en"
    cases: tuple[Case, ...] = field(repr=False, default=())
    """Those that nobody had decided when the review was opened: `row`, `where`, `code`, `why`, `kept`, `other`."""

    def decide(self, case: Case, choice: Literal["keep", "drop", "edit", "skip"], edits: Mapping[str, str] | None = None) -> None:
        """What becomes of a row.

        Args:
            case: One of `cases`.
            choice: As the keys of the command.
            edits: New texts by field, for `edit` alone.

        Raises:
            UserError: no such choice, or an edit without texts.

        """
        from curate.acting.reviewing import CHOICES, Decision, decided, remember

        if choice not in CHOICES:
            raise UserError(f"no choice `{choice}`", hint=f"Choices: {', '.join(CHOICES)}.")
        if bool(edits) != (choice == "edit"):
            raise UserError("`edit` takes new texts by field, the other choices none", hint='edits={"output": "..."}')
        remember(self.decisions, [*decided(self.decisions), Decision(case.print, choice, case.code, edits)])

    def undo(self) -> int:
        """Take the last decision back; how many are left."""
        from curate.acting.reviewing import decided, remember

        left = decided(self.decisions)[:-1]
        remember(self.decisions, left)
        return len(left)

    def apply(self, output: PathLike | None = None) -> list[dict[str, Any]]:
        """The rows of the folder as decided, as `--apply` writes them; written where a file is named."""
        from curate.acting.reviewing import decided, replayed

        return kept([*replayed(self.folder, decided(self.decisions))], output)

    def blocks(self) -> Iterator[Block]:
        from curate.commands.review import laid_out
        from curate.screens import Words

        for at, case in enumerate(self.cases):
            yield from laid_out(case, at, len(self.cases), Words(self.lang))


def review(folder: PathLike, *, decisions: PathLike | None = None, lang: str = "en") -> Review:
    """Rows of a built folder that were removed on a narrow margin, set aside, or kept with something noted.

    Args:
        folder: A folder that `build` or `split` made; it is never changed.
        decisions: Where decisions are kept; `FOLDER.decisions.jsonl` otherwise.
        lang: Of what is shown: en or zh.

    Raises:
        UserError: no built folder, or a file of decisions that is none.

    """
    from curate.acting.reviewing import decided, kept_in, undecided

    place = Path(folder)
    path = Path(decisions) if decisions else kept_in(place)
    return Review(place, path, lang, tuple(undecided(place, decided(path))))
