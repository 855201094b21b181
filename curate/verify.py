"""`curate verify`: a built folder judged by its rows alone, with other algorithms than those that built it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

from curate.aside import both
from curate.verifying import certificate, marks
from curate.verifying import folder as folders
from curate.verifying.canaries import Outcome, sing
from curate.verifying.memoriser import memoriser
from curate.verifying.pairs import compare
from curate.verifying.passages import passages
from curate.verifying.result import Finding, Verification, of_leaks, of_passages
from curate.verifying.rows import Row
from curate.verifying.wording import THRESHOLD


def verify(folder: str | os.PathLike[str], rows_only: bool = False) -> Verification:
    """Re-read the split files and look for every leak between them; then, unless told otherwise, check the hashes.

    The manifest is asked for what cannot be known from rows (thresholds, group fields, what the files should be), never for
    whether they leak.
    """
    folder = Path(folder)
    manifest = folders.manifest_of(folder)
    splits, findings = folders.rows_of(folder, manifest)
    threshold = _threshold(manifest)
    found, (canaries, learned, quoted) = both(
        lambda: compare(splits, threshold),
        lambda: (
            sing(splits, threshold, lambda chosen: folders.raw_rows(folder, manifest, chosen)),
            memoriser(splits["train.jsonl"], splits["test.jsonl"]),
            passages(splits, *folders.passage(manifest)),
        ),
    )
    quoted = [passage for passage in quoted if passage.pair not in found.leaks]
    reported = folders.reported(manifest)
    fields = {"LEAK004": tuple(folders.group_fields(manifest)), "LEAK006": tuple(folders.time_field(manifest))}
    findings += of_leaks(list(found.leaks.values()))
    findings += [*marks.openings(splits), *_marked(splits, fields, folders.embargo(manifest))]
    findings += of_passages(quoted) if "LEAK010" not in reported else []
    findings = [replace(f, severity="warning") if f.code in reported else f for f in findings]
    if not rows_only:
        findings += folders.integrity(folder, manifest, splits)
        changed, noticed = folders.tampered(folder, manifest)
        canaries.append(Outcome("one byte changed", "", True, changed, noticed, 0))
    findings += _deaf(canaries)
    deaf = any(outcome.missed for outcome in canaries)
    return Verification(
        findings=findings,
        kinds=certificate.kinds(found, splits, fields, findings, quoted, reported, deaf, folders.embargo(manifest)),
        rows={name.removesuffix(".jsonl"): len(rows) for name, rows in splits.items()},
        threshold=threshold,
        floor=found.floor,
        histogram=certificate.histogram(found, splits),
        canaries=[outcome.as_json() for outcome in canaries],
        memoriser=learned,
        folder=str(folder),
        rows_only=rows_only,
    )


def _threshold(manifest: Mapping[str, Any]) -> Fraction:
    stated = manifest.get("thresholds")
    near = stated.get("near") if isinstance(stated, dict) else None
    if isinstance(near, int | float) and 0 < near <= 1:
        return Fraction(str(near))
    return THRESHOLD


def _marked(splits: Mapping[str, Sequence[Row]], fields: Mapping[str, tuple[str, ...]], embargo: str) -> Iterator[Finding]:
    for field in fields["LEAK004"]:
        yield from marks.groups(splits, field)
    for field in fields["LEAK006"]:
        yield from marks.times(splits, field, embargo)


def _deaf(canaries: Sequence[Outcome]) -> Iterator[Finding]:
    """A verifier that does not find what was planted has nothing to say about the rest."""
    for outcome in canaries:
        if outcome.missed:
            yield Finding("VER005", f"{outcome.missed} of {outcome.planted} planted leaks not found: {outcome.family}")


class Called(ModuleType):
    """`curate.verify` is this module once anything has imported it, and users call it."""

    def __call__(self, folder: str | os.PathLike[str], rows_only: bool = False) -> Verification:
        return verify(folder, rows_only)


sys.modules[__name__].__class__ = Called
