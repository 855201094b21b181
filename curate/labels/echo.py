"""What an answer says beyond the words of its question: of `The siege was held in San Antonio` the town."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from curate.labels.names import HAN, stem

_TOKENS = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*|[^\w\s]")
# Words that tell nothing where they stand around a name.
# fmt: off
_LITTLE = frozenset([
    "he", "she", "it", "they", "we", "you", "his", "her", "its", "their", "this", "that", "these", "those", "there", "the", "a", "an",
    "is", "was", "are", "were", "be", "been", "being", "has", "have", "had", "do", "does", "did", "became", "become", "in", "on",
    "at", "of", "for", "to", "by", "from", "as", "with", "and", "or", "called", "named", "known", "who", "which", "what", "where",
    "when", "whose", "i", "im", "held", "located", "situated", "based", "took", "place", "happened", "occurred", "it's", "he's", "she's"
])
_VERBS = frozenset(["is", "was", "are", "were", "has", "have", "had", "did", "became", "become", "it's", "he's", "she's", "called", "named", "known"])
_IRREGULAR = {"won": "win", "wrote": "write", "written": "write", "made": "make", "sang": "sing", "sung": "sing", "held": "hold", "took": "take",
              "began": "begin", "found": "find", "led": "lead", "gave": "give", "given": "give", "built": "build"}
# fmt: on
_NAME = 4
"""Words of an answer that may name one of several things that its question names."""
_LABEL = re.compile(r"[^:.!?\n]{3,60}: +(?=\S)")
_DENIES = re.compile(r"\b(?:not|no|never|neither|nor|without)\b|n['’]t\b", re.IGNORECASE)


class _Token(NamedTuple):
    word: str
    start: int
    end: int
    echo: bool
    """The question has it too, or a form of it."""

    @property
    def tells(self) -> bool:
        return not self.echo and self.word not in _LITTLE and self.word[0].isalnum()


def beyond(answer: str, question: str) -> str:
    """The answer without the question's words and small words at both ends; nothing, where a sentence says only these.

    The whole of it where it is no sentence, denies something, or is in Chinese.
    """
    if HAN.search(answer) or _DENIES.search(answer):
        return answer
    tokens = [*_read(answer, question)]
    telling = [i for i, token in enumerate(tokens) if token.tells]
    if not telling:
        return "" if len(tokens) > _NAME else answer
    if (label := _LABEL.match(answer)) and any(token.echo for token in tokens if token.end <= label.end()):
        return answer[label.end() :]
    if not any(token.echo or token.word in _VERBS for token in tokens):
        return answer
    # A few words that the question has too may be part of the name: `Great Barrier Reef`.
    behind = tokens[telling[-1] + 1 :]
    told = len(behind) >= _NAME or any(token.word in _VERBS for token in behind)
    return answer[tokens[telling[0]].start : tokens[telling[-1] if told else -1].end]


def _read(answer: str, question: str) -> Iterator[_Token]:
    asked = {_form(found[0]) for found in _TOKENS.finditer(question)}
    for found in _TOKENS.finditer(answer):
        yield _Token(found[0].casefold(), found.start(), found.end(), len(found[0]) > 2 and _form(found[0]) in asked)


def _form(word: str) -> str:
    return stem(_IRREGULAR.get(word.casefold(), word.casefold()))
