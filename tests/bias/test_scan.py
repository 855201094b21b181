"""The scanner against a slow and obvious one, and the mentions that count."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curate.bias.lexicon import load
from curate.bias.matching import match
from curate.bias.reading import read
from curate.bias.scan import Trie, fold, latin, scan, walked
from curate.bias.terms import Kind

LEXICON = load()
SURFACES = ["he", "her", "hers", "he or she", "black woman", "woman", "其他", "他", "他们", "女", "女人", "cafe's"]


def obvious(text: str) -> list[tuple[int, int, str]]:
    """Longest match at each place, on word boundaries for words in letters."""
    folded, found, i = fold(text), [], 0
    while i < len(folded):
        best = ""
        before = i > 0 and folded[i - 1].isalnum() and ord(folded[i - 1]) < 0x2E80
        for surface in SURFACES:
            after = folded[i + len(surface) : i + len(surface) + 1]
            joined = surface[-1].isalnum() and ord(surface[-1]) < 0x2E80 and after.isalnum() and ord(after) < 0x2E80
            starts_inside = before and ord(surface[0]) < 0x2E80
            if folded.startswith(surface, i) and not joined and not starts_inside and len(surface) > len(best):
                best = surface
        if best:
            found.append((i, i + len(best), best))
        i += len(best) or 1
    return found


@settings(deadline=None)
@given(st.lists(st.sampled_from([*SURFACES, " ", "-", "x", "é", "，", "人", "HE", "\n", "'"]), max_size=12).map("".join))
def test_the_scanner_finds_what_an_obvious_one_finds(text: str) -> None:
    hits = scan([text], Trie.of(SURFACES))
    found = [(int(a), int(b), SURFACES[int(s)]) for a, b, s in zip(hits.start, hits.end, hits.surface, strict=True)]
    assert found == obvious(text)


@settings(deadline=None)
@given(st.lists(st.text(max_size=20), max_size=6))
def test_texts_do_not_run_into_each_other(texts: list[str]) -> None:
    trie = Trie.of(SURFACES)
    together = scan([t.replace("\x01", "") for t in texts], trie)
    apart = [scan([t.replace("\x01", "")], trie) for t in texts]
    assert [list(together.start[together.text == i]) for i in range(len(texts))] == [list(hits.start) for hits in apart]


def groups(text: str) -> set[str]:
    reading = read([text], LEXICON)
    return {LEXICON.groups[t].name for k, t in zip(reading.kind, reading.target, strict=True) if k == Kind.GROUP}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("他们和其他人都说他人的事与我无关，尤其是吉他。", set()),
        ("他说她来了。", {"male", "female"}),
        ("尤其他最努力。", {"male"}),
        ("女医生和男护士", {"female", "male"}),
        ("子女的教育，男女平等，父母都同意。", set()),
        ("The male connector fits the female port.", set()),
        ("A female engineer met a male nurse.", {"female", "male"}),
        ("He or she may leave.", set()),
        ("The white house is black and white.", set()),
        ("The old Black driver rested.", {"old", "black"}),
        ("中国人民银行在上海人口最多的区。", set()),
        ("河南人和上海人是邻居。", {"河南", "上海"}),
        ("African-American students and Muslims", {"black", "muslim"}),
        ("Poor weather, rich text, a short story.", set()),
    ],
)
def test_a_mention_counts_only_where_a_person_is_meant(text: str, expected: set[str]) -> None:
    assert groups(text) == expected


def test_every_surface_of_the_lexicon_finds_itself() -> None:
    trie = LEXICON.trie
    assert len(LEXICON.first) - 1 == int(trie.final.max()) + 1


@settings(deadline=None)
@given(st.text(max_size=50))
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert re.sub(r"\s", "", text) == "" or fold(text) is not None


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([*SURFACES, " ", "-", "x", "é", "，", "人", "HE", "\n", "’", "0", "Ж"]), max_size=20).map("".join)
)
def test_the_compiled_scan_finds_what_the_plain_walk_finds(text: str) -> None:
    trie = Trie.of(SURFACES)
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    out = np.empty((len(codes) + 1, 3), dtype=np.int32)
    found = match(codes, trie.symbols, latin(), trie.keys, trie.nodes, trie.final, out)
    assert out[:found].tolist() == [[*place] for place in walked(text, trie.plain)]
