"""Thirty leaks and non-leaks written by hand, so that the verifier is not measured by its own generator alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from curate.verify import verify
from tests.verify.folders import clean_rows, write

BRIDGE = "The old stone bridge was closed in March because two of its arches had sunk by a hand's breadth after the flood."
FOUNDRY = (
    "Molten bronze is poured into the mould through a funnel, and it must cool for three days before the clay is broken off."
)
COURT = "The court held that the lease had ended when the tenant handed back the keys, not when the letter arrived a week later."
SYSTEM = "You are the assistant of a regional library. Answer briefly, name the shelf, never guess, and send legal questions to the desk. "
桥 = "老石桥在三月份关闭了，因为洪水过后两个桥拱下沉了一掌宽，市政府请来的工程师建议先加固桥墩，再重新铺设桥面。"
铸 = "青铜熔化以后要从漏斗口慢慢倒进模子里，至少冷却三天才能敲掉外面的泥范，否则铸件表面会出现细小的裂纹。"
法 = "法院认为，租约在承租人交还钥匙的那一天就已经终止，而不是在一周以后信件送达的时候才终止。"


def asks(question: str, answer: str, given: str = "") -> dict[str, str]:
    return {"instruction": question, "input": given, "output": answer}


def chat(*turns: str, system: str = "") -> dict:
    roles = ("user", "assistant")
    spoken = [{"role": roles[i % 2], "content": turn} for i, turn in enumerate(turns)]
    return {"messages": ([{"role": "system", "content": system}] if system else []) + spoken}


CASES = {
    # the same text
    "verbatim": (asks("Why was it closed?", BRIDGE), asks("Why was it closed?", BRIDGE), "LEAK001"),
    "capitals": (asks("WHY WAS IT CLOSED?", BRIDGE.upper()), asks("Why was it closed?", BRIDGE), "LEAK001"),
    "line breaks": (asks("Why was it\nclosed?", BRIDGE.replace(" ", "\n")), asks("Why was it closed?", BRIDGE), "LEAK001"),
    "no-break and ideographic spaces": (asks("Why was it closed?", BRIDGE.replace(" ", "\u00a0\u3000")), asks("Why was it closed?", BRIDGE), "LEAK001"),
    "ligatures": (asks("What of the oﬃce ﬂoor?", BRIDGE), asks("What of the office floor?", BRIDGE), "LEAK001"),
    "sharp s": (asks("In welcher Straße?", BRIDGE), asks("IN WELCHER STRASSE?", BRIDGE), "LEAK001"),
    "another shape": (chat("Why was it closed?", BRIDGE), asks("Why was it closed?", BRIDGE), "LEAK001"),
    "text of a row": ({"text": f"Why was it closed?\n{BRIDGE}"}, asks("Why was it closed?", BRIDGE), "LEAK001"),
    "中文原样": (asks("为什么关闭？", 桥), asks("为什么关闭？", 桥), "LEAK001"),
    "中文全角数字": (asks("２０２４年的第３座桥？", 桥), asks("2024年的第3座桥?", 桥), "LEAK001"),
    "中文部首兼容字": (asks("⼭⽔画在哪里？", 桥), asks("山水画在哪里？", 桥), "LEAK001"),
    # nearly the same
    "one word": (asks("Why was it shut?", BRIDGE), asks("Why was it closed?", BRIDGE), "LEAK002"),
    "a typo": (asks("Why was it closed?", BRIDGE.replace("breadth", "bredth")), asks("Why was it closed?", BRIDGE), "LEAK002"),
    "an added sentence": (asks("Why was it closed?", f"{BRIDGE} {FOUNDRY} Alas."), asks("Why was it closed?", f"{BRIDGE} {FOUNDRY}"), "LEAK002"),
    "中文改一个词": (asks("为什么关闭？", 桥.replace("市政府", "县政府")), asks("为什么关闭？", 桥), "LEAK002"),
    "中文多一个逗号": (asks("为什么关闭？", 桥.replace("以后", "，以后")), asks("为什么关闭？", 桥.replace("再重新", "再，重新")), "LEAK002"),
    "same system prompt, near content": (chat("Where is it?", FOUNDRY, system=SYSTEM), chat("Where is it?", FOUNDRY + " Yes.", system=SYSTEM), "LEAK002"),
    # the same question
    "same question": (asks("Name three causes of the fall of the western Roman empire.", FOUNDRY), asks("Name three causes of the fall of the western Roman empire.", COURT), "LEAK009"),
    "near question": (asks("Name three causes of the fall of the western Roman empire!", FOUNDRY), asks("Name three causes of the fall of the western Roman empire", COURT), "LEAK009"),
    "中文同一问题": (asks("列出西罗马帝国灭亡的三个原因。", 铸), asks("列出西罗马帝国灭亡的三个原因。", 法), "LEAK009"),
    "same passage, same template": (asks("Summarise:", FOUNDRY, BRIDGE), asks("Summarise:", COURT, BRIDGE), "LEAK009"),
    # inside another row
    "answer in a long row": ({"text": f"{COURT} {BRIDGE} {FOUNDRY}"}, asks("Why?", BRIDGE), "LEAK008"),
    "question in a long row": ({"text": f"{COURT} {FOUNDRY} {BRIDGE}"}, asks(FOUNDRY, "Three days."), "LEAK008"),
    "input under another template": (asks("Put this piece from a county newspaper into plain German:", "Die Brücke ist zu.", BRIDGE), asks("In five words or fewer, what is the matter here?", "It sank.", BRIDGE), "LEAK008"),
    "中文答案在长文里": ({"text": f"{法}{桥}{铸}"}, asks("为什么？", 桥), "LEAK008"),
    # nothing
    "only the template": (asks("Summarise the text below in one sentence:", "It sank.", BRIDGE), asks("Summarise the text below in one sentence:", "It cooled.", FOUNDRY), None),
    "只有模板相同": (asks("把下面的内容翻译成英文：", "The bridge.", 桥), asks("把下面的内容翻译成英文：", "The bronze.", 铸), None),
    "only a long system prompt": (chat("Opening hours?", "Nine to five, shelf A.", system=SYSTEM * 4), chat("Atlas of 1890?", "In the annexe, shelf Q.", system=SYSTEM * 4), None),
    "short rows": (asks("What is DNA?", "An acid."), asks("What is RNA?", "An acid too."), None),
    "短句": (asks("你好吗？", "很好"), asks("他好吗？", "不好"), None),
    "the same short answer": (asks("Is a whale a fish?", "No."), asks("Is the bridge open?", "No."), None),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_hand_written_case_is_judged_as_the_contract_says(name: str, tmp_path: Path) -> None:
    row, held, code = CASES[name]
    rows = clean_rows(12)
    folder = write(
        tmp_path / "out", {"train": [*rows[:4], row, *rows[4:8]], "validation": rows[8:10], "test": [rows[10], held, rows[11]]}
    )
    found = verify(folder)
    assert [f.code for f in found.findings] == ([code] if code else [])
    assert found.passed is (code is None)
    if code:
        assert (found.findings[0].file, found.findings[0].line) == ("train.jsonl", 5)
        assert found.findings[0].related[0][:2] == ("test.jsonl", 2)
