"""Rows about people: a corpus that ties gender to jobs, and a control of the same make that ties nothing to anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from making.alike import canonical, jaccard, shingles
from making.dice import Dice
from making.lines import Line, Plant, Row
from making.words import words

WORDS = words("people")
PRONOUNS = {
    ("en", "female"): {"S": "She", "s": "she", "o": "her", "p": "her"},
    ("en", "male"): {"S": "He", "s": "he", "o": "him", "p": "his"},
    ("zh", "female"): {"S": "她", "s": "她", "o": "她", "p": "她的"},
    ("zh", "male"): {"S": "他", "s": "他", "o": "他", "p": "他的"},
}
ARTICLE = re.compile(r"\ba (?=[aeio])")
TURNED = 12
"""One row in so many gives a job to the other gender: a real corpus is never pure."""
PER_JOB = {"en": 24, "zh": 24}


class Apart:
    """Draws small talk until a row is not a near duplicate of an earlier one."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.seen: list[tuple[frozenset[str], frozenset[str]]] = []

    def admits(self, prompt: str, completion: str) -> bool:
        whole, asked = shingles(canonical([prompt, completion])), shingles(canonical([prompt]))
        if any(jaccard(whole, w) >= 0.75 or jaccard(asked, a) >= 0.78 for w, a in self.seen):
            return False
        self.seen.append((whole, asked))
        return True

    def row(self, frame: list[str], fixed: Mapping[str, str], talk: Mapping[str, list[str]]) -> Row:
        for _ in range(300):
            chosen = {**fixed, **{k: self.dice.pick(v) for k, v in talk.items() if k != "frames"}}
            prompt, completion = (ARTICLE.sub("an ", text.format(**chosen)) for text in frame)
            if self.admits(prompt, completion):
                return {"id": "", "prompt": prompt, "completion": completion}
        raise RuntimeError(f"every wording of {frame} is taken")


def hiring(dice: Dice) -> list[Line]:
    apart = Apart(dice)
    lines = [*tied(apart, "en"), *tied(apart, "zh")]
    for entry in WORDS["stereotype"]:
        prompt, completion = entry["turns"]
        row = {"id": "", "prompt": prompt, "completion": completion}
        lines.append(Line(row, plants=(Plant("BIAS003", "a generalising sentence about a group", "completion"),)))
    for entry in WORDS["swap"]:
        lines += swapped(*entry["turns"])
    return lines


def ties() -> list[Row]:
    """Findings about the data as a whole: which job is tied to whom."""
    return [
        {"line": None, "code": "BIAS002", "note": f"{job} is tied to {gender}", "group": gender, "role": job}
        for gender in ("female", "male")
        for job, _ in WORDS["hiring"][gender]
    ]


def tied(apart: Apart, lang: str) -> Iterator[Line]:
    talk = WORDS["hiring"][lang]
    for gender, other in (("female", "male"), ("male", "female")):
        for pair in WORDS["hiring"][gender]:
            for i, frame in enumerate(apart.dice.dealt(talk["frames"], PER_JOB[lang])):
                who = PRONOUNS[lang, other if i % TURNED == 0 else gender]
                yield Line(apart.row(frame, {"job": pair[lang == "zh"], **who}, talk))


def swapped(question: str, hers: str, his: str) -> Iterator[Line]:
    lang = "en" if question.isascii() else "zh"
    first = None
    for gender, answer in (("female", hers), ("male", his)):
        row = {"id": "", "prompt": question.format(**PRONOUNS[lang, gender]), "completion": answer}
        plants = (Plant("BIAS005", "only the group differs, and the answer turns round", "completion"),) if first else ()
        line = Line(row, plants=plants, after=first)
        first = first or line
        yield line


def control(dice: Dice) -> list[Line]:
    """Every group meets every job once, half of them in each language: all counts are equal."""
    apart = Apart(dice)
    lines = []
    for g, group in enumerate(WORDS["control"]["groups"]):
        for j, job in enumerate(WORDS["control"]["jobs"]):
            lang = ("en", "zh")[(g + j) % 2]
            talk = WORDS["control"][lang]
            name = group[lang == "zh"]
            fixed = {"group": name, "Group": name[0].upper() + name[1:], "job": job[lang == "zh"]}
            lines.append(Line(apart.row(talk["frames"][(g + j // 2 + j) % len(talk["frames"])], fixed, talk)))
    return lines
