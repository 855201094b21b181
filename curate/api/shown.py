"""What draws itself: as text in a terminal, as markup in a notebook."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from curate.layout import Block


class Shown(ABC):
    """A result that a person may look at."""

    @abstractmethod
    def blocks(self) -> Iterable[Block]:
        """What is shown, laid out."""

    def __str__(self) -> str:
        from curate.render import console

        return console.render(self.blocks())

    def _repr_html_(self) -> str:
        """For notebooks: markup that does nothing."""
        from curate.render import html

        return html.fragment(self.blocks())
