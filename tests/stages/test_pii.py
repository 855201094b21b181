"""The stage: severities, excerpts that show nothing, the table, and no value in anything it says."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from curate import catalogue
from curate.config import Settings
from curate.corpus import from_lines
from curate.findings import Fact, Finding, Severity
from curate.stages import pii
from tests.pii import values

RULES = {code: rule for code, rule in catalogue.shipped().items() if rule.family == "PII"}


def checked(outputs: Sequence[str], codes: Sequence[str] = (), **settings: Any) -> tuple[list[Finding], dict[str, Any]]:
    lines = [json.dumps({"instruction": "Answer the customer.", "output": text}, ensure_ascii=False) for text in outputs]
    rules = {code: rule for code, rule in RULES.items() if not codes or code in codes}
    with from_lines(lines) as corpus:
        said = list(pii.check(corpus, rules, Settings(**settings)))
    return [f for f in said if isinstance(f, Finding)], {f.name: f.value for f in said if isinstance(f, Fact)}


def severities(text: str, **settings: Any) -> dict[str, Severity]:
    return {f.code: f.severity or RULES[f.code].severity for f in checked([text], **settings)[0]}


def test_a_finding_stands_on_its_field_and_span_and_shows_nothing() -> None:
    (found,), _ = checked(["Write to tara.1@brevlador.se before noon."])
    assert (found.code, found.row, found.field, found.span) == ("PII001", 0, "output", (9, 28))
    assert found.excerpt == "Write to [EMAIL] before noon."
    assert found.message == "E-mail address"


@pytest.mark.parametrize(
    ("text", "code", "severity"),
    [
        ("card 4539 5787 6362 1486", "PII003", Severity.ERROR),
        ("mail tara.1@brevlador.se", "PII001", Severity.WARNING),
        ("mail anna@example.com", "PII001", Severity.INFO),
        ("mail support@brevlador.se", "PII001", Severity.INFO),
        ("server 192.168.1.4", "PII006", Severity.INFO),
        ("call (415) 555-0132", "PII002", Severity.INFO),
        ("card 4111 1111 1111 1111", "PII003", Severity.INFO),
        ("Einstein was born on March 14, 1879.", "PII014", Severity.INFO),
        ("Date of birth: March 14, 1979", "PII014", Severity.WARNING),
    ],
)
def test_what_is_nobodys_is_only_noted(text: str, code: str, severity: Severity) -> None:
    assert severities(text)[code] is severity


def test_a_name_weighs_only_beside_something_of_the_person() -> None:
    assert severities("Name: Ingrid Halvorsen")["PII007"] is Severity.INFO
    assert severities("Name: Ingrid Halvorsen, phone +47 22 85 50 50")["PII007"] is Severity.WARNING
    assert severities("Name: Ingrid Halvorsen, mail anna@example.com")["PII007"] is Severity.INFO
    assert severities("联系人：欧阳晓雯")["PII007"] is Severity.INFO
    assert severities("联系人：欧阳晓雯，电话13671829304")["PII007"] is Severity.WARNING
    assert "PII007" not in severities("Name: Ingrid Halvorsen", pii_names="off")


def test_a_rule_not_asked_for_is_not_reported_but_still_masked() -> None:
    found, _ = checked(["tara.1@brevlador.se has card 4539 5787 6362 1486"], ["PII001"])
    assert [f.code for f in found] == ["PII001"]
    assert found[0].excerpt == "[EMAIL] has card [CARD]"


def test_a_users_words_are_heard() -> None:
    rule = RULES["PII002"]
    asked = replace(rule, params={**rule.params, "cues": [*rule.params["cues"], "blower"]})
    line = json.dumps({"instruction": "x", "output": "my blower: 78 651 450"})
    for rules, codes in ((RULES, set()), ({**RULES, "PII002": asked}, {"PII002"})):
        with from_lines([line]) as corpus:
            assert {f.code for f in pii.check(corpus, rules, Settings()) if isinstance(f, Finding)} == codes


def test_the_table_counts_rows_and_confidence_by_kind() -> None:
    _, facts = checked(["a.b@brevlador.se c.d@brevlador.se", "手机13671829304", "nothing", "打13671829315"])
    table = {entry["kind"]: entry for entry in facts["kinds"]}
    assert (table["email"]["rows"], table["email"]["finds"], table["email"]["share"]) == (1, 2, 0.25)
    assert table["email"]["confidence"] == {"proved": 2, "cued": 0, "guess": 0}
    assert table["cn-mobile"]["confidence"] == {"proved": 0, "cued": 1, "guess": 1}
    assert table["cn-mobile"]["example"] == "手机[PHONE]"


def test_prompts_and_chats_are_read_as_well() -> None:
    lines = [
        json.dumps(
            {
                "messages": [
                    {"role": "user", "content": "I am at tara.1@brevlador.se"},
                    {"role": "assistant", "content": "手机13671829304"},
                ]
            }
        ),
        json.dumps({"instruction": "Mail tara.1@brevlador.se", "input": "IBAN GB82WEST12345698765432", "output": "Done."}),
    ]
    with from_lines(lines) as corpus:
        found = {(f.row, f.field, f.code) for f in pii.check(corpus, RULES, Settings()) if isinstance(f, Finding)}
    assert found == {
        (0, "messages[0].content", "PII001"),
        (0, "messages[1].content", "PII002"),
        (1, "instruction", "PII001"),
        (1, "input", "PII005"),
    }


def test_held_out_sets_are_not_the_users() -> None:
    lines = [json.dumps({"instruction": "x", "output": "tara.1@brevlador.se"})] * 2
    with from_lines(lines, ["", "against:bench"]) as corpus:
        assert [f.row for f in pii.check(corpus, RULES, Settings()) if isinstance(f, Finding)] == [0]


def test_no_planted_value_is_in_anything_the_stage_says() -> None:
    rng = random.Random(5)
    planted, outputs = [], []
    for i in range(500):
        _, make = values.MADE[sorted(values.MADE)[i % len(values.MADE)]]
        planted.append(make(rng))
        frame = rng.choice(values.PROSE[("en", "zh")[i % 2]])
        outputs.append(" ".join((frame.format(planted[-1]), frame.format(planted[i // 2]))))
    found, facts = checked(outputs)
    assert {f.row for f in found} == set(range(500))
    said = "\n".join(f"{f.message} {f.excerpt}" for f in found) + json.dumps(facts, ensure_ascii=False)
    for value in planted:
        forms = {value, value[::-1], base64.b64encode(value.encode()).decode(), quote(value), json.dumps(value)[1:-1]}
        assert not [form for form in forms if form in said]


def test_the_reports_table_tells_what_is_proved_from_what_is_guessed_and_shows_only_masks() -> None:
    _, facts = checked(["手机13671829304，打13671829315", "mail tara.1@brevlador.se", "mail anna@example.com"])
    (table,) = facts["tables"]
    assert [row[:3] for row in table["rows"]] == [
        [["PII001 E-mail address", "PII001 电子邮箱"], 2, "66.7 %"],
        [["PII002 Mobile (China)", "PII002 手机号"], 1, "33.3 %"],
    ]
    assert [row[3][0] for row in table["rows"]] == ["2 proved, 1 noted", "2 cued"]
    assert [row[4] for row in table["rows"]] == ["mail [EMAIL]", "手机[PHONE]，打[PHONE…"]
