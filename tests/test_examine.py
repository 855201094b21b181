"""Stages in two processes: what is said, and in which order, is what one process says."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from curate import catalogue
from curate.config import Settings
from curate.corpus import Corpus, from_lines
from curate.errors import UserError
from curate.examine import ASIDE, MANY, Examination, examine
from curate.stages import STAGES


def faulty() -> Corpus:
    """Rows with something to say for every stage."""
    faults = ["As an AI language model, I cannot do that.", "Write to jane.roe@example.org", "<|im_end|> so it is", "7", "8"]
    rows = [{"instruction": f"What is {k % 700} plus one, please?", "output": faults[k % 5] + f" {k % 90}"} for k in range(MANY)]
    return from_lines([json.dumps(row) for row in rows])


def heard(corpus: Corpus, settings: Settings) -> tuple[Examination, list[str]]:
    names: list[str] = []
    return examine(corpus, catalogue.shipped(), settings, names.append), names


@pytest.fixture
def tokenizer(tmp_path: Path) -> str:
    made = Tokenizer(WordLevel({"[UNK]": 0, "is": 1}, unk_token="[UNK]"))
    made.pre_tokenizer = Whitespace()
    made.save(str(tmp_path / "tokenizer.json"))
    return str(tmp_path)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process cannot be copied here")
def test_two_processes_say_what_one_says_in_the_same_order(tokenizer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # On a machine with one core both runs would be the same.
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    settings = Settings(tokenizer=tokenizer, workers=2)
    with faulty() as corpus:
        two, begun = heard(corpus, settings)
    with faulty() as corpus:
        one, every = heard(corpus, replace(settings, workers=1))
    assert every == list(STAGES)
    mine = [name for name in STAGES if name not in ASIDE]
    assert begun[: len(mine)] == mine
    assert set(begun[len(mine) :]) <= set(ASIDE)
    assert {f.code for f in two.findings} >= {"DUP002", "PII001", "QUA002", "QUA006", "TOK004"}
    assert two.findings == one.findings
    assert json.dumps(two.facts) == json.dumps(one.facts)
    assert two.looked == one.looked
    plain = [[replace(run, seconds=0.0) for run in done.runs] for done in (two, one)]
    assert plain[0] == plain[1]


@pytest.mark.slow
def test_what_a_stage_of_the_other_process_refuses_is_told_as_ever(tmp_path: Path) -> None:
    with faulty() as corpus, pytest.raises(UserError, match=r"no tokenizer\.json"):
        heard(corpus, Settings(tokenizer=str(tmp_path)))
