"""Markdown shows text as it is: nothing in it becomes syntax, and no backslash is seen."""

from __future__ import annotations

import pytest

from curate.render.markdown import escaped


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("0.0 % (0.0 to 3.7)", "0.0 % (0.0 to 3.7)"),
        ("+93.9 points", "+93.9 points"),
        ("-0.611", "-0.611"),
        ("1. first", r"1\. first"),
        ("2) second", r"2\) second"),
        ("- item", r"\- item"),
        ("+ item", r"\+ item"),
        ("---", r"\---"),
        ("# heading", r"\# heading"),
        ("===", r"\==="),
        ("a | b", r"a \| b"),
        ("[x](http://example.org)", r"\[x\](http://example.org)"),
        ("![x](y)", r"!\[x\](y)"),
        ("<b> & *c* _d_ `e` ~~f~~", r"\<b\> \& \*c\* \_d\_ \`e\` \~\~f\~\~"),
        ("> quoted", r"\> quoted"),
    ],
)
def test_syntax_is_escaped_and_nothing_else(text, written):
    assert escaped(text) == written
