"""For how many right answers a question leaves room, by its wording."""

from __future__ import annotations

import re
from functools import lru_cache

_KEPT = 4096
"""Questions whose wording is remembered: rows that ask the same are looked at one by one."""

_OPEN = re.compile(
    r"(?:^|[.!?:;,\n][ \t]*|\b(?:please|you|and|to|then|should) )(?:make (?:a |the )?)?list\b|"
    r"\b(?:write|compose|create|generate|suggest|brainstorm|recommend|invent|imagine|come up|make up|think of|design|draft|propose|describe|explain|rewrite|rephrase|"
    r"paraphrase|translate|summari[sz]e|edit|improve|reword|continue|complete|random(?:ly)?|pick|choose|examples?|instances?|synonyms?|antonyms?|another|alternative|"
    r"favou?rite|opinion|prefer|feel|tell me a|give me (?:a|an|some|one|two|three|four|five|\d+)|name (?:a|an|some|one|two|three|four|five|\d+)|ideas?|possible|"
    r"word that|a word|words that|rhym\w*|fill in|blank|(?:a|the) name for|estimates?|error margins?)\b|"
    r"(?<!given )(?<!this is )(?<!the )(?<!these )(?<!between )(?<!following )(?<!provided )(?<!with )\b(?:an?|one|some|two|three|four|five|six|ten|\d+|more|new|short|different|catchy|creative|suitable) (?:[\w-]+ ){0,3}(?:"
    r"titles?|headlines?|slogans?|captions?|tweets?|poems?|haikus?|story|stories|jokes?|sentences?|words?|adjectives?|mottos?|recipes?)\b|"
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
    r"\b(?:who|whom|whose|which|classif\w*|categor\w*|sentiment|label|detect|identify(?! (?:an?|any|some|several)\b)|determine|decide|what (?:is|was|are|were) the (?:name|capital|currency|author|"
    r"largest|smallest|highest|longest|first|last|chemical|symbol|language|colou?r|main|category|class|sentiment|topic|intent|status|type|priority|result|answer|output)|"
    r"what (?:colou?r|language|currency|country|city|type|kind|category|intent|status|priority|department|team))\b|"
    r"谁|哪|什么(?:颜色|语言|货币|国家|城市|类型|类别|类|意图|状态|部门|级别|名字|时候|地方|时间)|(?:首都|作者|货币|国花|全称|简称|类别|情感|意图|优先级|状态|分类|名称|名字)(?:是|为)|"
    r"(?:学名|化学式|分子式|符号|原名|本名|英文名|编号|代号|缩写)(?:是|为|叫)什么|(?:更|改)名为?什么|(?:最[大小高低长短早晚近远快慢重轻深多少先后新老]|第[一二三四五六七八九十\d]+[个颗位次座部首条任]?)的?[^，。]{1,12}(?:是|叫)什么|分类|归类|判断|识别|判定|属于|(?:叫|称为|称作|名为)什么|(?:是|吃|喜|选|用|在)\S{1,8}还是[^很，。？?]{1,12}[?？]?$",
    re.IGNORECASE,
)
# The sentence that asks; what is only told before it (`The man who played in ...`) asks for nothing.
_ASKING = re.compile(r"(?:^|[.:!?\n\"])[ \t]*((?:whom?|whose|which|what|when|where|how)\b[^.?!\n]*)", re.IGNORECASE)
_WH = re.compile(r"\b(?:whom?|whose|which|what|when|where|how)\b")
_WHO = re.compile(r"\b(?:whom?|whose|which|where)\b|谁|哪[^些]", re.IGNORECASE)
_DEGREES = re.compile(
    r"\b(?:types?|kinds?|sorts?|genres?|styles?|parts?|areas?|regions?|famil(?:y|ies)|fields?|branch|sector|industry|material|ingredients?|substance|period|sea|"
    r"approximate(?:ly)?|roughly)\b|材料|材质"
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
# What somebody should do, and what is good for something.
_ADVICE = re.compile(
    r"\b(?:should (?:i|we|you|one)|(?:is|are) (?:best|better|good)|best (?:for|to|suited))\b|适合|最适|应该", re.IGNORECASE
)
_SORTS = re.compile(r"\b(?:classif\w*|categor\w*|sentiment|labels?)\b|分类|归类|判断|判定|识别|类别|标签|情感", re.IGNORECASE)
# Several are asked for, of which each answer may name some, or a part that more than one person has played or sung.
_SEVERAL = re.compile(
    r"\b(?:who|which|what) (?:are|were)\b|\b(?:which|what|who are the) (?:two|three|four|five)\b|\bfirst and second\b|\b(?:which|what) \w+ and \w+\b|\b(?:and|or) (?:what|when|where|how|who|which)\b|"
    r"\bwho(?: \w+)? (?:sings?|sang|sung|singing|stars|starred|starring|played|voices|voiced|performs|performed|covered|recorded)\b|\bwhom? (?:do|does|did)\b|\bwho plays? (?:in|on)\b|\bthe cast\b|"
    r"又(?:被)?(?:叫|称)|也叫|别[名称]|哪些|哪几|哪[两二三四五]|有哪|分别|演唱(?!会)|饰演|扮演|主演|出演|演的|唱的|配音|翻唱|客串",
    re.IGNORECASE,
)
_TWO = re.compile(r"\b(?:which|what|identify|name|find|list) (?:the )?(?:two|three|four|five|six|ten|some|all)\b", re.IGNORECASE)
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
    r"\bwho is your\b|\bwho am i\b|^you are an? \w+\.|\bmy (?:order|account|name)\b|我应该|我该|我的(?:订单|账户|名字)|\b(?:who|what|how|where) (?:are|were) you\b|\byour (?:name|favou?rite|opinion|age|hobby|feelings?)\b|\b(?:do|did|would) you (?:like|think|feel|prefer|believe|want|love|enjoy|mind)\b|"
    r"\b(?:can|could|will|would) you (?!tell|say|explain|please|kindly)|\bhave you ever\b|\bare you (?:a|an|as|human|real|sure|happy|chatgpt|able)\b|你是|你叫|你多大|你的(?:名字|家乡|生日|年龄|父母|梦想|爱好|偶像|性别|职业|工作|朋友|心情)|"
    r"你(?:更|最|比较)?(?:喜欢|觉得|认为|想|爱|感到|会|擅长|希望|相信|害怕|属于|来自)|让你|您(?:是谁|觉得|认为)",
    re.IGNORECASE,
)


