"""Chinese names: a surname, characters that names are made of, and what stands around them.

Words beside a candidate weigh most; jieba's segmentation (MIT licence, dictionary included) says whether it is a word of its own.
The weights are set by hand: each says how many times likelier a name becomes, as a power of e.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from curate.pii.surnames import COMMON, GIVEN, SOUNDS, surname

HAN = r"\u3400-\u9fff"
ROLES = (
    "记者|通讯员|编辑|作者|导演|编剧|演员|主演|主角|教练|主帅|主教练|队长|门将|前锋|中场|后卫|球星|球员|总裁|董事长|总经理|经理|总监|主管|主任|主席|书记|局长|处长|科长|院长|校长|园长|馆长|所长|站长|教授|博士|硕士|院士|专家|学者|分析师|"
    "研究员|工程师|设计师|律师|法官|检察官|医生|护士|会长|理事长|秘书长|发言人|负责人|创始人|合伙人|代表|委员|画家|作家|诗人|歌手|艺人|影星|选手|冠军|嘉宾|主持人|主持|解说|网友|市民|居民|业主|村民|学生|同学|队员|总统|首相|总理|部长|"
    "省长|市长|县长|区长|镇长|村长|副总|秘书|助理|会计|司机|战士|民警|警官|消防员|志愿者|患者|病人|客户|员工|妻子|丈夫|儿子|女儿|母亲|父亲|爸爸|妈妈|哥哥|弟弟|姐姐|妹妹|爷爷|奶奶|朋友|好友|同事|邻居|搭档|男友|女友|老师|先生|女士|小姐|大师|"
    "摄影|文/|图/|联系人|收件人|对接人|皇帝|将军|名将|老将|小将|新星|天王|天后|巨星|歌星|策划|制作人|翻译|科学家|艺术家|企业家|慈善家|收藏家|鉴定家|史学家|评论员"
)
ROLE_BEFORE = re.compile(
    rf"(?:{ROLES}|[司局处科院校厅厂行站社队部署组馆所台州]长|主管|代言人|当事人|被告人?|原告|嫌疑人|受害人|球迷|车主|老板|男子|女子|女孩|男孩)[：:，、 ]?$"
)
AFTER = re.compile(
    r"(?:在)?(?:接受|微博|博客)|(?:就|也|还|则|又|曾|便|并|对此|对记者|随后|今天|昨日|昨天|近日|日前)?(?:说|表示|认为|指出|告诉|介绍|称(?!为)|坦言|透露|强调|解释|回忆|宣布|回应|补充|觉得|笑道|直言|感慨|写道|答|问|道[：:])|"
    r"(?:先生|女士|小姐|教授|博士|老师|医生|律师|主任|院长|校长|局长|经理|总裁|书记|主席|队长|导演|同学|同志|总理|总统|部长|夫妇|等人|一行|大师|师傅|阿姨|大哥|将军|皇帝|会长|委员)|"
    r"(?:出生|毕业|担任|出任|当选|率领|执导|主演|饰演|加盟|领衔|破门|射门|进球|传球|梅开|头球|远射|受伤|退役|上任|获奖|夺冠|逝世|去世|病逝|生于|遗孀)"
)
NOT_AFTER = re.compile(
    "队|大道|公园|中心|时期|战队|路|街|湾|山|湖|河|岛|省|市|县|区|镇|村|乡|州|国(?!际)|大学|学院|中学|小学|公司|集团|银行|股份|奖|杯|城|派|版|寺|庙|宫|殿|塔|桥|站|机场|酒店|大厦|广场|花园|小区|牌|品牌|系列|风格|vs|VS|联赛|俱乐部|主场|客场|球场|海岸|沿岸|"
    "地区|人民|文化|王朝|朝代|时代|杂志|报社|电视|网络|科技|证券|基金|保险|汽车|手机|浓汤|定律|定理|效应|方程|公式"
)
FOREIGN = re.compile(
    rf"(?<![{HAN}·])[{HAN}]{{1,8}}(?:[·•・‧][{HAN}]{{1,8}}){{1,4}}|(?:[{''.join(sorted(SOUNDS))}]{{1,7}})(?:[·•・‧][{''.join(sorted(SOUNDS))}]{{1,7}}){{1,4}}"
)
TITLE_END = re.compile("(?:先生|女士|小姐|太太|某+|老板|老师|总|主编|经理|同学|师傅|家|氏|姓|们)$")
INTRODUCED = re.compile(
    rf"(?:姓\s?名|名\s?字(?:叫|是|为)?|我叫|本人叫|名叫|叫做|收\s?[件货]\s?人|寄\s?[件货]\s?人|联\s?系\s?人|联络人|对接人|经办人|负责人|法定代表人|法人代表|申请人|持卡人|户\s?名|开户名|客户(?:姓名)?|患者(?:姓名)?|病人|员工|报案人|投保人|被保险人|委托人|"
    rf"署名|签名|签字|此致|您好|请问|请|经理|主任|老师|医生|联系(?:销售)?|致电|转交|找)(?P<g>[\s:：为是，,“\"']{{0,4}})(?P<v>[{HAN}]{{2,4}}|[{HAN}]{{1,8}}(?:[·•・‧][{HAN}]{{1,8}}){{1,3}})"
)
TITLED = re.compile(
    rf"(?P<v>[{HAN}]{{1,4}})(?=(?:先生|女士|小姐|太太|阿姨|叔叔|大爷|大妈|师傅|同学|老师|教授|医生|大夫|律师|经理|主任|总监|总经理|同志|警官|护士|法官)(?!们|的课|节))"
)
STRONG = re.compile(
    r"姓\s?名|名\s?字|我叫|本人叫|名叫|收\s?[件货]\s?人|寄\s?[件货]\s?人|联\s?系\s?人|联络人|对接人|经办人|法定代表人|申请人|持卡人|户\s?名|开户名|患者|报案人|投保人|被保险人|委托人|署名|签名"
)
# What looks like surname and given name and is not.
WORDS = frozenset(
    ["高兴", "高度", "高级", "高手", "高速", "高中", "高校", "高考", "高层", "高端", "高效", "高温", "高质", "高达", "高价", "高清", "白天", "白色", "白银", "白领", "白菜", "白酒", "黄金", "黄色", "黄河", "黄山", "金融", "金额", "金属", "金牌", "金山", "金色", "明天", "明年", "明星", "明显", "明白", "方便", "方法", "方面", "方式", "方向", "方案", "时间", "时候", "时代", "时尚", "时期", "万一", "万元", "万人", "任何", "任务", "任意", "常见", "常用", "常常", "常规", "安全", "安排", "安装", "安静", "成功", "成为", "成立", "成长", "成本", "成员", "成绩", "应该", "应用", "应对", "应当", "关于", "关系", "关注", "关键", "关心", "关闭", "管理", "管道", "强大", "强调", "强烈", "强化", "华丽", "华人", "华语", "车辆", "车站", "车主", "车型", "边缘", "边界", "向上", "向下", "向前", "向右", "向左", "温度", "温暖", "温和", "温泉", "路线", "路由", "路径", "路人", "石油", "石头", "水平", "水果", "水分", "马上", "马路", "马云", "江南", "江苏", "江西", "湖南", "河南", "何时", "何种", "何人", "何必", "于是", "于此", "余下", "余额", "许多", "许可", "康复", "康健", "连续", "连接", "连胜", "段落", "段时", "文化", "文章", "文件", "文字", "文学", "文本", "武器", "武术", "严重", "严格", "严肃", "牛奶", "牛肉", "解决", "解释", "解析", "解答", "包括", "包含", "包装", "单位", "单独", "单词", "单一", "祝福", "祝愿", "尤其", "尤为", "左右", "左侧", "古代", "古典", "商品", "商业", "商家", "章节", "季节", "季度", "司法", "司机", "项目", "曲线", "游戏", "游客", "席位", "查询", "查看", "查找", "景点", "景色", "简单", "简介", "简历", "冷静", "满足", "满意", "敬请", "原因", "原来", "原则", "支持", "支付", "支出", "仲裁", "宗教", "宗旨", "祖国", "祖先", "卓越", "展示", "展开", "展览", "展望", "师傅", "母亲", "燕子", "宣布", "宣传", "容易", "容量", "区域", "区别", "秋天", "练习", "封面", "宫殿", "尚未", "付款", "房间", "房屋", "华为", "党员", "黎明", "钟表", "钱包", "龙头", "孔子", "孟子", "老师", "康熙", "乾隆", "林业", "林木", "谢谢", "程序", "程度", "梅花", "梅雨", "贺卡", "叶子", "夏天", "夏季", "雷雨", "雷达", "毛巾", "金钱", "黄牛", "苏打", "马桶", "胡同", "胡子", "周围", "周末", "周年", "周一", "周二", "周三", "周四", "周五", "周六", "周日", "方才", "石灰", "田地", "田野", "汤圆", "丁字", "贾府", "经理", "先生", "女士", "小姐", "客户", "公司", "员工", "同学", "老师", "医生", "大家", "您好", "各位", "暂无", "不详", "未知", "保密", "某某"]
)
BOTH = frozenset("为有从向将如以若能会可成中立")
STOPS = frozenset(
    "的了是在有和与及或等就也都还不很这那哪个们把被让给对为从到以于而且但因所其之我你您他她它们吗呢吧啊哦呀什怎样说着过来去上下里外前后地得做当能会可要想没无后中内时又再只才更最第每各另即若如向往将已曾"
)


class Candidate(NamedTuple):
    start: int
    end: int
    weight: float


@cache
def segmenter() -> Any:
    """Jieba's part-of-speech tagger; loaded once, a second and 100 MB."""
    import logging

    import jieba

    jieba.setLogLevel(logging.ERROR)
    import jieba.posseg

    jieba.initialize()
    return jieba.posseg.POSTokenizer(jieba.dt)


