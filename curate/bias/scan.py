"""One pass over the text: every surface of the lexicon, longest match first, on word boundaries where there are any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from numba import njit

U16 = npt.NDArray[np.uint16]
U32 = npt.NDArray[np.uint32]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]

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
    table[[i for i in range(0x2E80) if chr(i).isalnum()]] = 1
    return table


@dataclass(frozen=True)
class Trie:
    """Nodes numbered from 1; the edge (node, symbol) is found in a hash table of open addresses."""

    symbols: U16
    """Code point to symbol; 0 is no symbol of the lexicon."""
    keys: I64
    nodes: I32
    final: I32
    """Surface that ends at a node, or -1."""

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
        return cls(_symbols(alphabet), *_hashed(edges), final)


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


@njit  # type: ignore[untyped-decorator]
def _match(codes: U32, symbols: U16, word: U8, keys: I64, nodes: I32, final: I32, out: I32) -> int:
    mask, n, found, i = keys.shape[0] - 1, codes.shape[0], 0, 0
    while i < n:
        node, j, best, stop = np.int64(1), i, -1, i
        while j < n:
            symbol = symbols[codes[j]]
            if symbol == 0:
                break
            key = node << 16 | symbol
            slot = (key * 0x9E3779B1 >> 12) & mask
            while keys[slot] != 0 and keys[slot] != key:
                slot = (slot + 1) & mask
            if keys[slot] == 0:
                break
            node = np.int64(nodes[slot])
            j += 1
            if final[node] >= 0 and not (j < n and word[codes[j - 1]] and word[codes[j]]):
                best, stop = final[node], j
        if best >= 0:
            out[found, 0], out[found, 1], out[found, 2] = i, stop, best
            found += 1
            i = stop
        elif word[codes[i]]:
            while i < n and word[codes[i]]:
                i += 1
        else:
            i += 1
    return found


@dataclass(frozen=True)
class Hits:
    """Surfaces found, in order; offsets are code points of their text."""

    text: I64
    start: I64
    end: I64
    surface: I64

    def __len__(self) -> int:
        return len(self.text)


def scan(texts: Sequence[str], trie: Trie) -> Hits:
    joined = SEPARATOR.join(texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    out = np.empty((len(codes) + 1, 3), dtype=np.int32)
    found = _match(codes, trie.symbols, latin(), trie.keys, trie.nodes, trie.final, out)
    starts = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum([len(text) + 1 for text in texts], out=starts[1:])
    rows = out[:found].astype(np.int64)
    text = np.searchsorted(starts, rows[:, 0], side="right") - 1
    return Hits(text, rows[:, 0] - starts[text], rows[:, 1] - starts[text], rows[:, 2])
