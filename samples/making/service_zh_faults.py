"""What is planted in the Chinese corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from making.alike import content_likeness
from making.dice import Dice
from making.lines import Line, Plant, Row, planted
from making.numbers import card, cn_identity, full_width, grouped, iban, uscc
from making.service_zh import WORDS, Service
from making.words import filled, words

ASKED, SAID = "messages[1].content", "messages[2].content"
TOPIC = "商品咨询"
FAULTS = words("customer_service_zh_faults")
OLDER = cn_identity("440106", "19290228")
NUMBERS = {
    "identity": cn_identity("110101", "19310815"),
    "spaced_identity": f"{OLDER[:6]} {OLDER[6:14]} {OLDER[14:]}",
    "unionpay": card("622202000000000012"),
    "card": grouped(card("400000000000123")),
    "iban": iban("DE", "000000000000067890"),
    "uscc": uscc("110105", "000000123"),
}


def lines(service: Service, clean: list[Line], dice: Dice) -> Iterator[Line]:
    yield from broken(service)
    yield from odd(service)
    for entry in FAULTS["personal"]:
        row = service.chat([filled(entry["asked"], NUMBERS), entry["said"]], "个人信息")
        yield Line(row, plants=tuple(Plant(code, entry["note"], ASKED) for code in entry["codes"]))
    for entry in FAULTS["answer"]:
        row = service.chat([entry["asked"], entry["said"] * entry.get("times", 1)], TOPIC)
        yield Line(row, plants=tuple(Plant(code, entry["note"], SAID) for code in entry["code"].split()))
    single = [line for line in clean if line.row and len(line.row["messages"]) == 3]
    hosts = iter(dice.shuffled([line for line in single if line.row and len(line.row["messages"][2]["content"]) > 45]))
    yield from duplicates(service, hosts)
    yield from near(service, hosts, dice)
    yield from conflicts(service)


# ---- schema -----------------------------------------------------------------------------------------------------------------


def broken(service: Service) -> Iterator[Line]:
    """Rows that cannot be trained on."""
    cut = planted(service.chat(["电风扇能定时吗？", "可以，最长能定八小时，遥控器上就有定时键。"], TOPIC), "SCH001", "行尾被截断")
    cut.finish = lambda text: text[:-40]
    yield cut
    bare = planted(service.chat(["衣柜是实木的吗？", "柜体是实木颗粒板，柜门是白蜡木。"], TOPIC), "SCH001", "漏了引号")
    bare.finish = lambda text: text.replace('"role"', "role", 1)
    yield bare
    row = service.chat(["台灯用的是什么灯泡？", "内置灯珠，寿命约三万小时，不需要更换。"], TOPIC)
    yield planted({k: v for k, v in row.items() if k != "messages"}, "SCH003", "缺少 messages")
    row = service.chat(["电暖器费电吗？", "两千瓦的机型开一小时约两度电。"], TOPIC)
    yield planted({**row, "messages": "电暖器费电吗？"}, "SCH004", "messages 是字符串", "messages")
    row = service.chat(["垃圾桶容量多大？", "十二升，适合厨房。"], TOPIC)
    row["messages"][2]["content"] = 12
    yield Line(row, plants=(Plant("SCH004", "回答是数字", SAID), Plant("SCH007", "没有回答，以顾客的话收尾", ASKED)))
    yield planted(service.chat(["电子秤多久校准一次？", ""], TOPIC), "SCH005", "回答为空", SAID)
    yield planted(service.chat(["砧板会发霉吗？", "\u3000 \n"], TOPIC), "SCH005", "回答只有空白", SAID)
    yield planted(service.chat([" ", "请问有什么可以帮您？"], TOPIC), "SCH006", "提问为空", ASKED)
    yield Line(None, '["问", "答"]', plants=(Plant("SCH010", "是列表"),))
    yield Line(None, "42", plants=(Plant("SCH010", "是数字"),))


def odd(service: Service) -> Iterator[Line]:
    """Rows that are usable and still not right."""
    row = service.chat(["保温杯盖子漏水。", "请检查密封圈有没有装反。"], TOPIC)
    row["messages"][1], row["messages"][2] = row["messages"][2], row["messages"][1]
    yield planted(row, "SCH007", "客服先开口，顾客收尾", ASKED)
    row = service.chat(["鱼缸的过滤棉\ufffd\ufffd换？", "两周冲洗一次，三个月换新。"], TOPIC)
    yield planted(row, "SCH008", "替换字符", ASKED)
    row = service.chat(["拖把头能单买吗？", "可以\x0b单买，搜索“替换布”即可。"], TOPIC)
    yield planted(row, "SCH008", "控制字符", SAID)
    twice = planted(service.chat(["蚊帐有几个门？", "三面开门，都带拉链。"], TOPIC), "SCH009", "channel 出现两次")
    twice.finish = lambda text: text[:-1] + ', "channel": "电话"}'
    yield twice
    first = Line({**service.chat(["雨伞是全自动的吗？", "是的，按一下开，再按一下收。"], TOPIC), "id": "kf-重复"})
    yield first
    row = {**service.chat(["背包能放下十六寸电脑吗？", "可以，电脑夹层最大支持十六寸。"], TOPIC), "id": "kf-重复"}
    yield planted(row, "SCH011", "与前面一行的 id 相同", "id", first)


# ---- rows about other rows --------------------------------------------------------------------------------------------------


def again(service: Service, host: Line, edit: Callable[[str], str]) -> Row:
    assert host.row is not None
    return service.chat([edit(m["content"]) for m in host.row["messages"][1:]], host.row["topic"])


def duplicates(service: Service, hosts: Iterator[Line]) -> Iterator[Line]:
    edits: tuple[tuple[Callable[[str], str], str], ...] = (
        (lambda text: text, "完全相同"),
        (full_width, "英文和数字写成全角"),
        (lambda text: text.translate(str.maketrans("，？；！：", ",?;!:")), "标点换成半角"),
        (lambda text: f"\u3000{text}\n ", "首尾多了全角空格和换行"),
    )
    for edit, note in edits:
        host = next(hosts)
        yield planted(again(service, host, edit), "DUP001", note, after=host)


def near(service: Service, hosts: Iterator[Line], dice: Dice) -> Iterator[Line]:
    """Five pairs at or over 0.8, four a little below: the same answer with other courtesies around it."""
    for low, high, count in ((0.81, 0.95, 5), (0.66, 0.78, 4)):
        found = 0
        while found < count:
            host = next(hosts)
            if row := polite_again(service, host, low, high, dice):
                found += 1
                plants = (Plant("DUP002", "只差几句客套话"),) if low > 0.8 else ()
                yield Line(row, plants=plants, after=host, similarity=content_likeness(host.row or {}, row))


def polite_again(service: Service, host: Line, low: float, high: float, dice: Dice) -> Row | None:
    assert host.row is not None
    asked, said = (m["content"] for m in host.row["messages"][1:])
    core = said
    for phrase in (*WORDS["greetings"], *WORDS["closings"]):
        core = core.replace(phrase, "")
    for _ in range(60):
        context = dice.pick(WORDS["contexts"]) if dice.below(3) == 0 and len(asked) < 16 else ""
        said = dice.pick(WORDS["greetings"]) + core + dice.pick(WORDS["closings"])
        row = service.chat([context + asked, said], host.row["topic"])
        if low <= content_likeness(host.row, row) <= high:
            return row
    return None


def conflicts(service: Service) -> Iterator[Line]:
    for entry in FAULTS["conflict"]:
        first = Line(service.chat([entry["asked"], entry["said"][0]], TOPIC))
        yield first
        row = service.chat([entry["asked"], entry["said"][1]], TOPIC)
        yield planted(row, "LAB001", "同一个问题，答案互相矛盾", SAID, first)
