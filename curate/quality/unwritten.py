"""QUA006: answers that are nothing but the mark of a field nobody filled in."""

from __future__ import annotations

import re

from curate.quality import Hit

_LONGEST = 24
# Whoever labels writes these where the answer was to come.
_TO_DO = re.compile(
    r"(?i:todo|fixme|to be (?:added|written|filled(?: in)?)|(?:your |insert )?(?:answer|response|output) (?:here|goes here))|"
    r"待补充|待填写|待完善|待添加|待撰写|此处填写"
)
# What has a date or a holder yet to be announced is truly answered so.
_TO_COME = re.compile(r"(?i:tbd|tba)|待定")
_ASKS_FOR_IT = re.compile(r"\b(?:when|who|where|dates?|releases?)\b|谁|何时|什么时候|哪", re.IGNORECASE)
# What a table or a program writes where there is no value. `None`, `no`, `0` and 无 are answers, so they are not here.
_NO_VALUE = re.compile(r"(?i:n/a|#n/a|null|<null>|nan|undefined)|暂无(?:答案|回答|数据|内容)?|[-–—_.…?？]+")
# A task with a fixed form may have nothing to fill in; so may a program, and a question about signs.
_MAY_BE_EMPTY = re.compile(
    r"\bn/?a\b|\bnull\b|\bnan\b|\bundefined\b|\bnone\b|\bempty\b|\bblank|\bif (?:not|no|there|it|none|any|you|the)\b|\botherwise\b|"
    r"\bextract|\bidentif|\bclassif|\bcategor|\blabel|\bfields?\b|\bvalues?\b|\bdetect|\bfind\b|\blist\b|\bjson\b|\bcolumns?\b|\btables?\b|\bmissing|\bquestionnaire|\bsurvey|\bform\b|\bchecklist|"
    r"\bcode|\bprogram|\bfunction|\bscript|\breturns?\b|\boutput|\bprint|\bpython|javascript|\bjava\b|\bsql\b|\bexpression|\bsymbol|\bsign\b|\boperator|"
    r"punctuat|\bdash|\bhyphen|\bmorse|\bcharacter|\bemoji|\bfill|\bcomplete\b|\bcontinue\b|\bacronym|\babbrevi|\bstands? for\b|\bmeans?\b|"
    r"如果|若|否则|没有|无|空|提取|抽取|识别|分类|标签|字段|检测|找出|列出|表格|代码|程序|函数|返回|输出|打印|符号|标点|运算|字符|填|补全|续写|缩写|表情|问卷|省略号|破折号|是否",
    re.IGNORECASE,
)
_WRAPPED = " \t\r\n[](){}<>【】（）「」《》\"'“”‘’*`。!！,，:：;；"


def unwritten(text: str, question: str) -> Hit | None:
    """The whole answer is such a mark, and the question does not speak of it."""
    if len(text) > _LONGEST or not question.strip():
        return None
    mark = text.strip(_WRAPPED)
    if not mark or mark.casefold() in question.casefold():
        return None
    to_come = _TO_COME.fullmatch(mark) and not _ASKS_FOR_IT.search(question)
    if _TO_DO.fullmatch(mark) or to_come or (_NO_VALUE.fullmatch(mark) and not _MAY_BE_EMPTY.search(question)):
        return Hit("The answer was never written: it is the mark of an empty field", (0, len(text)), 0.9)
    return None
