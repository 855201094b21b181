"""What is planted in the Chinese corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from making.alike import content_likeness
from making.dice import Dice
from making.lines import Line, Plant, Row
from making.numbers import card, cn_identity, full_width, grouped, iban
from making.service_zh import WORDS, Service

ASKED, SAID = "messages[1].content", "messages[2].content"
IDENTITY = cn_identity("110101", "19310815")
OLDER = cn_identity("440106", "19290229".replace("0229", "0228"))
UNIONPAY = card("622202000000000012")

# What the customer writes, what the shop answers, and the codes that must be found in what the customer wrote.
PERSONAL: tuple[tuple[tuple[str, ...], str, str, str], ...] = (
    (("PII001",), "发票请发到我的邮箱caiwu.bu@example.cn谢谢，别发到旧的那个。", "好的，电子发票会在今天之内发到您的邮箱。", "紧贴汉字的电子邮箱"),
    (("PII001",), "登录名是ｌｉｍｉｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ，为什么提示不存在？", "请确认邮箱是否输入成了全角字符，改成半角后再试。", "全角字符的邮箱"),
    (("PII002",), "我的电话是13800138000请师傅到了打给我。", "已经备注，师傅到楼下会提前联系您。", "紧贴汉字的手机号"),
    (("PII002",), "号码１３８－００１３－８０００白天能打通，晚上关机。", "明白，我们会在白天与您联系。", "全角且带连字符的手机号"),
    (("PII002",), "单位座机010-65550123转前台，说找仓库就行。", "好的，配送前会拨打您留的座机。", "座机"),
    (("PII003",), f"退款请退到这张卡{UNIONPAY}，原来那张挂失了。", "原路退款无法更换卡号，挂失的卡由银行转入新卡。", "银联卡号，Luhn校验正确"),
    (("PII003",), f"扣款的卡是{grouped(card('400000000000123'))}，你查查扣了几回。", "已经为您登记核对，结果明天告诉您。", "分组书写的信用卡号"),
    (("PII004",), f"实名认证总失败，身份证号{IDENTITY}没填错啊。", "请确认姓名与证件一致，仍失败可以提交人工审核。", "身份证号，校验位正确"),
    (("PII004",), f"给老人办会员，证件号是{OLDER[:6]} {OLDER[6:14]} {OLDER[14:]}，行不行？", "可以办理，请由本人完成人脸核验。", "分段书写的身份证号"),
    (("PII005",), f"我人在国外，退款打到{iban('DE', '000000000000067890')}可以吗？", "目前只支持原路退款，暂时不能转到境外账户。", "国际银行账号，模97校验正确"),
    (("PII006",), "后台提示异地登录，地址198.18.7.23，不是我操作的！", "已为您临时冻结登录，请尽快修改密码。", "IP地址"),
    (("PII007", "PII002"), "收件人姓名：欧阳若溪，电话13800138000，地址先空着。", "好的，收件信息已更新，地址请补充完整。", "姓名与电话在一起"),
    (("PII009",), "接口密钥是sk-proj-Zk83mQpL0vTn5XwBy72RcHd91EsJfGuA，调用一直报错。", "请不要在聊天里发送密钥，并尽快到后台重新生成。", "密钥"),
    (("PII009",), "账号能登，密码：Qinghe@2097x，你们帮我看看。", "请您立刻修改密码，客服不会索要密码。", "明文密码"),
    (("PII011",), "送货车牌京A·12345的师傅态度特别好，想表扬一下。", "谢谢您的肯定，我们会转达给配送站。", "车牌"),
    (("PII011",), "我来自提，车是粤BD12345，保安不让进。", "已经和园区登记，请到三号门。", "新能源车牌"),
    (("PII012",), "加我微信号qinghe_buyer88细聊团购的事。", "抱歉，我们只能在店铺对话里沟通。", "微信号"),
    (("PII012",), "有售后群吗？我的QQ：30000000012，拉我一下。", "暂时没有售后群，有问题直接在这里问我就好。", "QQ号"),
)  # fmt: skip

BROKEN: tuple[tuple[str, str, str, str], ...] = (
    ("QUA001", "投影仪画面是斜的，怎么调正？", "请先把投影仪放平，再进入设置里的“梯形校正”，用方向键把四个角", "说到一半断了"),
    ("QUA001", "羽绒服能机洗吗？", "可以机洗，但要注意以下几点：第一，拉好拉链并翻面；第二，选择轻柔模式；第三，", "列举没有列完"),
    ("QUA002", "你觉得电蒸锅和蒸笼哪个蒸鱼好吃？", "作为一个人工智能语言模型，我没有味觉，也无法提供个人看法。", "人工智能套话"),
    ("QUA002", "婴儿床的护栏能拆下来单独洗吗？", "很抱歉，我无法回答这个问题。", "拒绝回答"),
    ("QUA003", "空调遥控器不灵了怎么办？", "请更换电池，" * 20, "同一句重复二十遍"),
    ("QUA003", "毛毯掉毛严重吗？", "好的好的好的好的好的好的好的好的好的好的好的好的好的好的好的好的", "同一个词重复"),
    ("QUA005", "压力锅的密封圈坏了去哪里配？", "You can order a new sealing ring on the spare parts page, and it will be shipped within two working days.", "中文提问，英文回答"),
    ("QUA006", "我的晾衣架什么时候安装？", "尊敬的{{customer_name}}，您的安装单{{order_id}}已派给师傅，请留意来电。", "模板变量没有替换"),
    ("QUA006", "瑜伽垫开胶了能不能赔？", "您好，[此处填写顾客姓名]，我们会在{days}天内处理您的申请。", "模板提示没有替换"),
    ("QUA007", "咖啡机要不要除垢？", "<p>建议每两个月除垢一次，</p><br/><span style=\"color:red\">请使用专用除垢剂</span>&nbsp;清洗。", "网页标签残留"),
)  # fmt: skip


def lines(service: Service, clean: list[Line], dice: Dice) -> Iterator[Line]:
    yield from schema(service)
    for codes, asked, said, note in PERSONAL:
        yield Line(service.chat([asked, said], "个人信息"), plants=tuple(Plant(code, note, ASKED) for code in codes))
    for code, asked, said, note in BROKEN:
        yield Line(service.chat([asked, said], "商品咨询"), plants=(Plant(code, note, SAID),))
    hosts = iter(dice.shuffled([line for line in clean if line.row and len(line.row["messages"]) == 3 and len(line.row["messages"][2]["content"]) > 45]))
    yield from duplicates(service, hosts)
    yield from near(service, hosts, dice)
    yield from conflicts(service)


# ---- schema -----------------------------------------------------------------------------------------------------------------


def schema(service: Service) -> Iterator[Line]:
    def chat(asked: str, said: str) -> Row:
        return service.chat([asked, said], "商品咨询")

    row = chat("电风扇能定时吗？", "可以，最长能定八小时，遥控器上就有定时键。")
    yield Line(row, plants=(Plant("SCH001", "行尾被截断"),), finish=lambda text: text[:-40])
    row = chat("衣柜是实木的吗？", "柜体是实木颗粒板，柜门是白蜡木。")
    yield Line(row, plants=(Plant("SCH001", "漏了引号"),), finish=lambda text: text.replace('"role"', "role", 1))
    row = chat("台灯用的是什么灯泡？", "内置灯珠，寿命约三万小时，不需要更换。")
    yield Line({k: v for k, v in row.items() if k != "messages"}, plants=(Plant("SCH003", "缺少 messages"),))
    row = chat("电暖器费电吗？", "两千瓦的机型开一小时约两度电。")
    yield Line({**row, "messages": "电暖器费电吗？"}, plants=(Plant("SCH004", "messages 是字符串", "messages"),))
    row = chat("垃圾桶容量多大？", "十二升，适合厨房。")
    row["messages"][2]["content"] = 12
    yield Line(row, plants=(Plant("SCH004", "回答是数字", SAID),))
    yield Line(chat("电子秤多久校准一次？", ""), plants=(Plant("SCH005", "回答为空", SAID),))
    yield Line(chat("砧板会发霉吗？", "\u3000 \n"), plants=(Plant("SCH005", "回答只有空白", SAID),))
    yield Line(chat(" ", "请问有什么可以帮您？"), plants=(Plant("SCH006", "提问为空", ASKED),))
    row = chat("保温杯盖子漏水。", "请检查密封圈有没有装反。")
    row["messages"][1], row["messages"][2] = row["messages"][2], row["messages"][1]
    yield Line(row, plants=(Plant("SCH007", "客服先开口，顾客收尾", ASKED),))
    yield Line(chat("鱼缸的过滤棉\ufffd\ufffd换？", "两周冲洗一次，三个月换新。"), plants=(Plant("SCH008", "替换字符", ASKED),))
    yield Line(chat("拖把头能单买吗？", "可以\x0b单买，搜索“替换布”即可。"), plants=(Plant("SCH008", "控制字符", SAID),))
    row = chat("蚊帐有几个门？", "三面开门，都带拉链。")
    yield Line(row, plants=(Plant("SCH009", "channel 出现两次"),), finish=lambda text: text[:-1] + ', "channel": "电话"}')
    yield Line(None, '["问", "答"]', plants=(Plant("SCH010", "是列表"),))
    yield Line(None, "42", plants=(Plant("SCH010", "是数字"),))
    first = Line({**chat("雨伞是全自动的吗？", "是的，按一下开，再按一下收。"), "id": "kf-重复"})
    yield first
    row = {**chat("背包能放下十六寸电脑吗？", "可以，电脑夹层最大支持十六寸。"), "id": "kf-重复"}
    yield Line(row, plants=(Plant("SCH011", "与前面一行的 id 相同", "id"),), after=first)


# ---- rows about other rows --------------------------------------------------------------------------------------------------


def again(service: Service, host: Line, edit: Callable[[str], str]) -> Row:
    assert host.row is not None
    return service.chat([edit(m["content"]) for m in host.row["messages"][1:]], host.row["topic"])


def duplicates(service: Service, hosts: Iterator[Line]) -> Iterator[Line]:
    edits: tuple[tuple[Callable[[str], str], str], ...] = (
        (lambda text: text, "完全相同"),
        (full_width, "英文和数字写成全角"),
        (lambda text: text.replace("，", ",").replace("？", "?").replace("；", ";").replace("！", "!").replace("：", ":"), "标点换成半角"),
        (lambda text: f"\u3000{text}\n ", "首尾多了全角空格和换行"),
    )
    for edit, note in edits:
        host = next(hosts)
        yield Line(again(service, host, edit), plants=(Plant("DUP001", note),), after=host)


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
        row = service.chat([context + asked, dice.pick(WORDS["greetings"]) + core + dice.pick(WORDS["closings"])], host.row["topic"])
        if low <= content_likeness(host.row, row) <= high:
            return row
    return None


CONFLICTS = (
    ("晒衣杆最多能承重多少公斤？", "最多承重三十公斤，请均匀悬挂。", "单杆承重不超过十五公斤，超过会弯。"),
    ("充电宝可以带上飞机吗？", "可以，这款额定能量低于一百瓦时，随身携带即可。", "不可以，充电宝一律不允许带上飞机。"),
    ("这款牙刷充满电能用几天？", "30天", "14天"),
)


def conflicts(service: Service) -> Iterator[Line]:
    for asked, one, other in CONFLICTS:
        first = Line(service.chat([asked, one], "商品咨询"))
        yield first
        yield Line(service.chat([asked, other], "商品咨询"), plants=(Plant("LAB001", "同一个问题，答案互相矛盾", SAID),), after=first)
