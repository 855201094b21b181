"""What kind of answer a row teaches, and what kind of task it sets; by plain cues, for shares over a corpus."""

from __future__ import annotations

import re

_TASKS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("translation", r"\btranslat|翻译|译成|译为"),
        ("summary", r"\bsummar|\btl;?dr|\bcondense|总结|摘要|概括|归纳"),
        (
            "classification",
            r"\bclassif|\bcategori|\bsentiment|\blabel\b|\bwhich (?:type|category|class)|分类|归类|类别|情感|判断",
        ),
        ("extraction", r"\bextract|\bidentify|\bfind (?:all|the)|\blist (?:all )?the .* in\b|提取|抽取|识别|找出"),
        ("rewriting", r"\brewrite|\bparaphras|\brephras|\bedit\b|\bcorrect|\bproofread|\bconvert|改写|润色|改正|修改|纠正|转换"),
        (
            "code",
            r"```|\bpython|\bjava(?:script)?\b|\bsql\b|\bfunction\b|\bregex|\bhtml|\bprogram\b|\bcode\b|代码|函数|编程|程序",
        ),
        ("mathematics", r"\bcalculat|\bsolve|\bequation|\bhow (?:many|much)\b|\bsum of|\baverage|计算|求解|方程|多少|等于"),
        ("writing", r"\bwrite|\bcompose|\bcreate|\bgenerate|\bdraft|\bdesign|写|创作|撰写|生成|编写|设计"),
        (
            "ideas",
            r"\bsuggest|\bbrainstorm|\bideas?\b|\brecommend|\bname (?:a|an|some|two|three|four|five)\b|建议|推荐|列出|列举|想法",
        ),
        (
            "explanation",
            r"\bexplain|\bdescribe|\bwhy\b|\bhow (?:do|does|to|can|is|are)\b|\bcompare|\bdifference|解释|说明|描述|介绍|为什么|如何|怎么|区别|比较",
        ),
        ("question", r"\b(?:what|who|which|when|where)\b|[?？]|什么|谁|哪|何时|吗"),
    )
)
_CODE = re.compile(r"```|^\s*(?:def |class |import |#include|SELECT |public |function )", re.MULTILINE)


def task(question: str) -> str:
    """The first cue that fits, in an order from narrow to wide."""
    head = question[:300]
    return next((name for name, cue in _TASKS if cue.search(head)), "other")


def form(answer: str, frequent: bool, closed: bool) -> str:
    """`frequent`: the answer is one of few that recur; `closed`: the question asks for one fact."""
    text = answer.strip()
    if text[:1] in "{[" and text[-1:] in "}]":
        return "json"
    if frequent:
        return "label"
    if _CODE.search(text):
        return "code"
    if len(text) <= 80 and "\n" not in text:
        return "fact" if closed else "phrase"
    return "prose"


_FACT = re.compile(
    r"^\W*(?:what (?:is|was|are|were) (?:the )?(?:name|capital|date|year|population|height|author|number|address|price|code|version)|who|when|where|"
    r"which|how (?:many|much|old|tall|long|far)|in (?:what|which))\b|谁|何时|什么时候|哪(?:一年|里|个|位|座|国)|多少|几(?:个|点|月|年|号)|是什么(?:时候|地方)",
    re.IGNORECASE,
)


def closed(question: str) -> bool:
    """The question asks who, when, where, which or how many."""
    return bool(_FACT.search(question[:200]))
