"""Planted leaks: copies of protected rows, changed in known ways, that must be found before anything may be called clean.

What is planted goes the whole way: a line of JSON is written, read, compared. Changes that keep a copy the same by the
contract's wording, whatever the text, must be found without exception. For others it depends on the text how much is left of
it: there a copy must be found if the definition, worked out plainly, says that it is still a leak. And some are only
reported, so that it can be seen where the thresholds end.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from fractions import Fraction
from typing import Any

from curate.verifying.found import MOST_RELATED
from curate.verifying.pairs import compare
from curate.verifying.plainly import LEAST_NEEDLE, answers_of, leak
from curate.verifying.rows import Row, read
from curate.verifying.scripts import TRADITIONAL
from curate.verifying.wording import CJK, canonical, shingles

MOST = 300
"""Copies of a kind and language. 300 found of 300 is 99 % or more at 95 % confidence (Clopper and Pearson 1934)."""
Change = Callable[[str, random.Random], str]
Rereader = Callable[[Sequence[Row]], Sequence[Row]]
Plant = Callable[[Row, random.Random], Mapping[str, Any] | None]
"""The training row made of a protected one, or None where the change does not apply."""


class Promise(Enum):
    ALWAYS = auto()
    BY_DEFINITION = auto()
    NONE = auto()


@dataclass(frozen=True)
class Family:
    name: str
    promise: Promise
    plant: Plant


def _each(change: Change) -> Plant:
    """Change every part of the row."""
    return lambda row, rng: _chat([(role, change(text, rng)) for role, text in row.parts])


def _chat(parts: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The parts as a chat, whatever shape they had: a leak does not keep to the shape."""
    roles = {"system": "system", "prompt": "user", "input": "user", "answer": "assistant"}
    return {"messages": [{"role": roles.get(role, "tool"), "content": text} for role, text in parts]}


def _wrapped(text: str, _: random.Random) -> str:
    """Lines of eight words, as a page or an e-mail would have them."""
    words = text.split(" ")
    return "\n".join(" ".join(words[i : i + 8]) for i in range(0, len(words), 8))


def _wide(text: str, _: random.Random) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" if c == " " else c for c in text)


def _capitals(text: str, _: random.Random) -> str:
    return re.sub("[a-z]", lambda letter: letter[0].upper(), text)


def _folded(text: str, _: random.Random) -> str:
    """Lines of forty characters, broken anywhere: what a page does to Chinese."""
    return "\n".join(text[i : i + 40] for i in range(0, len(text), 40))


def _edited(rate: float) -> Change:
    def change(text: str, rng: random.Random) -> str:
        letters = list(text)
        for at in rng.sample(range(len(letters)), int(len(letters) * rate)):
            letters[at] = rng.choice(("x", "的", letters[at] * 2, ""))
        return "".join(letters)

    return change


def _traditional(text: str, _: random.Random) -> str:
    return text.translate(TRADITIONAL)


def _turned(row: Row, rng: random.Random) -> Mapping[str, Any] | None:
    return _each(_traditional)(row, rng) if row.whole != _traditional(row.whole, rng) else None


