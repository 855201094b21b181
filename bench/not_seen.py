"""What the rules do not see on the shared folder of public files: unflagged rows that were read, weighted by how many there are of their kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

LABELS = Path(__file__).parent / "quality_labels.tsv"
Z = 1.96
NEAR, OTHERS = "27n", "27r"
FOLDER = {
    "LAB001": (867, 11_841, 606),
    "QUA001": (387, 12_321, 637),
    "QUA002": (1113, 11_595, 600),
    "QUA003": (187, 12_521, 644),
    "QUA005": (163, 12_545, 646),
    "QUA006": (158, 12_550, 639),
    "QUA007": (320, 12_388, 636),
}
"""By rule: rows that no rule flagged and a looser form of this one would, the other rows, and how many of these were read.
The second kind was drawn from all rows and read once for every rule: what is near to one rule is far from the next."""


def read_lines() -> list[tuple[str, str, str, str]]:
    """Digest, rule, verdict and set. A row may have been read for a rule more than once."""
    lines = LABELS.read_text(encoding="utf-8").splitlines()[1:]
    return [(digest, code, verdict, origin) for digest, code, verdict, origin in (line.split("\t") for line in lines)]


def bounds(hits: int, n: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    p = hits / n
    middle, half = p + Z * Z / (2 * n), Z * (p * (1 - p) / n + Z * Z / (4 * n * n)) ** 0.5
    return max(0.0, middle - half) / (1 + Z * Z / n), (middle + half) / (1 + Z * Z / n)


def total(strata: Iterable[tuple[int, int, int]]) -> tuple[float, float, float]:
    """Of all rows, from (at fault, read, there are) of each kind: the estimate and its 95 % interval (Zou and Donner 2008)."""
    middle = below = above = 0.0
    for hits, n, size in strata:
        low, high = bounds(hits, n) if n < size else (hits / n, hits / n)
        middle += size * hits / n
        below += (size * (hits / n - low)) ** 2
        above += (size * (high - hits / n)) ** 2
    return middle, max(0.0, middle - below**0.5), middle + above**0.5


def on_folder(flagged: Mapping[str, set[str]]) -> list[list[str]]:
    """By rule, with the digests that it flags today; a fault that it has learned to see since is right, not missed."""
    rows = []
    for code, (near, others, read) in FOLDER.items():
        mine = [(digest, verdict, origin) for digest, rule, verdict, origin in read_lines() if rule == code]
        seen = flagged.get(code, set()) | flagged.get(f"{code} info", set())
        right = len({digest for digest, verdict, _ in mine if digest in seen and verdict in ("right", "missed")})
        missed = [origin for digest, verdict, origin in mine if verdict == "missed" and digest not in seen]
        n = sum(origin == NEAR for _, _, origin in mine)
        strata = (missed.count(NEAR), n, near), (missed.count(OTHERS), read, others)
        middle, low, high = total(strata)
        recall = (
            [f"{right / (right + middle):.2f}", f"{right / (right + high):.2f}–{right / (right + low):.2f}"]
            if right
            else ["–"] * 2
        )
        kinds = [f"{hits} of {n}, of {size:,}" for hits, n, size in strata]
        rows.append([code, str(right), *kinds, f"{middle:.0f} ({low:.0f}–{high:.0f})", *recall])
    return rows
