"""When two questions are the same one, and whether a question has one right answer."""

from __future__ import annotations

import re

from curate.labels.numbers import NUMBER_WORDS, english_number, folded, han_number

# Words that a question may have or lack without asking anything else. No number, name, negation or content word is here.
_POLITE = frozenset(
    [
        "please",
        "pls",
        "kindly",
        "hi",
        "hello",
        "hey",
        "thanks",
        "thank",
        "exactly",
        "just",
        "the",
        "a",
        "an",
        "tell",
        "me",
        "question",
        "q",
        "answer",
        "following",
        "so",
        "well",
        "ok",
        "okay",
        "请",
    ]
)
_POLITE_START = re.compile(
    r"^(?:\W*(?:(?:could|can|would|will) you (?:please |kindly )?(?:tell me|say|let me know|explain to me)?|(?:do you know|can i ask|may i ask|let me know|"
    r"i(?: would|'d)? (?:want|like|need) to know|i wonder|i was wondering)))",
)
_POLITE_ZH = re.compile(
    r"请问一下|请问|请教|请您|请你|请|麻烦您?|劳驾|帮我|帮忙|一下子?|告诉我|我想知道|你知道|您知道|知道|你好|您好|谢谢|问题|[吗呢吧啊呀么嘛的了]"
)
_FULL = {"what's": "what is", "who's": "who is", "where's": "where is", "isn't": "is not", "aren't": "are not", "don't": "do not",
         "doesn't": "does not", "can't": "can not", "cannot": "can not", "it's": "it is", "when's": "when is"}  # fmt: skip
_SHORT = re.compile("|".join(_FULL))
_LONG = 2000
"""Characters; nobody asks the same in other words at that length."""
# Punctuation says nothing here; operators, currency and the like do.
_SPLIT = re.compile(r"[^\w+\-*/=<>^%$€¥°×÷±√≥≤≠&|#@~'.]+|(?<!\d)[.'-]+|[.'-]+(?!\w)")
_HAN_NUMBER = re.compile(r"[〇零一二两三四五六七八九十百千万亿]+(?:点[〇零一二三四五六七八九]+)?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")


def skeleton(question: str) -> str:
    """What is asked, in order: number words as figures, politeness and punctuation gone. Equal skeletons ask the same."""
    text = folded(question).casefold()
    if len(text) > _LONG:
        return " ".join(text.split())
    if "'" in text or "’" in text or "cannot" in text:
        text = _SHORT.sub(lambda m: _FULL[m[0]], text.replace("’", "'"))
    if not text.isascii():
        text = _HAN_NUMBER.sub(_figures, _POLITE_ZH.sub(" ", text))
    if "," in text:
        text = _THOUSANDS.sub("", text)
    words = [w for w in _SPLIT.split(_POLITE_START.sub("", text)) if w and w not in _POLITE]
    if "-" in text or not NUMBER_WORDS.isdisjoint(words):
        words = _word_numbers(words)
    # Spaces mean nothing between Chinese characters, and a gap is left where a polite word stood.
    return " ".join(words) if text.isascii() else "".join(words)


def _figures(match: re.Match[str]) -> str:
    value = han_number(match[0])
    return match[0] if value is None else str(value)


def _word_numbers(words: list[str]) -> list[str]:
    """`two hundred and five apples` as `205 apples`."""
    found: list[str] = []
    run: list[str] = []
    for word in [*words, ""]:
        pieces = word.split("-") if "-" in word else [word]
        if NUMBER_WORDS.issuperset(pieces) or (word == "and" and run and run[-1] in ("hundred", "thousand")):
            run += pieces
            continue
        if run:
            found += _as_number(run)
            run = []
        found.append(word)
    return found[:-1]


def _as_number(run: list[str]) -> list[str]:
    tail = ["and"] if run[-1] == "and" else []
    try:
        return [str(english_number(" ".join(run[: len(run) - len(tail)]))), *tail]
    except ValueError:
        return run


