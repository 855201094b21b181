"""LEAK007 looks closely only where the answer may stand in the question."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from curate.similar.canonical import canonical
from curate.stages.leak import may_hold

# Letters that change under NFKC or case folding, marks that compose, and every kind of white space.
# What is looked at is the beginning, so some texts are longer than that.
PIECES = [*" \n\t\u00a0\u3000aAbBéeﬁßＡ\u0301\u00b4İ湖山", "湖山之间", "incomprehensibilities"]
TEXT = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@given(TEXT, TEXT, TEXT)
@example("", "湖山之间\u3000b", "")
@example("", "x y " + "b" * 75 + "a\u0301", "")
def test_an_answer_that_stands_in_the_question_is_never_passed_over(before: str, answer: str, after: str) -> None:
    for question in (before + answer + after, before + answer.swapcase() + after, canonical(before + answer + after)):
        if canonical(answer) in canonical(question):
            assert may_hold(canonical(question), answer)


def test_an_answer_with_a_word_of_its_own_is_passed_over() -> None:
    assert not may_hold("who wrote the old manual?", "The manual was written by Ada Brenner.")
    assert not may_hold("谁写了这本旧手册?", "这本手册是林间写的。")
