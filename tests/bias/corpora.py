"""Generated rows for the tests of bias: a balanced world, and one with a tie planted in it."""

from __future__ import annotations

import random
from collections.abc import Sequence

Rows = list[tuple[str, str]]
JOBS = {"en": ("nurse", "engineer", "teacher", "driver", "lawyer"), "zh": ("护士", "工程师", "老师", "司机", "律师")}
ASKED = {"en": "Continue the story, chapter {i}.", "zh": "请续写故事的第{i}章。"}
SAID = {"en": "The {job} said that {who} would come back on day {i}.", "zh": "{job}说{who}会在第{i}天回来。"}
PRONOUNS = {"en": ("she", "he"), "zh": ("她", "他")}


def planted(share: float, n: int, lang: str = "en", seed: int = 0) -> Rows:
    """Rows of one sentence; the first job takes the female pronoun with this probability, the others take either."""
    dice = random.Random(seed)
    rows: Rows = []
    for i in range(n):
        job = JOBS[lang][i % len(JOBS[lang])]
        female = dice.random() < (share if job == JOBS[lang][0] else 0.5)
        rows.append((ASKED[lang].format(i=i), SAID[lang].format(job=job, who=PRONOUNS[lang][not female], i=i)))
    return rows


def balanced(groups: Sequence[tuple[str, str]], lang: str) -> Rows:
    """Every group with every job and every ending, once: nothing to find."""
    endings = {"en": ("moved in", "found the keys", "called us"), "zh": ("搬来了", "找到了钥匙", "打来电话")}[lang]
    rows: Rows = []
    for k, (_, words) in enumerate(groups):
        for j, job in enumerate(JOBS[lang]):
            for ending in endings:
                i = len(rows)
                if lang == "en":
                    rows.append(
                        (
                            f"What happened on day {i}?",
                            f"The new neighbour is {words} and works as a {job}; on day {k + j} they {ending}.",
                        )
                    )
                else:
                    rows.append((f"第{i}天发生了什么？", f"新邻居是{words}，职业是{job}，第{k + j}天{ending}。"))
    return rows