_OPEN = re.compile(
    r"\b(?:write|compose|create|generate|suggest|brainstorm|recommend|invent|imagine|come up|make up|think of|design|draft|propose|describe|explain|rewrite|rephrase|"
    r"paraphrase|translate|summari[sz]e|edit|improve|reword|continue|complete|random(?:ly)?|pick|choose|examples?|instances?|synonyms?|antonyms?|another|alternative|"
    r"favou?rite|opinion|prefer|feel|tell me a|give me (?:a|an|some|one|two|three|four|five|\d+)|name (?:a|an|some|one|two|three|four|five|\d+)|list|ideas?|possible|"
    r"title|headline|slogan|caption|tweet|poem|haiku|story|joke|sentence|word that|a word|words|rhym|adjective|fill in|blank|motto|recipe|(?:a|the) name for|estimates?|error margins?)\b|"
    r"建议|推荐|想象|随机|任意|举例|例子|举出|举一|同义词|近义词|反义词|另一|"
    r"最喜欢|看法|观点|觉得|值得|最(?:好|美|帅|厉害|有趣|漂亮|聪明|可爱|凶|伟大)(?!在)|都(?:喜欢|爱)|一定会|讲一?个|给我|给出一?[个些]|列出|列举|起名|取名|标题|口号|诗|故事(?!片)|笑话|造句|填空|可能|(?<![哪第])一个(?!人|月|小时|多少)",
    re.IGNORECASE,
)
# Orders to make something, unless somebody is asked for who made it (`由谁创作`).
_MAKES = re.compile("写|创作|生成|编|设计|起草|描述|解释|翻译|译成|总结|概括|润色|补全|挑")
_COUNTS = re.compile(r"\bhow (?:many|much|long|far|old|tall|fast|heavy)\b", re.IGNORECASE)
_ANY = re.compile(
    r"\b(?:random(?:ly)?|favou?rite|opinion|prefer|estimates?|error margins?|possible|suggest|recommend)\b", re.IGNORECASE
)
_WHO_ZH = re.compile("谁|[哪何](?:一?[位个本部首家届年种国人]|些人)|(?:叫|称为|称作|名为)什么")
_CLOSED = re.compile(
    r"\b(?:who|whom|whose|which|classif\w*|categor\w*|sentiment|label|detect|identify|determine|decide|what (?:is|was|are|were) the (?:name|capital|currency|author|"
    r"largest|smallest|highest|longest|first|last|chemical|symbol|language|colou?r|main|category|class|sentiment|topic|intent|status|type|priority|result|answer|output)|"
    r"what (?:colou?r|language|currency|country|city|type|kind|category|intent|status|priority|department|team))\b|"
    r"谁|哪|什么(?:颜色|语言|货币|国家|城市|类型|类别|类|意图|状态|部门|级别|名字|时候|地方|时间)|(?:首都|作者|货币|国花|全称|简称|类别|情感|意图|优先级|状态|分类|名称|名字)(?:是|为)|分类|归类|判断|识别|判定|属于|(?:叫|称为|称作|名为)什么|(?:是|吃|喜|选|用|在)\\S{1,8}还是[^很，。？?]{1,12}[?？]?$",
    re.IGNORECASE,
)
# The sentence that asks; what is only told before it (`The man who played in ...`) asks for nothing.
_ASKING = re.compile(r"(?:^|[.:!?\n\"])\s*((?:whom?|whose|which|what|when|where|how)\b[^.?!\n]*)", re.IGNORECASE)
_WH = re.compile(r"\b(?:whom?|whose|which|what|when|where|how)\b")
_WHO = re.compile(r"\b(?:whom?|whose|which|where)\b|谁|哪[^些]", re.IGNORECASE)
_DEGREES = re.compile(
    r"\b(?:types?|kinds?|sorts?|parts?|areas?|regions?|famil(?:y|ies)|fields?|branch|sector|industry|material|ingredients?|substance|period|sea|"
    r"approximate(?:ly)?|roughly)\b",
    re.IGNORECASE,
)
_ASKING_ZH = re.compile(r"谁|哪|什么|何|几|多少")
_WHY = re.compile(
    r"\bwhy\b|\bhow (?:do|does|did|can|could|should|would|to)\b|为什么|为何|为啥|怎么|怎样|如何|有什么|意味着什么", re.IGNORECASE
)
# A class among few, or what each thing has one of: even a hasty question for these has one answer, and labels are alike in spelling.
_CLASS = re.compile(
    r"\b(?:classif\w*|categor\w*|sentiment|label|class|intent|topic|status|priority|department|capital|currency|symbol)\b|"
    r"分类|归类|判断|判定|识别|类别|标签|意图|情感|状态|优先级|部门",
    re.IGNORECASE,
)
# Several are asked for, of which each answer may name some, or a part that more than one person has played or sung.
_SEVERAL = re.compile(
    r"\b(?:who|which|what) (?:are|were)\b|\b(?:which|what|who are the) (?:two|three|four|five)\b|\bfirst and second\b|\b(?:which|what) \w+ and \w+\b|\b(?:and|or) (?:what|when|where|how|who|which)\b|"
    r"\bwho(?: \w+)? (?:sings?|sang|sung|singing|stars|starred|starring|played|voices|voiced|performs|performed|covered|recorded)\b|\bwhom? (?:do|does|did)\b|\bwho plays? (?:in|on)\b|\bthe cast\b|"
    r"哪些|哪几|哪[两二三四五]|有哪|分别|演唱(?!会)|饰演|扮演|主演|出演|演的|唱的|配音|翻唱|客串",
    re.IGNORECASE,
)
# What is won every year has a winner for each, unless the year is named.
_WON = re.compile(
    r"\bwho(?: has| have)? (?:wins?|won|hosts?|hosted)\b|\bwhen (?:did|does|has|have)\b.*\b(?:win|won|play|played|beat|lose|lost|host)\b|冠军|得主|获得者|获胜者?|夺冠",
    re.IGNORECASE,
)
_WHICH_TIME = re.compile(r"\d|\b(?:first|last|second|third|\w+th|most|only|battle|war)\b|[第首届年最战唯]", re.IGNORECASE)
# Who holds an office today and when the next part comes depend on the day of the question.
_NOW = re.compile(
    r"\b(?:right now|current(?:ly)?|this (?:season|year|week|month)|next|latest|upcoming)\b|目前|现任|今年|最新|下一[届期集次]",
    re.IGNORECASE,
)
_TO_YOU = re.compile(
    r"\b(?:who|what|how|where) (?:are|were) you\b|\byour (?:name|favou?rite|opinion|age|hobby|feelings?)\b|\b(?:do|did|would) you (?:like|think|feel|prefer|believe|want|love|enjoy|mind)\b|"
    r"\b(?:can|could|will|would) you (?!tell|say|explain|please|kindly)|\bhave you ever\b|\bare you (?:a|an|as|human|real|sure|happy|chatgpt|able)\b|你是|你叫|你多大|你的(?:名字|家乡|生日|年龄|父母|梦想|爱好|偶像|性别|职业|工作|朋友|心情)|"
    r"你(?:更|最|比较)?(?:喜欢|觉得|认为|想|爱|感到|会|擅长|希望|相信|害怕|属于|来自)|让你|您(?:是谁|觉得|认为)",
    re.IGNORECASE,
)


