"""Ten corpora and what an experienced colleague would say about each. The verdicts were written down before the gates."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from curate import catalogue
from curate.config import Settings
from curate.corpus import from_lines
from curate.examine import examine
from curate.findings import Severity
from curate.report import summarise
from curate.verdict import judge

NOUNS = [
    "kettle",
    "bridge",
    "ledger",
    "lantern",
    "harbour",
    "violin",
    "orchard",
    "glacier",
    "compass",
    "saddle",
    "mirror",
    "quarry",
    "turbine",
    "pillow",
    "anchor",
    "cabin",
    "drawer",
    "engine",
    "fiddle",
    "gravel",
    "hammer",
]
VERBS = [
    "holds",
    "carries",
    "warms",
    "shields",
    "marks",
    "lifts",
    "guides",
    "measures",
    "cools",
    "grinds",
    "binds",
    "seals",
    "turns",
    "lights",
    "splits",
    "covers",
    "feeds",
    "clears",
    "loads",
    "trims",
]
KINDS = [
    "copper",
    "wooden",
    "narrow",
    "ancient",
    "silent",
    "yellow",
    "hollow",
    "heavy",
    "broken",
    "gentle",
    "frozen",
    "dusty",
    "painted",
    "hidden",
    "rented",
    "sturdy",
    "woven",
    "curved",
    "polished",
    "crooked",
]
PLACES = [
    "near the mill",
    "behind the station",
    "under the stairs",
    "beside the canal",
    "above the bakery",
    "inside the barn",
    "along the quay",
    "outside the chapel",
]
ZH_NOUNS = [
    "水壶",
    "石桥",
    "账本",
    "灯笼",
    "港口",
    "小提琴",
    "果园",
    "冰川",
    "指南针",
    "马鞍",
    "镜子",
    "采石场",
    "涡轮",
    "枕头",
    "船锚",
    "木屋",
    "抽屉",
    "发动机",
    "砂石",
    "铁锤",
]
ZH_VERBS = [
    "支撑",
    "运送",
    "加热",
    "遮挡",
    "标记",
    "抬起",
    "引导",
    "测量",
    "冷却",
    "研磨",
    "捆绑",
    "密封",
    "转动",
    "照亮",
    "劈开",
    "覆盖",
    "供给",
    "清理",
    "装载",
    "修剪",
]
ZH_KINDS = [
    "铜制的",
    "木头的",
    "狭窄的",
    "古老的",
    "安静的",
    "黄色的",
    "空心的",
    "沉重的",
    "破损的",
    "温和的",
    "结冰的",
    "积灰的",
    "上漆的",
    "隐蔽的",
    "租来的",
    "结实的",
]


def sentence(rng: random.Random) -> str:
    noun, other, third = rng.sample(NOUNS, 3)
    a, b, c = rng.sample(KINDS, 3)
    return f"the {a} {noun} {rng.choice(PLACES)} {rng.choice(VERBS)} the {b} {other} and {rng.choice(VERBS)} a {c} {third}"


def row(rng: random.Random) -> dict[str, str]:
    first, second, third = (sentence(rng) for _ in range(3))
    return {
        "instruction": f"Tell me what happens when {first}.",
        "input": "",
        "output": f"Then {second}. After that {third}, and everyone goes home.",
    }


def zh_sentence(rng: random.Random) -> str:
    noun, other, third = rng.sample(ZH_NOUNS, 3)
    a, b = rng.sample(ZH_KINDS, 2)
    return f"{a}{noun}{rng.choice(ZH_VERBS)}{b}{other}，也能{rng.choice(ZH_VERBS)}{third}"


def zh_row(rng: random.Random) -> dict[str, str]:
    first, second, third = (zh_sentence(rng) for _ in range(3))
    return {"instruction": f"请说明{first}时会怎样。", "input": "", "output": f"这时{second}。随后{third}，大家便各自回家。"}


def rows(n: int, seed: int, make: Callable[[random.Random], dict[str, str]] = row) -> list[dict[str, str]]:
    rng = random.Random(seed)
    return [make(rng) for _ in range(n)]


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
    return made(rows(2000, 8, zh_row))


def contradictory() -> Made:
    rng = random.Random(9)
    out = rows(1600, 9)
    for _ in range(150):
        place, a = sentence(rng), rng.randrange(10, 90)
        out += [{"instruction": f"How many steps are there when {place}?", "input": "", "output": str(n)} for n in (a, a + 5)]
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


def gates(**changes: object) -> dict[str, bool]:
    given: dict[str, object] = {"rows": 2000, "usable": 2000, "counts": {}, "severity": LEVELS, "facts": {}, "splits": {}}
    verdict = judge(**{**given, **changes})  # type: ignore[arg-type]
    return {gate.name: gate.passed for gate in verdict.gates}


def test_nothing_found_in_enough_rows_is_ready() -> None:
    assert judge(2000, 2000, {}, LEVELS, {}, {}).outcome == "ready"


def test_no_rows_at_all_is_not_ready() -> None:
    assert judge(0, 0, {}, LEVELS, {}, {}).outcome == "not_ready"


def test_a_warning_is_enough_to_say_with_warnings_and_an_info_is_not() -> None:
    assert judge(2000, 2000, {"DUP001": 3}, LEVELS, {}, {}).outcome == "ready_with_warnings"
    assert judge(2000, 2000, {"QUA004": 3}, {"QUA004": Severity.INFO}, {}, {}).outcome == "ready"


def test_one_key_in_a_row_fails_the_gate() -> None:
    assert gates(counts={"PII009": 1})["no personal data or secrets"] is False


def test_a_gate_that_was_not_asked_is_not_shown_as_passed() -> None:
    assert "splits share nothing" not in gates()
    assert gates(splits={"train": 1600, "test": 400})["splits share nothing"] is True
    assert "something to learn from" not in gates()
    assert gates(facts={"TOK": {"tokens": 9}}, counts={"TOK002": 500})["something to learn from"] is False


def test_a_test_split_too_small_to_show_anything_fails_for_lack_of_evidence() -> None:
    assert gates(splits={"train": 1990, "test": 10})["the test can show a gain"] is False
    assert gates(splits={"train": 1000, "test": 1000})["the test can show a gain"] is True


def test_every_gate_says_why() -> None:
    verdict = judge(100, 80, {"SCH001": 20, "DUP001": 40}, LEVELS, {}, {"train": 50, "test": 30})
    assert all(len(gate.because) > 15 and gate.because[-1] == "." for gate in verdict.gates)
    assert verdict.next
