"""Plain faults of answers that the rules once passed over, each beside what looks like it and is none."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from curate.quality.endings import cut_off
from curate.quality.habits import Habits
from curate.quality.mismatch import other_language
from curate.quality.repetition import repeats
from curate.quality.residue import markup_residue, template_residue
from curate.turns import Asked

NONE = Habits()
Codes = Callable[..., dict[int | None, set[str]]]


def row(question: str, answer: str) -> str:
    return json.dumps({"instruction": question, "output": answer}, ensure_ascii=False)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Can you also order the lamps for me?", "I'm sorry, but as an AI, I don't have the capability to place orders."),
        ("Could you please book a table?", "I'm sorry, but as an AI, I don't have the ability to book tables."),
        ("Write a report on the weather of today.", "I'm sorry, but I'm unable to assist with that."),
        ("How is the weather in the valley?", "I am sorry, but I am an AI language model and cannot see live data."),
        ("How high is the dam?", "Unfortunately, I do not have access to the plans."),
        ("Write a short description of your house.", "As an AI, I don't have a house, so I cannot describe one."),
        ("Describe a time when you had to be brave.", "As an AI language model, I have never had to be."),
        ("如果你是一位船长，你会怎样过这条河？", "作为一个AI助手，我没有驾船的经历。"),
        ("这项投资可靠吗？你是否应该听他的建议？", "作为AI语言模型，我不能提供投资建议。"),
        ("如何评价这座桥？", "作为一个开源的人工智能助理，我不应该有自己的看法。"),
        ("给这三盏灯打分。", "由于我是一台语言模型，我无法给出主观评分。"),
        ("How many lamps are there?", "As a language model trained on texts of all kinds, I do not know."),
        ("Which mill is the best?", "Since I'm an AI, I have no favourite."),
        ("解释这幅漫画。", "您好，我无法看到您提到的漫画。"),
        ("查一下今天的天气。", "对不起，我无法知道您所在的具体位置。"),
        ("今天的温度怎么样？", "很抱歉，我尚且不具备接入互联网的能力。"),
        ("给这篇文章写结尾。", "对不起，由于您没有给出文章，我无法写它的结尾。"),
        ("Book a cab.", "I'm sorry, but I'm currently unable to assist with that."),
        ("做一份PDF报告。", "我没有能力生成PDF文档，但可以给您提纲。"),
    ],
)
def test_a_refusal_is_one_whatever_you_stands_in_the_question(codes: Codes, question: str, answer: str) -> None:
    assert codes([row(question, answer)], select="QUA002") == {0: {"QUA002"}}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Do you have a house of your own?", "As an AI, I don't have a house."),
        ("Describe your limits.", "As an AI, I cannot see pictures."),
        ("Make up an excuse for work.", "I'm sorry, but I'm unable to come in today, as the road is under water."),
        ("替我写一句婉拒的话。", "很抱歉，我不能参加周日的聚会。"),
        ("你有身体吗？", "作为一个开源的人工智能助理，我没有身体。"),
        ("写一个故事的开头。", "我无法看到前方的路，雾太大了。"),
    ],
)
def test_what_is_asked_of_the_machine_or_said_by_a_person_is_no_refusal(codes: Codes, question: str, answer: str) -> None:
    assert codes([row(question, answer)], select="QUA002") == {}


@pytest.mark.parametrize(
    "answer",
    [
        "The lamp is used for reading, for work and for the yard of the mill. For",
        "It burns oil, and it has done so for a hundred years. While gas",
        "The mill is by the river, and the yard lies behind it. However,",
        "元素列表：\n1. 铌（Niobium, Nb）\n2. 钼（Molybdenum, Mo）\n3. 锝(T",
        "常见的乐器如下所示，各有各的音色：\n1. 弦乐：小提琴。\n2. 木管：长笛。\n3. 铜管：声音宏亮，萨克斯、小号、",
        "<!DOCTYPE html>\n<html>\n<body>\n" + "<p>A lamp burns in the mill by the river.</p>\n" * 6 + "<p>The yard",
    ],
)
def test_an_end_that_nothing_can_follow_is_cut_off(answer: str) -> None:
    assert cut_off(answer, NONE)


@pytest.mark.parametrize(
    "answer",
    [
        "The lamp is used for reading, for work and for the yard. So what?",
        "What a Lamp Is Used For",
        "元素列表：\n1. 铌（Niobium, Nb）\n2. 钼（Molybdenum, Mo）\n3. 锝（Technetium）",
        "春风吹过小桥，\n细雨落在屋角，\n燕子飞回旧巢，\n孩子唱着童谣，",
        "The parts are:\n1. a wick,\n2. a glass,\n3. a screw,\n4. a can of oil,",
        "<!DOCTYPE html>\n<html>\n<body>\n" + "<p>A lamp burns in the mill by the river.</p>\n" * 6 + "</body>\n</html>",
    ],
)
def test_an_end_that_something_may_follow_is_not(answer: str) -> None:
    assert cut_off(answer, NONE) is None


LONG = "The mill stands by the river, and its lamp is lit at six. " + " ".join(f"Room {i} has a window." for i in range(20))
LONG_ZH = "磨坊在河边，六点钟点灯。" + "".join(f"第{i}间屋子有一扇朝南的大窗户。" for i in range(20))


def test_a_text_given_again_is_a_copy_and_so_is_a_line_of_noughts() -> None:
    for text in (LONG, LONG_ZH):
        assert repeats(f"{text}\n{text}", "Tell me about the mill.")
        assert repeats(f"{text}\n\n{text}\n\n{text[:300]}", "磨坊是什么样的？")
        assert repeats(f"{text}\n{text}", "Give me two versions of it.") is None
        assert repeats(f"{text}\n{text}", "把下面的文字重复一遍。") is None
        assert repeats(text, "Tell me about the mill.") is None
    assert repeats("0." + "0" * 400, "How cold is the river?")
    assert repeats("0" * 400, "Write 400 binary digits.") is None
    assert repeats("It is 1" + "0" * 100 + " to one.", "How likely is it?") is None


def test_a_loop_counts_where_its_last_copy_is_broken_off_and_of_signs_alone() -> None:
    turn = "\n\nUser: Thank you for the lamp, it is lit.\n\nFern: You are welcome, and mind the oil of the second lamp, please."
    assert repeats("It is lit." + turn * 3 + turn[:60], "Is it lit?")
    assert repeats("It is lit." + turn * 2 + turn[:60], "Is it lit?") is None
    assert repeats(
        "灯亮了。"
        + "用户：谢谢您把磨坊的灯点亮。助手：不客气，请看好第二盏灯的油，不要让它烧干，晚上六点再添一次，早上再关掉它。" * 3,
        "灯亮了吗？",
    )
    assert repeats(("____" * 10 + "\n\nFern: ") * 8 + "____" * 8, "Is it lit?")
    assert repeats("It is lit." + "\n\n###\n\n" * 60, "Is it lit?")
    assert repeats("Name:\n" + "____ ____\n" * 60, "Who lit it?") is None


def test_a_beginning_that_returns_is_no_copy_where_the_rest_is_new() -> None:
    head = "The mill stands by the river, and its lamp is lit at six in the morning, as it has been for years. "
    one, two = (head + " ".join(f"{word} {i} has a window." for i in range(20)) for word in ("Room", "Hall"))
    assert repeats(f"{one}\n{two}", "Tell me about the mill.") is None


def test_sentences_in_english_about_code_ask_for_no_excuse() -> None:
    question = "输出一段代码，显示提示用户输入姓名的消息。"
    said = "Here is a short piece that asks the user for a name:\n```python\nname = input()\n```\nIt waits for the user and then it says the name that was given to it."
    assert other_language(said, Asked(question, question), 30)
    line = "name = input('Please enter the name of the user: ')"
    assert other_language(line, Asked(question, question), 30) is None
    english = "把下面的句子翻译成英文：请把名字写在这里。"
    assert other_language("Please write the name that was given to you in here.", Asked(english, english), 30) is None


def test_the_heading_of_a_prompt_before_the_answer_is_residue() -> None:
    assert template_residue('### Output:\n["lamp", "mill"]', "Remove the copies.")
    assert template_residue("### 输出：\n灯、磨坊", "去掉重复的词。")
    assert template_residue("This is how to run it:\n\n### Output:\n\n5", "How is it run?") is None
    assert template_residue("### Output:\n5", "### Input:\n2 + 3\n### Output:") is None


@pytest.mark.parametrize(
    "answer",
    [
        'This word, """"lamp"""", is old.',
        '“灯”在古书里写作""""""""燈""""""""。',
        '```\nprint(""""Hello."""")\n```',
        'def lit():\n""""""""""""\nTells whether it is lit.\n""""""""""""\nreturn True',
        "函数如下：\\n\\n```python\\nreturn 1\\n```",
        "灯在磨坊里亮着[^1]^ [3]^。",
    ],
)
def test_marks_doubled_or_escaped_once_too_often_show_inside_code(answer: str) -> None:
    assert markup_residue(answer, "Tell me about it.")


@pytest.mark.parametrize(
    ("answer", "question"),
    [
        ('Write """"lamp"""" in the field.', "How are quotation marks written in a CSV file?"),
        ('=""""&A1&""""', "How do I join two cells?"),
        ('def lit():\n    """Tells whether it is lit."""\n    return ""', "Write a function."),
        ('{"code": "```python\\nreturn 1\\n```"}', "Give it as an object."),
        ("Write it so:\n```python\nprint('a\\nb')\n```", "How is a line broken?"),
        ("The lamp is lit[^1].\n\n[^1]: By the miller.", "Who lights it?"),
    ],
)
def test_marks_that_belong_there_are_no_residue(answer: str, question: str) -> None:
    assert markup_residue(answer, question) is None
