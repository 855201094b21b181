"""LLaMA-Factory's own loader reads what `dataset_info.json` of a built folder names. Collected only where it is installed."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any

import pytest

import curate
from tests.test_cards import SHAPES, word

os.environ["DISABLE_VERSION_CHECK"] = "1"  # of its libraries, which may be newer than it knows

ROWS = {
    **SHAPES,
    "history": lambda i: {
        "instruction": f"Name thing {i} of the list.",
        "input": "",
        "output": f"It is {word(i)}.",
        "history": [[f"Hello {word(i + 1)}", "Hello."]],
    },
}
ANSWERS = {"preference": 2, "text": 0}


def loaded(folder: str) -> dict[str, Any]:
    from llamafactory.data.loader import _load_single_dataset
    from llamafactory.data.parser import get_dataset_list
    from llamafactory.hparams.data_args import DataArguments

    names = "clean_train,clean_validation,clean_test"
    told = DataArguments(dataset=names, dataset_dir=folder)
    model = SimpleNamespace(cache_dir=None, hf_hub_token=None)
    training = SimpleNamespace(local_process_index=0, should_log=False)
    entries = get_dataset_list(told.dataset, folder)
    return {str(entry.dataset_name): _load_single_dataset(entry, model, told, training) for entry in entries}


@pytest.mark.parametrize("shape", ROWS)
def test_every_split_is_read_whole_with_questions_and_answers(shape, jsonl, tmp_path) -> None:
    built = curate.build(jsonl([ROWS[shape](i) for i in range(20)]), tmp_path / "clean", split=(0.6, 0.2, 0.2))
    found = loaded(str(tmp_path / "clean"))
    assert {name: len(rows) for name, rows in found.items()} == {f"{s}.jsonl": built.counts[s] for s in built.splits}
    for rows in found.values():
        assert all(row["_prompt"] and len(row["_response"]) == ANSWERS.get(shape, 1) for row in rows)
        assert all(len(row["_prompt"]) == (3 if shape == "history" else 1) for row in rows)
