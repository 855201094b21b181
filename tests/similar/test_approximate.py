"""What sketches propose is counted exactly, and what they may miss is stated."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from curate.errors import UserError
from curate.similar import Edges, near_pairs, read
from curate.similar.approximate import Bands, approximate_pairs, sketches
from curate.similar.index import Index
from tests.similar.brute_force import Row, as_rows, corpora, joined, scores, similarity
from tests.similar.test_near import wordy


@pytest.mark.parametrize("threshold", ["0.5", "0.7", "0.8", "0.9", "1"])
def test_bands_miss_no_more_than_asked_and_use_no_more_functions_than_allowed(threshold: str) -> None:
    bands = Bands.missing_at_most(1e-6, threshold)
    assert bands.miss(float(threshold)) <= 1e-6
    assert bands.count * bands.rows <= 256


def test_the_stated_probability_is_the_one_that_is_measured() -> None:
    """Two texts of similarity 0.6 share a given key of two minima with probability 0.36."""
    left, right = "".join(map(chr, range(0x4E00, 0x4E00 + 402))), "".join(map(chr, range(0x4E00 + 100, 0x4E00 + 502)))
    assert similarity(left, right) == Fraction(300, 500)
    keys = sketches(read([("", "", "", left), ("", "", "", right)]), np.arange(2), Bands(4000, 2), seed=7, workers=2)
    assert np.mean(keys[0] == keys[1]) == pytest.approx(0.36, abs=0.03)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=corpora())
def test_approximate_pairs_are_near_pairs_with_the_same_counts(rows: list[Row]) -> None:
    columns = ("i", "j", "whole_shared", "whole_union", "content_shared", "content_union")

    def told(parts: Iterable[Edges]) -> set[tuple[int, ...]]:
        return {row for edges in parts for row in zip(*(getattr(edges, c).tolist() for c in columns), strict=True)}

    exact = told(near_pairs(as_rows(rows), "0.8"))
    assert told(approximate_pairs(as_rows(rows), "0.8")) == exact


def test_of_many_rows_all_pairs_are_found_once_whatever_the_workers() -> None:
    texts = read(wordy(800, seed=12))

    def told(parts: Iterable[Edges]) -> list[tuple[int, int]]:
        return [pair for edges in parts for pair in zip(edges.i.tolist(), edges.j.tolist(), strict=True)]

    exact = told(near_pairs(texts, "0.7"))
    for workers in (1, 3):
        assert sorted(told(approximate_pairs(texts, "0.7", workers=workers))) == sorted(exact)


@pytest.mark.slow
def test_an_index_finds_what_was_added_before_and_forgets_nothing_when_closed(tmp_path: Path) -> None:
    rows = wordy(120, seed=13)
    path = tmp_path / "seen.index"
    with Index.create(path, "0.7") as index:
        assert index.add((str(k), row) for k, row in enumerate(rows[:60])) == 60
    with Index.open(path) as index:
        assert index.add((str(k), row) for k, row in enumerate(rows[60:], 60)) == 60
        assert len(index) == 120
        assert index.miss <= 1e-6
        for row in rows[::7]:
            hits = {int(hit.key): (hit.same, hit.whole, hit.content) for hit in index.query(row)}
            expected = {k: (joined(*row) == joined(*other), *scores(row, other)) for k, other in enumerate(rows)}
            assert hits == {k: hit for k, hit in expected.items() if hit[0] or min(hit[1:]) >= Fraction(7, 10)}


def test_an_index_is_readable_by_its_owner_alone_and_holds_no_pickle(tmp_path: Path) -> None:
    path = tmp_path / "seen.index"
    with Index.create(path) as index:
        index.add([("a", ("", "", "", "\ud800 a lone surrogate passes"))])
        assert [hit.key for hit in index.query(("", "", "", "\ud800 A lone  surrogate passes"))] == ["a"]
    assert path.stat().st_mode & 0o077 == 0
    assert b"pickle" not in path.read_bytes()


def test_what_is_no_index_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    with pytest.raises(UserError, match="there is no index"):
        Index.open(path)
    path.write_text("not a database at all, but long enough to be looked at as one" * 20)
    with pytest.raises(UserError, match="no index"):
        Index.open(path)
    with pytest.raises(FileExistsError):
        Index.create(path)


def test_a_failed_addition_leaves_nothing_behind(tmp_path: Path) -> None:
    def broken() -> object:
        yield "a", ("", "", "", "the first row is fine")
        raise RuntimeError("and then the reader fails")

    with Index.create(tmp_path / "seen.index") as index:
        with pytest.raises(RuntimeError):
            index.add(broken())  # type: ignore[arg-type]
        assert len(index) == 0
        assert index.query(("", "", "", "the first row is fine")) == []
