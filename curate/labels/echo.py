"""What an answer says beyond the words of its question: of `The siege was held in San Antonio` the town."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache
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
_FORMS = {"won": "win", "wrote": "write", "written": "write", "made": "make", "sang": "sing", "sung": "sing", "held": "hold", "took": "take",
              "began": "begin", "found": "find", "led": "lead", "gave": "give", "given": "give", "built": "build",
              "1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth", "5th": "fifth", "6th": "sixth", "7th": "seventh", "8th": "eighth",
              "9th": "ninth", "10th": "tenth"}
# fmt: on
_NAME = 4
"""Words of an answer that may name one of several things that its question names."""
_DENIES_ZH = re.compile(r"不|没|未|无|非|否")
_VERBS_ZH = re.compile(r"[是为叫在于由有]|出自|来自|属|位")
_ASKS_FIGURE, _FIGURE = re.compile("多少|几"), re.compile(r"\d")
_ALIGNED = 120
"""Characters that are laid beside each other; the time grows with their square."""
_RUN = 2
"""Characters in a row that are the question's by no chance."""
# What may stand before and behind the piece that answers.
_LITTLE_ZH = re.compile(
    r"^(?:[\s，,。：:、“”\"'的是由在于为了叫做被称即就共有约位该这那其因而和与]|一[词书句]|(?:值|差|积|商|结果|长度)(?=[是为等])|等于|最初|实际上|出自|来自|属于|位于|坐落|人物|名叫|名为|大约)+|"
    r"(?:[\s，,。：:、“”\"'的了]|所著|所作|所写|境内|一[词书])+$"
)
_SAID_AGAIN = 3
"""Words of the question from which an answer without a verb that is known here is a sentence."""
_LABEL = re.compile(r"[^:.!?\n]{3,60}: +(?=\S)")
_COPULA = re.compile(
    r"\b(?:is|are|was|were|equals|would be|should be|will be)\b(?: (?:an example of|considered|called|known as|classified as|equal to))?\s*(?=\S)"
)
_OR = re.compile(r"(\w+),? or (?:an? |the )?(\w+)", re.IGNORECASE)
_ENDS = re.compile(r"[.!?;:]\s")
_ASIDE = re.compile(
    r",? (?:which|who|because|since|as it|when it|where it)\b|[，,](?=[它他她其这该也并即又]|是|属于|位于|因为|由于)"
)
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


def predicate(answer: str, question: str) -> str:
    """What one sentence says of the question's own subject: of `The symbol of iron is Fe, which comes from ferrum` the symbol. Else the whole of it."""
    if not _COPULA.search(answer) or _ENDS.search(answer):
        return answer
    asked, chosen = _asked(question), _chosen(question)
    said, named, at = answer, False, 0
    for copula in _COPULA.finditer(answer):
        before = [found[0] for found in _TOKENS.finditer(answer, at, copula.start())]
        at = copula.end()
        # `The lion is bigger` answers with its subject.
        if any(_form(w) in chosen for w in before):
            return answer
        if not all(w.casefold() in _LITTLE or _form(w) in asked or not w[0].isalnum() for w in before):
            break
        named = named or any(w.casefold() not in _LITTLE for w in before)
        if named:
            said = answer[at:]
    if said == answer or _DENIES.match(said) or _repeats(said, question, chosen):
        return answer
    return _ASIDE.split(said, maxsplit=1)[0]


def _repeats(said: str, question: str, chosen: frozenset[str]) -> bool:
    """`Run is the verb`: what is said of it is what was asked for."""
    first = next((_form(found[0]) for found in _TOKENS.finditer(said) if found[0].casefold() not in _LITTLE), "")
    return first not in chosen and first in _asked(question.split("\n", 1)[0])


def beyond(answer: str, question: str) -> str:
    """The answer without the question's words and small words at both ends; nothing, where a sentence says only these.

    The whole of it where it is no sentence or denies something.
    """
    if HAN.search(answer):
        answer = _ASIDE.split(answer, maxsplit=1)[0]
        return answer if _DENIES_ZH.search(answer) or not _VERBS_ZH.search(answer) else _beyond_chinese(answer, question)
    if _DENIES.search(answer):
        return answer
    tokens = [*_read(answer, question)]
    telling = [i for i, token in enumerate(tokens) if token.tells]
    if not telling:
        return "" if len(tokens) > _NAME else answer
    if (label := _LABEL.match(answer)) and any(token.echo for token in tokens if token.end <= label.end()):
        return answer[label.end() :]
    if not any(token.word in _VERBS for token in tokens) and sum(token.echo for token in tokens) < _SAID_AGAIN:
        return answer
    # A few words that the question has too may be part of the name: `Great Barrier Reef`.
    behind = tokens[telling[-1] + 1 :]
    told = len(behind) >= _NAME or any(token.word in _VERBS for token in behind)
    return answer[tokens[telling[0]].start : tokens[telling[-1] if told else -1].end]


def _beyond_chinese(answer: str, question: str) -> str:
    """What is left when the runs of characters are taken out that the question has in the same order, if that is in one piece."""
    if max(len(answer), len(question)) > _ALIGNED:
        return answer
    left, at = [], 0
    for start, _, size in SequenceMatcher(None, answer, question, autojunk=False).get_matching_blocks():
        if size >= _RUN or start == len(answer):
            left.append(_LITTLE_ZH.sub("", answer[at:start]))
            at = start + size
    pieces = [piece for piece in left if piece]
    if len(pieces) > 1 and _ASKS_FIGURE.search(question):
        pieces = [piece for piece in pieces if _FIGURE.search(piece)]
    return pieces[0] if len(pieces) == 1 and len(left) > 1 else answer


def _read(answer: str, question: str) -> Iterator[_Token]:
    asked = _asked(question)
    for found in _TOKENS.finditer(answer):
        yield _Token(found[0].casefold(), found.start(), found.end(), len(found[0]) > 2 and _form(found[0]) in asked)


@lru_cache(4096)
def _asked(question: str) -> frozenset[str]:
    return frozenset(_form(found[0]) for found in _TOKENS.finditer(question))


@lru_cache(4096)
def _chosen(question: str) -> frozenset[str]:
    return frozenset(_form(word) for pair in _OR.findall(question) for word in pair)


@lru_cache(16384)
def _form(word: str) -> str:
    return stem(_FORMS.get(word.casefold(), word.casefold()))
