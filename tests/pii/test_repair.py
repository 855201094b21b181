"""`build` replaces what the stage found, all of it and nothing else, in prompt and answer alike, and once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from curate import catalogue
from curate.building.repair import key_of, repairs
from curate.config import Settings, applied
from curate.corpus import from_lines
from curate.examine import Examination, examine

SHIPPED = catalogue.shipped()


def repaired(row: Mapping[str, Any], pii: str = "mask", names: str = "cue", **rules: Any) -> dict[str, Any]:
    settings = Settings(pii=pii, pii_names=names, rules=rules)  # type: ignore[arg-type]  # the literals are the tests' own
    chosen = {code: rule for code, rule in applied(SHIPPED, settings).items() if rule.family in ("PII", "SCH")}
    with from_lines([json.dumps(row, ensure_ascii=False)]) as corpus:
        done: Examination = examine(corpus, chosen, settings)
        changed = list(repairs(corpus, done.findings, chosen, settings, key_of(corpus, settings)))
    return json.loads(changed[0][1]) if changed else dict(row)


def row(prompt: str, answer: str) -> dict[str, Any]:
    return {"instruction": prompt, "input": "", "output": answer}


def test_an_answer_repeats_what_its_prompt_introduced_and_both_are_masked() -> None:
    told = row("我叫李若溪，微信号：xiaoyu-2020，电话13671829304", "李若溪您好，已加 xiaoyu-2020，请等来电。")
    assert repaired(told) == row("我叫[NAME]，微信号：[HANDLE]，电话[PHONE]", "[NAME]您好，已加 [HANDLE]，请等来电。")
    english = row("Name: Ingrid Halvorsen, mail i.h@brevlador.se", "Thank you, Ingrid! Ms Halvorsen is in our books.")
    assert repaired(english)["output"] == "Thank you, [NAME]! Ms [NAME] is in our books."


def test_one_value_has_one_pseudonym_in_both() -> None:
    new = repaired(row("姓名：李若溪，电话13671829304", "李若溪的电话是13671829304"), "pseudonym")
    name = new["instruction"].removeprefix("姓名：").partition("，")[0]
    assert new["output"].startswith(name + "的电话是1000")
    assert repaired(new, "pseudonym") == new


def test_a_number_that_one_part_calls_an_order_is_still_the_card_of_the_other() -> None:
    new = repaired(row("卡号4539312220038690被扣款", "订单4539312220038690查不到"))
    assert new == row("卡号[CARD]被扣款", "订单[CARD]查不到")


@pytest.mark.parametrize(
    "text",
    [
        "Albert Einstein was born on March 14, 1879.",
        "ping 127.0.0.1 first",
        "mail support@brevlador.se",
        "姓名：李若溪",
        "清北大学位于北京市海淀区双清路30号",
    ],
)
def test_what_is_public_or_a_name_alone_stays(text: str) -> None:
    assert repaired(row("Say it.", text))["output"] == text


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("mail anna@example.com", "mail [EMAIL]"),
        ("card 4111 1111 1111 1111", "card [CARD]"),
        ("call (415) 555-0132", "call [PHONE]"),
        ("server 192.168.1.4", "server [IP]"),
        ("key AKIAIOSFODNN7EXAMPLE", "key [SECRET]"),
    ],
)
def test_what_is_made_up_is_masked_with_the_rest(text: str, new: str) -> None:
    assert repaired(row("Say it.", text))["output"] == new
    assert repaired(row("Say it.", text), "drop")["output"] == new  # in a row that stays: it is only noted


def test_a_second_build_changes_nothing() -> None:
    text = "手机13671829304，邮箱lin.4966@brevlador.se，护照号E58203917，加微信mei_lin1993，IBAN GB82WEST12345698765432"
    for policy in ("mask", "pseudonym"):
        once = repaired(row("姓名：李若溪", text), policy)
        assert once["output"] != text
        assert repaired(once, policy) == once


def test_a_users_words_reach_what_is_written() -> None:
    cues = [*SHIPPED["PII002"].params["cues"], "blower"]
    said = row("Say it.", "my blower: 78 651 450")
    assert repaired(said) == said
    assert repaired(said, PII002={"params": {"cues": cues}})["output"] == "my blower: [PHONE]"


def test_a_rule_set_to_report_leaves_its_finds_alone_and_one_set_to_repair_does_not() -> None:
    said = row("Say it.", "mail lin.4966@brevlador.se, phone 13671829304")
    assert repaired(said, PII001={"action": "report"})["output"] == "mail lin.4966@brevlador.se, phone [PHONE]"
    assert repaired(said, "keep", PII001={"action": "repair"})["output"] == "mail [EMAIL], phone 13671829304"
    assert repaired(said, "keep") == said


@pytest.mark.slow
def test_a_users_recogniser_and_a_countrys_reach_what_is_written(tmp_path: Path) -> None:
    path = tmp_path / "staff.yaml"
    path.write_text(
        "recognizers:\n  - name: Staff\n    supported_language: en\n    supported_entity: STAFF_ID\n"
        "    patterns:\n      - name: staff\n        regex: 'ST-[0-9]{5}'\n        score: 0.6\n"
    )
    said = row("Who is ST-48213?", "ST-48213 is filed under 9434765919.")
    assert repaired(said) == said
    asked = {"recognizers": [str(path), "NhsRecognizer"]}
    assert repaired(said, PII012={"params": asked}) == row("Who is [HANDLE]?", "[HANDLE] is filed under [HANDLE].")
    assert repaired(said, PII004={"params": {"countries": ["uk"]}})["output"] == "ST-48213 is filed under [ID]."
