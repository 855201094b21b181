"""QUA001: ends that no full stop could have followed: a sentence of one word, a list torn in its brackets, a page without its end."""

from __future__ import annotations

import re

from curate.quality import Hit

# Behind a full stop on the same line, so that it is no heading or title; `So.` and `Why.` may stand alone, these may not.
_BEGUN = re.compile(
    r"(?<=[a-z)][.!?]) (?:(?:For|In|The|An|And|But|With|As|If|To|By|Of|From|When|While|Because|Although|Their|Its|These|Your|Our|Every|According to|"
    r"Such as|For example,|In addition,|However,)|(?:While|Although|Whereas|Despite) \S+(?: \S+)?)$"
)
_ITEM_OPEN = re.compile(r"^\s*\d{1,3}[.)、．]\s*[^\s()（）][^()（）]{0,40}[(（][^()（）]{0,3}$")
_ITEM_CLOSED = re.compile(r"^\s*\d{1,3}[.)、．].*[)）]$")
_PAGE = re.compile(r"\s*(?:<!doctype html|<html\b)", re.IGNORECASE)
_PAGE_ENDS = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_PAGE_LEAST = 200
"""Characters: a shorter one shows how a page begins."""


def torn(text: str) -> Hit | None:
    """`text` has no white space at its end."""
    end, last = len(text), text[-1]
    if end > _PAGE_LEAST and "<" in text[:20] and _PAGE.match(text) and not _PAGE_ENDS.search(text):
        return Hit("A web page is begun and never ended", (0, end), 0.9)
    if last in ".!?。！？":
        return None
    if (last.isalpha() or last == ",") and (found := _BEGUN.search(text, max(0, end - 60))):
        return Hit("The answer ends on a word that cannot end a sentence", (found.start() + 1, end))
    tail = text[-5:]
    lines = text[-300:].splitlines()[-3:] if "(" in tail or "（" in tail else []
    if len(lines) == 3 and _ITEM_OPEN.match(lines[2]) and all(_ITEM_CLOSED.match(line) for line in lines[:2]):
        return Hit("The last item of a list breaks off within its brackets", (end - len(lines[2]), end))
    return None
