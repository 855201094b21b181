"""`curate augment`: the rows as they are, and their counterfactual twins beside them, marked as synthetic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curate.commands.options import HEARD, INPUTS, language

if TYPE_CHECKING:
    from curate.corpus import Corpus

GROUP, MARK = "counterfactual_group", "synthetic"


@click.command("augment", short_help="Add counterfactual rows, marked as synthetic.")
@INPUTS
@click.option("--counterfactual", "axis", required=True, type=click.Choice(["gender"]), help="What is exchanged.")
@click.option(
    "--names", is_flag=True, help="Exchange well-known first names, too; without it rows that name somebody have no twin."
)
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), metavar="FILE")
@click.option("--map", "maps", multiple=True, metavar="KNOWN=PATH")
@HEARD
def command(inputs: Sequence[str], axis: str, names: bool, output: Path, maps: tuple[str, ...]) -> int:
    """Write the rows of INPUT and a twin of each row that can be swapped soundly, as JSON lines.

    \b
    Examples:
      curate augment data.jsonl --counterfactual gender -o both.jsonl
      curate build both.jsonl -o clean --group-by counterfactual_group

    A row and its twin share `counterfactual_group`; keep them in one split with `--group-by counterfactual_group`.
    """  # noqa: D301 (click reads the backspace)
    from curate.commands.options import write
    from curate.screens import Words

    lines, twins = augmented(inputs, axis, names, maps)
    write(b"".join(line + b"\n" for line in lines), output)
    w = Words(language())
    click.echo(w(f"{len(lines) - twins:,} rows and {twins:,} synthetic twins; build with --group-by {GROUP}"), err=True)
    return 0


def augmented(inputs: Sequence[str], axis: str, names: bool, maps: tuple[str, ...]) -> tuple[list[bytes], int]:
    """All rows with their twins, and how many twins those are."""
    from curate.corpus import read
    from curate.reading.formats import FieldMap
    from curate.reading.inputs import sources

    with read(sources(inputs), mapping=FieldMap.parse(maps)) as corpus:
        lines = list(augment(corpus, axis, names))
        return lines, len(lines) - len(corpus)


def augment(corpus: Corpus, axis: str = "gender", names: bool = False) -> Iterator[bytes]:
    """Every row as it was, each followed by its twin if it has one; both then carry the group, the twin its mark."""
    from curate.bias.counterfactual import swap_all
    from curate.reading.rewrite import dumped, edited, loaded, with_id

    records = corpus.records()
    ahead = next(records, None)
    for row, raw in enumerate(corpus.raws()):
        own = corpus.id(row)
        record = ahead if ahead and ahead.row == row else None
        ahead = next(records, None) if record else ahead
        texts = swap_all([part.text for part in record.parts], axis, names=names) if record and corpus.usable[row] else None
        if record is None or texts is None:
            yield with_id(raw, own, given=False) if record else raw
            continue
        original = {**loaded(with_id(raw, own, given=False)), GROUP: own}
        yield dumped(original)
        changed = {part.field: text for part, text in zip(record.parts, texts, strict=True) if text != part.text}
        twin = {**loaded(edited(raw, changed)), "id": f"{own}~{axis}", GROUP: own, MARK: f"counterfactual:{axis}"}
        yield dumped(twin)