def given_fits(given: str) -> bool:
    """Han characters, none of them a word that glues sentences unless it is one that names are made of as well."""
    return bool(given) and all("\u3400" <= c <= "\u9fff" and (c not in STOPS or c in BOTH) for c in given)


def introduced(text: str) -> Iterator[Candidate]:
    """Names beside a word that says so: no segmenter needed."""
    for match in INTRODUCED.finditer(text):
        start, value = match.start("v"), match["v"]
        strong = STRONG.match(match.group()) is not None
        if "·" in value or "•" in value or "・" in value:
            yield Candidate(start, match.end("v"), 3.0)
            continue
        n = surname(value, 0)
        length = best_length(text, start, n) if n else 0
        if length and text[start : start + length] not in WORDS and text[start : start + 2] not in WORDS:
            follows = text[start + length : start + length + 1]
            closed = not ("\u3400" <= follows <= "\u9fff") or bool(AFTER.match(text, start + length)) or follows in STOPS
            if (
                (strong and (closed or length == n + 2))
                or (closed and match["g"].strip() in (":", "："))
                or (closed and value[0] in COMMON and length > 1 and in_names(value[n:length]))
            ):
                yield Candidate(start, start + length, 3.0 if strong else 2.0)
    for match in TITLED.finditer(text):
        found = titled(match["v"])
        if found:
            yield Candidate(match.end("v") - found, match.end("v"), 2.5)


