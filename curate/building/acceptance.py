"""The gates of a built folder."""

from __future__ import annotations

from collections.abc import Mapping

from curate.building.cleaning import SPLITS, Request
from curate.judging.verdict import Gate
from curate.report import Report
from curate.splits import SplitResult
from curate.verifying.result import Verification


def judged(
    counts: Mapping[str, int], checked: Verification, result: SplitResult | None, after: Report, request: Request
) -> tuple[Gate, ...]:
    """The gates of a built folder: what it must keep to, whatever the data is worth."""
    told = counts["kept"] + counts["removed"] + counts["quarantined"]
    asked = [name for name, share in zip(SPLITS, request.settings.split, strict=True) if share > 0]
    empty = [name for name in asked if not counts[name]]
    leaks = sum(f.code.startswith("LEAK") and f.severity == "error" for f in checked.findings)
    foreign = sum(t.rows for t in after.rules if t.code == "LEAK005") if request.settings.against_mode == "drop-train" else 0
    off = max((abs(a - b) for a, b in zip(result.sizes, result.target, strict=True)), default=0) if result else 0
    # Equal times are never parted, so by time the sizes are what whole moments can be.
    slack = counts["kept"] if request.settings.time_by else max(2, round(0.005 * counts["kept"]))
    whole = f"; {result.notes[-1]}" if result and off > slack and result.notes else ""
    broken = sum(t.rows for t in after.rules if t.code in ("SCH001", "SCH002", "SCH003", "SCH004", "SCH005", "SCH006", "SCH010"))
    return (
        Gate(
            "every row accounted for",
            told == counts["input"],
            f"{counts['input']:,} in = {counts['kept']:,} kept + {counts['removed']:,} removed + {counts['quarantined']:,} set aside",
        ),
        Gate(
            "splits share nothing",
            not leaks,
            f"{leaks:,} leaks between splits, counted by a second method"
            if leaks
            else "no leak between splits, checked by a second method",
        ),
        Gate(
            "nothing of --against is left",
            not foreign,
            f"{foreign:,} rows" if foreign else "none found" if request.against else "no set was named",
        ),
        Gate(
            "shares as asked", off <= slack, f"sizes {' / '.join(f'{counts[n]:,}' for n in SPLITS)}, at most {off:,} off{whole}"
        ),
        Gate("no split is empty", not empty, f"{', '.join(empty)} holds no row" if empty else "all filled"),
        Gate("all rows can be read", not broken, f"{broken:,} rows are broken" if broken else "all"),
    )
