"""BIAS002, taken together: whether groups have different occupations at all, where no single pair has rows to show it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from curate.bias.evidence import Evidence
from curate.bias.lexicon import ATTRIBUTES, Ints, Lexicon
from curate.bias.statistics import Floats
from curate.bias.terms import LANGUAGES, Kind

DRAWS = 500
SEED = 20170707  # one seed for ever: the same links give the same interval, in any order of rows


@dataclass(frozen=True, slots=True)
class Overall:
    """Dependence of group and attribute over all links of a kind."""

    axis: str
    language: str
    kind: str
    links: int
    attributes: int
    v: float
    """Cramér's V without its bias (Bergsma 2013): 0 is none, 1 is complete."""
    low: float
    high: float
    p: float
    q: float = 1.0


def overall(evidence: Evidence, lexicon: Lexicon, minimum: int) -> Iterator[Overall]:
    for lang, language in enumerate(LANGUAGES):
        for axis in lexicon.axes:
            for name, kind in ATTRIBUTES.items():
                table = _table(whole_links(evidence, lexicon, axis, lang, kind))
                if min(table.shape) >= 2 and table.sum() >= 8 * minimum:
                    yield Overall(axis, language, name, int(table.sum()), table.shape[1], *dependence(table))


def whole_links(evidence: Evidence, lexicon: Lexicon, axis: str, lang: int, kind: Kind) -> Ints:
    """Links of a language, an axis and a kind of attribute."""
    links = evidence.table("links", 4)
    kinds = np.array([int(a.kind) for a in lexicon.attributes])
    mine = (links[:, 1] == lang) & np.isin(links[:, 2], lexicon.axis_groups(axis)) & (kinds[links[:, 3]] == kind)
    return np.asarray(links[mine])


def _table(links: Ints) -> Ints:
    """Groups by attributes, without empty lines."""
    _, row = np.unique(links[:, 2], return_inverse=True)
    _, column = np.unique(links[:, 3], return_inverse=True)
    table = np.zeros((row.max(initial=-1) + 1, column.max(initial=-1) + 1), dtype=np.int64)
    np.add.at(table, (row, column), 1)
    return table


def dependence_of(table: Ints) -> float:
    return float(_v(_chi_square(table[None].astype(float)), int(table.sum()), table.shape)[0])


def dependence(table: Ints) -> tuple[float, float, float, float]:
    """V, its 95 % percentile interval, and a p-value.

    The null distribution is that of tables with the same margins; a gamma fitted to its mean and variance
    gives the tail, since chi-square's own is wrong for the small cells that links come in.
    """
    from scipy.special import gammaincc  # scipy.stats takes half a second to load

    rng = np.random.default_rng(SEED)
    observed = float(_chi_square(table[None].astype(float))[0])
    null = _chi_square(same_margins(table.sum(1), table.sum(0), rng))
    mean, variance = float(null.mean()), float(null.var())
    p = float(gammaincc(mean**2 / variance, observed * mean / variance)) if variance > 0 else 1.0
    n = int(table.sum())
    drawn = rng.multinomial(n, table.ravel() / n, size=DRAWS).reshape(-1, *table.shape).astype(float)
    resampled = _v(_chi_square(drawn), n, table.shape)
    # A resample of a sample is further from independence than the sample is: centre the interval on the estimate.
    v = dependence_of(table)
    shift = v - float(np.median(resampled))
    low, high = np.clip(np.quantile(resampled, (0.025, 0.975)) + shift, 0, 1)
    return v, float(low), float(high), p


def same_margins(rows: Ints, columns: Ints, rng: np.random.Generator) -> Floats:
    """DRAWS random tables with these sums, cell by cell: each is hypergeometric given those before it."""
    left = np.tile(rows, (DRAWS, 1))
    tables = np.zeros((DRAWS, len(rows), len(columns)), dtype=np.int64)
    for j, column in enumerate(columns):
        wanted, rest = np.full(DRAWS, column), left.sum(1)
        for i in range(len(rows)):
            rest = rest - left[:, i]
            tables[:, i, j] = rng.hypergeometric(left[:, i], rest, wanted)
            wanted = wanted - tables[:, i, j]
        left -= tables[:, :, j]
    return tables.astype(float)


def _chi_square(tables: Floats) -> Floats:
    rows, columns = tables.sum(2, keepdims=True), tables.sum(1, keepdims=True)
    expected = rows * columns / np.maximum(tables.sum((1, 2), keepdims=True), 1)
    return np.asarray(np.where(expected > 0, (tables - expected) ** 2 / np.maximum(expected, 1e-12), 0).sum((1, 2)))


def _v(chi_square: Floats, n: int, shape: tuple[int, ...]) -> Floats:
    r, k = shape
    phi = np.maximum(0, chi_square / n - (r - 1) * (k - 1) / (n - 1))
    r_, k_ = r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)
    return np.asarray(np.sqrt(phi / max(min(r_, k_) - 1, 1e-9)).clip(0, 1))
