"""Tokens counted by the pieces a text is made of, each encoded once: what tokenizers do with a word does not depend on its neighbours."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, product
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_MARKS = "，。；：？！、"
# White space as Unicode and the tokenizers know it; Python's \s has four control characters more.
_BLANKS = "\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_CUT, _WORD = f"[{_BLANKS}{_MARKS}]", f"[^{_BLANKS}{_MARKS}]"
_PIECE = re.compile(rf"{_CUT}*{_WORD}*(?:(?<=[\W_])[\r\n{_MARKS}]{_CUT}*{_WORD}*)*")
"""Cuts stand where a run of blanks and Chinese marks begins; before a mark or a new line only behind a letter or digit, since other
signs are joined with them."""
_LONG = 64
"""Characters up to which a piece is likely to come again."""
_ROOM = 1 << 18
_NEW, _PATIENCE = 0.5, 16
"""Where more than this share of the text was never seen before, after so many batches, words are not worth their looking up."""
# For the proof: what may stand before a cut, what it is cut at, and what may follow.
_BEFORE = ("x", "X", "é", "中", "か", "한", "я", "5", "½", ")", '"', "_", "-", ".", "'s", "\u0301", "\U0001f642", "<", "//")
_RUNS = (
    " ",
    "  ",
    "\n",
    "\n\n",
    "\n  ",
    " \n",
    "\t",
    "\t\t ",
    "\r\n",
    "\u3000",
    "\u3000  ",
    "\xa0",
    *_MARKS,
    "，\n",
    "。 ",
    " ，",
    "？！",
    "。”",
)
_AFTER = ("x", "X", "é", "中", "5", "½", "(", "_", "-x", "'", "\u0301", "\U0001f642", "<|x|>", "")


class Encoded(Protocol):
    def __len__(self) -> int: ...

    def char_to_token(self, at: int, /) -> int | None: ...


class Pieces:
    """Encodes texts as the tokenizer does, as far as numbers and places of tokens go."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.lengths: dict[str, int] = {}
        self.places: dict[tuple[str, int], int | None] = {}
        self.use, self.batches, self.met, self.new = independent(tokenizer), 0, 0, 0

    def encoded(self, texts: Sequence[str]) -> Iterable[Encoded]:
        if not self.use:
            return self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        cut = [_PIECE.findall(text) for text in texts]
        if len(self.lengths) > _ROOM or len(self.places) > _ROOM:
            self.lengths.clear()
            self.places.clear()
        known = self.lengths
        unknown = [*{piece: None for pieces in cut for piece in pieces if piece not in known}]
        encodings = self.tokenizer.encode_batch_fast(unknown, add_special_tokens=False)
        known.update(zip(unknown, map(len, encodings), strict=True))
        made = [InPieces(self, pieces, [*accumulate(map(known.__getitem__, pieces), initial=0)]) for pieces in cut]
        self.learn(texts, unknown)
        return made

    def learn(self, texts: Sequence[str], unknown: Sequence[str]) -> None:
        for piece in unknown:
            if len(piece) > _LONG:
                del self.lengths[piece]
        self.batches += 1
        self.met += sum(map(len, texts))
        self.new += sum(map(len, unknown))
        if self.batches == _PATIENCE:
            self.use = self.new <= _NEW * self.met
            self.batches = self.met = self.new = 0

    def place(self, piece: str, at: int) -> int | None:
        key = (piece, at)
        if key not in self.places:
            self.places[key] = self.tokenizer.encode(piece, add_special_tokens=False).char_to_token(at)
        return self.places[key]


class InPieces:
    """What is asked of an encoding."""

    __slots__ = ("before", "from_", "pieces", "starts")

    def __init__(self, from_: Pieces, pieces: list[str], before: list[int]) -> None:
        self.from_, self.pieces, self.before = from_, pieces, before
        self.starts: list[int] = []

    def __len__(self) -> int:
        return self.before[-1]

    def char_to_token(self, at: int) -> int | None:
        if not self.starts:
            self.starts = [*accumulate(map(len, self.pieces), initial=0)]
        k = bisect_right(self.starts, at) - 1
        inside = self.from_.place(self.pieces[k], at - self.starts[k])
        return None if inside is None else self.before[k] + inside


def independent(tokenizer: Tokenizer) -> bool:
    """Whether pieces may be encoded by themselves: seen from what the tokenizer is made of, and proved on every kind of cut.

    A tokenizer that cuts texts into words first, by rules that look no further than the next sign, gives each word its tokens without
    a look at the others. SentencePiece models without such a step, and anything not known here, are taken whole.
    """
    made = json.loads(tokenizer.to_str())
    if made["pre_tokenizer"] is None or (made["normalizer"] or {"type": "NFC"})["type"] != "NFC" or made["model"].get("dropout"):
        return False
    for token in tokenizer.get_added_tokens_decoder().values():
        if token.rstrip or len([piece for piece in _PIECE.findall(token.content) if piece]) != 1:
            return False
    texts = [f"ab{before}{run}{after}cd 5" for before, run, after in product(_BEFORE, _RUNS, _AFTER)]
    cut = [_PIECE.findall(text) for text in texts]
    encode = tokenizer.encode_batch
    different = [*dict.fromkeys(chain.from_iterable(cut))]
    alone = {p: encoding.ids for p, encoding in zip(different, encode(different, add_special_tokens=False), strict=True)}
    for text, pieces, whole in zip(texts, cut, encode(texts, add_special_tokens=False), strict=True):
        if [*chain.from_iterable(alone[piece] for piece in pieces)] != whole.ids or not cut_at(tokenizer, text, pieces):
            return False
    return True


def cut_at(tokenizer: Tokenizer, text: str, pieces: Sequence[str]) -> bool:
    """The tokenizer's own words end wherever a piece does: no merge of any vocabulary reaches across."""
    cuts = [*accumulate(map(len, pieces))][:-1]
    words = tokenizer.pre_tokenizer.pre_tokenize_str(text)
    return not any(start < cut < end for cut in cuts for _, (start, end) in words)
