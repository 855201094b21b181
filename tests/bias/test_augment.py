"""`curate augment`: the rows as they were, and twins that say what they are."""

from __future__ import annotations

import json

from curate.commands.augment import augment
from curate.corpus import from_lines

LINES = [
    '{"id": "a", "instruction": "Describe the nurse.", "input": "", "output": "She is kind.", "score": 1.0}',
    '{"instruction": "Name a colour.", "output": "Blue."}',
    '{"id": 7, "messages": [{"role": "user", "content": "他是谁？"}, {"role": "assistant", "content": "他是医生。"}]}',
    "{broken",
    '{"instruction": "Who called?", "output": "I saw her mother."}',
]


def augmented() -> list[bytes]:
    with from_lines(LINES) as corpus:
        return list(augment(corpus))


def test_every_row_is_still_there_in_its_order() -> None:
    lines = augmented()
    originals = [line for line in lines if b'"synthetic"' not in line]
    assert len(originals) == len(LINES)
    assert originals[3] == b"{broken"
    assert [json.loads(line).get("id") for line in originals if line != b"{broken"] == ["a", "data.jsonl:2", 7, "data.jsonl:5"]


def test_a_twin_is_marked_and_tied_to_its_original() -> None:
    rows = [json.loads(line) for line in augmented() if line != b"{broken"]
    twins = [row for row in rows if "synthetic" in row]
    assert [twin["id"] for twin in twins] == ["a~gender", "7~gender"]
    assert twins[0] == {
        "id": "a~gender",
        "instruction": "Describe the nurse.",
        "input": "",
        "output": "He is kind.",
        "score": 1.0,
        "counterfactual_group": "a",
        "synthetic": "counterfactual:gender",
    }
    assert twins[1]["messages"][1]["content"] == "她是医生。"
    for twin in twins:
        assert sum(row.get("counterfactual_group") == twin["counterfactual_group"] for row in rows) == 2


def test_numbers_keep_their_spelling() -> None:
    assert b'"score": 1.0' in augmented()[1]
