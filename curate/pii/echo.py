"""The same value once more in its row, without the word that gave it away: an answer repeats what its prompt introduced."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from curate.pii.hits import Hit, settle
from curate.pii.labels import trie
from curate.pii.policy import vague

HAN = "\u3400-\u9fff"
MOST = 500
"""Values looked for again in a row: a table of thousands in one cell would cost more than it is worth."""
SHORTEST = 5
"""Of what is no name: shorter ones (a PIN) are too common to mean the same again."""


def echoed(texts: Sequence[str], hits: Sequence[Sequence[Hit]]) -> list[list[Hit]]:
    """The hits of a row's parts, each value as sure as where it is surest, and wherever else it stands."""
    sources: dict[str, Hit] = {}
    for text, found in zip(texts, hits, strict=True):
        for h in found:
            for value in worth(text[h.start : h.end], h):
                if value in sources or len(sources) < MOST:
                    sources[value] = max(sources.get(value, h), h, key=sure)
    if not sources:
        return [list(found) for found in hits]
    told = [[surest(text, h, sources) for h in found] for text, found in zip(texts, hits, strict=True)]
    rests = [outside(text, found) for text, found in zip(texts, hits, strict=True)]
    # Most values stand in their row once, and to compile a pattern of them takes longer than to find them.
    if any(value in rest for rest in rests for value in sources):
        form = re.compile(rf"(?<![A-Za-z0-9])(?:{trie(sources)})(?![A-Za-z0-9])")
        for text, found, mine in zip(texts, hits, told, strict=True):
            mine += again(text, found, form, sources)
    return [settle(mine, text) for text, mine in zip(texts, told, strict=True)]


def outside(text: str, found: Sequence[Hit]) -> str:
    """What no hit has, with a line feed for each of them."""
    ends = [0, *(h.end for h in found)]
    starts = [*(h.start for h in found), len(text)]
    return "\n".join([text[a:b] for a, b in zip(ends, starts, strict=True)])


def sure(h: Hit) -> tuple[bool, float]:
    return not h.aside and not vague(h), h.score


def surest(text: str, h: Hit, sources: dict[str, Hit]) -> Hit:
    """A number that one part calls a card is none the less a card where another part calls it an order."""
    best = sources.get(text[h.start : h.end], h)
    return replace(best, start=h.start, end=h.end) if best.code == h.code and sure(best) > sure(h) else h


def worth(value: str, h: Hit) -> list[str]:
    """The spellings of a value to look for: itself, and of a Latin name its longer words."""
    if h.kind != "person":
        return [value] if len(value) >= SHORTEST and not h.aside else []
    if re.search(f"[{HAN}]", value):
        return [value] if len(value) >= 2 else []
    from curate.pii.names_en import TOKEN, nobody

    words = [w for w in re.findall(TOKEN, value) if len(w) >= 4 and not nobody(w)]
    return [value, *words] if words else []


def again(text: str, found: Sequence[Hit], form: re.Pattern[str], sources: dict[str, Hit]) -> list[Hit]:
    starts, out = [h.start for h in found], []
    for match in form.finditer(text):
        a, b = match.span()
        i = bisect_left(starts, b) - 1  # the last one that begins before the match ends
        if (i < 0 or found[i].end <= a) and stands_alone(text, a, b):
            out.append(replace(sources[match.group()], start=a, end=b))
    return out


def stands_alone(text: str, start: int, end: int) -> bool:
    """Two Chinese characters are a name again only where no word runs on: `高明` is not in `更高明的`."""
    if end - start > 2 or text[start].isascii():
        return True
    from curate.pii.names_zh import AFTER, GLUE, TITLE

    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    free_before = not re.match(f"[{HAN}]", before) or before in GLUE
    return free_before and (not re.match(f"[{HAN}]", after) or bool(AFTER.match(text, end) or re.match(TITLE, text[end:])))