def in_names(given: str) -> bool:
    return bool(given) and all(c in GIVEN for c in given)


def titled(value: str) -> int:
    """How many of the last characters before a title are a name."""
    for length in (4, 3, 2):
        name = value[-length:]
        if len(name) == length:
            n = surname(name, 0)
            if (
                n
                and 1 <= length - n <= 2
                and given_fits(name[n:])
                and name not in WORDS
                and name[:2] not in WORDS
                and (length == 2 or n == 2 or in_names(name[n:]))
            ):
                return length
    return 0  # `王先生` alone names nobody in particular


def best_length(text: str, start: int, n: int) -> int:
    """Surname and two more characters where these can be a given name, else one more."""
    for extra in (2, 1):
        given = text[start + n : start + n + extra]
        if len(given) == extra and given_fits(given):
            if extra == 2 and n == 1 and not in_names(given) and given[1] not in GIVEN:
                continue
            return n + extra
    return 0


def candidates(text: str) -> list[Candidate]:
    """All that may be names with their weights; 0 is even odds."""
    words = [(w.word, w.flag) for w in segmenter().cut(text)]
    starts: dict[int, int] = {}
    place = 0
    for i, (word, _) in enumerate(words):
        starts[place] = i
        place += len(word)
    starts[place] = len(words)
    titles = [m.span() for m in re.finditer(r"《[^》]{0,40}》?", text)]
    found: list[Candidate] = []
    for place, i in starts.items():
        if i < len(words):
            best = best_at(text, place, i, words, starts, titles)
            if best and best.weight > -1.5 and not TITLE_END.search(text, best.start, best.end):
                found.append(best)
    return lists(text, found)


