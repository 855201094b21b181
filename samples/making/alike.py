"""How alike two rows are, written a second time from the definition: shingles of 5 code points, of 3 in Chinese.

It shares no line with `curate`, so that a planted pair at 0.83 is one by the definition and not by the program under test.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

RANGES = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x323AF), (0x3040, 0x30FF), (0xAC00, 0xD7AF))


def canonical(parts: Sequence[str]) -> str:
    return " ".join(unicodedata.normalize("NFKC", "\n".join(parts)).casefold().split())


def shingles(text: str) -> frozenset[str]:
    sizes = [3 if any(low <= ord(c) <= high for low, high in RANGES) else 5 for c in text]
    found = frozenset(text[i : i + n] for i, n in enumerate(sizes) if i + n <= len(text))
    return found or frozenset((text,))


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b)


def content(row: Mapping[str, Any]) -> list[str]:
    """The row without what all rows of the file share: the instruction, or the system message."""
    if "messages" in row:
        return [m["content"] for m in row["messages"] if m["role"] != "system"]
    return [row["input"], row["output"]]


def question(row: Mapping[str, Any]) -> list[str]:
    """What is asked: all but the last answer."""
    return content(row)[:-1]


def content_likeness(a: Mapping[str, Any], b: Mapping[str, Any]) -> float:
    return jaccard(shingles(canonical(content(a))), shingles(canonical(content(b))))
