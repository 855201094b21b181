"""LAB: answers that contradict each other, labels that their neighbours do not have, and answers that do not follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from curate.catalogue import Rules
from curate.config import Settings
from curate.corpus import Corpus
from curate.errors import NotApplicable
from curate.excerpt import excerpt
from curate.findings import Fact, Finding, Severity
from curate.labels import follow
from curate.labels.conflicts import Conflict, Said, conflicts, said_by
from curate.labels.noisy import suspects
from curate.labels.same import asked_again, disagreeing
from curate.labels.tasks import Task, read_texts, tasks
from curate.labels.values import value
from curate.records import Record
from curate.turns import last_question

FAMILY = "LAB"
SHOWN = 10
"""Rows in the table of answers that follow least."""
OTHER = {
    "number": "another number",
    "date": "another date",
    "yes or no": "the opposite",
    "choice": "another choice",
    "json": "another value",
    "phrase": "another name",
    "sentence": "a name that is not in this answer",
}
Mask = np.ndarray[Any, np.dtype[np.bool_]]


def check(corpus: Corpus, rules: Rules, settings: Settings) -> Iterator[Finding | Fact]:
    mine = corpus.usable & corpus.own
    if not mine.any():
        raise NotApplicable("no usable row")
    if "LAB001" in rules:
        yield from contradictions(corpus, mine, settings)
    if "LAB002" in rules:
        yield from unlike_neighbours(corpus, mine, rules["LAB002"].params, settings.seed)
    if "LAB003" in rules:
        yield from not_following(corpus, mine, rules["LAB003"].params, settings)


# ---- LAB001 -----------------------------------------------------------------------------------------------------------------


def contradictions(corpus: Corpus, mine: Mask, settings: Settings) -> Iterator[Finding | Fact]:
    numbers, digests = asked_again(corpus.records(), mine)
    asked = int((numbers >= 0).sum())
    numbers = disagreeing(numbers, digests)
    groups: defaultdict[int, list[Said]] = defaultdict(list)
    for record in corpus.records() if (numbers >= 0).any() else ():
        if numbers[record.row] >= 0:
            question = last_question(record)
            if said := value(record.answer, question):
                groups[int(numbers[record.row])].append(said_by(record.row, question, said))
    found = {conflict.row: conflict for group in groups.values() for conflict in conflicts(group)}
    if settings.semantic and found:
        found = weighed(found.values(), groups.values(), settings.semantic)
    yield Fact(
        "questions_asked_again",
        {
            "rows": asked,
            "rows_with_other_answers": int((numbers >= 0).sum()),
            "rows_in_conflict": sum(conflict.sure for conflict in found.values()),
            "rows_perhaps_in_conflict": sum(not conflict.sure for conflict in found.values()),
        },
    )
    for record in corpus.records() if found else ():
        if conflict := found.get(record.row):
            yield contradiction(conflict, record.answer_field, record.answer)


def weighed(found: Collection[Conflict], groups: Iterable[Sequence[Said]], model: str) -> dict[int, Conflict]:
    """By meaning, too: what a model takes for one thing is no sure conflict."""
    from curate.labels.meant import by_meaning

    said = {each.row: each.value.key for group in groups for each in group}
    return {conflict.row: conflict for conflict in by_meaning(found, said, model)}


def contradiction(conflict: Conflict, field: str, answer: str) -> Finding:
    of = f" in `{'`, `'.join(conflict.fields[:3])}`" if conflict.fields else ""
    message = f"Another row answers the same question with {OTHER[conflict.kind]}{of}"
    return Finding(
        "LAB001",
        message if conflict.sure else f"{message}; both may be right",
        row=conflict.row,
        field=field,
        excerpt=excerpt(answer[-120:].lstrip() if conflict.kind == "number" else answer[:120]),
        related=(conflict.other,),
        score=conflict.score,
        severity=None if conflict.sure else Severity.INFO,
    )


# ---- LAB002 -----------------------------------------------------------------------------------------------------------------


def unlike_neighbours(corpus: Corpus, mine: Mask, params: Any, seed: int) -> Iterator[Finding | Fact]:
    found = tasks(corpus.records(), mine, int(params["rows"]), int(params["labels"]), int(params["each"]))
    read_texts(found, corpus.records())
    facts = []
    for task in found:
        chosen, score, guess = suspects(task.texts, task.labels, seed)
        facts.append({"task": task.name, "rows": len(task.rows), "labels": len(task.names), "suspects": int(chosen.sum())})
        for i in np.flatnonzero(chosen):
            yield unlike(task, int(i), float(score[i]), task.names[int(guess[i])])
    if facts:
        yield Fact("classification_tasks", facts)


def unlike(task: Task, i: int, score: float, guess: str) -> Finding:
    where = f" in `{task.name}`" if task.name else ""
    given = excerpt(task.names[int(task.labels[i])])
    return Finding(
        "LAB002",
        f"Labelled `{given}`{where}, while its neighbours speak for `{excerpt(guess)}`",
        row=int(task.rows[i]),
        field=task.fields[i],
        excerpt=excerpt(task.texts[i][:160]),
        score=round(score, 3),
    )


# ---- LAB003 -----------------------------------------------------------------------------------------------------------------


def not_following(corpus: Corpus, mine: Mask, params: Any, settings: Settings) -> Iterator[Finding | Fact]:
    """Read by a model on a sample, where one is asked for; else what it would take is said."""
    most, ratio = int(params["rows"]), float(params["ratio"])
    rows = follow.asked_and_answered(record for record in corpus.records() if mine[record.row])
    if not settings.difficulty:
        yield from offered(min(most, int(mine.sum())))
        return
    model = follow.reader(settings.difficulty)
    drawn = follow.sample(rows, most, settings.seed)
    read = [said for said in follow.difficulties(drawn, model) if said.difficulty == said.difficulty]
    hard = follow.unlikely(read, ratio)
    of = f"{len(read):,} of {int(mine.sum()):,} rows read"
    wanted = {said.row for said in hard}
    records = {record.row: record for record in corpus.records() if record.row in wanted} if wanted else {}
    for said in hard:
        yield no_easier(records[said.row], said.difficulty, of)
    if hard:
        yield Fact("tables", [ranked(corpus, [(records[said.row], said.difficulty) for said in hard[:SHOWN]], of)])
    yield Fact("difficulty", difficulty(read, len(hard), int(mine.sum()), model.name, ratio))


def no_easier(record: Record, difficulty: float, of: str) -> Finding:
    return Finding(
        "LAB003",
        f"The prompt makes the answer no easier to guess: difficulty {difficulty:.2f} ({of})",
        row=record.row,
        field=record.answer_field,
        excerpt=excerpt(record.answer),
        score=round(difficulty, 3),
    )


def ranked(corpus: Corpus, hard: list[tuple[Record, float]], of: str) -> dict[str, Any]:
    """The order to read them in: findings stand in the order of the rows."""
    rows = [[str(corpus.address(record.row)), f"{said:.2f}", excerpt(record.answer)] for record, said in hard]
    return {"title": f"Answers that follow least ({of})", "header": ["Place", "Difficulty", "Answer"], "rows": rows}


def offered(n: int) -> Iterator[Fact]:
    minutes = max(1, round(n * follow.SECONDS / 60))
    rows = f"{n:,} row{'s' * (n > 1)}"
    en = f"answers that do not follow (LAB003): add --difficulty, about {minutes:,} minute{'s' * (minutes > 1)} for {rows}"
    yield Fact("not_looked_for", [[en, f"答非所问（LAB003）：加 --difficulty，{n:,} 行约 {minutes:,} 分钟"]])


def difficulty(read: list[follow.Followed], hard: int, rows: int, model: str, ratio: float) -> dict[str, Any]:
    """What was read, of how many, and by whom: a share of a sample is no share of the data without its size."""
    figures = [said.difficulty for said in read]
    middle = round(float(np.median(figures)), 3) if figures else None
    return {"model": model, "rows_read": len(read), "of": rows, "above": hard, "ratio": ratio, "median": middle}
