"""Every rule proves itself on its own examples."""

from __future__ import annotations

import json
import re

import pytest

from curate import catalogue
from curate.catalogue import Example, Rule
from curate.errors import UserError
from tests.conftest import checked

RULES = catalogue.shipped()
FAMILIES = ("SCH", "DUP", "PII", "BIAS", "LEAK", "LAB", "QUA", "COV")
CASES = [
    pytest.param(rule, example, kind == "bad", id=f"{rule.code}-{kind}{i}")
    for rule in RULES.values()
    if rule.family in FAMILIES
    for kind in ("bad", "good")
    for i, example in enumerate(getattr(rule, kind))
]


def lines_of(example: Example) -> list[str]:
    return list(example.lines) or [
        json.dumps({"instruction": "Answer the customer.", "output": example.text}, ensure_ascii=False)
    ]


@pytest.mark.parametrize(("rule", "example", "flagged"), CASES)
def test_an_example_behaves_as_its_rule_says(rule: Rule, example: Example, flagged: bool) -> None:
    corpus, done = checked(lines_of(example), list(example.splits), rule.code)
    corpus.close()
    assert any(f.code == rule.code for f in done.findings) is flagged, [f.message for f in done.findings]


@pytest.mark.parametrize("path", sorted(catalogue.rules_dir().glob("*/[A-Z]*.toml")), ids=lambda p: p.stem)
def test_a_file_is_named_for_its_rule(path) -> None:
    rule = catalogue.read(path)
    assert path.stem == f"{rule.code}-{rule.name}"
    assert rule.family.lower() == path.parent.name
    assert not rule.name.startswith(("no-", "avoid-", "use-"))
    assert rule.summary.endswith(".")


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda r: r.code)
def test_a_rule_speaks_chinese(rule: Rule) -> None:
    for words in (rule.zh.summary, rule.zh.why, rule.zh.advice):
        assert re.search("[一-鿿]", words)


@pytest.mark.parametrize("rule", [r for r in RULES.values() if r.bad], ids=lambda r: r.code)
def test_a_rule_with_examples_has_them_in_both_languages(rule: Rule) -> None:
    assert {e.lang for e in rule.good} == {"en", "zh"}
    assert {e.lang for e in rule.bad} == {"en", "zh"} or rule.code == "SCH010"


def test_the_catalogue_has_the_codes_of_the_contract() -> None:
    wanted = {"SCH": 11, "DUP": 3, "LAB": 3, "PII": 15, "BIAS": 6, "LEAK": 9, "QUA": 7, "COV": 4, "TOK": 4}
    assert set(RULES) == {f"{family}{i:03d}" for family, n in wanted.items() for i in range(1, n + 1)}


def test_the_longer_prefix_wins() -> None:
    assert list(catalogue.select(RULES, ["PII003"], ["PII"])) == ["PII003"]
    assert all(code.startswith("DUP") for code in catalogue.select(RULES, ["DUP"]))


def test_a_prefix_that_no_rule_has_is_refused() -> None:
    with pytest.raises(UserError, match="no rule begins with"):
        catalogue.select(RULES, ["ZZZ"])
