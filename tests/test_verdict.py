"""Ten corpora and what an experienced colleague would say about each. The verdicts were written down before the gates."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from bench.planted import sentence
from curate import catalogue, screens
from curate.config import Settings
from curate.corpus import from_lines
from curate.examine import examine
from curate.findings import Severity
from curate.judging.advice import advice
from curate.judging.evidence import Evidence
from curate.judging.gates import GATES
from curate.judging.verdict import judge
from curate.render.console import render
from curate.report import summarise


def row(rng: random.Random, zh: bool) -> dict[str, str]:
    """A question and an answer in the words of the benches, each of two sentences."""
    first, second, third, fourth = (sentence(rng, zh) for _ in range(4))
    asked = "接下来会怎样？" if zh else "What happens after this?"
    return {"instruction": f"{first} {second} {asked}", "input": "", "output": f"{third} {fourth}"}


def rows(n: int, seed: int, zh: bool = False) -> list[dict[str, str]]:
    rng = random.Random(seed)
    return [row(rng, zh) for _ in range(n)]


@dataclass
class Made:
    lines: list[str]
    splits: list[str] = field(default_factory=list)


def made(rows_: list[dict[str, str]], splits: list[str] | None = None) -> Made:
    return Made([json.dumps(r, ensure_ascii=False) for r in rows_], splits or [])


def too_few() -> Made:
    return made(rows(12, 1))


def all_duplicates() -> Made:
    return made(rows(4, 2) * 100)


def leaky_splits() -> Made:
    train, test = rows(1600, 3), rows(160, 4)
    return made(train + test + train[:40], ["train"] * 1600 + ["test"] * 200)


def broken_rows() -> Made:
    good = made(rows(400, 5)).lines
    return Made(
        good
        + ['{"instruction": "What is missing here', "not json at all", '{"instruction": "Say it.", "output": ""}', "[1, 2]"] * 25
    )


def personal_data_everywhere() -> Made:
    out = rows(1700, 6)
    for i, r in enumerate(out):
        r["output"] += f" Write to helen.marsh{i}@brightwater-mail.com or pay with 4556 7375 8689 9855."
    return made(out)


def balanced_and_clean() -> Made:
    return made(rows(2000, 7))


def chinese_and_clean() -> Made:
    return made(rows(2000, 8, zh=True))


def contradictory() -> Made:
    rng = random.Random(9)
    out = rows(1600, 9)
    for _ in range(150):
        place, a = f"{sentence(rng, False)} {sentence(rng, False)}", rng.randrange(10, 90)
        out += [{"instruction": f"{place} How many steps are there?", "input": "", "output": str(n)} for n in (a, a + 5)]
    return made(out)


def refusals() -> Made:
    out = rows(1800, 10)
    for r in out[::4]:
        r["output"] = "I'm sorry, but I cannot help with that. As an AI language model I have no access to it."
    return made(out)


def small_but_clean() -> Made:
    return made(rows(120, 11))


def a_few_faults() -> Made:
    out = rows(2000, 12)
    for r in out[:6]:
        r["output"] += " And after all of that is done, we will take the boat to the"
    return made(out + out[100:120])


EXPECTED = [
    (too_few, "not_ready", {"enough rows"}),
    (all_duplicates, "not_ready", {"enough rows", "rows differ"}),
    (leaky_splits, "not_ready", {"splits share nothing"}),
    (broken_rows, "not_ready", {"rows can be read"}),
    (personal_data_everywhere, "not_ready", {"no personal data or secrets"}),
    (contradictory, "not_ready", {"answers agree"}),
    (refusals, "not_ready", {"answers are whole"}),
    (small_but_clean, "ready_with_warnings", set()),
    (a_few_faults, "ready_with_warnings", set()),
    (balanced_and_clean, "ready", set()),
    (chinese_and_clean, "ready", set()),
]


@pytest.mark.slow
@pytest.mark.parametrize(("build", "outcome", "failed"), EXPECTED, ids=lambda v: getattr(v, "__name__", None))
def test_verdict_is_what_a_colleague_would_say(build: Callable[[], Made], outcome: str, failed: set[str]) -> None:
    corpus = build()
    rules = catalogue.shipped()
    with from_lines(corpus.lines, corpus.splits) as read:
        settings = Settings()
        report = summarise(read, examine(read, rules, settings), rules, settings, "curate build data.jsonl -o clean")
    said = {gate.name: gate.because for gate in report.gates if not gate.passed}
    assert (report.verdict, set(said)) == (outcome, failed), (said, [(t.code, t.rows) for t in report.rules])


LEVELS = {
    "SCH001": Severity.ERROR,
    "DUP001": Severity.WARNING,
    "COV003": Severity.WARNING,
    "PII009": Severity.ERROR,
    "TOK002": Severity.ERROR,
}


EVERY = frozenset(catalogue.shipped())


def evidence(**changes: object) -> Evidence:
    given: dict[str, object] = {
        "rows": 2000,
        "usable": 2000,
        "counts": {},
        "at_info": {},
        "severity": LEVELS,
        "facts": {},
        "splits": {},
    }
    given |= {"against": (), "looked": EVERY, "left_out": frozenset()}
    return Evidence(**{**given, **changes})  # type: ignore[arg-type]


def without(*codes: str) -> Evidence:
    left_out = frozenset(c for c in EVERY if c.startswith(codes))
    return evidence(looked=EVERY - left_out, left_out=left_out, splits={"train": 1600, "test": 400})


def gates(**changes: object) -> dict[str, bool]:
    return {gate.name: gate.passed for gate in judge(evidence(**changes)).gates}


def test_nothing_found_in_enough_rows_is_ready() -> None:
    assert judge(evidence()).outcome == "ready"


def test_answers_that_may_both_be_right_fail_no_gate() -> None:
    found = {"counts": {"LAB001": 400}, "severity": {"LAB001": Severity.WARNING}}
    assert not gates(**found)["answers agree"]
    assert gates(**found, at_info={"LAB001": 390})["answers agree"]
    because = {g.name: g.because for g in judge(evidence(**found, at_info={"LAB001": 390})).gates}["answers agree"]
    assert (
        because
        == "10 rows (0.5 %) answer a question otherwise than another row does. 390 more rows may, or both answers are right."
    )


def test_answers_whose_language_may_be_meant_fail_no_gate() -> None:
    found = {"counts": {"QUA005": 400}, "severity": {"QUA005": Severity.WARNING}}
    assert not gates(**found)["answers are whole"]
    assert gates(**found, at_info={"QUA005": 390})["answers are whole"]
    assert gates(counts={"QUA005": 400}, severity={"QUA005": Severity.INFO})["answers are whole"]
    because = {g.name: g for g in judge(evidence(**found, at_info={"QUA005": 390})).gates}["answers are whole"].because
    assert because.startswith("QUA005 in 10 rows: up to 0.5 %")
    assert because.endswith("390 more rows may be in another language on purpose.")


def test_no_rows_at_all_is_not_ready() -> None:
    assert judge(evidence(rows=0, usable=0)).outcome == "not_ready"


def test_a_warning_is_enough_to_say_with_warnings_and_an_info_is_not() -> None:
    assert judge(evidence(counts={"DUP001": 3})).outcome == "ready_with_warnings"
    assert judge(evidence(counts={"QUA004": 3}, severity={"QUA004": Severity.INFO})).outcome == "ready"


def test_one_key_in_a_row_fails_the_gate() -> None:
    assert gates(counts={"PII009": 1})["no personal data or secrets"] is False


def test_a_gate_that_was_not_asked_is_not_shown_as_passed() -> None:
    assert "splits share nothing" not in gates()
    assert gates(splits={"train": 1600, "test": 400})["splits share nothing"] is True
    assert gates(against=("gsm8k",))["splits share nothing"] is True
    assert "something to learn from" not in gates()
    assert gates(facts={"TOK": {"tokens": 9}}, counts={"TOK002": 500})["something to learn from"] is False


@pytest.mark.parametrize(
    ("family", "gate"),
    [
        ("DUP", "rows differ"),
        ("PII", "no personal data or secrets"),
        ("LAB", "answers agree"),
        ("QUA", "answers are whole"),
        ("BIAS", "no abuse of a group"),
        ("LEAK", "splits share nothing"),
    ],
)
def test_a_family_that_was_left_out_is_said_to_be_unknown_and_passes_no_gate(family: str, gate: str) -> None:
    failed = [g for g in judge(without(family)).gates if not g.passed]
    assert [(g.name, g.because) for g in failed] == [(gate, f"Not looked at: {family} left out.")]


def test_one_rule_left_out_leaves_the_gate_to_the_others_and_is_named() -> None:
    gate = next(g for g in judge(without("QUA002")).gates if g.name == "answers are whole")
    assert gate.passed
    assert gate.because.endswith("Not looked for: QUA002.")


def test_rules_that_decide_no_gate_may_be_left_out() -> None:
    assert judge(without("COV", "QUA004", "LAB002")).outcome == "ready"


def test_the_audit_knows_what_it_left_out(run, jsonl) -> None:
    path = jsonl(rows(60, 3))
    said = json.loads(run("curate", "audit", path, "--select", "SCH,DUP", "--format", "json").stdout)
    unknown = {g["name"] for g in said["gates"] if g["because"].startswith("Not looked at")}
    assert unknown == {"no personal data or secrets", "answers agree", "answers are whole", "no abuse of a group"}
    assert said["verdict"] == "not_ready"


def test_a_test_split_too_small_to_show_anything_fails_for_lack_of_evidence() -> None:
    assert gates(splits={"train": 1990, "test": 10})["the test can show a gain"] is False
    assert gates(splits={"train": 1000, "test": 1000})["the test can show a gain"] is True


def test_every_gate_says_why_in_both_languages() -> None:
    verdict = judge(
        evidence(rows=100, usable=80, counts={"SCH001": 20, "DUP001": 40}, splits={"train": 50, "test": 30}, facts={"TOK": {}})
    )
    assert len(verdict.gates) == len(verdict.gates_zh) == len(GATES)
    assert all(len(gate.because) > 15 and gate.because[-1] == "." for gate in verdict.gates)
    assert all(because[-1] == "。" and not name.isascii() for name, because in verdict.gates_zh)
    assert verdict.next


# ---- should one fine-tune at all ----------------------------------------------------------------------------------------------


def said_for(**coverage: object) -> list[str]:
    return [said.en.split(":")[0].split(",")[0] for said in advice(evidence(facts={"COV": coverage}))]


def test_fixed_forms_long_prompts_and_many_labels_speak_for_it() -> None:
    asked = {"answer_forms": {"json": 0.9}, "instructions": 4, "repeated_prompt_characters": 900, "labels": 12}
    assert said_for(**asked) == ["For", "For", "For", "For", "The data cannot tell"]


def test_few_rows_single_facts_and_a_blind_test_speak_against_it() -> None:
    few = evidence(rows=60, usable=60, facts={"COV": {"answer_forms": {"fact": 0.8}}})
    assert sum(said.en.startswith("Against") for said in advice(few)) == 3


def test_copies_are_no_inputs_and_a_tenth_of_few_rows_is_no_test() -> None:
    copies = evidence(usable=300, counts={"DUP001": 295}, facts={"COV": {"answer_forms": {"prose": 1.0}, "instructions": 5}})
    said = [what.en for what in advice(copies)]
    assert not any("few instructions" in what for what in said)
    assert any(what.startswith("Against: 0 test rows are no test") for what in said)
    assert not any("100 points" in what for what in said)


def test_prose_speaks_for_a_style_only_on_a_condition() -> None:
    assert said_for(answer_forms={"prose": 0.9}, answer_characters={"median": 400})[0] == "For"
    assert (
        "if the answers"
        in next(iter(advice(evidence(facts={"COV": {"answer_forms": {"prose": 1.0}, "answer_characters": {"median": 400}}})))).en
    )


def test_the_advice_stands_in_the_report_before_the_next_command() -> None:
    rules, settings = catalogue.shipped(), Settings()
    with from_lines(made(rows(45, 3)).lines) as read:
        done = examine(read, catalogue.select(rules, ("COV",)), settings)
        report = summarise(read, done, rules, settings, "data.jsonl")
    for lang, heading in (("en", "Should you fine-tune at all"), ("zh", "到底该不该微调")):
        shown = render(screens.audit(report, rules, lang))
        assert heading in shown
        assert shown.rstrip().splitlines()[-1].strip() == "$ curate build data.jsonl -o clean"


# ---- the next command ---------------------------------------------------------------------------------------------------------


def test_where_rows_are_few_and_nothing_else_is_wrong_the_way_on_is_no_build() -> None:
    assert judge(evidence(rows=12, usable=12)).next == ("curate explain COV003",)
    assert judge(evidence(rows=400, usable=400, counts={"DUP001": 380})).next == ("curate build INPUT -o clean",)


def test_answers_that_nobody_looked_at_are_looked_at_with_the_rest() -> None:
    assert judge(without("QUA", "LAB")).next == ("curate audit INPUT", "curate build INPUT -o clean")


@pytest.mark.slow
def test_one_row_repeats_nothing_and_is_asked_no_such_gate(run, jsonl) -> None:
    said = json.loads(run("curate", "audit", jsonl(rows(1, 3)), "--format", "json").stdout)
    assert [g["name"] for g in said["gates"] if not g["passed"]] == ["enough rows"]
    assert said["next"][0].startswith("curate explain")
