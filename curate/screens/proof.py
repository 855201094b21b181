"""What a person reads of a built folder's proof: why rows are together, how near the nearest are, and whether the check hears."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from curate.layout import Block, Cell, Heading, Note, Table, Tone
from curate.screens.words import short
from curate.speaking.tongue import Words


def shown(build: Mapping[str, Any], lang: str = "en") -> Iterator[Block]:
    """`build` is what report.json has under that key."""
    w = Words(lang)
    yield from weak_items(build["against_weak"], w)
    yield from held_together(build["together"], w)
    yield from margins(build["histogram"], w)
    yield from by_heart(build["memoriser"], w)
    yield from planted(build["canaries"], w)


def weak_items(weak: Mapping[str, Any], w: Words) -> Iterator[Block]:
    """Never silently skipped: what of --against is too short to be found inside a longer row."""
    if weak.get("items"):
        yield Note(
            w(
                f"{weak['items']:,} of {weak['of']:,} items of --against are short: looked for as rows and questions, not inside longer rows.",
            ),
            Tone.WARN,
        )


def held_together(together: Mapping[str, Any], w: Words) -> Iterator[Block]:
    """The largest groups that were not parted, and by what little they hang together."""
    if not together.get("largest"):
        return
    yield Heading(w("Rows that stay together"), 2)
    yield Note(
        w(
            f"{together['rows_in_groups']:,} rows are tied to others; the largest groups, and the weakest tie that holds each:",
        )
    )
    rows = []
    for group in together["largest"][:5]:
        weak = group["weakest"]
        tie = f"{weak['code']} {weak['score']:.2f}  {' – '.join(map(short, weak['rows']))}" if weak else ""
        kinds = " ".join(f"{code} {number:,}" for code, number in group["ties"].items())
        rows.append((Cell(f"{group['rows']:,}", number=True), Cell(group["split"]), Cell(kinds), Cell(tie)))
    header = (w("Rows"), w("Split"), w("Ties"), w("Weakest tie"))
    yield Table(header, tuple(rows))


def margins(histogram: Mapping[str, int], w: Words) -> Iterator[Block]:
    """How near the nearest rows of two splits are."""
    if any(histogram.values()):
        yield Heading(w("Protected rows by their nearest row in another split"), 2)
        rows = tuple((Cell(w(band)), Cell(f"{number:,}", number=True)) for band, number in histogram.items() if number)
        yield Table((w("Likeness"), w("Rows")), rows)


def by_heart(figures: Mapping[str, Any], w: Words) -> Iterator[Block]:
    """What a model would be credited with that copies the nearest training answer."""
    if figures:
        ours, naive, blind = (f"{figures[key]:.3f}" for key in ("these_splits", "random_split", "blind_guess"))
        yield Heading(w("What learning by heart would score"), 2)
        yield Table(
            (w("Test split"), w("Copying the nearest training answer")),
            (
                (Cell(w("this one")), Cell(ours, number=True)),
                (Cell(w("a random split of the same rows")), Cell(naive, number=True)),
                (Cell(w("answers drawn blindly")), Cell(blind, number=True)),
            ),
        )
        spared = figures["inflation_spared"]
        yield Note(
            w(
                f"Inflation spared: {spared:+.3f} (likeness of the copied to the true answer, 1 for equal; {figures['questions']:,} questions).",
            ),
            Tone.DIM,
        )


def planted(canaries: Sequence[Mapping[str, Any]], w: Words) -> Iterator[Block]:
    """Whether the check hears at all."""
    must = [each for each in canaries if each["promised"]]
    if must:
        found, sown = sum(each["found"] for each in must), sum(each["planted"] for each in must)
        yield Note(
            w(
                f"Planted leaks that must be found: {found:,} of {sown:,}.",
            ),
            Tone.GOOD if found == sown else Tone.BAD,
        )
