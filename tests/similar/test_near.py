"""NEAR pairs against brute force, for every engine."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from fractions import Fraction
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from datasketch import MinHash, MinHashLSH
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curate.similar import (
    Edges,
    Rows,
    canonical,
    compiled,
    components,
    copy_groups,
    near_pairs,
    plain,
    read,
    same_groups,
    tokenising,
)
from tests.similar.brute_force import Row, as_rows, corpora, joined, near, shingles, similarity, thresholds

ENGINES = pytest.mark.parametrize("engine", [plain, compiled], ids=["plain", "compiled"])
compiling = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
Found = dict[tuple[int, int], tuple[Fraction, Fraction]]


def pairs(rows: Any, threshold: Any, **options: Any) -> Found:
    """Pairs with both similarities; that none comes twice is checked on the way."""
    edges = Edges.gathered(near_pairs(rows, threshold, **options))
    columns = zip(*(getattr(edges, name).tolist() for name in Edges.__slots__), strict=True)
    found = {(i, j): (Fraction(ws, wu), Fraction(cs, cu)) for i, j, ws, wu, cs, cu in columns}
    assert len(found) == len(edges)
    return found


@ENGINES
@compiling
@given(rows=corpora(), threshold=thresholds)
def test_every_near_pair_is_found_with_its_exact_similarities(engine: ModuleType, rows: list[Row], threshold: Fraction) -> None:
    first = copy_groups(as_rows(rows))
    expected = {(i, j): s for (i, j), s in near(rows, threshold).items() if first[i] == i and first[j] == j}
    assert pairs(as_rows(rows), threshold, engine=engine, workers=2) == expected


@pytest.mark.slow
@ENGINES
@compiling
@given(rows=corpora(), threshold=thresholds, sides=st.lists(st.integers(0, 2), min_size=14, max_size=14))
def test_with_sides_every_near_pair_across_them_is_found(
    engine: ModuleType, rows: list[Row], threshold: Fraction, sides: list[int]
) -> None:
    for side in (np.array(sides[: len(rows)], np.int8), np.minimum(sides[: len(rows)], 1)):
        first = copy_groups(as_rows(rows), side)
        expected = {
            (i, j): s for (i, j), s in near(rows, threshold).items() if first[i] == i and first[j] == j and side[i] != side[j]
        }
        assert pairs(as_rows(rows), threshold, against=side, engine=engine) == expected


@compiling
@given(rows=corpora(), threshold=thresholds, rnd=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[Row], threshold: Fraction, rnd: random.Random) -> None:
    order = [*range(len(rows))]
    rnd.shuffle(order)

    def told(these: list[Row]) -> set[Any]:
        parts = [tuple(map(canonical, row)) for row in these]
        return {(frozenset((parts[i], parts[j])), similarity) for (i, j), similarity in pairs(as_rows(these), threshold).items()}

    assert told(rows) == told([rows[k] for k in order])


def wordy(count: int, seed: int, edits: int = 6) -> list[Row]:
    """Rows in both scripts, long and short, a fifth of them edited copies of earlier ones."""
    rng = random.Random(seed)
    words = ["".join(rng.choices("abcdefghijklmnop", k=rng.randint(2, 8))) for _ in range(900)]
    han = [chr(c) for c in range(0x4E00, 0x4E00 + 600)]
    rows: list[Row] = []
    for _ in range(count):
        if rows and rng.random() < 0.2:
            system, prompt, given_, rest = rng.choice(rows)
            letters = [*rest]
            for _ in range(rng.randint(0, edits)):
                letters[rng.randrange(len(letters) or 1) : 0] = rng.choice("xyz的")
            rows.append((system, prompt, given_, "".join(letters)))
            continue
        size = rng.choice([1, 5, 40, 120])
        rest = "".join(rng.choices(han, k=size)) if rng.random() < 0.3 else " ".join(rng.choices(words, k=size))
        system = rng.choice(["", "You are a careful assistant who never guesses."])
        template = rng.choice(
            ["", "Summarise the text below in one sentence, in plain words, for a reader in a hurry.", "翻译："]
        )
        rows.append((system, template, rng.choice(["", rest[: size // 2]]), rest))
    return rows


@pytest.mark.parametrize("threshold", ["0.6", "0.8", "0.95"])
def test_engines_agree_and_workers_do_not_matter(threshold: str) -> None:
    texts = read(wordy(700, seed=5))
    expected = pairs(texts, threshold, engine=plain)
    assert len(expected) > 40
    for workers in (1, 2, 5):
        assert pairs(texts, threshold, engine=compiled, workers=workers) == expected


def test_pieces_of_work_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = read(wordy(300, seed=6))
    expected = pairs(texts, "0.6", engine=compiled)
    monkeypatch.setattr(tokenising, "CHUNK_BYTES", 500)
    monkeypatch.setattr(compiled, "PROBES", 7)
    monkeypatch.setattr(compiled, "MATCHES", 1)
    monkeypatch.setattr(plain, "ENTRIES", 50)
    assert pairs(texts, "0.6", engine=compiled, workers=3) == expected == pairs(texts, "0.6", engine=plain)


@ENGINES
def test_a_text_of_a_hundred_thousand_letters_is_compared_like_any_other(engine: ModuleType) -> None:
    rng = random.Random(1)
    long = "".join(rng.choices("abcdefghij klmnop的了是", k=100_000))
    rows = Rows.of([long, long[:90_000], long[:50_000], "short", long + "!"])
    found = pairs(rows, "0.8", engine=engine)
    assert found.keys() == {(0, 1), (0, 4), (1, 4)}
    assert found[0, 1][0] == similarity(joined(long), joined(long[:90_000]))


@ENGINES
def test_rows_under_one_long_template_are_told_apart_by_what_fills_it(engine: ModuleType) -> None:
    rng = random.Random(2)
    template = "Read the following passage with care and answer in one word, whether it is positive or negative. " * 3
    given_ = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz ", k=60)) for _ in range(400)]
    rows = [("", template, text, rng.choice(["positive", "negative"])) for text in given_]
    # one row with the template but no input: its words are then no longer those of one class
    rows += [("", template, "", "none"), ("", template, given_[0] + "!", rows[0][3])]
    assert pairs(as_rows(rows), "0.8", engine=engine).keys() == {(0, 401)}


@ENGINES
def test_copies_cost_nothing_and_are_spoken_for_by_the_first(engine: ModuleType) -> None:
    text = "the quick brown fox jumps over the lazy dog and then rests for a while in the shade"
    rows = Rows.of([text] * 5000 + [text + "!"] * 5000)
    assert pairs(rows, "0.8", engine=engine).keys() == {(0, 5000)}


@pytest.mark.parametrize("rows", [[], [("", "", "", "alone")], [("", "", "", "")] * 3])
def test_nothing_to_compare_gives_no_pairs(rows: list[Row]) -> None:
    assert not pairs(as_rows(rows), "0.8")
    assert not pairs(as_rows(rows), "0.8", engine=compiled)


@pytest.mark.slow
def test_datasketch_finds_the_same_pairs() -> None:
    """Its candidates, verified; with these bands it misses a pair at the threshold five times in a hundred million."""
    rows = wordy(500, seed=8)
    texts = read(Rows.of([joined(*row) for row in rows]))
    index, theirs = MinHashLSH(num_perm=128, params=(32, 4)), set()
    sets = {k: shingles(texts.text(k)) for k in np.flatnonzero(texts.copies == np.arange(len(texts))).tolist()}
    for k, own in sets.items():
        sketch = MinHash(num_perm=128, seed=3)
        sketch.update_batch([s.encode() for s in own])
        theirs |= {(other, k) for other in index.query(sketch) if 5 * len(sets[other] & own) >= 4 * len(sets[other] | own)}
        index.insert(k, sketch)
    ours = pairs(texts, "0.8").keys()
    assert len(ours) > 20
    assert theirs == ours


@pytest.mark.slow
@ENGINES
@compiling
@given(rows=corpora(), threshold=thresholds)
def test_links_alone_make_the_same_groups_as_all_pairs(engine: ModuleType, rows: list[Row], threshold: Fraction) -> None:
    texts = as_rows(rows)
    same = same_groups(texts)
    every = pairs(texts, threshold, engine=engine)
    links = pairs(texts, threshold, engine=engine, links_only=True)
    assert links.items() <= every.items()

    def groups(found: Found) -> list[int]:
        ends = np.array([*found, *enumerate(same.tolist())], np.int64).reshape(-1, 2)
        return components(len(rows), ends[:, 0], ends[:, 1]).tolist()

    assert groups(links) == groups(every)


@pytest.mark.slow
def test_links_of_a_family_are_few_and_do_not_depend_on_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(4)
    text = "".join(rng.choices("abcdefghijklmnopqrstuvwxyz ", k=300))
    family = Rows.of([f"{text[:k]}#{k}{text[k:]}" for k in range(300)])
    monkeypatch.setattr(compiled, "ROUND", 16)
    expected = pairs(family, "0.8", engine=compiled, links_only=True, workers=1)
    assert 299 <= len(expected) < 300 * 9 < len(pairs(family, "0.8", engine=compiled))
    for workers in (2, 5):
        assert pairs(family, "0.8", engine=compiled, links_only=True, workers=workers) == expected


def test_whoever_stops_asking_may_ask_again() -> None:
    texts = read(wordy(600, seed=11))
    expected = pairs(texts, "0.6", engine=compiled)
    for _ in range(20):
        next(near_pairs(texts, "0.6", engine=compiled, workers=4))
    assert pairs(texts, "0.6", engine=compiled) == expected


@pytest.mark.slow
def test_where_compiled_code_cannot_be_kept_it_is_compiled_all_the_same() -> None:
    nowhere = {**os.environ, "NUMBA_CACHE_LOCATOR_CLASSES": "IPythonCacheLocator"}  # which is for notebooks
    command = "from curate.similar.interning import U64, hashed; print(hashed(U64(1), U64(2)) == hashed.py_func(U64(1), U64(2)))"
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", command], env=nowhere, capture_output=True, text=True, check=True
    )
    assert told.stdout == "True\n"
