"""Every pair of rows in two splits that say the same, by each of the contract's meanings of it."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from curate.verifying.found import Found, Leak
from curate.verifying.grams import Alphabet, Ints, Sets, Vocabulary
from curate.verifying.rows import Row
from curate.verifying.scan import Index, Overlaps, at_least
from curate.verifying.views import NEEDLES, QUESTION, WHOLE, Key, Split, View, everyone, numbered
from curate.verifying.wording import jaccard, shingles

LEAST_NEEDLE = 40
"""Shingles below which a contained text is no evidence: `Yes` and `42` stand in many rows."""
COMMON_ANSWER = 10
"""Rows in whose answers a shingle may stand and still be evidence."""
LONGEST_SHINGLE = 5
EVERY_PAIR = 4_000_000
"""Up to so many pairs of rows the nearest is found however far it is; beyond, only at or over half."""
sets_of = lru_cache(maxsize=1 << 14)(shingles)
Rows = Mapping[str, Sequence[Row]]


@dataclass(frozen=True)
class Seen:
    """A split looked at in one view."""

    split: Split
    sets: Sets
    asked: NDArray[np.bool_]
    """Rows with a text and somebody to be compared with."""
    mates: Ints
    apart: Ints


class Comparer:
    """The splits, and what is worked out for them once."""

    def __init__(self, splits: Rows) -> None:
        self.names = list(splits)
        self.splits = {name: Split(rows) for name, rows in splits.items()}
        kinds = sorted({view.text for view in (*WHOLE, *QUESTION, *NEEDLES)})
        held = [row for name in self.names[1:] for row in self.splits[name].rows]
        protected = dict.fromkeys(
            text for row in held for kind in kinds if (text := getattr(row, kind)) and _adds(text, row.whole)
        )
        alphabet = Alphabet.of([text for split in self.splits.values() for text in split.column("whole")])
        self.vocabulary = Vocabulary(alphabet, list(protected))
        self._numbers: dict[object, dict[Key, int]] = {}
        self._codes: dict[tuple[str, object], Ints] = {}
        self._seen: dict[tuple[str, View], Seen] = {}
        self._answers: Ints | None = None
        self._times: Counter[str] | None = None

    def see(self, name: str, view: View) -> Seen:
        """The training side is looked at once in each view; what is held against it is kept, for it is small and asked for again."""
        if (name, view) not in self._seen:
            seen = self._look(name, view)
            if name == self.names[0]:
                return seen
            self._seen[name, view] = seen
        return self._seen[name, view]

    def _look(self, name: str, view: View) -> Seen:
        split, mates = self.splits[name], self._numbered(view.mate)
        texts = split.texts(view, mates)
        asked = np.array([bool(text) for text in texts], dtype=bool)
        return Seen(split, self.vocabulary.sets(texts), asked, self.codes(name, view.mate), self.codes(name, view.apart))

    def codes(self, name: str, key: Callable[[Row], Key]) -> Ints:
        if (name, key) not in self._codes:
            self._codes[name, key] = self.splits[name].codes(key, self._numbered(key))
        return self._codes[name, key]

    def substance(self, name: str) -> NDArray[np.bool_]:
        """Whether each answer is evidence: enough of its shingles stand in few answers. A label or a set phrase is none."""
        view = View("answer")
        if self._answers is None:
            self._answers = np.zeros(len(self.vocabulary), dtype=np.int64)
            for other in self.names:
                seen = self.see(other, view)
                times = np.repeat([len(same) for same in seen.split.members], np.diff(seen.sets.starts))
                self._answers += np.bincount(seen.sets.items, weights=times, minlength=len(self._answers)).astype(np.int64)
        sets = self.see(name, view).sets
        rare = np.append(0, np.cumsum(self._answers[sets.items] <= COMMON_ANSWER))
        return np.asarray(rare[sets.starts[1:]] - rare[sets.starts[:-1]] >= LEAST_NEEDLE)

    def repeated(self, name: str) -> NDArray[np.bool_]:
        """Answers that stand in so many rows, word for word, that they cannot be of substance: cheaper to know."""
        if self._times is None:
            self._times = Counter()
            for split in self.splits.values():
                for same in split.members:
                    self._times[same[0].answer] += len(same)
        return np.array([self._times[row.answer] > COMMON_ANSWER for row in self.splits[name].rows], dtype=bool)

    def index(self, seen: Seen) -> Index:
        return Index(seen.sets, len(self.vocabulary))

    def _numbered(self, key: Callable[[Row], Key]) -> dict[Key, int]:
        if key not in self._numbers:
            self._numbers[key] = numbered(list(self.splits.values()), key)
        return self._numbers[key]


def _adds(text: str, whole: str) -> bool:
    """Whether a text of a row may have shingles that the whole row has not: a part of it, cut out in one piece, has none."""
    return text is whole or len(text) < LONGEST_SHINGLE or text not in whole


def compare(splits: Rows, threshold: Fraction, floor: float | None = None) -> Found:
    """Look for every kind of leak between any two splits, which are given in the order training side first."""
    all_pairs = sum(len(splits[a]) * len(splits[b]) for a, b in itertools.combinations(splits, 2))
    found = Found(threshold, floor if floor is not None else 0.1 if all_pairs <= EVERY_PAIR else 0.5)
    work = Comparer(splits)
    for s, side in enumerate(work.names[:-1]):
        later = work.names[s + 1 :]
        for held in later:
            _same(found, "LEAK001", "whole", work.splits[side], work.splits[held])
            _same(found, "LEAK009", "question", work.splits[side], work.splits[held])
        hay = work.see(side, WHOLE[0])
        index = work.index(hay)
        for held in later:
            _alike(found, "whole", WHOLE[0], index, hay, work.see(held, WHOLE[0]))
            for view in NEEDLES:
                _containing(found, work, view, index, hay, held)
        for channel, view in (("whole", WHOLE[1]), ("whole", WHOLE[2]), ("question", QUESTION[0]), ("question", QUESTION[1])):
            seen = work.see(side, view)
            if seen.asked.any():
                index = work.index(seen)
                for held in later:
                    _alike(found, channel, view, index, seen, work.see(held, view))
    return found


def _same(found: Found, code: str, text: str, side: Split, held: Split) -> None:
    """Equal texts, by a dictionary."""
    known: dict[str, list[int]] = defaultdict(list)
    for j, words in enumerate(held.column(text)):
        known[words].append(j)
    for i, words in enumerate(side.column(text)):
        for j in known.get(words, ()) if words else ():
            leak = Leak(code, side.rows[i], held.rows[j], Fraction(1), Fraction(1), "same")
            found.add(leak, side.members[i], held.members[j])
            found.see(text, 1.0, side.rows[i], held.members[j])


def _alike(found: Found, channel: str, view: View, index: Index, side: Seen, held: Seen) -> None:
    """Pairs of one view by Jaccard similarity."""
    least = np.where(held.asked, at_least(found.floor, held.sets.sizes), 0)
    over, under = found.threshold.numerator, found.threshold.denominator
    for pairs in index.sharing(held.sets, least, side.apart, held.apart):
        pairs = pairs.where(side.asked[pairs.row] & (side.mates[pairs.row] == held.mates[pairs.query]))
        either = side.sets.sizes[pairs.row] + held.sets.sizes[pairs.query] - pairs.common
        _nearest(found, channel, pairs, pairs.common / either, side, held)
        reached = pairs.common * under >= either * over
        for j, i, common, union in zip(
            *(a[reached].tolist() for a in (pairs.query, pairs.row, pairs.common, either)), strict=True
        ):
            leak = _judge(channel, view, side.split.rows[i], held.split.rows[j], Fraction(common, union))
            if leak is not None and min(leak.score, leak.content) >= found.threshold:
                found.add(leak, side.split.members[i], held.split.members[j])


def _judge(channel: str, view: View, row: Row, held: Row, score: Fraction) -> Leak | None:
    """Both figures of a pair: of the whole and of the content. The view has one of them, or both where they are the same."""
    if channel == "whole":
        texts, bare = (row.whole, held.whole), (row.content(held), held.content(row))
    else:
        texts = (row.question, held.question)
        bare = (row.input, held.input) if row.shares_template(held) else texts
    if texts[0] == texts[1]:
        return None  # told of already
    full = score if view.mate is everyone else jaccard(*map(sets_of, texts))
    content = full if bare == texts else jaccard(*map(sets_of, bare))
    return Leak("LEAK002" if channel == "whole" else "LEAK009", row, held, full, content, "near")


def _nearest(found: Found, channel: str, pairs: Overlaps, score: NDArray[np.float64], side: Seen, held: Seen) -> None:
    """Remember for each protected row the best of these pairs."""
    order = np.lexsort((pairs.row, -score, pairs.query))
    first = order[np.diff(pairs.query[order], prepend=-1) > 0]
    for k in first[score[first] >= found.floor].tolist():
        j, i = int(pairs.query[k]), int(pairs.row[k])
        found.see(channel, float(score[k]), side.split.rows[i], held.split.members[j])


def _containing(found: Found, work: Comparer, view: View, index: Index, side: Seen, name: str) -> None:
    """Training rows that hold what a protected row asks about, or its answer."""
    held, none = work.see(name, view), np.full(len(side.asked), -1)
    sizes, what = held.sets.sizes, "answer" if view.text == "answer" else "question"
    wanted = held.asked & (sizes >= LEAST_NEEDLE)
    wanted &= ~work.repeated(name) if what == "answer" else True
    least = np.where(wanted, at_least(float(found.threshold), sizes), 0)
    over, under = found.threshold.numerator, found.threshold.denominator
    for pairs in index.sharing(held.sets, least, none, np.full(len(sizes), -1)):
        reached = pairs.where(pairs.common * under >= sizes[pairs.query] * over)
        if what == "answer" and len(reached.query):
            reached = reached.where(work.substance(name)[reached.query])
        _nearest(found, "contained", reached, reached.common / sizes[reached.query], side, held)
        for j, i, common in zip(*(a.tolist() for a in (reached.query, reached.row, reached.common)), strict=True):
            share = Fraction(common, int(sizes[j]))
            leak = Leak("LEAK008", side.split.rows[i], held.split.rows[j], share, share, what)
            found.add(leak, side.split.members[i], held.split.members[j])
