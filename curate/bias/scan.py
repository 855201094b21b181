"""One pass over the text: every surface of the lexicon, longest match first, on word boundaries where there are any."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

U16 = npt.NDArray[np.uint16]
U32 = npt.NDArray[np.uint32]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]

WIDE = 0x2E80
"""The CJK blocks begin here: from here on there are no spaces between words."""
SMALL = 2 << 20
"""Code points below which the plain walk is done before numba is loaded, and long before it has compiled."""
SEPARATOR = "\x01"
UNICODE = 0x110000
FOLDS = {"’": "'", "‘": "'", "-": " ", "‐": " ", "–": " ", "\t": " ", "\n": " ", "\u3000": " ", "（": "(", "）": ")"}


TABLE = str.maketrans(FOLDS)


def fold(word: str) -> str:
    """Lower case, and one form of each mark that is written in several; every character stays one character."""
    low = word.lower()
    # `İ`.lower() is two characters: such a text keeps its case.
    return (low if len(low) == len(word) else word).translate(TABLE)


@cache
def latin() -> U8:
    """1 for characters that make words with spaces between them: letters and digits below the CJK blocks."""
    table = np.zeros(UNICODE, dtype=np.uint8)
    table[[i for i in range(WIDE) if chr(i).isalnum()]] = 1
    return table


Branch = dict[str, Any]
"""What follows, by character, and under FINAL the surface that ends here."""
FINAL = "final"


@dataclass(frozen=True)
class Plain:
    root: Branch
    variants: dict[int, str]
    """What a character is read as: capitals as small letters, the marks of FOLDS as one."""

    @classmethod
    def of(cls, surfaces: Sequence[str], alphabet: dict[str, int], symbols: U16) -> Plain:
        root: Branch = {}
        for number, surface in enumerate(surfaces):
            node = root
            for c in surface:
                node = node.setdefault(c, {})
            node[FINAL] = number
        letters = {symbol: c for c, symbol in alphabet.items()}
        return cls(root, {int(point): letters[int(symbols[point])] for point in np.flatnonzero(symbols)})


@dataclass(frozen=True)
class Trie:
    """Nodes numbered from 1; the edge (node, symbol) is found in a hash table of open addresses."""

    symbols: U16
    """Code point to symbol; 0 is no symbol of the lexicon."""
    keys: I64
    nodes: I32
    final: I32
    """Surface that ends at a node, or -1."""
    plain: Plain
    """The same tree for the plain walk."""

    @classmethod
    def of(cls, surfaces: Sequence[str]) -> Trie:
        alphabet = {c: i + 1 for i, c in enumerate(sorted(set("".join(surfaces))))}
        edges: dict[tuple[int, int], int] = {}
        ends: dict[int, int] = {}
        for number, surface in enumerate(surfaces):
            node = 1
            for c in surface:
                node = edges.setdefault((node, alphabet[c]), len(edges) + 2)
            ends[node] = number
        final = np.full(len(edges) + 2, -1, dtype=np.int32)
        final[list(ends)] = list(ends.values())
        symbols = _symbols(alphabet)
        return cls(symbols, *_hashed(edges), final, Plain.of(surfaces, alphabet, symbols))


def _symbols(alphabet: dict[str, int]) -> U16:
    table = np.zeros(UNICODE, dtype=np.uint16)
    for c, symbol in alphabet.items():
        for variant in {c, c.upper()}:
            if len(variant) == 1:
                table[ord(variant)] = symbol
    for variant, c in FOLDS.items():
        table[ord(variant)] = alphabet.get(c, 0)
    return table


def _hashed(edges: dict[tuple[int, int], int]) -> tuple[I64, I32]:
    size = 1 << max(4, (4 * len(edges)).bit_length())
    keys, nodes = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int32)
    for (node, symbol), to in edges.items():
        key = node << 16 | symbol
        slot = (key * 0x9E3779B1 >> 12) & (size - 1)
        while keys[slot]:
            slot = (slot + 1) & (size - 1)
        keys[slot], nodes[slot] = key, to
    return keys, nodes


@dataclass(frozen=True)
class Hits:
    """Surfaces found, in order; offsets are code points of their text."""

    text: I64
    start: I64
    end: I64
    surface: I64

    def __len__(self) -> int:
        return len(self.text)


def scan(texts: Sequence[str], trie: Trie, many: bool = False) -> Hits:
    """`many`: more texts than these are to come, so that loading and compiling is worth its while."""
    joined = SEPARATOR.join(texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    places = matched(joined, codes, trie, many)
    starts = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum([len(text) + 1 for text in texts], out=starts[1:])
    text = np.searchsorted(starts, places[:, 0], side="right") - 1
    return Hits(text, places[:, 0] - starts[text], places[:, 1] - starts[text], places[:, 2])


def matched(joined: str, codes: U32, trie: Trie, many: bool) -> I64:
    """Start, end and surface of every match: the same from the plain walk and from the compiled one."""
    if not many and len(codes) <= SMALL:
        return np.array([*walked(joined, trie.plain)], dtype=np.int64).reshape(-1, 3)
    from curate.bias.matching import match

    out = np.empty((len(codes) + 1, 3), dtype=np.int32)
    found = match(codes, trie.symbols, latin(), trie.keys, trie.nodes, trie.final, out)
    return out[:found].astype(np.int64)


def walked(joined: str, tree: Plain) -> Iterator[tuple[int, int, int]]:
    """The matches in plain Python: a step into the tree only where a word begins or a character stands for itself."""
    read, n, end = joined.translate(tree.variants), len(joined), 0
    for begin in starts().finditer(joined):
        i = begin.start()
        if i < end:
            continue
        node, j, best, stop = tree.root.get(read[i]), i + 1, -1, i
        while node is not None:
            if FINAL in node and not (j < n and is_latin(joined[j - 1]) and is_latin(joined[j])):
                best, stop = node[FINAL], j
            node, j = (node.get(read[j]) if j < n else None), j + 1
        if best >= 0:
            yield i, stop, best
            end = stop


def is_latin(c: str) -> bool:
    return ord(c) < WIDE and c.isalnum()


@cache
def starts() -> re.Pattern[str]:
    """Where a surface may begin: at the first letter of a word, and at whatever is no letter of one."""
    letters = "".join(chr(point) for point in np.flatnonzero(latin()))
    return re.compile(f"(?<![{letters}])[{letters}]|[^{letters}]", re.DOTALL)