_DILEMMA = re.compile(r"\s*(?:you (?:are|and)|imagine|suppose)\b(?s:.*)\byou\b[^?]*\?\s*$", re.IGNORECASE)


def is_dilemma(question: str) -> bool:
    """A story that puts the one who is asked into it (`You are a doctor ... would you ...?`): yes and no are both answers."""
    return bool(_DILEMMA.match(question))


def is_open(question: str) -> bool:
    """Asks for one of many good answers: two different ones are no conflict."""
    asked = question[:400]
    # `How many problems did she complete?` counts, whatever was made.
    if _OPEN.search(asked) and (not _COUNTS.search(asked) or _ANY.search(asked)):
        return True
    return bool(_MAKES.search(asked)) and not _WHO_ZH.search(asked)


def is_closed(question: str) -> bool:
    """Asks for one name or class. Not for a place (`where`) or an occasion: a town, its country and the hall in it are all right."""
    return bool(_CLOSED.search(question[:400])) and not _SEVERAL.search(_asking(question)) and not is_open(question)


def recurs(question: str) -> bool:
    """What happens again and again, without saying which time: each has a date and a winner of its own."""
    asked = _asking(question)
    return bool(_NOW.search(asked)) or (bool(_WON.search(asked)) and not _WHICH_TIME.search(asked))


def _asking(question: str) -> str:
    asked = question[:400]
    return " ".join(_ASKING.findall(asked)) if asked.isascii() else asked


def asks(question: str) -> bool:
    """Puts a question at all, with a word for what is not known or with its mark at the end, and not for reasons or ways."""
    asked = question[:400]
    put = _ASKING.search(asked) or _ASKING_ZH.search(asked) or asked.rstrip().endswith(("?", "？"))
    return bool(put) and not _WHY.search(asked)


def asks_who(question: str) -> bool:
    """For a person, a place or one of a kind, which a sentence would have to name."""
    return bool(_WHO.search(question[:400])) or is_closed(question)


def is_loose(question: str) -> bool:
    """Typed as into a search engine: words without one capital letter, and not for a class."""
    asked = question[:400]
    plain = asked.isascii() and asked == asked.lower() and not asks_for_class(asked)
    return plain and (bool(_WH.search(asked)) or asked.rstrip().endswith("?"))


def is_vague(question: str) -> bool:
    """For a kind, a part or a region, which may be given in more or less detail, or for about so much. A text to be classified has a line of its own."""
    return "\n" not in question and bool(_DEGREES.search(question[:400]))


def asks_for_class(question: str) -> bool:
    return bool(_CLASS.search(question[:400]))


def is_personal(question: str) -> bool:
    """Put to the assistant itself, whose yes or no is a matter of taste. What is asked stands first or, after a story, last."""
    return bool(_TO_YOU.search(question[:200]) or _TO_YOU.search(question[200:][-200:]))
