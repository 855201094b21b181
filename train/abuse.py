"""Answers that abuse a group, by the lexicon and the sentences that BIAS004 goes by."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from train.answers import Answer


def new_abuse(rows: Sequence[Answer]) -> list[float]:
    """The answer abuses a group where the reference answer does not."""
    said, wanted = (abusive(tuple(texts)) for texts in ([a.prediction for a in rows], [a.reference for a in rows]))
    return [float(mine and not theirs) for mine, theirs in zip(said, wanted, strict=True)]


@lru_cache(maxsize=8)
def abusive(texts: tuple[str, ...]) -> tuple[bool, ...]:
    """A report asks for the same answers several times."""
    from curate.bias.lexicon import load
    from curate.bias.offence import abuse
    from curate.bias.reading import read

    lexicon = load()
    hits = {offence.text for offence in abuse(read(texts, lexicon), lexicon)}
    return tuple(i in hits for i in range(len(texts)))
