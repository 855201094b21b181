"""The model that reads for LAB003: wired through the audit, and right about rows whose answers were shifted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from curate.catalogue import select, shipped
from curate.config import Settings, applied
from curate.corpus import from_lines
from curate.examine import Examination, examine
from curate.labels import follow
from train.following import reader

# Question and answer; each says what it is about.
PAIRS = [
    (
        "What does a lighthouse keeper do?",
        "A lighthouse keeper tends the lamp of the lighthouse so that ships find the coast at night.",
    ),
    ("How is bread made?", "Bread is made from flour, water, salt and yeast; the dough rises and is baked in an oven."),
    (
        "Why do leaves turn red in autumn?",
        "In autumn leaves stop making green chlorophyll, and the red and yellow pigments become visible.",
    ),
    ("What is the capital of France?", "The capital of France is Paris."),
    ("Write a Python function that adds two numbers.", "def add(a, b):\n    return a + b"),
    (
        "How do I remove a coffee stain from a shirt?",
        "Rinse the coffee stain with cold water, then rub in a little detergent before you wash the shirt.",
    ),
    (
        "What is photosynthesis?",
        "Photosynthesis is how plants make sugar from carbon dioxide and water with the energy of sunlight.",
    ),
    ("Who wrote Romeo and Juliet?", "Romeo and Juliet was written by William Shakespeare."),
]


def audited(pairs: list[tuple[str, str]], model: str, rows: int = 200) -> Examination:
    settings = Settings(difficulty=model, rules={"LAB003": {"params": {"rows": rows}}})
    with from_lines([json.dumps({"instruction": q, "output": a}) for q, a in pairs]) as corpus:
        return examine(corpus, select(applied(shipped(), settings), ("LAB003",)), settings)


def test_a_model_reads_a_sample_and_the_report_says_how_many(tiny: Path) -> None:
    done = audited(PAIRS, str(tiny), rows=5)
    facts = done.facts["LAB"]["difficulty"]
    assert (facts["rows_read"], facts["of"], facts["model"]) == (5, 8, str(tiny))
    assert len(done.findings) == facts["above"]
    assert all("5 of 8 rows read" in f.message and (f.score or 0) > 1 for f in done.findings)


def test_an_answer_alone_costs_what_the_model_says_token_by_token(tiny: Path) -> None:
    from train.likelihood import Item, encoded, prompted, score

    model = reader(str(tiny))
    (whole,) = score(model.model, [Item(prompted(model.tokenizer, "Why?"), encoded(model.tokenizer, "Because."))])
    assert model.loss(["Why?"], ["Because."]) == [pytest.approx(whole.nll / whole.tokens)]


@pytest.mark.slow
def test_answers_that_were_shifted_by_a_row_are_the_hard_ones() -> None:
    shifted = [(q, PAIRS[(i + 1) % len(PAIRS)][1]) for i, (q, _) in enumerate(PAIRS)]
    model = reader("auto")
    right, wrong = (
        [f.difficulty for f in follow.difficulties([(i, q, a) for i, (q, a) in enumerate(pairs)], model)]
        for pairs in (PAIRS, shifted)
    )
    assert all(w > r for r, w in zip(right, [wrong[-1], *wrong[:-1]], strict=True))
    assert sum(r > 1 for r in right) == 0
