"""For how many right answers a question has room, given what kind of value answers it."""

from __future__ import annotations

import re
from typing import Literal

from curate.labels.kinds import Value
from curate.labels.questions import (
    asks,
    asks_who,
    is_closed,
    is_dilemma,
    is_loose,
    is_open,
    is_personal,
    is_plain,
    is_vague,
    recurs,
)

Room = Literal["one", "few", "many"]
"""For how many right answers the wording of a question leaves room: for one; for more than one, though hardly for many; for many."""
_FIGURES = re.compile(r"\d")
"""With these a number is reckoned, without them it is looked up."""
_SHORT = 160
"""Characters of a sentence that says one thing."""
# What one is told of a person may be anything.
_WHO_IS = re.compile(r"\s*who (?:is|was) ", re.IGNORECASE)
_AS_OF = re.compile(r"\b(?:as of|cut-?off|at the time|currently)\b")


def room(question: str, value: Value) -> Room:
    """For numbers, dates and choices there is one right answer unless any will do; for names where the question asks for one in so many words.

    What is typed without a capital letter (`who sang hallelujah`) leaves open what is meant: where two such answers were compared by
    people (QA-Eval, Natural Questions, 573 pairs), three in ten were both right, of those in whole sentences (TriviaQA, 124) one in twelve.
    """
    opened = is_open(question) and value.kind != "choice"
    if is_personal(question) or opened or (value.kind == "yes or no" and is_dilemma(question)):
        return "many"
    if value.kind == "sentence":
        return _for_a_sentence(question, value.key)
    if value.kind == "phrase" and not is_closed(question):
        return "few" if asks(question) else "many"
    if value.kind in ("phrase", "date") and recurs(question):
        return "few"
    fact = value.kind in ("phrase", "date") or (value.kind == "number" and not _FIGURES.search(question))
    return "few" if fact and (is_loose(question) or is_vague(question)) else "one"


def _for_a_sentence(question: str, said: str) -> Room:
    """Where a name is asked for, and nothing else is told or asked, a short sentence has to give it."""
    if not asks_who(question):
        return "many"
    loose = is_loose(question) or is_vague(question) or recurs(question) or bool(_AS_OF.search(said) or _WHO_IS.match(question))
    bare = is_plain(question) and is_closed(question) and question.isascii() and len(said) <= _SHORT
    return "one" if bare and not loose else "few"
