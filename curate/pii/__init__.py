"""Personal data and secrets in text: found by form, check digit and the words beside them; masked or replaced."""

from __future__ import annotations

from collections.abc import Sequence

from curate.pii.hits import KINDS, Confidence, Hit
from curate.pii.masking import MASKS, excerpt, mask

__all__ = ["KINDS", "MASKS", "Confidence", "Hit", "excerpt", "find", "mask", "pseudonym", "redact"]


def find(text: str, names: str = "off") -> list[Hit]:
    """What the shipped rules find in a text. `names`: off, cue (beside words that introduce a person), all."""
    from curate.pii.engine import default

    found = default().find(text)
    if names == "off":
        return found
    from curate.pii.hits import settle
    from curate.pii.names import namer

    return settle([*found, *namer(names).tag([text])[0]], text)


def pseudonym(text: str, hits: Sequence[Hit], key: bytes) -> str:
    """The text with every hit replaced by a value of the same form that is nobody's; one value, one pseudonym under one key."""
    from curate.pii.pseudonyms import pseudonym as replace

    return replace(text, hits, key)


def redact(text: str, names: str = "off") -> str:
    """The text with everything findable masked; the text itself where there is nothing."""
    found = find(text, names)
    return mask(text, found) if found else text
