"""Tokens counted by pieces are the tokens of the whole, wherever the answers of a row begin and end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import AddedToken, Regex, Tokenizer, models, pre_tokenizers, trainers

from curate.tokens.pieces import Pieces, independent

WORDS = (
    "the answer is in the barn",
    "it's 12.5 %, don't you think?",
    "答案是：苹果、香蕉和橘子。",
    "“好的”，他说。",
    "x = y_1\n    return f(x)",
    "привет",
)
BLANKS = (" ", "  ", "\n", "\n\n    ", "\t", "\u3000", "\x1c", "")
# As in the tokenizers of Llama 3 and Qwen 2: a sign before a word belongs to the word.
LATER = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def trained(cutting: pre_tokenizers.PreTokenizer | None, *added: AddedToken) -> Tokenizer:
    made = Tokenizer(models.BPE())
    if cutting is not None:
        made.pre_tokenizer = cutting
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=600, initial_alphabet=alphabet, show_progress=False)
    made.train_from_iterator([*WORDS, *(a + b + c for a in WORDS for b in BLANKS for c in WORDS)], trainer)
    made.add_special_tokens([AddedToken("<|im_start|>", special=True), AddedToken("<|im_end|>", special=True), *added])
    return made


EARLIER = trained(pre_tokenizers.ByteLevel(add_prefix_space=False))
DIGITS = trained(
    pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
)
JOINED = trained(
    pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(LATER), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
)
texts = st.lists(st.sampled_from([*WORDS, *BLANKS, "<|im_end|>", *"，。！)\"'_é½\u0301\U0001f642中5"]), max_size=8).map("".join)


@pytest.mark.parametrize("tokenizer", [EARLIER, DIGITS, JOINED], ids=["earlier", "digits", "joined"])
def test_pieces_are_the_whole(tokenizer: Tokenizer) -> None:
    assert independent(tokenizer)
    pieces = Pieces(tokenizer)

    @given(st.lists(texts, min_size=1, max_size=3))
    def same(texts: list[str]) -> None:
        direct = tokenizer.encode_batch(texts, add_special_tokens=False)
        for text, ours, theirs in zip(texts, pieces.encoded(texts), direct, strict=True):
            assert len(ours) == len(theirs)
            assert [ours.char_to_token(k) for k in range(len(text))] == [theirs.char_to_token(k) for k in range(len(text))]

    same()


def test_a_tokenizer_that_looks_across_words_is_given_whole_texts() -> None:
    assert not independent(trained(None))
    assert not independent(trained(pre_tokenizers.Metaspace(prepend_scheme="always")))
    assert not independent(trained(pre_tokenizers.ByteLevel(add_prefix_space=True)))
    assert not independent(trained(pre_tokenizers.Split(Regex(r"\S+ \S+"), behavior="isolated")))


def test_an_added_token_that_takes_more_than_itself_is_noticed() -> None:
    cutting = pre_tokenizers.ByteLevel(add_prefix_space=False)
    assert not independent(trained(cutting, AddedToken("<mask>", rstrip=True)))
    assert not independent(trained(cutting, AddedToken("in short")))
    assert independent(trained(cutting, AddedToken("<mask>", lstrip=True)))


def test_texts_of_words_never_seen_before_go_whole() -> None:
    pieces = Pieces(EARLIER)
    for k in range(40):
        batch = [f"<|im_start|>{k * 100 + n:x}{'中' * (n % 70)}" for n in range(8)]
        assert [*map(len, pieces.encoded(batch))] == [*map(len, EARLIER.encode_batch(batch, add_special_tokens=False))]
    assert not pieces.use
