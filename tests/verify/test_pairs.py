from __future__ import annotations

import itertools
import json
import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curate.verifying.pairs import compare
from curate.verifying.plainly import answers_of, leak
from curate.verifying.rows import Row, read

SPLITS = ("train.jsonl", "validation.jsonl", "test.jsonl")
WORDS = ["sun", "moon", "river", "stone", "apple", "苹果", "河流", "月亮", "石头", "太阳", "走", "run", "walk", "bridge", "桥"]


def row(value: dict, file: str = "train.jsonl", line: int = 1) -> Row:
    return read(json.dumps(value, ensure_ascii=False).encode(), file, line, {})


def found(rows: dict[str, list[Row]], floor: float = 0.5) -> set[tuple[str, str, str]]:
    leaks = compare(rows, Fraction(4, 5), floor).leaks.values()
    return {(leak.code, f"{leak.row.file}:{leak.row.line}", f"{leak.held.file}:{leak.held.line}") for leak in leaks}


def by_definition(rows: dict[str, list[Row]]) -> set[tuple[str, str, str]]:
    answers = answers_of(itertools.chain(*rows.values()))
    out = set()
    for side, held in itertools.combinations(SPLITS, 2):
        for a, b in itertools.product(rows[side], rows[held]):
            if code := leak(a, b, Fraction(4, 5), answers):
                out.add((code, f"{a.file}:{a.line}", f"{b.file}:{b.line}"))
    return out


def family(rng: random.Random) -> list[dict]:
    """Rows that are often nearly alike: a few texts, edited, cut, wrapped in templates."""
    texts = [" ".join(rng.choices(WORDS, k=rng.choice([1, 3, 12, 30]))) for _ in range(6)]
    prompts = ["Summarize:", "翻译成英文", rng.choice(texts), "Please read the following text with care and then answer: " * 2]

    def some() -> str:
        text = rng.choice(texts)
        for _ in range(rng.choice([0, 0, 1, 2, 5])):
            at = rng.randrange(len(text) + 1)
            text = text[:at] + rng.choice(["x", "", "好"]) + text[at + 1 :]
        return rng.choice([text, text.upper(), text[: len(text) // 2], f"{rng.choice(texts)} {text}", ""])

    shapes = [
        lambda: {"instruction": rng.choice(prompts), "input": some(), "output": some()},
        lambda: {"system": rng.choice(["", "Be brief. " * 9]), "instruction": some(), "input": "", "output": some()},
        lambda: {
            "messages": [
                {"role": "system", "content": "Be brief. " * 9},
                {"role": "user", "content": some()},
                {"role": "assistant", "content": some()},
            ]
        },
        lambda: {"text": some()},
    ]
    return [rng.choice(shapes)() for _ in range(30)]


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from([0.2, 0.5, 0.8]))
def test_the_pairs_found_are_those_of_brute_force(seed: int, floor: float) -> None:
    rng = random.Random(seed)
    rows: dict[str, list[Row]] = {name: [] for name in SPLITS}
    for i, value in enumerate(family(rng), 1):
        name = rng.choice(SPLITS)
        rows[name].append(row(value, name, i))
    assert found(rows, floor) == by_definition(rows)


@pytest.mark.slow
@pytest.mark.parametrize("letters", [3, 9000])
def test_shingles_are_told_apart_however_many_letters_there_are(letters: int) -> None:
    rng = random.Random(letters)
    points = (
        rng.sample(range(0x4E00, 0x9FFF), min(letters, 8000)) + list(range(0x1200, 0x1200 + min(letters, 1500))) + [0x20, 0x61]
    )
    texts = ["".join(map(chr, rng.choices(points, k=120))) for _ in range(200)]
    cut = [t[:60] + "a" + t[61:] for t in texts]
    rows = {
        "train.jsonl": [row({"text": "".join(map(chr, points))}), *(row({"text": t}, line=i) for i, t in enumerate(texts, 2))],
        "validation.jsonl": [],
        "test.jsonl": [row({"text": t}, "test.jsonl", i) for i, t in enumerate(cut, 2)],
    }
    if letters > 1000:
        rows["train.jsonl"] = rows["train.jsonl"][:60]
        rows["test.jsonl"] = rows["test.jsonl"][:60]
    else:
        rows["train.jsonl"], rows["test.jsonl"] = rows["train.jsonl"][1:40], rows["test.jsonl"][:39]
    assert found(rows) == by_definition(rows)