def best_at(
    text: str, place: int, i: int, words: list[tuple[str, str]], starts: dict[int, int], titles: list[tuple[int, int]]
) -> Candidate | None:
    options = []
    n = surname(text, place)
    if n:
        for length in (n + 2, n + 1):
            if place + length in starts and given_fits(text[place + n : place + length]):
                options.append(
                    Candidate(place, place + length, native(text, place, length, n, words[i : starts[place + length]]))
                )
    word, flag = words[i]
    if flag in ("nrt", "nrfg", "nr") and 2 <= len(word) <= 7 and not options and all(c in SOUNDS for c in word):
        options.append(Candidate(place, place + len(word), -1.6 + 0.2 * (flag == "nrt") + 0.2 * len(word)))
    if not options:
        return None
    weighed = [c._replace(weight=c.weight + around(text, c, titles)) for c in options]
    return max(weighed, key=lambda c: (c.weight, c.end))


def native(text: str, place: int, length: int, n: int, inside: list[tuple[str, str]]) -> float:
    """The name's own form."""
    name, given = text[place : place + length], text[place + n : place + length]
    weight = -2.2 + (0.7 if text[place] in COMMON or n == 2 else 0.0) + (0.9 if len(given) == 2 else 0.0)
    weight += 0.8 if in_names(given) else -0.8
    weight -= 1.0 * any(c in BOTH for c in given)
    if len(inside) == 1:
        flag = inside[0][1]
        weight += 1.2 if flag in ("nr", "nrfg") else -3.5
    elif len(inside) == 2 and len(inside[0][0]) == n and inside[1][1] in ("v", "d", "c", "p", "u", "r", "m", "q", "uj"):
        weight -= 0.8
    elif len(inside[0][0]) > n:
        weight -= 1.5  # the segmenter cuts elsewhere
    if name in WORDS or name[:2] in WORDS:
        weight -= 3
    return weight


def around(text: str, c: Candidate, titles: list[tuple[int, int]]) -> float:
    before, weight = text[max(0, c.start - 8) : c.start], 0.0
    if ROLE_BEFORE.search(before):
        weight += 2.0
    if AFTER.match(text, c.end):
        weight += 2.0
    elif NOT_AFTER.match(text, c.end):
        weight -= 2.2
    if re.match(r"[（(][A-Za-z. ]{3,}|[（(][0-9]{4}", text[c.end : c.end + 6]):
        weight += 1.0
    if any(a < c.start < b for a, b in titles) or re.search(r"(?i)vs\.?$|[“\"《]$", before):
        weight -= 1.5
    if not before or before[-1] in "，。：；、！？ （(\n":
        weight += 0.3
        if text[c.end : c.end + 1] in ("：", ":") and (not before or before[-1] in "。！？\n"):
            weight += 1.5  # who speaks, in a dialogue
    return weight


def lists(text: str, found: list[Candidate]) -> list[Candidate]:
    """Names come in company: `冯超然、吴子深和…`."""
    out = list(found)
    for i, (a, b) in enumerate(zip(found, found[1:], strict=False)):
        gap = text[a.end : b.start]
        if 0 < len(gap) <= 2 and gap.strip("、，和与及/ ") == "":
            if a.weight > 0.3:
                out[i + 1] = out[i + 1]._replace(weight=out[i + 1].weight + 0.9)
            if b.weight > 0.3:
                out[i] = out[i]._replace(weight=out[i].weight + 0.9)
    return out


def foreign(text: str) -> Iterator[Candidate]:
    """`买买提·阿凡提`: the dot joins the parts of a name, seldom of a place."""
    for match in FOREIGN.finditer(text):
        parts = re.split("[·•・‧]", match.group())
        sounds = sum(c in SOUNDS for part in parts for c in part) / sum(map(len, parts))
        known = ROLE_BEFORE.search(text[max(0, match.start() - 8) : match.start()]) or AFTER.match(text, match.end())
        if (sounds >= 0.8 or known) and not NOT_AFTER.match(text, match.end()):
            yield Candidate(match.start(), match.end(), 1.5)
