"""`curate verify`: a built folder judged by its rows alone, with other algorithms than those that built it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from curate.verifying import folder as folders
from curate.verifying.pairs import Found, compare
from curate.verifying.result import Kind, Verification, Word, of_leaks
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
    found = compare(rows, out.threshold)
    out.floor = found.floor
    out.findings += of_leaks(list(found.leaks.values()))
    if not rows_only:
        out.findings += folders.integrity(folder, manifest, rows)
    out.kinds = [_kind(code, found, rows) for code in EXACT]
    return out


def _threshold(manifest: Mapping[str, Any]) -> Fraction:
    stated = manifest.get("thresholds")
    near = stated.get("near") if isinstance(stated, dict) else None
    if isinstance(near, int | float) and 0 < near <= 1:
        return Fraction(str(near))
    return THRESHOLD


def _kind(code: str, found: Found, rows: Mapping[str, list[Row]]) -> Kind:
    name, channel = EXACT[code]
    compared = sum(len(rows[side]) * len(rows[held]) for side, held in itertools.combinations(rows, 2))
    nearest = sorted(found.nearest[channel].values(), key=lambda near: (-near.score, near.held.file, near.held.line))
    worst = tuple(
        {"row": f"{near.row.file}:{near.row.line}", "held": f"{near.held.file}:{near.held.line}", "score": round(near.score, 6)}
        for near in nearest[:20]
    )
    word = Word.FAILED if found.pairs[code] else Word.CERTIFIED
    return Kind(code, name, word, "every pair counted exactly", compared, found.pairs[code], worst)
