"""What `curate audit --tokenizer` counts is what `train` learns from: both sides of bench/masks.py on the same lines."""

from __future__ import annotations

import json
from pathlib import Path

from bench.masks import curates, lines_of, trains
from curate.tokens.load import load
from train.encoding import Encoder
from train.models import load_tokenizer

CHAT = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Yes or no?"},
    {"role": "assistant", "content": "Yes."},
    {"role": "user", "content": "真的吗？"},
    {"role": "assistant", "content": "是的。"},
]
ROWS = [
    {"instruction": "What floats?", "output": "Wood."},
    {"messages": CHAT},
    {"messages": [{"role": "user", "content": "No answer follows."}]},
]


def test_both_sides_count_the_same_tokens_and_the_same_in_the_loss(tiny: Path, tmp_path: Path) -> None:
    whole, by_line = tmp_path / "a.json", tmp_path / "a.jsonl"
    whole.write_text(json.dumps(ROWS), encoding="utf-8")
    by_line.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS), encoding="utf-8")
    assert lines_of(whole) == lines_of(by_line)
    ours = curates(lines_of(whole), load(str(tiny)))
    assert ours == trains(lines_of(whole), Encoder(load_tokenizer(tiny)))
    assert {row: supervised > 0 for row, (_, supervised) in ours.items()} == {0: True, 1: True, 2: False}
