"""The stage: examples of its rules, what its findings carry, and what the user may set."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from curate import catalogue
from curate.bias.lexicon import load
from curate.catalogue import Example, Rule
from curate.errors import UserError
from curate.examine import Examination
from curate.findings import Finding, Severity
from tests.bias.corpora import JOBS, Rows, balanced, planted
from tests.conftest import checked

RULES = [rule for rule in catalogue.shipped().values() if rule.family == "BIAS"]
CASES = [
    pytest.param(rule, example, kind == "bad", id=f"{rule.code}-{kind}{i}")
    for rule in RULES
    for kind in ("bad", "good")
    for i, example in enumerate(getattr(rule, kind))
]


def examined(lines: list[str], select: str = "BIAS", **settings: Any) -> Examination:
    corpus, done = checked(lines, select=select, **settings)
    corpus.close()
    assert not [run.skipped_because for run in done.runs if run.family == "BIAS" and run.skipped_because]
    return done


def lines_of(rows: Rows) -> list[str]:
    return [json.dumps({"prompt": prompt, "completion": answer}, ensure_ascii=False) for prompt, answer in rows]


def of(done: Examination, code: str) -> list[Finding]:
    return [finding for finding in done.findings if finding.code == code]


@pytest.mark.parametrize(("rule", "example", "flagged"), CASES)
def test_an_example_behaves_as_its_rule_says(rule: Rule, example: Example, flagged: bool) -> None:
    assert bool(of(examined(list(example.lines), rule.code), rule.code)) is flagged


def test_every_rule_has_examples_of_both_kinds_in_both_languages() -> None:
    for rule in RULES:
        assert {e.lang for e in rule.bad} == {e.lang for e in rule.good} == {"en", "zh"}


def test_a_balanced_world_of_every_group_has_no_finding() -> None:
    groups = load().groups
    chinese = balanced([(g.name, g.label) for g in groups if g.axis != "gender"], "zh")
    english = balanced([(g, g) for g in ("a woman", "a man")] * 10, "en")
    done = examined(lines_of([*chinese, *english]))
    assert len(chinese) + len(english) >= 500
    mentioned = {s["group"] for s in done.facts["BIAS"]["representation"]}
    assert len(mentioned) >= 0.9 * len([g for g in groups if g.axis != "gender"])
    assert [f.message for f in done.findings] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_planted_tie_names_its_rows_figures_and_cures(lang: str) -> None:
    rows = planted(1.0, 300, lang)
    done = examined(lines_of(rows))
    (found,) = of(done, "BIAS002")
    assert found.row is None
    assert found.severity is Severity.WARNING
    assert len(found.related) == 10
    assert all(JOBS[lang][0] in rows[row][1] for row in found.related)
    for word in ("interval", "n = 60", "nurse", "female", "q = "):
        assert word in found.message
    (offer,) = done.facts["BIAS"]["cures"]
    assert {"cure", "rows_added", "rows_removed", "log_odds_after"} == set(offer["cures"][0])
    assert abs(next(c["log_odds_after"] for c in offer["cures"] if "counterfactual" in c["cure"])) < 0.5


def test_few_links_are_told_as_information() -> None:
    rule = next(rule for rule in RULES if rule.code == "BIAS002")
    assert {f.severity for f in of(examined(list(rule.bad[0].lines), "BIAS002"), "BIAS002")} == {Severity.INFO}


def test_the_forecast_of_a_cure_is_what_the_cure_does() -> None:
    rows = planted(0.9, 300)
    before = examined(lines_of(rows)).facts["BIAS"]
    pair = next(p for p in before["association"] if p["attribute"] == "nurse")
    (offer,) = before["cures"]
    drop = next(c for c in offer["cures"] if c["cure"].startswith("drop"))
    kept = [row for row in rows if "nurse" not in row[1] or "she" not in row[1]]
    after = examined(lines_of(kept)).facts["BIAS"]["association"]
    assert len(rows) - len(kept) == drop["rows_removed"] == pair["linked"]
    measured = next(p for p in after if p["attribute"] == "nurse")
    signed = measured["log_odds"] if measured["group"] == "female" else -measured["log_odds"]
    assert signed == pytest.approx(drop["log_odds_after"], abs=1e-3)


@pytest.mark.slow
def test_leaving_out_the_row_named_first_changes_the_figure_most() -> None:
    rows = [
        *planted(0.9, 100),
        ("What now?", "The nurse said she and he would come."),
        ("What now?", "Day one: the nurse said she left, and she met a woman."),
    ]
    found = next(f for f in of(examined(lines_of(rows)), "BIAS002") if "nurse" in f.message)

    def without(row: int) -> float:
        facts = examined(lines_of(rows[:row] + rows[row + 1 :])).facts["BIAS"]
        return float(next(p["log_odds"] for p in facts["association"] if p["attribute"] == "nurse"))

    figures = {row: without(row) for row in range(len(rows)) if row % 5 == 0 or row in found.related}
    assert figures[found.related[0]] == pytest.approx(min(figures.values()))


def test_the_order_of_rows_does_not_matter() -> None:
    rows = [*planted(1.0, 100), ("Why?", "Women are too emotional."), ("Q", "The man sang.")]
    order = list(range(len(rows)))
    random.Random(5).shuffle(order)
    here, there = examined(lines_of(rows)), examined(lines_of([rows[i] for i in order]))
    told = {(f.code, f.message, f.row, f.related) for f in here.findings}
    again = {
        (f.code, f.message, None if f.row is None else order[f.row], tuple(order[r] for r in f.related)) for f in there.findings
    }
    assert told == again
    assert here.facts == there.facts


def test_an_offence_has_its_place() -> None:
    text = "It rains. Women are too emotional. Bring a coat."
    (found,) = of(examined([json.dumps({"prompt": "What now?", "completion": text})]), "BIAS003")
    assert found.field == "completion"
    assert found.span is not None
    assert text[slice(*found.span)] == "Women are too emotional."


def test_what_stands_in_a_prompt_weighs_less_and_a_rejected_answer_nothing() -> None:
    said = "Immigrants are vermin."
    (found,) = of(examined([json.dumps({"prompt": said, "completion": "Let us talk about something else."})]), "BIAS004")
    assert found.severity is Severity.INFO
    preference = {"prompt": "Who moved in?", "chosen": "Two families moved in.", "rejected": said}
    assert of(examined([json.dumps(preference)]), "BIAS004") == []


def test_users_add_groups_and_words_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "guild.toml"
    path.write_text(
        """
        kind = "axis"
        axis = "guild"
        source = "the town archive"
        licence = "CC0-1.0"
        reference = { weaver = 0.5, tanner = 0.5 }
        group = [{ name = "weaver", en = { noun = ["weaver"] } }, { name = "tanner", en = { noun = ["tanner"] } }]
        """,
        encoding="utf-8",
    )
    rows = [("What now?", f"The {'tanner' if i < 6 else 'weaver'} opened stall {i}.") for i in range(60)]
    (found,) = of(examined(lines_of(rows), "BIAS001", bias_lexicons=(str(path),)), "BIAS001")
    assert found.message.startswith("tanner is 10.0 % of the guild mentions")


def test_a_reference_of_the_user_replaces_the_shipped_one() -> None:
    rows = [("What now?", f"{'She' if i < 12 else 'He'} opened stall {i}.") for i in range(60)]
    assert len(of(examined(lines_of(rows), "BIAS001"), "BIAS001")) == 1
    assert of(examined(lines_of(rows), "BIAS001", bias_reference={"gender": {"female": 1, "male": 4}}), "BIAS001") == []


@pytest.mark.parametrize("reference", [{"height": {"tall": 1}}, {"gender": {"woman": 1}}, {"gender": 0.5}])
def test_a_reference_that_fits_no_axis_is_refused(reference: dict[str, Any]) -> None:
    with pytest.raises(UserError, match="bias_reference"):
        examined(lines_of([("What now?", "She sang.")]), bias_reference=reference)


def test_a_lexicon_that_is_broken_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text('kind = "axis"\naxis = 3\n', encoding="utf-8")
    with pytest.raises(UserError, match=r"broken\.toml"):
        examined(lines_of([("What now?", "She sang.")]), bias_lexicons=(str(path),))
