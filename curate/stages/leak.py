"""LEAK: what one split knows of another, and what of a benchmark stands in the data."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from curate.catalogue import Rules
from curate.config import Settings
from curate.corpus import Corpus
from curate.errors import NotApplicable
from curate.findings import Fact, Finding
from curate.layout import percent
from curate.leaks import AGAINST, LEVELS, MIN_SHINGLES, SPAN, Links, asked_about, links
from curate.moments import key
from curate.records import Kind
from curate.similar import canonical, is_cjk, longest, shingle_set
from curate.similar.approximate import stated
from curate.views import View, values, view

FAMILY = "LEAK"
ORDER = {"train": 0, "": 0, "validation": 1, "test": 2}
PARTNERS = 20
LISTED = 200
_HAN = re.compile("[\u4e00-\u9fff]{4,}")
OPENING = "opening"
"""A LEAK004 of no field: two rows that begin as one conversation."""

WORDS = {
    "LEAK001": "Same text as",
    "LEAK002": "alike to",
    "LEAK003": "Same meaning as",
    "LEAK004": "Same group as",
    OPENING: "Same opening turns as",
    "LEAK008": "of a question or answer stand here of",
    "LEAK009": "Same question as",
    "LEAK010": "stand here word for word of",
}


Partners = Sequence[tuple[int, tuple[float, float]]]


@dataclass(slots=True)
class Ties:
    """What ties one row to rows it must not know: by code, the partners with their likeness, whole and content."""

    partners: dict[str, dict[int, tuple[float, float]]] = field(default_factory=lambda: defaultdict(dict))
    openings: set[int] = field(default_factory=set)
    """Partners that are tied by how their conversation begins."""

    def add(self, code: str, partner: int, whole: float, content: float) -> None:
        known = self.partners[code].get(partner)
        if known is None or min(known) < min(whole, content):
            self.partners[code][partner] = (whole, content)


def check(corpus: Corpus, rules: Rules, settings: Settings) -> Iterator[Finding | Fact]:
    """One finding for each training-side row and kind of tie; the closest partner first."""
    side = sides(corpus)
    present = np.unique(side[corpus.usable])
    if "LEAK007" in rules:
        yield from given_away(corpus, rules)
    if len(present) < 2:  # a leak has two sides
        raise NotApplicable("one split and no --against: nothing to leak into")
    ties, pairs = gathered(corpus, rules, settings, side)
    yield Fact("pairs", pairs)
    if settings.engine == "approximate":
        yield Fact("engine", stated(settings.exact_threshold))
    for row in sorted(ties):
        yield from told(corpus, row, ties[row], side, rules)
    if settings.time_by and "LEAK006" in rules:
        yield from later(corpus, settings, side)
    if AGAINST in present and "LEAK005" in rules:
        yield from weak(corpus, rules, side == AGAINST)


def sides(corpus: Corpus) -> np.ndarray[Any, np.dtype[np.int8]]:
    """0 train, 1 validation, 2 test, 3 any set of --against: the higher is protected from the lower."""
    by_split = np.array([AGAINST if name.startswith("against:") else ORDER.get(name, 0) for name in corpus.splits], np.int8)
    return np.take(by_split, corpus.split)


def gathered(
    corpus: Corpus, rules: Rules, settings: Settings, side: np.ndarray[Any, Any]
) -> tuple[dict[int, Ties], dict[str, int]]:
    """Ties by training-side row; a pair is told once, by the strongest of its kinds."""
    ties: defaultdict[int, Ties] = defaultdict(Ties)
    seen: dict[tuple[int, int], int] = {}
    counts: dict[str, int] = {}
    for found in sorted_by_strength(links(corpus, rules, settings, side, told=True)):
        for a, b, whole, content in zip(
            found.a.tolist(), found.b.tolist(), found.whole.tolist(), found.content.tolist(), strict=True
        ):
            row, partner = (a, b) if side[a] <= side[b] else (b, a)
            if seen.setdefault((row, partner), LEVELS.index(found.code)) != LEVELS.index(found.code):
                continue
            counts[found.code] = counts.get(found.code, 0) + (partner not in ties[row].partners[found.code])
            ties[row].add(found.code, partner, whole, content)
            if found.opening:
                ties[row].openings.add(partner)
    return ties, counts


def sorted_by_strength(found: Iterator[Links]) -> list[Links]:
    return sorted(found, key=lambda each: LEVELS.index(each.code))


def told(corpus: Corpus, row: int, ties: Ties, side: np.ndarray[Any, Any], rules: Rules) -> Iterator[Finding]:
    held: list[tuple[str, list[tuple[int, tuple[float, float]]]]] = []
    for code in LEVELS:
        partners = ties.partners.get(code, {})
        if code == "LEAK010":
            yield from quoted(corpus, row, [*partners.items()], side, rules)
            continue
        own = [p for p in partners.items() if side[p[0]] != AGAINST]
        if own and code in rules:
            yield finding(corpus, code, kind_of(code, ties), row, own, side)
        foreign = [p for p in partners.items() if side[p[0]] == AGAINST]
        if foreign:
            held.append((code, foreign))
    if held and "LEAK005" in rules:
        code, partners_ = held[0]
        rest = [p for _, more in held[1:] for p in more]
        yield finding(corpus, "LEAK005", kind_of(code, ties), row, partners_, side, rest)


def quoted(corpus: Corpus, row: int, partners: Partners, side: np.ndarray[Any, Any], rules: Rules) -> Iterator[Finding]:
    """LEAK010, of a benchmark's items as well: too little to take a row out for, enough to look at it."""
    if not partners or "LEAK010" not in rules:
        return
    found = finding(corpus, "LEAK010", "LEAK010", row, partners, side)
    least = int(rules["LEAK010"].params.get("span", SPAN))
    letters = common_letters(view(corpus), row, found.related[0], least)
    if letters:
        yield replace(found, message=f"{letters} letters {found.message}")


