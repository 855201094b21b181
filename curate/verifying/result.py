"""What the verifier found and what it may say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from curate.verifying.found import MOST_RELATED, Leak
from curate.verifying.passages import Passage
from curate.verifying.rows import Row

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1
MOST_EXCERPTS = 500
"""Masking looks for every kind of personal datum and is slow; a longer list than this is not read row by row."""
SCOPE = (
    "No pair of rows in two splits reaches the thresholds stated, once case, width and white space are evened out. This says nothing of equal "
    "meaning in other words, of sets that are not in the folder, or of what the base model has read before."
)
FIXES: Mapping[str, str] = {
    "LEAK001": "Build the splits again from the source: `curate build`.",
    "LEAK002": "Build the splits again from the source: `curate build`.",
    "LEAK004": "Build again, with the same `--group-by` if you gave one.",
    "LEAK006": "Build again with the same `--time-by`.",
    "LEAK008": "Take the training row out, or build again: `curate build`.",
    "LEAK009": "Build the splits again from the source: `curate build`.",
    "LEAK010": "Build the splits again from the source: `curate build`.",
    "VER001": "Build again, or copy the folder whole.",
    "VER002": "Restore the file, or build again.",
    "VER003": "Restore manifest.json, or build again.",
    "VER004": "Build again: rows must not appear or vanish.",
    "VER005": "This is a fault of the verifier: please report it.",
}


class Word(StrEnum):
    """What is claimed of one kind of leak."""

    CERTIFIED = "CERTIFIED"
    """Looked at by an exact method, none found, and the canaries were."""
    APPROXIMATE = "CERTIFIED-APPROX"
    FAILED = "FAILED"
    REPORTED = "REPORTED"
    """Some were found, of a kind that is told and let stand."""
    NOT_CHECKED = "NOT-CHECKED"


@dataclass(frozen=True)
class Finding:
    """One fact, in the shape that `audit` prints."""

    code: str
    message: str
    file: str | None = None
    line: int | None = None
    id: Any = None
    field: str | None = None
    severity: str = "error"
    excerpt: str = ""
    related: tuple[tuple[str, int, Any], ...] = ()
    score: float | None = None

    def as_json(self) -> dict[str, Any]:
        related = [{"file": file, "line": line, "id": name} for file, line, name in self.related]
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.file,
            "line": self.line,
            "id": self.id,
            "field": self.field,
            "span": None,
            "message": self.message,
            "excerpt": self.excerpt,
            "related": related,
            "score": self.score,
            "fix": FIXES.get(self.code, "Build again, or mend the line."),
        }


@dataclass(frozen=True)
class Kind:
    """One line of the certificate."""

    code: str
    name: str
    word: Word
    because: str
    compared: int = 0
    """Pairs of rows looked at; all of them, by an exact method."""
    found: int = 0
    worst: tuple[Mapping[str, Any], ...] = ()
    """The most similar pairs left, at or over the floor, worst first."""


@dataclass
class Verification:
    """The whole answer."""

    findings: list[Finding] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    threshold: Fraction = Fraction(4, 5)
    floor: float = 0.5
    """Similarity below which pairs are only known to be below it."""
    histogram: dict[str, int] = field(default_factory=dict)
    """Protected rows by the similarity of their nearest row in another split."""
    canaries: list[Mapping[str, Any]] = field(default_factory=list)
    memoriser: Mapping[str, Any] = field(default_factory=dict)
    scope: str = SCOPE
    folder: str = ""
    rows_only: bool = False

    @property
    def passed(self) -> bool:
        return not any(finding.severity == "error" for finding in self.findings)

    @property
    def verdict(self) -> str:
        return "PASS" if self.passed else "FAIL"

    def to_pandas(self) -> pd.DataFrame:
        """One row a finding, with the columns that `audit` has."""
        import pandas as pd

        return pd.DataFrame([finding.as_json() for finding in self.findings], columns=list(Finding("", "").as_json()))

    def __str__(self) -> str:
        from curate.render import console
        from curate.verifying.screen import blocks

        return console.render(blocks(self, self.folder, self.rows_only))

    def _repr_html_(self) -> str:
        """For notebooks: markup that does nothing."""
        from curate.render import html
        from curate.verifying.screen import blocks

        return html.fragment(blocks(self, self.folder, self.rows_only))

    def as_json(self) -> dict[str, Any]:
        kinds = [{**vars(kind), "worst": list(kind.worst)} for kind in self.kinds]
        return {
            "schema_version": SCHEMA_VERSION,
            "verdict": self.verdict,
            "scope": self.scope,
            "rows": self.rows,
            "threshold": float(self.threshold),
            "floor": self.floor,
            "kinds": kinds,
            "histogram": self.histogram,
            "canaries": self.canaries,
            "memoriser": self.memoriser,
            "findings": [finding.as_json() for finding in self.findings],
        }


def of_leaks(leaks: list[Leak]) -> list[Finding]:
    """One finding for each training-side row and code, the protected rows beside it, the most similar first."""
    grouped: dict[tuple[str, str, int], list[Leak]] = {}
    for leak in leaks:
        grouped.setdefault((leak.code, leak.row.file, leak.row.line), []).append(leak)
    order = {"train.jsonl": 0, "validation.jsonl": 1}
    keys = sorted(grouped, key=lambda key: (key[0], order.get(key[1], 2), key[2]))
    return [
        _finding(sorted(grouped[key], key=lambda leak: (-leak.score, leak.held.file, leak.held.line)), number < MOST_EXCERPTS)
        for number, key in enumerate(keys)
    ]


def of_passages(found: Sequence[Passage]) -> list[Finding]:
    """One finding for each training-side row, for its longest passage."""
    grouped: dict[tuple[str, int], list[Passage]] = {}
    for passage in found:
        grouped.setdefault((passage.row.file, passage.row.line), []).append(passage)
    return [_passage(each, number < MOST_EXCERPTS) for number, each in enumerate(grouped.values())]


def _passage(found: Sequence[Passage], shown: bool) -> Finding:
    first = found[0]
    row, held = first.row, first.held
    more = f", and {len(found) - 1} more" if len(found) > 1 else ""
    related = tuple((passage.held.file, passage.held.line, passage.held.id) for passage in found[:MOST_RELATED])
    message = f"{first.letters} letters stand here word for word of {held.file}:{held.line}{more}"
    excerpt = masked(row) if shown else ""
    return Finding("LEAK010", message, row.file, row.line, row.id, excerpt=excerpt, related=related, score=float(first.share))


def _finding(leaks: list[Leak], shown: bool) -> Finding:
    first = leaks[0]
    row, held = first.row, first.held
    more = f", and {len(leaks) - 1} more" if len(leaks) > 1 else ""
    related = tuple((leak.held.file, leak.held.line, leak.held.id) for leak in leaks)
    message = f"{_fact(first)} {held.file}:{held.line}{more}"
    excerpt = masked(row) if shown else ""
    score = round(float(min(first.score, first.content)), 6)
    return Finding(first.code, message, row.file, row.line, row.id, excerpt=excerpt, related=related, score=score)


def _fact(leak: Leak) -> str:
    score, content = f"{float(leak.score):.3f}", f"{float(leak.content):.3f}"
    match leak.code:
        case "LEAK001":
            return "Same text as"
        case "LEAK002":
            return f"Near duplicate (whole {score}, content {content}) of"
        case "LEAK008":
            return f"Holds {score} of the {leak.what} (content {content}) of"
        case _ if leak.what == "same":
            return "Same question as"
        case _:
            return f"Near-same question (whole {score}, content {content}) as"


def masked(row: Row) -> str:
    """A short piece of the row with personal data masked; nothing where the masker is not there."""
    try:
        from curate.excerpt import excerpt

        return excerpt(row.whole, names="cue")
    except ImportError:
        return ""
