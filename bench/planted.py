"""Rows with planted faults of known place, English and Chinese, for bench/quality.py. All of it is made up here."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]

EN = {
    "thing": [
        "kettle",
        "lantern",
        "violin",
        "compass",
        "saddle",
        "mirror",
        "turbine",
        "anchor",
        "drawer",
        "hammer",
        "ladder",
        "wheel",
        "basket",
        "candle",
        "pulley",
        "bellows",
        "loom",
        "anvil",
        "funnel",
        "hinge",
    ],
    "kind": [
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
    ],
    "place": [
        "by the mill",
        "behind the station",
        "under the stairs",
        "beside the canal",
        "above the bakery",
        "inside the barn",
        "along the quay",
        "near the chapel",
    ],
    "act": [
        "holds",
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
        "covers",
        "feeds",
        "clears",
    ],
    "town": [
        "Torhaven",
        "Marrowby",
        "Eldmouth",
        "Quillham",
        "Brackford",
        "Sandwick",
        "Ostmere",
        "Havelock",
        "Pinfold",
        "Wexcombe",
        "Thornby",
        "Larkhill",
    ],
    "person": [
        "Ada Brenner",
        "Ivo Marsh",
        "Lena Quist",
        "Otto Hale",
        "Mira Voss",
        "Nils Reyer",
        "Tess Arden",
        "Rolf Penn",
        "Greta Lund",
        "Emil Stroud",
    ],
}
ZH = {
    "thing": [
        "水壶",
        "灯笼",
        "小提琴",
        "指南针",
        "马鞍",
        "镜子",
        "涡轮",
        "船锚",
        "抽屉",
        "铁锤",
        "梯子",
        "车轮",
        "篮子",
        "蜡烛",
        "滑轮",
        "风箱",
        "织机",
        "铁砧",
        "漏斗",
        "铰链",
    ],
    "kind": [
        "铜制的",
        "木头的",
        "狭窄的",
        "古老的",
        "安静的",
        "黄色的",
        "空心的",
        "沉重的",
        "破损的",
        "结冰的",
        "积灰的",
        "上漆的",
        "隐蔽的",
        "租来的",
        "结实的",
        "弯曲的",
    ],
    "place": ["磨坊旁边", "车站后面", "楼梯下面", "运河边上", "面包店楼上", "谷仓里面", "码头沿线", "教堂附近"],
    "act": [
        "托住",
        "加热",
        "遮住",
        "标出",
        "抬起",
        "引导",
        "测量",
        "冷却",
        "磨碎",
        "绑住",
        "密封",
        "转动",
        "照亮",
        "盖住",
        "送入",
        "清理",
    ],
    "town": ["托海文", "马罗比", "埃尔德茅斯", "奎勒姆", "布拉克福", "桑德维克", "奥斯米尔", "哈夫洛克", "平福德", "韦克斯库姆"],
    "person": ["安达明", "白以文", "陈立秋", "杜若川", "冯之远", "顾念亭", "何其峰", "季如松", "柯望舒", "骆新禾"],
}


@dataclass
class Planted:
    rows: list[Row] = field(default_factory=list)
    truth: dict[int, str] = field(default_factory=dict)
    """Row to rule; rows not named here are clean."""

    def add(self, row: Row, code: str = "") -> None:
        if code:
            self.truth[len(self.rows)] = code
        self.rows.append(row)


def sentence(rng: random.Random, zh: bool) -> str:
    w = ZH if zh else EN
    a, b = rng.sample(w["thing"], 2)
    k, m = rng.sample(w["kind"], 2)
    place, act = rng.choice(w["place"]), rng.choice(w["act"])
    if zh:
        return rng.choice(
            [
                f"{place}{k}{a}可以{act}{m}{b}。",
                f"如果{a}放在{place}，它就会{act}{b}。",
                f"人们常用{k}{a}来{act}{b}，因为它比{m}{b}更可靠。",
                f"到了傍晚，{place}的{a}仍然能{act}{m}{b}。",
            ]
        )
    return rng.choice(
        [
            f"The {k} {a} {place} {act} the {m} {b}.",
            f"If the {a} is kept {place}, it {act} the {b} for a whole winter.",
            f"People use a {k} {a} because it {act} the {b} better than a {m} one does.",
            f"In the evening the {a} {place} still {act} what the {m} {b} left.",
        ]
    )


def question(rng: random.Random, zh: bool) -> str:
    w = ZH if zh else EN
    a, k, place = rng.choice(w["thing"]), rng.choice(w["kind"]), rng.choice(w["place"])
    if zh:
        return rng.choice([f"请说明{place}那个{k}{a}的用处。", f"为什么有人把{k}{a}放在{place}？", f"介绍一下{k}{a}的保养方法。"])
    return rng.choice(
        [
            f"Explain what the {k} {a} {place} is for.",
            f"Why would anyone keep a {k} {a} {place}?",
            f"Describe how to look after a {k} {a}.",
        ]
    )


def answer(rng: random.Random, zh: bool) -> str:
    return ("" if zh else " ").join(sentence(rng, zh) for _ in range(rng.randint(3, 7)))


# Wordings of refusal that nobody copied from the rule: some it must miss.
REFUSE = [
    "I'm sorry, but I can't help with that request.", "As an AI language model, I don't have access to that "
        "place.", "Sorry, I cannot provide that information.",
    "I apologize, but I'm not able to do that.", "I am unable to answer this question as I have no data about "
        "it.", "Unfortunately, I can't fulfill this request.",
    "I'm afraid I can't do that.", "As a language model I have never seen one, so I cannot "
        "say.", "I cannot assist with that.", "Sorry, but I can't answer that.",
]  # fmt: skip
REFUSE_ZH = [
    "很抱歉，我无法回答这个问题。", "作为一个人工智能语言模型，我没有相关的信息。", "对不起，我不能提供这方面的内容。",
    "抱歉，我无法完成您的请求。", "作为AI助手，我没有亲眼见过它，因此无法评价。",
    "不好意思，这个问题我回答不了。", "我无法提供相关信息。",
    "非常抱歉，我没有办法满足您的要求。", "很遗憾，我不能协助您完成这件事。", "我只是一个语言模型，没有实际的使用经验。",
]  # fmt: skip


def faulty(rng: random.Random, zh: bool, code: str) -> Row:
    """A clean row with one fault put in."""
    row = {"instruction": question(rng, zh), "output": answer(rng, zh)}
    text = row["output"]
    if code == "QUA001":
        row["output"] = text[: rng.randint(len(text) // 2, len(text) - 4)].rstrip()
    elif code == "QUA002":
        row["output"] = rng.choice(REFUSE_ZH if zh else REFUSE) + rng.choice(["", ("" if zh else " ") + sentence(rng, zh)])
    elif code == "QUA003":
        row["output"] = rng.choice([looped, copied, mangled])(rng, text, zh)
    elif code == "QUA005":
        row["output"] = answer(rng, not zh)
    elif code == "QUA006":
        mark = rng.choice(
            [
                "<|im_end|>",
                "<|endoftext|>",
                "### Response:\n",
                "{{name}}",
                "[/INST]",
                "<noinput>",
                "【此处填写日期】" if zh else "[INSERT DATE]",
            ]
        )
        row["output"] = mark + text if mark.startswith("#") else text + mark
    elif code == "QUA007":
        first, _, rest = text.partition("。" if zh else ". ")
        row["output"] = first + rng.choice(["<br>", "&nbsp;&nbsp;", "</p><p>", "\\n\\n", "&amp;"]) + rest
    return row


def looped(rng: random.Random, text: str, zh: bool) -> str:
    piece = sentence(rng, zh)
    return text + ("" if zh else " ") + (piece[-14:] + ("" if zh else " ")) * rng.randint(8, 20)


def copied(rng: random.Random, _: str, zh: bool) -> str:
    return ("" if zh else " ").join([sentence(rng, zh)] * rng.randint(5, 9))


def mangled(_: random.Random, text: str, zh: bool) -> str:
    if zh:
        return text.encode("utf-8").decode("latin-1")
    return text.replace("the", "thé").encode("utf-8").decode("cp1252", "replace")


def quality_rows(n: int, share: float, zh: bool, seed: int) -> Planted:
    rng = random.Random(seed)
    made = Planted()
    codes = ("QUA001", "QUA002", "QUA003", "QUA005", "QUA006", "QUA007")
    for _ in range(n):
        if rng.random() < share:
            code = rng.choice(codes)
            made.add(faulty(rng, zh, code), code)
        else:
            text = answer(rng, zh)
            # Some honest answers leave out the last full stop, and some are short.
            kind = rng.random()
            text = text.rstrip(".。") if kind < 0.1 else text[: text.find("。" if zh else ".") + 1] if kind < 0.2 else text
            made.add({"instruction": question(rng, zh), "output": text})
    return made


# ---- contradictions -----------------------------------------------------------------------------------------------------------


def numerals(n: int, zh: bool) -> str:
    if zh:
        tens, ones = divmod(n, 10)
        return ("" if tens == 1 else "零一二三四五六七八九"[tens]) + "十" + ("零一二三四五六七八九"[ones] if ones else "")
    small = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
    tens = ["?", "?", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    return (
        small[n - 10]
        if n < 20
        else tens[n // 10]
        + (f"-{['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'][n % 10]}" if n % 10 else "")
    )


def asked(rng: random.Random, text: str, zh: bool) -> str:
    """The same question as another person would type it."""
    if zh:
        return rng.choice(
            [text, f"请问{text}", text.rstrip("？"), f"你好，{text}", f"我想知道{text}", f"{text.rstrip('？')}呢？"]
        )
    return rng.choice(
        [
            text,
            f"Please tell me, {text[0].lower()}{text[1:]}",
            text.rstrip("?"),
            text.upper(),
            f"Could you tell me {text[0].lower()}{text[1:]}",
            f"  {text} Thanks!",
        ]
    )


def contradiction(rng: random.Random, zh: bool, clash: bool, i: int) -> tuple[str, str, str]:
    """A question with two answers that clash, or that say the same in two forms."""
    w = ZH if zh else EN
    thing, town, kind = rng.choice(w["thing"]), rng.choice(w["town"]), rng.choice(w["kind"])
    pick = rng.randrange(5)
    if pick == 0:
        n = rng.randint(11, 90)
        m = n + rng.choice([-1, 1, 7]) if clash else n
        q = f"{town}第{i}号仓库有多少个{thing}？" if zh else f"How many {thing}s are kept in store {i} of {town}?"
        return (
            q,
            rng.choice([str(n), f"{n}个" if zh else f"{n} {thing}s"]),
            rng.choice([numerals(m, zh), f"{'一共' if zh else 'There are '}{m}{'个' if zh else ' of them'}."]),
        )
    if pick == 1:
        y, m, d = rng.randint(1900, 1999), rng.randint(1, 12), rng.randint(1, 28)
        d2 = d % 28 + 1 if clash else d
        months = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ]
        q = f"{town}第{i}号桥是什么时候通车的？" if zh else f"When was bridge {i} of {town} opened?"
        return (
            q,
            f"{y}-{m:02}-{d:02}",
            f"{y}年{m}月{d2}日" if zh else rng.choice([f"{d2} {months[m - 1]} {y}", f"On {months[m - 1]} {d2}, {y}."]),
        )
    if pick == 2:
        q = f"{town}第{i}号门周日开放吗？" if zh else f"Is gate {i} of {town} open on Sundays?"
        yes, no = (
            (("是的。", "是，周日照常开放。"), ("不是。", "不是，周日关闭。"))
            if zh
            else (("Yes.", "Yes, it is open all day."), ("No.", "No, it is closed on Sundays."))
        )
        return q, yes[0], no[1] if clash else yes[1]
    if pick == 3:
        a, b = rng.sample(w["person"], 2)
        q = f"{town}第{i}号{thing}的作者是谁？" if zh else f"Who made {thing} number {i} of {town}?"
        return q, a, (b if clash else a + "。") if zh else b if clash else f"It was {a}."
    a, b = rng.sample(["退款", "物流", "登录"] if zh else ["billing", "delivery", "access"], 2)
    q = (
        f"给工单{i}分类：{kind}{thing}没有送到{town}。"
        if zh
        else f"Classify ticket {i}: the {kind} {thing} never came to {town}."
    )
    if rng.random() < 0.5:
        return q, f'{{"queue": "{a}", "urgent": true}}', f'{{"urgent": true, "queue": "{b if clash else a}"}}'
    return q, a, b if clash else a.upper()


def contradictions(n: int, share: float, zh: bool, seed: int) -> Planted:
    """Pairs that clash (`share`), pairs that agree in other words, near questions that are others, and open tasks."""
    rng = random.Random(seed)
    made = Planted()
    for i in range(n):
        kind = rng.random()
        if kind < 0.6:
            clash = rng.random() < share
            q, a, b = contradiction(rng, zh, clash, i)
            for text in (a, b):
                made.add({"instruction": asked(rng, q, zh), "output": text}, "LAB001" if clash else "")
        elif kind < 0.8:
            # One number apart: another question, and another answer is no conflict.
            q, a, _ = contradiction(rng, zh, True, 2 * n + 2 * i)
            _, b, _ = contradiction(rng, zh, True, i)
            made.add({"instruction": asked(rng, q, zh), "output": a})
            made.add({"instruction": asked(rng, q.replace(str(2 * n + 2 * i), str(2 * n + 2 * i + 1)), zh), "output": b})
        else:
            w = ZH if zh else EN
            q = rng.choice(
                ["给这只{}起个名字。", "写一句关于{}的话。", "为什么大家喜欢{}？"]
                if zh
                else ["Suggest a name for a {}.", "Write a line about a {}.", "Why do people like a {}?"]
            )
            q = q.format(
                rng.choice(w["kind"]).rstrip("的") + rng.choice(w["thing"])
                if zh
                else f"{rng.choice(w['kind'])} {rng.choice(w['thing'])}"
            )
            for _ in range(2):
                made.add({"instruction": q, "output": rng.choice([rng.choice(w["person"]), sentence(rng, zh), answer(rng, zh)])})
    return made


# ---- wrong labels -------------------------------------------------------------------------------------------------------------

TOPICS = {
    False: {
        "billing": ["invoice", "charged", "refund", "payment", "card", "twice", "amount", "bank", "price", "receipt"],
        "delivery": ["parcel", "courier", "late", "tracking", "address", "door", "shipped", "box", "damaged", "van"],
        "access": ["password", "account", "reset", "login", "locked", "code", "verify", "sign", "email", "session"],
        "fault": ["crash", "error", "screen", "update", "freeze", "bug", "install", "slow", "battery", "noise"],
        "cancel": ["cancel", "close", "stop", "contract", "quit", "leave", "end", "unsubscribe", "plan", "notice"],
    },
    True: {
        "账单": ["发票", "扣款", "退款", "付款", "银行卡", "重复", "金额", "价格", "收据", "余额"],
        "物流": ["包裹", "快递", "延误", "单号", "地址", "门口", "发货", "箱子", "破损", "派送"],
        "登录": ["密码", "账号", "重置", "登录", "锁定", "验证码", "邮箱", "认证", "会话", "手机号"],
        "故障": ["崩溃", "报错", "屏幕", "更新", "卡顿", "缺陷", "安装", "变慢", "电池", "噪音"],
        "退订": ["取消", "关闭", "停止", "合同", "退出", "离开", "终止", "退订", "套餐", "通知"],
    },
}
FILLER = {
    False: [
        "hello",
        "i",
        "my",
        "the",
        "is",
        "was",
        "since",
        "yesterday",
        "please",
        "help",
        "with",
        "about",
        "again",
        "and",
        "it",
        "when",
        "to",
        "you",
        "from",
        "this",
        "morning",
        "still",
        "nothing",
        "works",
        "for",
        "me",
        "team",
    ],
    True: [
        "你好",
        "我的",
        "昨天",
        "今天",
        "请帮忙",
        "关于",
        "又",
        "还是",
        "早上",
        "没有",
        "可以吗",
        "谢谢",
        "已经",
        "一直",
        "这个",
        "那边",
        "什么时候",
        "处理",
        "一下",
        "麻烦",
    ],
}


def tickets(n: int, zh: bool, seed: int) -> tuple[list[str], list[str]]:
    """Short texts with a topic, its words mixed with filler and, in a third, a word of another topic."""
    rng = random.Random(seed)
    topics = TOPICS[zh]
    texts, labels = [], []
    for _ in range(n):
        label, other = rng.choice(list(topics)), rng.choice(list(topics))
        words = [rng.choice(topics[label]) for _ in range(rng.randint(1, 3))] + rng.choices(FILLER[zh], k=rng.randint(6, 14))
        words += [rng.choice(topics[other])] if rng.random() < 0.35 else []
        rng.shuffle(words)
        texts.append(("" if zh else " ").join(words))
        labels.append(label)
    return texts, labels