def common_letters(seen: View, row: int, held: int, least: int) -> int:
    """How long the longest piece of what one row says is that stands word for word in another."""
    at, of = np.searchsorted(seen.rows, (row, held)).tolist()
    whole = seen.whole.text(at)
    return max(longest(texts.text(of), whole, least) for texts in (asked_about(seen), seen.answers))


def kind_of(code: str, ties: Ties) -> str:
    """The code, or `OPENING` where all that ties the row by that code is how its conversation begins."""
    return OPENING if code == "LEAK004" and ties.openings >= ties.partners[code].keys() else code


def finding(
    corpus: Corpus, code: str, kind: str, row: int, partners: Partners, side: np.ndarray[Any, Any], weaker: Partners = ()
) -> Finding:
    """The words are about the closest of `partners`; those of weaker kinds come after them."""
    ranked = [p for tied in (partners, weaker) for p in sorted(tied, key=lambda p: (-min(p[1]), -int(side[p[0]]), p[0]))]
    first, (whole, content) = ranked[0]
    split = corpus.splits[corpus.split[first]]
    name = split.removeprefix("against:")
    words = WORDS[kind]
    if kind in ("LEAK002", "LEAK008") or (kind == "LEAK009" and min(whole, content) < 1):
        alike = f"{whole:.2f}" if abs(whole - content) < 5e-3 else f"{whole:.2f} (content {content:.2f})"
        words = {
            "LEAK002": f"{alike} alike to",
            "LEAK008": f"{percent(whole)} {words}",
            "LEAK009": f"Question {alike} alike to that of",
        }[kind]
    more = f", and {len(ranked) - 1} more" if len(ranked) > 1 else ""
    message = f"{words} {corpus.address(first)} ({name}){more}"
    return Finding(code, message, row=row, related=tuple(p for p, _ in ranked[:PARTNERS]), score=min(whole, content))


def weak(corpus: Corpus, rules: Rules, foreign: np.ndarray[Any, np.dtype[np.bool_]]) -> Iterator[Fact]:
    """Items too short to be looked for inside longer rows: they are compared as whole rows and as questions only."""
    least = int(rules["LEAK008"].params["min_shingles"]) if "LEAK008" in rules else MIN_SHINGLES
    rows = [
        record.row
        for record in corpus.records()
        if foreign[record.row]
        and corpus.usable[record.row]
        and len(shingle_set(canonical(record.input or record.prompt or record.answer))) < least
    ]
    yield Fact(
        "weak",
        {
            "items": len(rows),
            "of": int((foreign & corpus.usable).sum()),
            "listed": [str(corpus.address(r)) for r in rows[:LISTED]],
        },
    )
    if rows:
        yield Fact(
            "not_looked_for",
            [
                f"{len(rows):,} items of --against inside longer rows: under {least} shingles, so compared as rows and questions only"
            ],
        )


# ---- inside one row ---------------------------------------------------------------------------------------------------------


def given_away(corpus: Corpus, rules: Rules) -> Iterator[Finding]:
    """LEAK007: the answer, if it is long enough to be more than a label, stands in the prompt."""
    params = rules["LEAK007"].params
    mine = corpus.usable & corpus.own
    for record in corpus.records():
        if not mine[record.row] or any(p.kind is Kind.TEXT for p in record.parts):
            continue
        answer = record.answer
        if len(answer) < int(params["min_points_cjk"]):
            continue
        question = canonical(record.question)
        if not may_hold(question, answer):
            continue
        answer = canonical(answer)
        least = int(params["min_points_cjk"] if sum(map(is_cjk, answer[:200])) * 2 > len(answer[:200]) else params["min_points"])
        if len(answer) >= least and answer in question:
            yield Finding("LEAK007", "The answer stands in the prompt word for word", row=record.row, field=record.answer_field)


def may_hold(question: str, answer: str) -> bool:
    """False only where a piece of the answer is not in the canonical question; most rows end here, and the answer need not be canonical."""
    head = answer[:80]
    # Han characters are their own canonical form, whatever stands beside them.
    if not head.isascii() and (han := _HAN.search(head)):
        return han[0] in question
    # The first and the last word could be parts of longer ones, the last could be cut.
    words = head.split()[1:-1]
    return not words or canonical(max(words, key=len)) in question


def later(corpus: Corpus, settings: Settings, side: np.ndarray[Any, Any]) -> Iterator[Finding]:
    """LEAK006: times as ISO 8601 text or numbers; rows without one are left alone."""
    times = values(corpus, settings.time_by)
    tests = [key(times[i]) for i in np.flatnonzero((side == ORDER["test"]) & corpus.usable) if times[i]]
    if not tests:
        return
    first = min(tests)
    for row in np.flatnonzero((side < ORDER["test"]) & corpus.usable).tolist():
        if times[row] and key(times[row]) >= first:
            yield Finding("LEAK006", f"`{settings.time_by}` is not before the first test row", row=row, field=settings.time_by)
