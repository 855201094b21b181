"""`curate.convert()` and `curate.explain()`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from curate.api.asking import PathLike, Paths, pairs, typed
from curate.api.shown import Shown

if TYPE_CHECKING:
    from curate.catalogue import Rule
    from curate.layout import Block


def convert(
    path: Paths,
    to: Literal["messages", "sharegpt", "alpaca", "prompt-completion", "text"],
    output: PathLike | None = None,
    *,
    map: Mapping[str, str] | None = None,  # noqa: A002  # the option's own name
) -> list[dict[str, Any]]:
    """The rows in another shape; ids and unknown keys go along.

    Args:
        path: As for `audit`.
        to: The shape.
        output: A file to write as well, as JSON lines.
        map: Which of your keys stands for a known one.

    Raises:
        UserError: a broken row, or one that has no place in the shape.

    """
    import orjson

    from curate.commands.convert import converted
    from curate.files import write_whole
    from curate.reading.formats import FieldMap

    lines = converted(typed(path), to, FieldMap.parse(tuple(pairs(map))))
    if output is not None:
        write_whole(Path(output), b"".join(line + b"\n" for line in lines))
    return [orjson.loads(line) for line in lines]


@dataclass(frozen=True)
class Explained(Shown):
    """A rule in words."""

    rule: Rule
    """`summary`, `why`, `source`, `found`, `advice`, `params`, examples."""
    lang: str = "en"

    def blocks(self) -> Iterator[Block]:
        from curate import catalogue, screens

        return screens.rule(catalogue.shipped(), self.rule.code, self.lang)


def explain(code: str, *, lang: str = "en") -> Explained:
    """What a rule means, why it matters, how it is found and how to fix it.

    Raises:
        UserError: no such rule.

    """
    from curate import catalogue
    from curate.commands.explain import known

    rules = catalogue.shipped()
    return Explained(rules[known(code, rules)], lang)
