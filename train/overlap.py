"""How much of the reference answer is in the answer: chrF and ROUGE-L, right for Chinese as for English."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

import numpy as np

from train.intervals import Array
from train.matching import CJK

# A CJK character is a token of its own: between spaces a Chinese sentence would be one token, equal or not.
TOKEN = re.compile(rf"[{CJK}]|[^\W_{CJK}]+")


def tokens(text: str) -> list[str]:
    return TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())


def rouge_l(prediction: str, reference: str) -> float:
    """F1 of the longest common subsequence (Lin 2004, beta 1), without stemming. Two texts without a token are equal or 0."""
    a, b = tokens(prediction), tokens(reference)
    if not a or not b:
        return float(prediction.strip() == reference.strip())
    return 2 * common(a, b) / (len(a) + len(b))


def common(a: list[str], b: list[str]) -> int:
    """Length of the longest common subsequence, a machine word at a time (Hyyrö 2004)."""
    where: dict[str, int] = {}
    for i, token in enumerate(a):
        where[token] = where.get(token, 0) | 1 << i
    full = (1 << len(a)) - 1
    row = full
    for token in b:
        match = row & where.get(token, 0)
        row = (row + match | row - match) & full
    return len(a) - row.bit_count()


SIGNATURE = "nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no"
"""What sacrebleu would print beside these figures; a test holds them against it."""
ORDERS = range(1, 7)


def chrf(prediction: str, reference: str) -> float:
    """Sentence chrF (Popović 2015), character order 6, beta 2, as sacrebleu computes it; 0 to 1."""
    return float(chrf_of_sums(np.array([chrf_counts(prediction, reference)]))[0])


@lru_cache(maxsize=8192)
def chrf_counts(prediction: str, reference: str) -> tuple[float, ...]:
    """Per order: n-grams of the answer, of the reference, in common. Summed over rows they give the corpus score.

    Kept, for a report asks for the same answers several times.
    """
    sides = ["".join(text.split()) for text in (prediction, reference)]
    out: list[float] = []
    for n in ORDERS:
        a, b = (Counter(text[i : i + n] for i in range(len(text) - n + 1)) for text in sides)
        # An order that a short reference does not reach counts on neither side, as in sacrebleu.
        out += [a.total() if b else 0, b.total(), (a & b).total()]
    return tuple(out)


def chrf_of_sums(sums: Array) -> Array:
    """The chrF of counts (m x 18): F of precision and recall averaged over the orders that both sides reach."""
    hypothesis, reference, match = (sums[:, i::3] for i in range(3))
    usable = (hypothesis > 0) & (reference > 0)
    orders = np.maximum(usable.sum(axis=1), 1)
    p, r = (
        np.divide(match, side, out=np.zeros(match.shape), where=usable).sum(axis=1) / orders for side in (hypothesis, reference)
    )
    weight = 4.0  # beta squared
    below = weight * p + r
    score: Array = np.divide((1 + weight) * p * r, below, out=np.zeros(below.shape), where=below > 0)
    return score