def _short_answer(row: Row, _: random.Random) -> Mapping[str, Any] | None:
    """The question with six tenths of its answer."""
    if not row.question or not row.answer:
        return None
    last = row.last_answer
    parts = [(role, text[: len(text) * 6 // 10] if i == last else text) for i, (role, text) in enumerate(row.parts)]
    return _chat(parts)


def _cut(row: Row, _: random.Random) -> Mapping[str, Any] | None:
    """The first six tenths of a row of text."""
    return None if row.question else {"text": row.whole[: len(row.whole) * 6 // 10]}


FILLER = (
    "The ferry leaves at noon and comes back before dark. Bring a coat, for the wind on deck is cold even in June.",
    "渡轮中午出发，天黑之前返回。请带一件外套，因为即使在六月，甲板上的风也很凉。",
)


def _inside(part: str) -> Plant:
    """The question's matter, or the answer, between paragraphs of something else."""

    def plant(row: Row, rng: random.Random) -> Mapping[str, Any] | None:
        text = getattr(row, part)
        if len(shingles(canonical(text))) < LEAST_NEEDLE:
            return None
        before, after = rng.choice(FILLER), rng.choice(FILLER)
        return {"text": f"{before * 3}\n\n{text}\n\n{after * 3}"}

    return plant


FAMILIES = (
    Family("word for word", Promise.ALWAYS, _each(lambda text, _: text)),
    Family("wrapped at eight words", Promise.ALWAYS, _each(_wrapped)),
    Family("full-width letters", Promise.ALWAYS, _each(_wide)),
    Family("capital letters", Promise.ALWAYS, _each(_capitals)),
    Family("answer cut to 60 %", Promise.ALWAYS, _short_answer),
    Family("question inside filler", Promise.ALWAYS, _inside("asked")),
    Family("answer inside filler", Promise.BY_DEFINITION, _inside("answer")),
    Family("folded at forty characters", Promise.BY_DEFINITION, _each(_folded)),
    Family("2 % of letters edited", Promise.BY_DEFINITION, _each(_edited(0.02))),
    Family("10 % of letters edited", Promise.NONE, _each(_edited(0.1))),
    Family("text cut to 60 %", Promise.NONE, _cut),
    Family("traditional characters", Promise.NONE, _turned),
)


@dataclass(frozen=True)
class Outcome:
    """Of one family in one language."""

    family: str
    language: str
    promised: bool
    planted: int
    """Copies that are leaks still; where nothing is promised, all copies."""
    found: int
    dissolved: int
    """Copies that the change left less of than the thresholds ask for, by the plain definition."""

    @property
    def missed(self) -> int:
        return self.planted - self.found if self.promised else 0

    def as_json(self) -> dict[str, Any]:
        return dict(vars(self))


def sing(
    splits: Mapping[str, Sequence[Row]], threshold: Fraction, raw: Callable[[Sequence[Row]], Sequence[Row]]
) -> list[Outcome]:
    """Plant every family among some rows of the training side and look for it; `raw` gives rows as they are written."""
    held = [row for name in list(splits)[1:] for row in splits[name] if row.whole]
    side = _sample([row for row in splits[next(iter(splits))] if row.whole], "background", MOST)
    outcomes = []
    for language, wanted in (("en", False), ("zh", True)):
        chosen = _sample([row for row in held if _chinese(row) is wanted], language, MOST)
        if chosen:
            outcomes += [_plant(family, language, raw(chosen), side, threshold) for family in FAMILIES]
    return [outcome for outcome in outcomes if outcome.planted + outcome.dissolved]


def _plant(family: Family, language: str, chosen: Sequence[Row], side: Sequence[Row], threshold: Fraction) -> Outcome:
    planted: list[Row] = []
    protected: list[Row] = []
    for row in chosen:
        value = family.plant(row, random.Random(row.whole + family.name))  # no secret
        if value is not None:
            planted.append(_read(value, "canaries", len(planted)))
            parts = tuple((role, canonical(text)) for role, text in row.parts)
            protected.append(replace(row, file="held", line=len(protected), parts=parts))
    found = compare({"canaries": [*planted, *side], "held": protected}, threshold, float(threshold))
    heard = {leak.row.line for leak in found.leaks.values() if leak.row.file == "canaries" and leak.held.line == leak.row.line}
    heard |= {line for (_, file, line), times in found.named.items() if file == "canaries" and times == MOST_RELATED}
    silent = [i for i in range(len(planted)) if i not in heard]
    dissolved = 0
    if family.promise is Promise.BY_DEFINITION and silent:
        answers = answers_of([*planted, *side, *protected])
        dissolved = sum(leak(planted[i], protected[i], threshold, answers) is None for i in silent)
    promised = family.promise is not Promise.NONE
    return Outcome(family.name, language, promised, len(planted) - dissolved, len(heard), dissolved)


def _read(value: Mapping[str, Any], file: str, line: int) -> Row:
    return read(json.dumps(value).encode(), file, line, {})


def _sample(rows: Sequence[Row], salt: str, most: int) -> list[Row]:
    """The same rows for the same content, whatever their order."""
    return sorted(rows, key=lambda row: hashlib.blake2b((salt + row.whole).encode("utf-8", "surrogatepass")).digest())[:most]


def _chinese(row: Row) -> bool:
    text = row.whole[:400]
    return 3 * len(CJK.findall(text)) > len(text)
