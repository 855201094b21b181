"""What is said of all rows at once is what a record says of one."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from curate.corpus import from_lines
from curate.records import Kind, Record
from curate.similar import read
from curate.views import view

word = st.sampled_from(["", " ", "Sum up:", "你好", "A", "Why?", "b c"])
turn = st.fixed_dictionaries({"role": st.sampled_from(["system", "user", "assistant", "tool"]), "content": word})
row = st.one_of(
    st.fixed_dictionaries({"instruction": word, "output": word}, optional={"input": word, "system": word}),
    st.fixed_dictionaries({"messages": st.lists(turn, min_size=1, max_size=5)}, optional={"system": word}),
    st.fixed_dictionaries({"prompt": word, "chosen": word, "rejected": word}, optional={"input": word}),
    st.fixed_dictionaries({"text": word}),
)


def four(record: Record) -> tuple[str, str, str, str]:
    """System, prompt, input and the rest. In a chat all turns are rest: no template of prompts is taken off."""
    before = record.parts[: record.answer_index]
    one_turn = record.answer_index < len(record.parts) and all(p.kind in (Kind.SYSTEM, Kind.PROMPT) for p in before)
    if one_turn or any(p.kind is Kind.INPUT for p in record.parts):
        rest = "\n".join(p.text for p in record.parts[record.answer_index :] if p.text)
        return record.system, record.prompt, record.input, rest
    return record.system, "", "", "\n".join(p.text for p in record.parts if p.kind is not Kind.SYSTEM and p.text)


@settings(max_examples=60, deadline=None)
@given(st.lists(row, min_size=1, max_size=6))
def test_views_hold_what_each_record_says(rows: list[dict[str, Any]]) -> None:
    with from_lines([json.dumps({"instruction": "x", "output": "y"}), *map(json.dumps, rows)]) as corpus:
        seen = view(corpus)
        records = [*seen.records()]
        for texts, parts in (
            (seen.whole, map(four, records)),
            (seen.question, (("", r.prompt, r.input, "") for r in records)),
            (seen.asked, (("", "", "", r.input or r.prompt) for r in records)),
            (seen.answers, (("", "", "", r.answer) for r in records)),
        ):
            expected = read(parts)
            assert texts.data.tobytes() == expected.data.tobytes()
            assert np.array_equal(texts.lengths, expected.lengths)
        assert seen.fields.tolist() == [sum(bool(p.text) for p in r.parts) for r in records]
        assert seen.answer_length.tolist() == [len(r.answer) for r in records]
