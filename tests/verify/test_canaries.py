from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from curate.verifying.canaries import FAMILIES, MOST, Promise, sing
from curate.verifying.folder import manifest_of, raw_rows, rows_of
from tests.verify.folders import clean_rows, write


@pytest.mark.slow
def test_three_hundred_of_three_hundred_are_found_in_either_language(tmp_path: Path) -> None:
    rows = clean_rows(1200)
    folder = write(tmp_path / "out", {"train": rows[:300], "validation": rows[300:700], "test": rows[700:]})
    manifest = manifest_of(folder)
    splits, _ = rows_of(folder, manifest)
    heard = {
        (each.family, each.language): each
        for each in sing(splits, Fraction(4, 5), lambda chosen: raw_rows(folder, manifest, chosen))
    }
    for family in FAMILIES:
        for language in ("en", "zh"):
            each = heard.get((family.name, language))
            if family.promise is Promise.ALWAYS:
                assert each is not None
                assert (each.planted, each.found) == (MOST, MOST), family.name
            elif family.promise is Promise.BY_DEFINITION:
                assert each is not None
                assert each.found == each.planted, family.name


@pytest.mark.slow
def test_the_same_rows_in_another_order_sing_the_same(tmp_path: Path) -> None:
    rows = clean_rows(60)
    songs = []
    for name, order in (("a", 1), ("b", -1)):
        parts = {"train": rows[:40][::order], "validation": rows[40:50][::order], "test": rows[50:][::order]}
        folder = write(tmp_path / name, parts)
        manifest = manifest_of(folder)
        splits, _ = rows_of(folder, manifest)
        songs.append(sing(splits, Fraction(4, 5), lambda chosen, at=folder, m=manifest: raw_rows(at, m, chosen)))
    assert songs[0] == songs[1]
