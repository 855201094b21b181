"""`curate verify`: a built folder judged by its rows alone, with other algorithms than those that built it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from curate.verifying import folder as folders
from curate.verifying.pairs import Comparison, Leak, compare
from curate.verifying.result import Finding, Kind, Verification, Word, of_leaks
from curate.verifying.rows import Row
from curate.verifying.wording import THRESHOLD

EXACT = {
    "LEAK001": ("same text", "whole"),
    "LEAK002": ("near duplicate", "whole"),
    "LEAK008": ("text contained", "contained"),
    "LEAK009": ("same or near-same question", "question"),
}


def verify(folder: Path, rows_only: bool = False) -> Verification:
    """Re-read the split files and look for every leak between them; then, unless told otherwise, check the hashes."""
    manifest = folders.manifest_of(folder)
    rows, findings = folders.rows_of(folder, manifest)
    out = Verification(findings, rows={name.removesuffix(".jsonl"): len(found) for name, found in rows.items()})
    out.threshold = _threshold(manifest)
    found = {
        (side, held): compare(rows[side], rows[held], out.threshold, out.floor)
        for side, held in itertools.combinations(folders.SPLITS, 2)
    }
    leaks = [leak for each in found.values() for leak in each.leaks]
    out.findings += of_leaks(leaks)
    if not rows_only:
        out.findings += folders.integrity(folder, manifest, rows)
    out.kinds = [_kind(code, leaks, found, rows) for code in EXACT]
    return out


def _threshold(manifest: Mapping[str, Any]) -> Fraction:
    stated = manifest.get("thresholds")
    near = stated.get("near") if isinstance(stated, dict) else None
    if isinstance(near, int | float) and 0 < near <= 1:
        return Fraction(str(near))
    return THRESHOLD


def _kind(
    code: str, leaks: list[Leak], found: Mapping[tuple[str, str], Comparison], rows: Mapping[str, list[Row]]
) -> Kind:
    name, channel = EXACT[code]
    number = sum(leak.code == code for leak in leaks)
    compared = sum(len(rows[side]) * len(rows[held]) for side, held in found)
    nearest = sorted(
        ((score, side, i, held, j) for (side, held), each in found.items() for j, (score, i) in each.nearest[channel].items()),
        key=lambda pair: (-pair[0], pair[1:]),
    )
    worst = tuple({"row": f"{side}:{rows[side][i].line}", "held": f"{held}:{rows[held][j].line}", "score": round(float(score), 6)} for score, side, i, held, j in nearest[:20])
    word = Word.FAILED if number else Word.CERTIFIED
    return Kind(code, name, word, "every pair counted exactly", compared, number, worst)