_DILEMMA = re.compile(r"\s*(?:you (?:are|and)|imagine|suppose)\b(?s:.*)\byou\b[^?]*\?\s*$", re.IGNORECASE)


@lru_cache(_KEPT)
def is_dilemma(question: str) -> bool:
    """A story that puts the one who is asked into it (`You are a doctor ... would you ...?`): yes and no are both answers."""
    return bool(_DILEMMA.match(question))


# A question for one thing, named by what it is (`what animal`, `what was his last name`, `the study of what?`), not for what somebody makes of it.
_WHAT = re.compile(
    r"\bwhat (?!(?:is|was|do|does|did|has|have|had|would|could|should|can|will|might|may|are|were|if|about|else|happens?|makes?|made|came|they|you|we|i|he|she|it|good|new|more|other)\b)"
    r"(?!\w+(?:ed|[^s]s)(?:\W*$| (?:the|an?|in|to|by|at|on|of|from|for|with|his|her|their|its|this|that|these|you|us|them|it|him)\b| (?-i:[A-Z])))[a-z]|"
    r"\bwhat (?:is|was) (?:the|(?:\w+ ){0,3}\w+['’]s?) \w|\bwhat['’]s the \w|\bwhat (?:did|does) (?-i:the |[A-Z]|[a-z]+(?:['’]s)? [A-Z])|\bwhat do (?:we|you|people) call\b|\bwhat (?:is|was) [^?]*\b(?:made (?:of|from)|called|known as|named)\W*$|\bof what\W*$|\w what\W*$",
    re.IGNORECASE,
)
_MATTER = re.compile(
    r"\b(?:reasons?|purpose|mean|points?|differences?|meaning|effects?|impact|advantages?|benefits?|role|function|goal|aims?|theme|moral|message|ways?|best(?! known)|better|good|important|main|"
    r"idea|significance|relationships?|tone|mood|feelings?|opinion|in common|outcome|method|strategy|information|advice|tips?|causes?|problems?|uses?|features?|quality|steps?|"
    r"solutions?|implications?|conclusions?|interpretation|attitude|action|thing|matter|opposite|plural|past tense|word for|words? means?|term|correct form|weather|forecast|plans?|plot|reply|response|next|hardest|biggest|challenges?|risks?|secret|key|word or phrase|kind of person)\b",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"\b(?:random(?:ly)?|favou?rite|opinion|prefer|estimates?|error margins?|possibl[ey]|suggest|recommend|could|might|would|should|good|best(?! known)|better|examples?|instances?|another (?:word|name|term|way)|"
    r"synonyms?|antonyms?|rhym\w*|slogan|caption|motto|you|your|an? [a-z]+ (?:word|name|title)|words? (?:that|which|to)|(?:a|another|which|one) word)\b|"
    r"建议|推荐|想象|随机|任意|举例|例子|举出|举一|另一|喜欢|都爱|看法|观点|觉得|值得|最(?:好|美|帅|厉害|有趣|漂亮|聪明|可爱|凶|伟大)(?!在)|给我|列出|列举|起名|取名|造句|填空|可能|会|你|写|编|续",
    re.IGNORECASE,
)
_WHICH = re.compile(r"\b(?:who|whom|whose|which)\b|谁|哪[^些]|何时|什么时候|第几", re.IGNORECASE)
_ONE_LINE = 300
"""Characters of a question that is nothing else."""
_QUOTED = re.compile(r"《[^《》]{1,40}》|「[^「」]{1,40}」|“[^“”]{1,40}”")
# An order to find what is there (`Identify the verb`), unless it is to find several or to do something with them.
_PICK = re.compile(
    r"(?:^|[.,:;\n][ \t]*|\b(?:and|to|you|please) )(?:identify|classify|categori[sz]e|determine|calculate|compute|detect|decide|deduce|spot|name|find(?: out)?|tell|give) (?:me )?"
    r"(?:the|this|these|that|whether|if|which|what|who|where|how|each|to which)\b",
    re.IGNORECASE,
)
_SOME = re.compile(
    r"\b(?:(?<!is an )(?<!not an )examples?|instances?|suggest\w*|recommend\w*|ideas?|ways?|reasons?|possible|random\w*|synonyms?|antonyms?|two|three|four|five|six|ten|several|some|your|list|summar\w+|"
    r"main (?:idea|theme|point|argument|message|character)\w*|themes?|tone|mood|emotions?|feelings?|stakeholders?|audience|fallac\w+|errors?|mistakes?|bugs?|correct form|good|great|best|and (?:make|correct|rewrite|explain|describe|edit|write|create|generate|provide)|correct(?:ions?| it| them)|"
    r"write|create|generate|rewrite|edit|translate|explain|describe|title|another|similar)\b",
    re.IGNORECASE,
)
_TASK = 400
"""Characters of an order with what it is about."""


