from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.verifying.rows import Row, Unreadable, read
from curate.verifying.wording import canonical, is_cjk, shingles


def said(*turns: str) -> list[dict[str, str]]:
    """Turns written `role: content`."""
    return [dict(zip(("role", "content"), turn.split(": "), strict=True)) for turn in turns]


def sent(*turns: str) -> list[dict[str, str]]:
    return [dict(zip(("from", "value"), turn.split(": "), strict=True)) for turn in turns]


PIECES = [{"type": "text", "text": "A"}, {"type": "image_url", "image_url": "x"}, {"type": "text", "text": "B"}]
CALL = {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "f", "arguments": "{1}"}}]}
# shape: (row, whole text, question, answer)
SHAPES = {
    "instruction": (
        {"instruction": "A", "input": "b", "output": "C", "system": "S", "history": [["q", "r"]]},
        ("s q r a b c", "q r a b", "c"),
    ),
    "instruction without input": ({"instruction": "A", "output": "C"}, ("a c", "a", "c")),
    "completion": ({"prompt": "P", "completion": "C"}, ("p c", "p", "c")),
    "completion in turns": ({"prompt": said("user: P"), "completion": said("assistant: C")}, ("p c", "p", "c")),
    "chat": (
        {"messages": said("system: S", "user: A", "assistant: B", "user: C", "assistant: D")},
        ("s a b c d", "a b c", "d"),
    ),
    "chat in pieces": ({"messages": [{"role": "user", "content": PIECES}]}, ("a b", "a b", "")),
    "tool calls": ({"messages": [*said("user: A"), CALL, *said("tool: T")]}, ("a {1} t", "a", "{1}")),
    "sharegpt": ({"conversations": sent("human: A", "gpt: B")}, ("a b", "a", "b")),
    "preference": ({"prompt": "P", "chosen": "C", "rejected": "R"}, ("p c r", "p", "c")),
    "preference in turns": (
        {"chosen": said("user: P", "assistant: C"), "rejected": said("user: P", "assistant: R")},
        ("p c r", "p", "c"),
    ),
    "preference in a conversation": (
        {"conversations": sent("human: P"), "chosen": sent("gpt: C")[0], "rejected": sent("gpt: R")[0]},
        ("p c r", "p", "c"),
    ),
    "text": ({"text": "T  t"}, ("t t", "", "t t")),
    "unknown": ({"id": "x", "body": {"a": ["U", 1], "b": "V"}}, ("u v", "u v", "")),
}
KEYS = [
    "messages",
    "role",
    "content",
    "text",
    "chosen",
    "rejected",
    "history",
    "tool_calls",
    "function",
    "input",
    "output",
    "prompt",
]


def row(value: object) -> Row:
    return read(json.dumps(value).encode(), "train.jsonl", 1, {})


@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_is_read_as_the_contract_orders_it(shape: str) -> None:
    value, texts = SHAPES[shape]
    got = row(value)
    assert (got.whole, got.question, got.answer) == texts
    assert got.known is (shape != "unknown")


def test_what_only_a_template_gives_is_left_out_of_the_content() -> None:
    a = row({"system": "S", "instruction": "Do:", "input": "x", "output": "1"})
    b = row({"system": "S", "instruction": "Do:", "input": "y", "output": "2"})
    c = row({"system": "T", "instruction": "Do:", "input": "y", "output": "2"})
    d = row({"system": "S", "instruction": "Do:", "input": "", "output": "2"})
    assert a.content(b) == "x 1"
    assert a.content(c) == "s x 1"
    assert a.content(d) == "do: x 1"
    assert c.content(d) == "t do: y 2"


SCALARS = st.none() | st.booleans() | st.integers() | st.text()


def readable(line: bytes) -> bool:
    try:
        read(line, "train.jsonl", 1, {})
    except Unreadable:
        return False
    return True


@given(st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(KEYS), inner)))
def test_every_object_can_be_read_and_nothing_else_can(value: object) -> None:
    assert readable(json.dumps(value).encode()) is isinstance(value, dict)


@given(st.binary())
def test_no_bytes_make_the_reader_raise_anything_of_its_own(line: bytes) -> None:
    readable(line)


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=20), max_size=5))
def test_parts_may_be_made_canonical_one_by_one(texts: list[str]) -> None:
    assert " ".join(t for t in map(canonical, texts) if t) == canonical("\n".join(texts))


@given(st.text(alphabet="ab 你好かな한", max_size=30))
def test_shingles_are_three_code_points_from_cjk_and_five_from_others(text: str) -> None:
    wanted = {text[i : i + n] for i, c in enumerate(text) for n in [3 if is_cjk(c) else 5] if i + n <= len(text)}
    assert shingles(text) == (wanted or {text})


@pytest.mark.parametrize("char", "㐀䶿一鿿\U00020000\U000323afぁヿ가힯")
def test_the_ends_of_the_cjk_ranges_belong_to_them(char: str) -> None:
    assert is_cjk(char)


@pytest.mark.parametrize("char", ["㏿", "䷀", "ꀀ", "ힰ", "\u303f", "\u3100", "a", "é", "，"])
def test_their_neighbours_do_not(char: str) -> None:
    assert not is_cjk(char)
