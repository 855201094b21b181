"""What a sample says of the whole: every share with its interval, and what a sample can only see a part of."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from curate.findings import Finding

Z = 1.96
NEED_OTHERS = ("DUP", "LEAK", "LAB001", "LAB003", "SCH011")
"""Rules about two or more rows: where the partner was not drawn, the finding is not seen; and LAB003, which reads a part of any data."""
OF_THE_SAMPLE = ("LAB002", "QUA004")
"""Judged against the other rows that were drawn: nothing follows for the rest."""


def interval(hits: int, drawn: int, total: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share, with the correction for drawing `drawn` of `total` without putting back."""
    if drawn >= total:
        return hits / total, hits / total
    n = drawn * (total - 1) / (total - drawn)
    p = hits / drawn
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def facts(findings: Iterable[Finding], drawn: int, total: int, seed: int) -> dict[str, Any]:
    """For the report: by code the share in all rows, or that the share seen is the least it can be."""
    rows: dict[str, set[int]] = {}
    for finding in findings:
        if finding.row is not None:
            rows.setdefault(finding.code, set()).add(finding.row)
    return {
        "rows": drawn,
        "of": total,
        "seed": seed,
        "intervals": {
            code: [round(x, 6) for x in interval(len(hit), drawn, total)]
            for code, hit in sorted(rows.items())
            if not code.startswith((*NEED_OTHERS, *OF_THE_SAMPLE))
        },
        "at_least": sorted(code for code in rows if code.startswith(NEED_OTHERS)),
    }


def partly_read(code: str, facts: Mapping[str, Any]) -> bool:
    """A model read a part of the rows: the others may have the same fault."""
    read = facts.get("labels", {}).get("difficulty") if code == "LAB003" else None
    return read is not None and read["rows_read"] < read["of"]


def share(code: str, said: str, sample: Mapping[str, Any]) -> str:
    """`2.4 %` as it is to be shown for a sample."""
    if code in sample["at_least"]:
        return f"≥{said}"
    if code not in sample["intervals"]:
        return said
    low, high = sample["intervals"][code]
    return f"{said} ({100 * low:.1f}–{100 * high:.1f})"
