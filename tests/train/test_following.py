"""The model that reads for LAB003: wired through the audit, and right about rows whose answers were shifted."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from curate import screens
from curate.catalogue import select, shipped
from curate.commands.select import command
from curate.config import Settings, applied
from curate.corpus import from_lines
from curate.examine import Examination, examine
from curate.labels import follow
from curate.render import console
from curate.report import summarise
from tests.conftest import Run
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


def screen(model: str, rows: int, lang: str) -> str:
    """What the report shows; a ratio of 0 lists every row that was read, whatever the model thinks."""
    settings = Settings(difficulty=model, rules={"LAB003": {"params": {"rows": rows, "ratio": 0.0}}})
    rules = select(applied(shipped(), settings), ("LAB003",))
    with from_lines([json.dumps({"instruction": q, "output": a}) for q, a in PAIRS]) as corpus:
        return console.render(
            screens.audit(summarise(corpus, examine(corpus, rules, settings), rules, settings), rules, lang), 140
        )


def test_the_report_ranks_the_rows_and_calls_the_share_of_a_sample_the_least_it_can_be(tiny: Path) -> None:
    text = screen(str(tiny), 5, "en")
    table = text.split("Answers that follow least (5 of 8 rows read)")[1].split("The three worst")[0]
    ranks = [float(x) for x in re.findall(r":\d+ +(\d+\.\d\d)", table)]
    assert len(ranks) == 5
    assert ranks == sorted(ranks, reverse=True)
    assert "≥62.5 %" in text
    assert "≥" not in screen(str(tiny), 8, "en")


def test_a_chinese_report_says_it_in_chinese(tiny: Path) -> None:
    text = screen(str(tiny), 5, "zh")
    assert "最不切题的回答（读了 8 行中的 5 行）" in text
    assert re.search(r"难度 \d+\.\d\d（读了 8 行中的 5 行）", text)
    assert "rows read" not in text


@pytest.mark.slow
@pytest.mark.parametrize("verb", [("audit",), ("select", "-n", "3", "--by", "difficulty")])
def test_without_torch_the_command_ends_with_2_and_names_the_extra(
    verb: tuple[str, ...], built: Path, tmp_path: Path, run: Run
) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['torch'] = None\n", encoding="utf-8")
    path = os.pathsep.join(map(str, (tmp_path, Path(__file__).parents[2])))
    done = run("curate", *verb, built, "--difficulty", env={"PYTHONPATH": path})
    assert (done.returncode, "[train]" in done.stderr) == (2, True), done.stderr
    assert "Traceback" not in done.stderr


def picked(built: Path, out: Path, *more: str) -> dict[str, Any]:
    arguments = [str(built), "-n", "3", "--by", "difficulty", *more, "-o", str(out), "--format", "json"]
    done = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert done.return_value == 0, done.output
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_picks_by_difficulty_are_the_rows_that_the_model_finds_hard(tiny: Path, built: Path, tmp_path: Path) -> None:
    said = picked(built, tmp_path / "small", "--difficulty", str(tiny))
    lines = (built / "train.jsonl").read_text().splitlines()
    rows = [(i, row["instruction"], row["output"]) for i, row in enumerate(map(json.loads, lines))]
    measured = sorted((f.difficulty for f in follow.difficulties(rows, reader(str(tiny)))), reverse=True)
    assert said["sets"]["picks"]["difficulty"] == pytest.approx(sum(measured[:3]) / 3, rel=1e-4)
    assert said["difficulty_is"].startswith("perplexity after the prompt")
    assert picked(built, tmp_path / "rare")["difficulty_is"].startswith("mean surprise of the words")


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
