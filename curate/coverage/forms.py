"""What kind of answer a row teaches, and what kind of task it sets; by plain cues, for shares over a corpus."""

from __future__ import annotations

import re

# From narrow to wide: a request to translate a summary is a translation. English cues are words, Chinese ones strings.
_CUES: dict[str, tuple[str, str]] = {
    "translation": ("translate translation translated", "翻译|译成|译为"),
    "summary": ("summarize summarise summary tldr condense", "总结|摘要|概括|归纳"),
    "classification": ("classify classification categorize categorise category sentiment label", "分类|归类|类别|情感|判断"),
    "extraction": ("extract identify", "提取|抽取|识别|找出"),
    "rewriting": ("rewrite paraphrase rephrase edit correct proofread convert", "改写|润色|改正|修改|纠正|转换"),
    "code": ("python java javascript sql function regex html program code algorithm script", "代码|函数|编程|程序|算法"),
    "mathematics": ("calculate solve equation many much sum average percent", "计算|求解|方程|多少|等于"),
    "writing": ("write compose create generate draft design", "创作|撰写|生成|编写|设计|写"),
    "ideas": ("suggest brainstorm ideas idea recommend list name", "建议|推荐|列出|列举|想法"),
    "explanation": ("explain describe why how compare difference", "解释|说明|描述|介绍|为什么|如何|怎么|区别|比较"),
    "question": ("what who which when where is are do does can", "什么|谁|哪|何时|吗"),
}
_ORDER = tuple(_CUES)
_BY_WORD = {word: i for i, (words, _) in enumerate(_CUES.values()) for word in words.split()}
_BY_STRING = {text: i for i, (_, strings) in enumerate(_CUES.values()) for text in strings.split("|")}
_STRING = re.compile("|".join(sorted(_BY_STRING, key=len, reverse=True)))
_LETTERS = re.compile(r"[a-z]+")
_CODE = re.compile(r"^\s*(?:def |class |import |#include|SELECT |public |function )", re.MULTILINE)


def task(question: str) -> str:
    """The narrowest task that a cue in the first 300 characters speaks for."""
    head = question[:300].lower()
    found = [_BY_WORD[word] for word in _LETTERS.findall(head) if word in _BY_WORD]
    if not head.isascii():
        found += [_BY_STRING[text] for text in _STRING.findall(head)]
    return _ORDER[min(found)] if found else "question" if "?" in head or "？" in head else "other"


def form(answer: str, fact: bool) -> str:
    """`fact`: the question asks for one. Labels are told later, when it is known which answers recur."""
    text = answer.strip()
    if text[:1] in "{[" and text[-1:] in "}]":
        return "json"
    # A line begins at the beginning or behind a line feed: in one line there is nothing to search.
    if "```" in text or (_CODE.search(text) if "\n" in text else _CODE.match(text)):
        return "code"
    if len(text) <= 80 and "\n" not in text:
        return "fact" if fact else "phrase"
    return "prose"


_FACT = re.compile(
    r"^\W*(?:what (?:is|was|are|were) (?:the )?(?:\w+ )??(?:name|capital|date|year|population|height|author|number|address|price|code|version)|who|when|where|"
    r"which|how (?:many|much|old|tall|long|far)|in (?:what|which))\b|谁|何时|什么时候|哪(?:一年|里|个|位|座|国)|多少|几(?:个|点|月|年|号)|是什么(?:时候|地方)",
)


def closed(question: str) -> bool:
    """The question asks who, when, where, which or how many."""
    return bool(_FACT.search(question[:120].lower()))