@lru_cache(_KEPT)
def picks_out(question: str) -> bool:
    return len(question) <= _TASK and bool(_PICK.search(question)) and not _SOME.search(question)


# The answer is one of the things that the question names, so its words are the answer.
_CHOOSES = re.compile(
    r"\bor\b|\b(?:of|in) (?:these|the (?:following|sentence|list))\b|\bodd one\b|: *\w+(?:[, ]+\w+)*\W*$|还是|或|、|和.{1,10}[哪谁]|[下以][列面]",
    re.IGNORECASE,
)


@lru_cache(_KEPT)
def chooses(question: str) -> bool:
    return bool(_CHOOSES.search(question[:_TASK]))


@lru_cache(_KEPT)
def is_plain(question: str) -> bool:
    """A question on one line and nothing else; not one to put something into classes."""
    asked = question.strip()
    return len(asked) <= _ONE_LINE and "\n" not in asked and "\\n" not in asked and not _SORTS.search(asked)


@lru_cache(_KEPT)
def _is_definite(question: str) -> bool:
    """Asks in English, on one line or of what stands under it, for one thing that is the case, with `what` and the kind of thing it is."""
    asked = question.strip()
    one = is_plain(asked) or (len(asked) <= _TASK and "?" in asked.split("\n", 1)[0])
    if not one or not _WHAT.search(asked) or asked == asked.lower():
        return False
    return not (_FREE.search(asked) or _MATTER.search(asked) or asks_several(asked))


