"""LAB003: whether the difficulty tells answers that were shifted by a row from those that were not.

    python -P bench/follow.py FILE... [--rows N] [--seed N] [--model NAME]

FILE: anything that `curate audit` reads. Of each, N rows are drawn by what they say; every second one gets the answer of the second next.
`bare`: as in the paper (arXiv 2308.12032), where nothing stands before the answer alone; LAB003 gives it the same frame of the chat
template. Prints Markdown: the area under the ROC curve, shifted against others, and how many of both are above 1, which is LAB003's
limit. About 1.5 s of one core a row. docs/quality.md names the public files.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.append(str(Path(__file__).parent))  # -P leaves it out; last, as a file there is named like the package train
from conflicts import area
from quality import table

from curate.corpus import read
from curate.labels import follow
from curate.reading.inputs import Source
from train.following import ANSWER_TOKENS, CausalReader, reader
from train.likelihood import Item, encoded, score


def drawn(path: Path, n: int, seed: int) -> list[follow.Row]:
    with read([Source(path.name, path)]) as corpus:
        rows = follow.sample(follow.asked_and_answered(corpus.records()), n, seed)
    return [(i, question, answer) for i, (_, question, answer) in enumerate(rows)]


def shifted(rows: Sequence[follow.Row]) -> list[follow.Row]:
    """Every second row with the answer of the next such one."""
    answers = [answer for _, _, answer in rows]
    answers[::2] = [*answers[2::2], answers[0]]
    return [(i, question, answers[i]) for i, question, _ in rows]


def bare(rows: Sequence[follow.Row], model: CausalReader) -> list[float]:
    start = (int(model.tokenizer.eos_token_id),)
    alone = score(model.model, [Item(start, encoded(model.tokenizer, answer)[:ANSWER_TOKENS]) for _, _, answer in rows])
    after = model.loss([question for _, question, _ in rows], [answer for _, _, answer in rows])
    return [math.exp(told - said.nll / max(1, said.tokens)) for told, said in zip(after, alone, strict=True)]


def line(name: str, rows: Sequence[follow.Row], model: CausalReader) -> list[str]:
    began = time.process_time()
    framed = [said.difficulty for said in follow.difficulties(rows, model)]
    took = (time.process_time() - began) / len(rows)
    columns = []
    for each in (framed, bare(rows, model)):
        wrong, right = each[::2], each[1::2]
        above = [f"{sum(x > 1 for x in part)} of {len(part)}" for part in (wrong, right)]
        columns += [area(wrong, right), *above]
    return [f"{name} ({len(rows)})", *columns, f"{took:.1f}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--rows", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--model", default="auto")
    given = parser.parse_args()
    model = reader(given.model)
    header = ("file", "area", "shifted above 1", "others above 1", "bare: area", "shifted", "others", "CPU seconds a row")
    table(header, [line(path.name, shifted(drawn(path, given.rows, given.seed)), model) for path in given.files])


if __name__ == "__main__":
    main()
