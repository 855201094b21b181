"""The answer laid out for a person."""

from __future__ import annotations

from collections.abc import Iterator

from curate.layout import Block, Cell, Command, Heading, Note, Quote, Table, Tone
from curate.verifying.result import Verification, Word

SHOWN = 12
TONES = {Word.CERTIFIED: Tone.GOOD, Word.APPROXIMATE: Tone.WARN, Word.FAILED: Tone.BAD, Word.NOT_CHECKED: Tone.DIM}


def blocks(result: Verification, folder: str, rows_only: bool) -> Iterator[Block]:
    """The verdict, then why: what was certified, what was found, how near the nearest rows are, whether the ears work."""
    yield Heading(f"{result.verdict}  {folder}")
    rows = ", ".join(f"{number:,} {name}" for name, number in result.rows.items())
    yield Note(f"{rows}; hashes {'not looked at' if rows_only else 'checked'}", Tone.DIM)
    yield Note(result.scope if result.passed else _summary(result), Tone.GOOD if result.passed else Tone.BAD)
    yield Heading("Kinds of leak", 2)
    yield Table(
        ("code", "kind", "word", "found", "nearest left", "because"),
        tuple(
            (
                Cell(kind.code),
                Cell(kind.name),
                Cell(kind.word, TONES[kind.word]),
                Cell(f"{kind.found:,}", number=True),
                Cell(f"{kind.worst[0]['score']:.3f}" if kind.worst else "", number=True),
                Cell(kind.because, Tone.DIM),
            )
            for kind in result.kinds
        ),
    )
    yield from _findings(result)
    yield from _margins(result)
    yield from _canaries(result)
    if not result.passed:
        yield Heading("Next", 2)
        yield Command("curate build INPUT... -o DIR")


def _summary(result: Verification) -> str:
    codes: dict[str, int] = {}
    for finding in result.findings:
        codes[finding.code] = codes.get(finding.code, 0) + 1
    return ", ".join(f"{number:,} × {code}" for code, number in sorted(codes.items()))


def _findings(result: Verification) -> Iterator[Block]:
    if not result.findings:
        return
    yield Heading("Found", 2)
    for finding in result.findings[:SHOWN]:
        place = f"{finding.file}:{finding.line}" if finding.line else str(finding.file)
        yield Note(f"{finding.code} {place}  {finding.message}", Tone.BAD if finding.severity == "error" else Tone.WARN)
        if finding.excerpt:
            yield Quote("", finding.excerpt)
    if len(result.findings) > SHOWN:
        yield Note(f"and {len(result.findings) - SHOWN:,} more: --format jsonl prints all of them", Tone.DIM)


def _margins(result: Verification) -> Iterator[Block]:
    if any(result.histogram.values()):
        yield Heading("Protected rows by their nearest row in another split", 2)
        shown = {band: number for band, number in result.histogram.items() if number}
        yield Table(("likeness", "rows"), tuple((Cell(band), Cell(f"{number:,}", number=True)) for band, number in shown.items()))
    if figures := result.memoriser:
        ours, naive, blind = (f"{figures[key]:.3f}" for key in ("these_splits", "random_split", "blind_guess"))
        yield Note(f"Copying the answer of the nearest training question scores {ours} on these test rows.")
        yield Note(f"On a random split of the same rows it scores {naive}; an answer drawn blindly scores {blind}.", Tone.DIM)


def _canaries(result: Verification) -> Iterator[Block]:
    if not result.canaries:
        return
    yield Heading("Planted leaks", 2)
    rows = []
    for each in result.canaries:
        tone = Tone.BAD if each["promised"] and each["found"] < each["planted"] else Tone.GOOD if each["promised"] else Tone.DIM
        verdict = "must be found" if each["promised"] else "beyond the thresholds, only reported"
        found = Cell(f"{each['found']} of {each['planted']}", tone, number=True)
        rows.append((Cell(each["family"]), Cell(each["language"]), found, Cell(verdict, Tone.DIM)))
    yield Table(("change", "text", "found", ""), tuple(rows))
