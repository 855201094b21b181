"""Suppressed findings in a build: what it would do about one is left undone, and said.

Leaks between splits are what the folder promises, and a row that cannot be read can be written into no split: neither is suppressed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from curate.acting import suppressing
from curate.acting.suppressing import Suppression
from curate.corpus import Corpus
from curate.examine import Examination
from curate.findings import Finding

Place = tuple[int, str, str | None, tuple[int, int] | None]
"""Row, code, field and span of a finding."""


@dataclass(frozen=True)
class Spared:
    """What the entries of the settings hide of the input's findings."""

    raw: Corpus
    entries: Sequence[Suppression]
    hidden: Sequence[Finding]

    @property
    def places(self) -> frozenset[Place]:
        return frozenset((f.row, f.code, f.field, f.span) for f in self.hidden if f.row is not None)

    def copies(self, code: str, row: int) -> bool:
        """Whether the input row may stay although it is a duplicate, which is told only of the text as it will be written."""
        return any(entry.fits(self.raw, Finding(code, "", row)) for entry in self.entries)

    def again(self, corpus: Corpus, done: Examination, origin: Sequence[int]) -> None:
        """Hide in the audit of what was written what was hidden of the input. `origin`: the input's row of each row written.

        A path is the input's, and masking the rest of a field moves spans: rows, codes and fields are told again, as often as before.
        """
        left = Counter((f.row, f.code, f.field) for f in self.hidden if f.row is not None)
        data = [entry for entry in self.entries if not entry.path]

        def stands(finding: Finding) -> bool:
            if finding.row is None:
                return not any(entry.fits(corpus, finding) for entry in data)
            key = (origin[finding.row], finding.code, finding.field)
            left[key] -= 1
            return left[key] < 0

        anything = [Suppression(entry.code, entry.reason, until=entry.until) for entry in self.entries]
        suppressing.apply(corpus, done, anything, date.min, stands)


def spare(raw: Corpus, done: Examination, entries: Sequence[Suppression]) -> Spared:
    """Take the suppressed findings of the input away. That no entry is past its day was seen to (`demand_current`)."""

    def stands(finding: Finding) -> bool:
        return finding.code.startswith("LEAK") or (finding.row is not None and not raw.usable[finding.row])

    return Spared(raw, entries, suppressing.apply(raw, done, entries, date.min, stands))