@lru_cache(_KEPT)
def is_open(question: str) -> bool:
    """Asks for one of many good answers: two different ones are no conflict."""
    asked = _QUOTED.sub("", question[:400])
    # `How many problems did she complete?` counts, whatever was made.
    made = _OPEN.search(asked) and (not _COUNTS.search(asked) or _ANY.search(asked))
    if not made and not (_MAKES.search(asked) and not _WHO_ZH.search(asked)):
        return False
    return not (_is_definite(question) or _asks_which(question) or picks_out(question))


@lru_cache(_KEPT)
def is_closed(question: str) -> bool:
    """Asks for one name or class. Not for a place (`where`) or an occasion: a town, its country and the hall in it are all right."""
    asked = question[:400]
    closed = _CLOSED.search(asked) and not is_open(question)
    if not (closed or picks_out(question) or _is_definite(question)):
        return False
    judged = _ADVICE.search(asked) or (_PICK.search(asked) and _SOME.search(asked) and not _SORTS.search(asked))
    return not judged and (_is_definite(question) or not asks_several(question))


@lru_cache(_KEPT)
def asks_several(question: str) -> bool:
    return bool(_SEVERAL.search(_asking(question)) or _TWO.search(question[:400]))


@lru_cache(_KEPT)
def _asks_which(question: str) -> bool:
    """`Which novel ...?` on one line, with `who` or `which`, is closed whatever else it speaks of."""
    asked = question.strip()
    put = asked.endswith(("?", "？")) and not (asked.isascii() and asked == asked.lower())
    if not (put and _WHICH.search(asked) and is_plain(asked)):
        return False
    return not (_FREE.search(asked) or _OPEN.match(asked))  # `Describe who ...`


@lru_cache(_KEPT)
def recurs(question: str) -> bool:
    """What happens again and again, without saying which time: each has a date and a winner of its own."""
    asked = _asking(question)
    return bool(_NOW.search(asked)) or (bool(_WON.search(asked)) and not _WHICH_TIME.search(asked))


def _asking(question: str) -> str:
    asked = question[:400]
    return " ".join(_ASKING.findall(asked)) if asked.isascii() else asked


@lru_cache(_KEPT)
def asks(question: str) -> bool:
    """Puts a question at all, with a word for what is not known or with its mark at the end, and not for reasons or ways."""
    asked = question[:400]
    put = _ASKING.search(asked) or _ASKING_ZH.search(asked) or asked.rstrip().endswith(("?", "？"))
    return bool(put) and not _WHY.search(asked)


@lru_cache(_KEPT)
def asks_who(question: str) -> bool:
    """For a person, a place or one of a kind, which a sentence would have to name."""
    return bool(_WHO.search(question[:400])) or is_closed(question)


@lru_cache(_KEPT)
def is_loose(question: str) -> bool:
    """Typed as into a search engine: words without one capital letter, and not for a class."""
    asked = question[:400]
    plain = asked.isascii() and asked == asked.lower() and not asks_for_class(asked)
    return plain and (bool(_WH.search(asked)) or asked.rstrip().endswith("?"))


@lru_cache(_KEPT)
def is_vague(question: str) -> bool:
    """For a kind, a part or a region, which may be given in more or less detail, or for about so much. A text to be classified has a line of its own."""
    return "\n" not in question and bool(_DEGREES.search(question[:400]))


@lru_cache(_KEPT)
def asks_for_class(question: str) -> bool:
    return bool(_CLASS.search(question[:400]))


@lru_cache(_KEPT)
def is_personal(question: str) -> bool:
    """Put to the assistant itself, whose yes or no is a matter of taste. What is asked stands first or, after a story, last."""
    return bool(_TO_YOU.search(question[:200]) or _TO_YOU.search(question[200:][-200:]))
