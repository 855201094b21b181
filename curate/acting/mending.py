"""What `curate audit --fix` does to the input: rows edited or taken out, line by line; every other byte stays."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from curate.auditing import Audit
from curate.building.plan import dropped
from curate.building.repair import key_of, repairs
from curate.errors import UserError
from curate.files import sha256
from curate.layout import Block, Compare, Note, Tone
from curate.reading.inputs import Source
from curate.reading.schema import CONTROL
from curate.screens import Words
from curate.screens.detail import finder_of
from curate.stages import dup
from curate.views import view

if TYPE_CHECKING:
    from curate.pii.finder import Finder

SAFE = ("SCH008",)
"""Control and replacement characters carry no meaning that anybody could still read; all else that we mend loses or changes text."""


@dataclass(frozen=True, slots=True)
class Mend:
    """One row mended for one rule. `after` None: the row is taken out."""

    file: int
    line: int
    place: str
    code: str
    after: bytes | None
    before_text: str
    after_text: str
    """Both masked."""


def fixable(sources: Sequence[Source], sample: int | None) -> None:
    """Only files that can be written back line by line are mended in place; the rest is for `curate build`."""
    if sample:
        raise UserError("--fix needs all rows, not a sample", hint="Leave out --sample.")
    for source in sources:
        path = source.path
        if path is None or not path.is_file() or path.suffix.lower() not in (".jsonl", ".ndjson"):
            hint = "Only plain .jsonl files are mended in place; `curate build INPUT -o DIR` mends everything, into a folder."
            raise UserError("cannot be mended in place", where=source.shown, hint=hint)


def planned(audit: Audit, unsafe: bool) -> list[Mend]:
    """Rows that go (only with `unsafe`), then rows that change."""
    corpus, finder = audit.corpus, finder_of(audit.settings, audit.rules)
    gone = going(audit) if unsafe else {}
    mends = [mend(audit, row, code, None, finder) for row, code in sorted(gone.items())]
    settings = replace(audit.settings, pii="mask" if unsafe else "keep")
    findings = [f for f in audit.done.findings if unsafe or f.code in SAFE]
    for row, new, changes in repairs(corpus, findings, audit.rules, settings, key_of(corpus, settings)):
        if row not in gone:
            mends.append(mend(audit, row, min(change.code for change in changes), new, finder))
    return mends


def mend(audit: Audit, row: int, code: str, after: bytes | None, finder: Finder) -> Mend:
    place = audit.corpus.address(row)
    file = int(audit.corpus.table.column("file")[row].as_py())
    before = masked(audit, row, finder)
    return Mend(file, place.line or 0, str(place), code, after, before, CONTROL.sub("", before))


def masked(audit: Audit, row: int, finder: Finder) -> str:
    """The row's texts field by field, where detectors see them as the stages did; a broken line as it is."""
    parts = audit.corpus.record(row).parts
    texts = [p.text for p in parts] or [audit.corpus.raw(row).decode("utf-8", "replace")]
    return " ⏎ ".join(finder.redact_row(texts))


def going(audit: Audit) -> dict[int, str]:
    """Broken rows and repeats, as `curate build` would remove them. Findings that were suppressed are not there."""
    corpus, settings = audit.corpus, audit.settings
    gone = {row: reason.code for row, reason in dropped(audit.done.findings, audit.rules, settings).items()}
    said = {f.row: f.code for f in audit.done.findings if f.code in ("DUP001", "DUP002") and audit.rules[f.code].action == "drop"}
    if said:
        found = dup.duplicates(corpus, settings)
        rows = view(corpus, own=True).rows
        large = set() if settings.force_groups else set(dup.large_groups(found, len(rows)).tolist())
        for i in np.flatnonzero(found.removed).tolist():
            row = int(rows[i])
            if row in said and not (said[row] == "DUP002" and int(found.kept_in_place[i]) in large):
                gone.setdefault(row, said[row])
    return gone


# ---- files ------------------------------------------------------------------------------------------------------------------


def rewritten(audit: Audit, mends: Sequence[Mend], sources: Sequence[Source], folder: Path) -> list[Source]:
    """Copies of the files with the mends in them; the others as they were."""
    folder.mkdir(mode=0o700)
    out = []
    for i, source in enumerate(sources):
        wanted = {m.line: m.after for m in mends if m.file == i}
        if not wanted or source.path is None:
            out.append(source)
            continue
        if not audit.corpus.files[i].encoding.startswith("UTF-8"):
            hint = "`curate build` reads it and writes UTF-8."
            raise UserError(f"is {audit.corpus.files[i].encoding}, not UTF-8", where=source.shown, hint=hint)
        path = folder / f"{i}.jsonl"
        with source.path.open("rb") as old, path.open("wb") as new:
            new.writelines(lines(old, wanted))
        out.append(replace(source, path=path))
    return out


def lines(old: Iterator[bytes], wanted: dict[int, bytes | None]) -> Iterator[bytes]:
    for number, line in enumerate(old, 1):
        if number not in wanted:
            yield line
        elif (after := wanted[number]) is not None:
            yield after + line[len(line.rstrip(b"\r\n")) :]


def install(sources: Sequence[Source], mended: Sequence[Source]) -> Iterator[str]:
    """The new files under the old names, each in one step; what was stands beside them."""
    for source, new in zip(sources, mended, strict=True):
        if source.path is None or new.path is None or new.path == source.path or sha256(new.path) == sha256(source.path):
            continue
        kept = spare(source.path)
        shutil.copy2(source.path, kept)
        beside = source.path.with_name(f".{source.path.name}.fixing")
        shutil.copyfile(new.path, beside)
        shutil.copymode(source.path, beside)
        os.replace(beside, source.path)  # noqa: PTH105  # the one call that is atomic on every system
        yield f"{source.shown} is mended; as it was: {kept}"


def spare(path: Path) -> Path:
    """`data.jsonl.orig`, `.orig2` and so on: nothing that was kept once is written over."""
    kept, n = path.with_name(f"{path.name}.orig"), 1
    while kept.exists():
        n += 1
        kept = path.with_name(f"{path.name}.orig{n}")
    return kept


def shown_change(mend_: Mend, w: Words) -> Block:
    """The row before and after, masked: of a row with personal data only what it becomes can be shown."""
    from curate.screens.differences import compared

    if mend_.after is None:
        return Note(f"- {mend_.place}  {mend_.code}  {w('removed')}: {mend_.before_text[:160]}", Tone.BAD)
    if mend_.code.startswith("PII"):
        return Note(f"~ {mend_.place}  {mend_.code}  {w('masked')}: {mend_.after_text[:160]}", Tone.GOOD)
    before, after = compared(mend_.before_text, mend_.after_text)
    return Compare(mend_.code, mend_.place, mend_.place, before, after)
