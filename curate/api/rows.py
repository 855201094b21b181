"""`curate.convert()`, `curate.augment()` and `curate.explain()`."""

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
    from curate.commands.convert import converted
    from curate.reading.formats import FieldMap

    return kept(converted(typed(path), to, FieldMap.parse(tuple(pairs(map)))), output)


def augment(
    path: Paths,
    counterfactual: Literal["gender"],
    output: PathLike | None = None,
    *,
    names: bool = False,
    map: Mapping[str, str] | None = None,  # noqa: A002  # the option's own name
) -> list[dict[str, Any]]:
    """The rows, each followed by a twin in which the group is exchanged, as `curate augment` writes them.

    A twin is marked by `synthetic`; keep it with its row by `build(..., group_by=["counterfactual_group"])`.

    Args:
        path: As for `audit`.
        counterfactual: What is exchanged.
        output: A file to write as well, as JSON lines.
        names: Exchange well-known first names, too; without it rows that name somebody have no twin.
        map: Which of your keys stands for a known one.

    Raises:
        UserError: what cannot be read.

    """
    from curate.commands.augment import augmented

    lines, _ = augmented(typed(path), counterfactual, names, tuple(pairs(map)))
    return kept(lines, output)


def kept(lines: list[bytes], output: PathLike | None) -> list[dict[str, Any]]:
    """JSON lines as rows, and in a file if one is named."""
    import orjson

    from curate.files import write_whole

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
