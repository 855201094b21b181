"""The faults that only a tokenizer sees, and those of a set that is too small, in the sample that holds them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.mark.slow
def test_every_planted_fault_is_found_and_no_other(run, tiny: Path) -> None:
    wanted = {(e["code"], e["line"]) for e in map(json.loads, (SAMPLES / "tokens.expected.jsonl").read_text().splitlines())}
    done = run(
        "curate", "audit", SAMPLES / "tokens.jsonl", "--tokenizer", tiny, "--max-length", 512, "--select", "TOK,COV",
        "--format", "jsonl", "--fail-on", "never",
    )  # fmt: skip
    assert {(f["code"], f["line"]) for f in map(json.loads, done.stdout.splitlines())} == wanted, done.stderr
