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
    for words in (rule.zh.summary, rule.zh.why, rule.zh.found, rule.zh.advice):
        assert re.search("[一-鿿]", words)


@pytest.mark.parametrize("rule", [r for r in RULES.values() if r.bad], ids=lambda r: r.code)
def test_a_rule_with_examples_has_them_in_both_languages(rule: Rule) -> None:
    assert {e.lang for e in rule.good} == {"en", "zh"}
    assert {e.lang for e in rule.bad} == {"en", "zh"} or rule.code == "SCH010"


def test_the_catalogue_has_the_codes_of_the_contract() -> None:
    wanted = {"SCH": 11, "DUP": 3, "LAB": 3, "PII": 15, "BIAS": 6, "LEAK": 10, "QUA": 7, "COV": 4, "TOK": 4}
    assert set(RULES) == {f"{family}{i:03d}" for family, n in wanted.items() for i in range(1, n + 1)}


def test_the_longer_prefix_wins() -> None:
    assert list(catalogue.select(RULES, ["PII003"], ["PII"])) == ["PII003"]
    assert all(code.startswith("DUP") for code in catalogue.select(RULES, ["DUP"]))


def test_a_prefix_that_no_rule_has_is_refused() -> None:
    with pytest.raises(UserError, match="no rule begins with"):
        catalogue.select(RULES, ["ZZZ"])


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('name = "Bad Name"', "`name` cannot be 'Bad Name'"),
        ('code = "DUP1"', "`code` cannot be 'DUP1'"),
        ('severity = "fatal"', "'fatal'"),
        ('action = "burn"', "`action` cannot be 'burn'"),
        ('why = "no"', "`why` is too short for a sentence"),
        ("why = 1", "`why` is no string"),
        ('colour = "red"', "`colour`: no such key"),
        ('[[bad]]\nlines = ["{}", 2]', "`bad.0` holds something other than strings"),
        ('[[bad]]\nlang = "fr"', "`bad.0.lang` cannot be 'fr'"),
    ],
)
def test_a_rule_file_that_is_wrong_is_refused_by_the_name_of_its_key(said: str, told: str, tmp_path) -> None:
    right = (catalogue.rules_dir() / "dup" / "DUP003-same-meaning.toml").read_text(encoding="utf-8")
    key = said.partition(" =")[0]
    head, _, rest = right.split("[[bad]]")[0].partition("[zh]")
    kept = [*(line for line in head.splitlines() if line.split(" ")[0] != key), "[zh]", *rest.splitlines()]
    file = tmp_path / "rule.toml"
    file.write_text("\n".join([*kept, said] if said.startswith("[[") else [said, *kept]), encoding="utf-8")
    with pytest.raises(UserError, match=re.escape(told)):
        catalogue.read(file)


def test_a_rule_file_without_a_key_it_needs_is_refused(tmp_path) -> None:
    file = tmp_path / "rule.toml"
    file.write_text(
        'code = "DUP003"\nseverity = "error"\n[zh]\nsummary = "一句话。"\nwhy = "一句话。"\nfound = "一句话。"\nadvice = "一句话。"\n',
        encoding="utf-8",
    )
    with pytest.raises(UserError, match="`name` is missing"):
        catalogue.read(file)
