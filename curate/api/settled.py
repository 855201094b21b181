"""`curate.settings()`: every setting and where it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from curate.api.asking import PathLike, settled
from curate.api.shown import Shown

if TYPE_CHECKING:
    from curate.layout import Block


class Setting(NamedTuple):
    """What counts, and who said so."""

    value: Any
    origin: str
    """`default`, a file, a variable of the environment, or `--NAME` for what was handed over."""


@dataclass(frozen=True)
class Settled(Shown):
    """All settings by name."""

    values: Mapping[str, Setting]
    lang: str = "en"

    def __getitem__(self, name: str) -> Setting:
        return self.values[name]

    def blocks(self) -> Iterator[Block]:
        from curate.commands.config import laid_out
        from curate.screens import Words

        yield from laid_out(self.values, Words(self.lang))


def settings(*, config: PathLike | None = None, lang: str = "en", **given: Any) -> Settled:
    """What `curate config show` prints: the settings that a call of `audit` or `build` with these arguments would have.

    Args:
        config: A TOML file of settings; `curate.toml` of the working directory otherwise.
        lang: Of what is shown: en or zh.
        **given: Settings, as for `audit`.

    Raises:
        UserError: a setting that is none, or a value that it cannot have.

    """
    from curate.commands.config import found

    return Settled({name: Setting(*each) for name, each in found(settled(given, config)).items()}, lang)
