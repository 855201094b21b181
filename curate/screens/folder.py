"""What a build did to the rows, and whether the folder keeps what it promises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from curate.layout import Block, Cell, Heading, Note, Table, Tone
from curate.speaking.tongue import Words


def built(build: Mapping[str, Any], lang: str = "en") -> Iterator[Block]:
    """What was done to the rows, and whether the folder keeps what it promises."""
    w, counts = Words(lang), build["counts"]
    yield Heading(w("What was done"))
    yield Note(
        w(
            f"{counts['input']:,} rows in = {counts['kept']:,} kept + {counts['removed']:,} removed + {counts['quarantined']:,} set aside",
        )
    )
    yield Note(" · ".join(f"{name} {counts[name]:,}" for name in ("train", "validation", "test")))
    reasons = [(code, n, w("removed")) for code, n in build["removed_by_code"].items()]
    reasons += [(code, n, w("set aside")) for code, n in build["quarantined_by_code"].items()]
    if reasons:
        yield Table(
            (w("Rule"), w("Rows"), w("Fate")),
            tuple((Cell(c), Cell(f"{n:,}", number=True), Cell(f)) for c, n, f in reasons),
        )
    if build["changed_fields"]:
        yield Note(
            w(
                f"{build['changed_fields']:,} changes in fields, each in changed.jsonl",
            )
        )
    yield Heading(w("Gates of the folder"), 2)
    for gate in build["gates"]:
        yield Note(
            f"{'✓' if gate['passed'] else '✗'} {w(gate['name'])}{w(': ', '：')}{w(gate['because'])}",
            Tone.GOOD if gate["passed"] else Tone.BAD,
            indent=1,
        )
    if build["certificate"]:
        yield from certificate(build["certificate"], w)


def brief(build: Mapping[str, Any], lang: str = "en") -> Iterator[Block]:
    """`--quiet`: the sizes, and the gates that were not passed."""
    w, counts = Words(lang), build["counts"]
    broken = [gate for gate in build["gates"] if not gate["passed"]]
    sizes = " · ".join(f"{name} {counts[name]:,}" for name in ("train", "validation", "test"))
    yield Note(f"{w('PASS') if not broken else w('FAIL')} · {sizes}", Tone.BAD if broken else Tone.GOOD)
    for gate in broken:
        yield Note(f"✗ {w(gate['name'])}{w(': ', '：')}{w(gate['because'])}", Tone.BAD, indent=1)


def certificate(kinds: Sequence[Mapping[str, Any]], w: Words) -> Iterator[Block]:
    yield Heading(w("Leakage certificate"), 2)
    header = (w("Kind"), w("Verdict"), w("Pairs"), w("Worst left"), w("How"))
    rows = []
    for kind in kinds:
        worst = f"{kind['worst'][0]['score']:.3f}" if kind["worst"] else "–"
        tone = Tone.BAD if kind["word"] == "FAILED" else Tone.GOOD if kind["word"] == "CERTIFIED" else Tone.DIM
        rows.append(
            (
                Cell(f"{kind['code']} {w(kind['name'])}"),
                Cell(w(str(kind["word"])), tone),
                Cell(f"{kind['compared']:,}", number=True),
                Cell(worst, number=True),
                Cell(w(kind["because"])),
            )
        )
    yield Table(header, tuple(rows))


def section(title: str, blocks: Iterator[Block]) -> Iterator[Block]:
    yield Heading(title)
    yield from blocks
