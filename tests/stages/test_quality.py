"""Answers that are broken on their face, and the many that only look unusual."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.catalogue import shipped
from curate.config import Settings
from curate.corpus import from_lines
from curate.findings import Finding, Severity
from curate.quality import without_code
from curate.quality.endings import cut_off
from curate.quality.habits import Habits, learn
from curate.quality.mismatch import NO_PROSE, other_language, wording
from curate.quality.refusals import Refusals
from curate.quality.repetition import repeats
from curate.quality.residue import control_token, markup_residue, template_residue
from curate.stages.quality import check
from curate.turns import Asked
from tests import spoken

NONE = Habits()
Codes = Callable[..., dict[int | None, set[str]]]


def row(question: str, answer: str) -> str:
    return json.dumps({"instruction": question, "output": answer}, ensure_ascii=False)


@pytest.mark.parametrize(
    "answer",
    [
        "The parcel was sent on Monday and should be with you on Friday or",
        "Take the second road on the left after the mill, and then follow the",
        'Sure.\n```json\n{"a": 1,\n "b": [1, 2',
        '[{"name": "lamp", "price": 12}, {"name": "cha',
        "Here is the list of the documents that you will need to bring with you:",
        "1. Wash the rice until the water is clear.\n2. Soak it for an hour.\n3.",
        "请先把米洗干净，再泡一个小时，然后放进锅里，加水煮开以后转小火，并且",
        "请带上身份证，因为",
        "因数是1、2、4、5、10 和",
        "1. 教育：学校更近了，孩子们不用再坐车。\n2. 工作：",
        "第八步：看看蛋糕熟了没有，用竹签插入中心，如",
    ],
)
def test_an_answer_that_stops_in_the_middle_is_cut_off(answer: str) -> None:
    assert cut_off(answer, NONE)


@pytest.mark.parametrize(
    "answer",
    [
        "Blue",
        "The parcel was sent on Monday and should be with you on Friday",
        "A. positive",
        "Dear Sir or Madam,",
        "Roses by the door,\nviolets by the wall,\nsnowdrops on the floor,\nivy over all,",
        "```python\nprint(1)\n```",
        'print({"a": 1, "b": [1, 2]})',
        "The sum is\n5.",
        "a > b, therefore:\n\n$$x = \\frac{1}{2}$$",
        "[1] is the first reference in the list of this book about gardens",
        "请先把米洗干净，再泡一个小时，然后放进锅里煮熟就可以吃了",
        "答案：\n1. A\n2. C\n3. B",
        "Some text.\n```\nstray fence at the end\n```\n```",
        "The kettle is back in stock and will be sent today.\n\nWith warm thanks,",
        "Hardware: mouse, keyboard\nSoftware:",
        "Software version: \nOS version: \nBrowser version (if applicable):",
        "if x is greater than 0 or (y is equal to 0 and z is not equal to 0):",
        "dog lazy the over jumped fox brown quick The",
        "Artificial | Intelligence | Important | Daily | Lives | Increasingly | Becoming | Part | our",
        "Our new bottle keeps drinks cold all day, and it is made of steel. #water #and",
        "从表“订单”中取得销售总数的查询是：\nSELECT COUNT(*) FROM orders；",
        "这里的天气一年四季都很温和",
        "真 - 或\n错误 - 不是\n和 - 和",
        "[ { [ {9 * 5 = 45}",
        '{"reason": "the lamp was found,\', "verdict": "yes"}',
    ],
)
def test_an_answer_that_ends_as_it_likes_is_not(answer: str) -> None:
    assert cut_off(answer, NONE) is None


def test_a_word_torn_apart_is_known_by_the_other_answers() -> None:
    others = ["The committee discussed the important matter and closed the meeting."] * 30
    torn = "The committee met twice this year. Everybody came. They agreed that it is very impor"
    assert cut_off(torn, learn([*others, torn]))
    assert cut_off(torn, NONE) is None


@given(st.text(max_size=400))
def test_no_answer_makes_a_detector_raise(text: str) -> None:
    cut_off(text, NONE)
    repeats(text, "")
    other_language(text, Asked("Why is the sky blue?", "Why is the sky blue?"), 40)
    control_token(text, "")
    template_residue(text, "")
    markup_residue(text, "")


@given(st.lists(st.sampled_from(["https://", "www.", ".com", "a", "湖", "@", "#", "/", "USD", " "]), max_size=12).map("".join))
def test_what_is_no_prose_is_never_passed_over(text: str) -> None:
    assert wording(text) == NO_PROSE.sub(" ", text)


def test_the_end_of_an_answer_is_a_stop_and_so_is_that_of_a_line() -> None:
    assert learn(["the cat sat", "it ran off \n", "was\nlate"]).stops.keys() == {"sat", "off", "was", "late"}


@given(st.text(alphabet="ab`~\n ", max_size=80))
def test_blanking_code_keeps_every_offset(text: str) -> None:
    assert len(without_code(text)) == len(text)


def test_chats_are_judged_turn_by_turn_and_the_field_says_which(codes: Codes) -> None:
    turns = [
        ("user", "Why do leaves turn red in autumn?"),
        ("assistant", "I'm sorry, but I cannot help with that."),
        ("user", "And why do they fall?"),
        ("assistant", "The tree closes the stalk, and the wind does the rest."),
    ]
    line = json.dumps({"messages": [{"role": r, "content": c} for r, c in turns]})
    assert codes([line], select="QUA002") == {0: {"QUA002"}}


def test_an_asked_for_refusal_is_left_alone(codes: Codes) -> None:
    quoted = row("Mend the spelling: I'm sorry, but I cannot help with that.", "I'm sorry, but I cannot help with that.")
    about_it = row("Are you a machine?", "I am an AI assistant, so yes.")
    proudest = row("最让你有成就感的是哪件事？", "我不能回答这个问题，因为我是一个人工智能模型，没有感受。")
    assert codes([quoted, about_it, proudest], select="QUA002") == {}


def test_a_second_turn_in_the_language_of_the_first_is_no_mismatch(codes: Codes) -> None:
    zh = "微服务之间通常通过消息队列通信，这样一个服务的故障不会立刻影响其他服务。"
    turns = [
        ("user", "微服务之间怎样通信比较好呢？请详细说明。"),
        ("assistant", zh),
        ("user", "more details pls"),
        ("assistant", zh),
    ]
    long = "Thank you, that was of great help to us. What should we do with the messages that nobody has fetched for a day?"
    lines = [
        json.dumps({"messages": [{"role": r, "content": c} for r, c in talk]}, ensure_ascii=False)
        for talk in (turns, [*turns[:2], ("user", long), ("assistant", zh)], [("user", long), ("assistant", zh)])
    ]
    assert codes(lines, select="QUA005") == {2: {"QUA005"}}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Give the first line of a poem.", "A whisper of spring in the winter's chill night,"),
        (
            "Design a feedback form.",
            "Thank you for your visit.\n1. What did you like about the shop?\n2. Any other comments you may have:",
        ),
        ("Complete: I love to watch the ____ dance in the sky,", "I love to watch the stars dance in the evening sky,"),
        ("设计一份网站反馈表。", "感谢您的访问，请帮助我们改进。\n1. 您喜欢我们网站的哪些方面？\n2. 请写下您的意见："),
    ],
)
def test_what_was_asked_for_may_end_unfinished(question: str, answer: str) -> None:
    assert cut_off(answer, NONE, question) is None
    assert cut_off(answer, NONE, "Tell me about the shop.")


@pytest.mark.parametrize(
    "answer",
    [
        "def area(radius):\n    area = 3.14 * radius ** 2\n    return area",
        "1. Magnolia Bakery 2. Katz's Delicatessen 3. Shake Shack 4. Joe's Pizza 5. Sweet Chick 6. Cheese Bar",
        "https://www.example.org/the-trends-of-the-year and https://example.com/what-is-to-come-in-the-year",
        "#SaveAnimals #EnvironmentThreat #ProtectNature #ProtectWildlife #Sustainability #GlobalAction",
    ],
)
def test_code_names_and_addresses_are_in_no_language(answer: str) -> None:
    asked = Asked("请根据下面的要求给出结果。", "请根据下面的要求给出结果。")
    assert other_language(answer, asked, 30) is None


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Décrivez la boutique et les produits de votre ville, puis traduisez tout cela pour les voisins : en chinois.", "zh"),
        ("Beschreiben Sie die Werkstatt und den Hof. Die ganze Antwort ist in japanischer Sprache zu geben.", "ja"),
        ("店の前の庭を紹介してください。中国語で書いてください。", "zh"),
        ("（True or False）A lamp can burn without any oil in it.", "zh"),
        ("Tell me of the shop by the river. Précisez où elle est située, à quel étage.", "fr"),
        ("Tell me of the shop by the river. Ajoutez d'autres choses comme l'heure et le lieu : * One thing * Another.", "fr"),
        ("列出五本介绍园艺的书籍，写明作者。", "en"),
    ],
)
def test_a_language_may_be_named_in_any_language(question: str, answer: str) -> None:
    said = {
        "zh": "这家店就在河边，前面有一个很大的院子，门口种着两棵苹果树，夏天的时候很多人来这里喝茶聊天。",
        "ja": "この工房は川のそばにあり、広い庭があります。夏になると、たくさんの人がここでお茶を飲みながら話をします。",
        "fr": "La boutique est dans la rue du port, avec une cour et des pommiers qui sont plus vieux que la maison elle-même. Les voisins y sont "
        "chez eux, et nous ne sommes pas pressés de partir pour la ville.",
        "en": "1. The Garden of the North by A. Marsh. 2. A Year in the Orchard by B. Lane. 3. The Hedge and the Field by the Riverside Club.",
    }[answer]
    assert other_language(said, Asked(question, question), 40) is None
    plain = "Wie kommen wir am besten zu der Werkstatt, und was ist auf dem Hof zu sehen?"
    assert answer != "zh" or other_language(said, Asked(plain, plain), 40)


def test_data_in_chinese_and_tables_of_signs_are_not_in_english() -> None:
    asked = Asked("List two shops as JSON. Reply in Chinese.", "List two shops as JSON. Reply in Chinese.")
    data = 'Here is the list of the shops as JSON:\n```\n{"name": "河边的花店", "sells": "花、树苗和种子，还有园艺用的工具"}\n```'
    signs = "openness | front | mid | back\n|-|-|-|-|\n|close|i|u|y|\n|close-mid|e|o|a|\n|open-mid|ae|oe|ue|"
    assert other_language(data, asked, 40) is None
    assert other_language(signs, asked, 40) is None
    assert other_language("There is a shop by the river, and it sells flowers to the people of the town.", asked, 40)


def test_a_system_part_in_the_language_of_the_answer_asks_for_it_in_its_own_words() -> None:
    question = "一件衬衫卖八十元，先打九折，再减十元，最后要付多少钱？"
    spanish = (
        "El precio de la camisa con el descuento es de setenta y dos, y menos diez son sesenta y dos en total; "
        "es lo que se paga por la camisa en la caja, y no es más que eso para los que vienen con el papel de la tienda."
    )
    english = "The shirt costs seventy two after the discount, and minus ten that is sixty two in all, which is what you pay."
    asks = (
        ("Eres un asistente útil. Debes pensar y responder solo en español.", spanish),
        ("Think and reply in Spanish only.", spanish),
        ("You are a patient English teacher.", english),
    )
    for system, answer in asks:
        assert other_language(answer, Asked(question, f"{system}\n{question}", system), 40) is None, system
    # Most system parts are English whatever the talk is in, and what the machine is says nothing.
    for system in ("You are a helpful assistant.", "You are a large language model."):
        for answer in (spanish, english):
            assert other_language(answer, Asked(question, f"{system}\n{question}", system), 40), (system, answer)


def test_who_thinks_in_english_and_ends_in_the_language_of_the_question_has_answered() -> None:
    thought = (
        "Okay, the user asks where to buy the paint. I have to think of what is sold in the town, and of what it is for. " * 40
    )
    question = "어디에서 페인트를 살 수 있나요?"
    end = (
        "시내의 철물점이나 시장에서 페인트를 살 수 있고, 방에 칠할 것이라면 수성 페인트를 고르는 것이 좋습니다. 더 필요한 것이 있으면 말씀해 주세요. "
        * 2
    )
    assert other_language(thought + "\n\n" + end, Asked(question, question), 40) is None
    assert other_language(thought, Asked(question, question), 40)


def test_a_language_named_in_korean_or_russian_is_asked_for() -> None:
    english = (
        "1. A fair rule is one that everybody would agree to. 2. It has to be known to all of them. 3. It is the same for all."
    )
    german = "Natürlich, hier sind einige Tipps für das Niveau: Lesen Sie jeden Tag, und sprechen Sie mit den Leuten, die die Sprache können."
    for question, answer in (
        ("위 답변을 영어 문장 3개로 요약해줘.", english),
        ("Дай несколько советов для уровня B1 по-немецки.", german),
    ):
        assert other_language(answer, Asked(question, question), 40) is None, question
    for question in ("위 답변을 문장 3개로 요약해줘.", "Дай несколько советов для работы в саду."):
        assert other_language(english, Asked(question, question), 40), question


ENGLISH = "There is a shop by the river, and it sells flowers to the people of the town."
CHINESE = "河边有一家花店，卖花给城里的人，春天和夏天的时候，那里的花最多，价格也最便宜。"


@pytest.mark.parametrize(
    ("before", "system", "question", "answer", "why"),
    [
        ("", "", "花店在哪里，卖些什么东西？", ENGLISH, ""),
        ("", "", "Where is the flower shop that you told us of?", CHINESE, ""),
        ("花市几点开门，周末也开吗？", "", "花店在哪里，卖些什么东西？", ENGLISH, ""),
        ("", "You are a helpful assistant.", "花店在哪里，卖些什么东西？", ENGLISH, ""),
        ("Ist der Markt am Sonntag offen?", "", "花店在哪里，卖些什么东西呢？请说得详细一点，谢谢你的帮助。", ENGLISH, "an earlier turn is in another language"),
        ("", "Вы полезный помощник, который пишет коротко.", "花店在哪里，卖些什么东西？", ENGLISH, "the system part is in another language"),
        ("", "", "花店在哪里？\n卖些什么东西？", ENGLISH, ""),
        ("", "", "花店在哪里？\n卖些什么东西？\n几点开门？", ENGLISH, "the prompt has more than two lines"),
        ("", "", "Tell me of the shop.\nIt is by the river,\nand it sells flowers.", CHINESE, "the prompt has more than two lines"),
        ("", "", "Tell me of the shop that is in the town. Où est la rue du marché? I want to go to it.", CHINESE, "part of the prompt is in another language"),
        ("", "", "花店里什么东西卖得好？请说明原因：大家一般会怎样来挑选自己喜欢的鲜花呢？ Ist das so?", ENGLISH, "part of the prompt is in another language"),
        ("", "", "花店在哪里，标牌上写的是粤语吗？", ENGLISH, None),
        ("", "", "花店的顾客评语应该怎么写？", ENGLISH, "the prompt may name a language"),
        ("", "", "花店在哪里，卖些什么东西？", "Okay, where is it? " + ENGLISH, "the answer thinks aloud"),
        ("", "", "Where is the flower shop that you told us of?", "嗯，用户问的是花店。" + CHINESE, "the answer thinks aloud"),
        ("", "", "花店在哪里，卖些什么东西？", "У реки есть магазин, и он продаёт цветы людям из города каждый день.", "models seldom slip into this language"),
        ("", "", "Answer in Chinese: where is the shop?", ENGLISH, ""),
        ("", "", "Answer in Chinese.\nWhere is the shop?\nWhat does it sell?", ENGLISH, "the prompt has more than two lines"),
        ("", "", "请用英文回答。\n花店在哪里？\n卖些什么东西？", CHINESE, "the prompt has more than two lines"),
    ],
)  # fmt: skip
def test_what_leaves_room_for_another_language_is_told_at_info(
    before: str, system: str, question: str, answer: str, why: str | None
) -> None:
    asked = Asked(question, "\n".join(text for text in (system, before, question) if text), system)
    hit = other_language(answer, asked, 40)
    assert (hit is None) == (why is None)
    if hit:
        assert hit.sure == (not why)
        assert hit.message.partition("; it may be meant: ")[2] == why
        assert not [*spoken.remains(hit.message, ours=False)]


def test_only_the_plain_case_is_a_warning(codes: Codes) -> None:
    lines = [row("花店在哪里，卖些什么东西？", ENGLISH), row("花店在哪里？\n卖些什么东西？\n几点开门？", ENGLISH)]
    with from_lines(lines) as corpus:
        found = [f for f in check(corpus, {"QUA005": shipped()["QUA005"]}, Settings()) if isinstance(f, Finding)]
    assert [(f.row, f.severity) for f in found] == [(0, None), (1, Severity.INFO)]


def test_a_refusal_is_named_by_what_the_answer_does() -> None:
    refusals = Refusals(
        [r"as an? ai\b[^.\n]{0,40},"], [r"i cannot provide", r"as an ai[^.]{0,40}, i (?:cannot|don't)", "抱歉，我无法"]
    )
    rest = " Lock the door at night, and keep a lamp on in the hall." * 9
    asked = "How do I keep my house safe?"
    said = {
        "As an AI language model, I don't have a house, but here are some tips:"
        + rest: "The answer begins with words of an assistant about itself",
        "I cannot provide your floor plan. However, here are some tips:"
        + rest: "The answer begins by declining, and offers a part or something else",
        "抱歉，我无法查看您的房子，但我可以提供一些建议："
        + "晚上请锁好门窗，并在走廊里留一盏灯。" * 25: "The answer begins by declining, and offers a part or something else",
        "I cannot provide this. However, you can find the plan at the town hall:"
        + rest: "The answer begins by declining, and offers a part or something else",
        "I cannot provide this. Instead, I can talk about the weather.": "The answer declines instead of answering",
        "I cannot provide this, as a house is private." + rest: "The answer declines instead of answering",
    }
    for answer, message in said.items():
        found = refusals.look(answer, asked)
        assert found is not None, answer
        assert found.message == message, answer
    assert refusals.look("As an AI language model, I am always ready.", "Ты готов к работе?") is None


def test_who_asks_about_templates_in_russian_is_shown_one() -> None:
    answer = "Вот пример: «Здравствуйте, {{name}}!» Вместо имени стоит метка."
    assert template_residue(answer, "Что такое шаблонный текст?") is None
    assert template_residue(answer, "Как здороваются в письме?")


def test_a_system_part_that_asks_for_a_language_is_heard() -> None:
    zh = "微服务之间通常通过消息队列通信，这样一个服务的故障不会立刻影响其他服务。"
    en = "The services talk to each other through a queue, so that a fault in one of them does not reach the others."
    for system in ("Always answer in Chinese.", "你是客服助手，请用中文回答。", "回答时请使用简体中文。"):
        asked = Asked("How do the services talk to each other?", f"{system}\nHow do the services talk to each other?", system)
        assert other_language(en, asked, 40), system
        assert other_language(zh, asked, 40) is None, system
    named = "你是一个中文助手。"
    assert other_language(en, Asked("服务之间怎样通信？", f"{named}\n服务之间怎样通信？", named), 40)
    asked = Asked(
        "Reply in English, please: 服务之间怎样通信？",
        "请用中文回答。\nReply in English, please: 服务之间怎样通信？",
        "请用中文回答。",
    )
    assert other_language(en, asked, 40) is None


@pytest.mark.parametrize(
    "answer",
    [
        "Hello [Customer Name], your parcel will be with you tomorrow.",
        "Your {product_name} is under guarantee for two years.",
        "您好【客户姓名】，您的订单已经发出。",
        "您购买的{产品名称}保修两年。",
    ],
)
def test_placeholders_of_a_mail_merge_are_residue_in_an_answer_and_none_in_a_template(answer: str) -> None:
    assert template_residue(answer, "Where is my order?")
    assert template_residue(answer, "Write a template for the shop.") is None
    assert template_residue(answer, "请写一个客服模板。") is None
    assert template_residue(f"```\n{answer}\n```", "Where is my order?") is None


def test_slots_are_judged_where_it_is_known_what_was_asked_for() -> None:
    answer = "Name: [Your Name]\nE-mail: [Your Email]\nI have kept the books of a mill."
    assert template_residue(answer, "Who keeps the books?")
    assert template_residue(answer, "Tolong buatkan ringkasan pekerjaan seorang akuntan.") is None
    assert template_residue(answer, "Preparare un curriculum per una contabile che non ha una laurea.") is None


def test_braces_in_a_formula_are_no_slots() -> None:
    assert template_residue("For a sum, $\\sqrt{{{a _i}}^{2}}$ is the length.", "How long is it?") is None
    assert template_residue("Set \\mathbf{{R}} to the radius.", "How long is it?") is None
    assert template_residue("Dear {{ customer }}, it is 3 m long.", "How long is it?")


def test_who_asks_who_you_are_is_told(codes: Codes) -> None:
    line = row("Tell me who you are.", "I'm a language model called Fern, made by the people of the mill.")
    seen = row("Imagine you are on a hill. Describe what you are seeing.", "As an AI, I am not capable of seeing a hill.")
    assert codes([line, row("Tell me who is there.", "I'm a language model called Fern."), seen], select="QUA002") == {
        1: {"QUA002"},
        2: {"QUA002"},
    }


@pytest.mark.parametrize(
    ("answer", "question"),
    [
        ("Use text.replace('&amp;', 'and') on each of the lines.", "How do I mend the names?"),
        ('The part ends with "\\n\\n--end" and nothing else.', "How does a part of a request end?"),
        ("The area is 70 m<sup>2</sup>.", "Find the area."),
        ("<a drawing of a rocket with a door>", "Draw a rocket."),
        ('<form><h2>Join us</h2><label>Name</label><input type="text"></form>', "Make something for people to join."),
        ("I had <b>pizza</b> for lunch.", "Make the word pizza bold."),
        ('Call it so:\n    printf("\\nReversed list: ");\n    show(head);', "Turn a list round in C, please."),
    ],
)
def test_markup_that_was_meant_is_no_residue(answer: str, question: str) -> None:
    assert markup_residue(answer, question) is None


def test_json_in_the_question_excuses_no_tag_in_the_answer() -> None:
    assert markup_residue('{"note": "Bring a towel.<br>And soap."}', "Give the note as JSON.")
    assert markup_residue('{"note": "Bring a towel.\\\\n\\\\nAnd soap."}', "Give the note as JSON.") is None


def test_a_short_chinese_loop_is_a_loop() -> None:
    assert repeats("这款手机" + "很好用" * 12, "怎么样？")
    assert repeats("好的。里面有一个小湖。里面有一个小湖。里面有一个小湖。里面有一个小湖。里面有一个小湖。", "介绍公园。")
    go_on = f"Go on with this alternating list for ten more words: {'one, two, ' * 6}"
    assert repeats("one, two, " * 12, go_on) is None
    assert repeats("one, two, " * 40, go_on)
    assert repeats("这款手机很好用，电池也很耐用，屏幕清楚，拍照也不错。", "怎么样？") is None


def test_control_tokens_are_found_in_questions_too(codes: Codes) -> None:
    assert codes([row("What is this?<|im_end|>", "A lamp.")], select="QUA006") == {0: {"QUA006"}}


def test_the_token_a_model_ends_with_is_found_behind_code_too() -> None:
    assert control_token("Write:\n```\nprint(1)\n```<|endoftext|>", "")
    assert control_token("It is a lamp.</s>", "")
    assert control_token("It is <s>a lamp</s>", "") is None
    assert control_token("Write:\n```\nprint('</s>')\n```", "") is None


def test_code_may_hold_anything() -> None:
    answer = "Write:\n```html\n<p>{{ name }}</p> <|im_end|>\n```\nand save it."
    assert control_token(answer, "") is None
    assert template_residue(answer, "") is None
    assert markup_residue(answer, "") is None


def test_the_excerpt_is_masked() -> None:
    from tests.conftest import checked

    line = row("Whom may I ask?", "Ask helen.marsh@brightwater-mail.com, she knows. " * 8)
    corpus, done = checked([line], select="QUA003")
    corpus.close()
    assert done.findings
    assert "helen.marsh" not in json.dumps([(f.message, f.excerpt) for f in done.findings])


def test_an_essay_among_labels_is_long_and_a_label_among_essays_is_none(codes: Codes) -> None:
    asked = "Say reasonable or unreasonable.\nScene {}"
    labels = [row(asked.format(i), "reasonable") for i in range(40)]
    essays = [row(asked.format(i), f"It depends on {i}. " * 60) for i in range(40)]
    assert codes([*labels, essays[0]], select="QUA004") == {40: {"QUA004"}}
    assert codes([*essays, labels[0]], select="QUA004") == {}
