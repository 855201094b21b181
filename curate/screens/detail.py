"""What a page shows beyond the report: findings one by one, pairs side by side, distributions. Bounded, whatever the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.catalogue import Rules
from curate.config import Settings
from curate.corpus import Corpus
from curate.examine import Examination, severity
from curate.findings import Finding
from curate.layout import Compare
from curate.records import TRAINED, Kind
from curate.report import as_json
from curate.screens.differences import compared

if TYPE_CHECKING:
    from curate.pii.finder import Finder

LISTED = 60
"""Findings of one rule that a page lists; `--format jsonl` has all."""
PAIRS = 12
"""Pairs of one rule that a page shows side by side."""
LONGEST = 4_000
"""Characters of a text that are masked and compared."""
BINS = 16
PAIRED = ("DUP", "LEAK", "LAB001")


@dataclass(frozen=True)
class Histogram:
    """Rows by length. `edges` has one more value than `counts`."""

    edges: tuple[int, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Detail:
    findings: tuple[Mapping[str, Any], ...]
    hidden: Mapping[str, int]
    """Findings by code that are not in `findings`."""
    pairs: tuple[Compare, ...]
    questions: Histogram
    answers: Histogram


def detail(corpus: Corpus, done: Examination, rules: Rules, settings: Settings) -> Detail:
    listed = [*worst_first(done.findings, rules)]
    hidden = Counter(f.code for f in done.findings)
    hidden.subtract(f.code for f in listed)
    return Detail(
        findings=tuple(as_json(corpus, f, rules) for f in listed),
        hidden={code: n for code, n in sorted(hidden.items()) if n},
        pairs=tuple(pairs(corpus, listed, finder_of(settings, rules))),
        questions=lengths(corpus, (Kind.PROMPT, Kind.INPUT)),
        answers=lengths(corpus, TRAINED),
    )


def worst_first(findings: Sequence[Finding], rules: Rules) -> Iterator[Finding]:
    """By severity, then in the order of the rows, each rule only so often."""
    seen: Counter[str] = Counter()
    for finding in sorted(findings, key=lambda f: -severity(f, rules).rank):
        seen[finding.code] += 1
        if seen[finding.code] <= LISTED:
            yield finding


def pairs(corpus: Corpus, findings: Sequence[Finding], finder: Finder) -> Iterator[Compare]:
    """Rows beside the ones they are held against, the least alike first: those are the ones to doubt."""
    seen: Counter[str] = Counter()
    wanted = [f for f in findings if f.code.startswith(PAIRED) and f.row is not None and f.related]
    for finding in sorted(wanted, key=lambda f: (f.code, f.score if f.score is not None else 1.0)):
        seen[finding.code] += 1
        if seen[finding.code] <= PAIRS and finding.row is not None:
            yield side_by_side(corpus, finding.row, finding.related[0], f"{finding.code} · {finding.message}", finder)


def side_by_side(corpus: Corpus, row: int, other: int, label: str, finder: Finder) -> Compare:
    before, after = compared(masked(corpus, other, finder), masked(corpus, row, finder))
    return Compare(label, str(corpus.address(other)), str(corpus.address(row)), before, after)


def masked(corpus: Corpus, row: int, finder: Finder) -> str:
    """The row's text as the contract joins it, each part masked with what another part gives away."""
    parts = [part.text[:LONGEST] for part in corpus.record(row).parts if part.text]
    return "\n".join(finder.redact_row(parts))[:LONGEST]


def finder_of(settings: Settings, rules: Rules) -> Finder:
    """With the names and recognisers of the settings that hold; what is only shown hides names, too."""
    from curate import catalogue
    from curate.pii.finder import Finder

    names = "cue" if settings.pii_names == "off" else settings.pii_names
    # Rules that were not selected mask all the same.
    return Finder({**catalogue.shipped(), **rules}, names, settings.pii_model)


def lengths(corpus: Corpus, kinds: Sequence[Kind] | frozenset[Kind]) -> Histogram:
    """Characters of these parts by row, over usable rows of the user; bins grow with the length."""
    total = np.zeros(len(corpus), np.int64)
    start = 0
    for batch in corpus.table.select(["kinds", "texts"]).to_batches():
        rows = pc.list_parent_indices(batch.column(0)).to_numpy() + start
        chosen = np.isin(batch.column(0).flatten().to_numpy(), [int(k) for k in kinds])
        size = pc.utf8_length(batch.column(1).flatten()).cast(pa.int64()).to_numpy()
        np.add.at(total, rows[chosen], size[chosen])
        start += batch.num_rows
    seen = total[corpus.usable & corpus.own]
    if not len(seen):
        return Histogram((0, 1), (0,))
    low, high = max(1, int(seen.min())), int(seen.max()) + 1
    edges = np.unique(np.geomspace(low, max(high, low + 1), BINS + 1).round().astype(np.int64))
    edges[0], edges[-1] = min(low, int(seen.min())), max(high, low + 1)
    return Histogram(tuple(edges.tolist()), tuple(np.histogram(seen, edges)[0].tolist()))
