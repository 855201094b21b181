"""QUA002: the assistant speaks about itself, or declines, instead of answering."""

from __future__ import annotations

import re
from collections.abc import Sequence

from curate.quality import Hit

_LEAD = r"[\s\"'“「*#>]*(?:(?:hi|hello|hey|sure|thank you[^.!]{0,40}|thanks[^.!]{0,40}|good question|你好|您好|好的|谢谢[^。！]{0,12})[\s,.!，。！]*)?"
_ABOUT_IT = re.compile(
    r"\b(?:are you|you are|yourself|about you|who \w+ you|(?:based|built|trained) (?:on|by)|(?:what|which) \w+ you|your (?:name|creator|training|developers?|company)|"
    r"(?:as an ai|chatbot|language model|chatgpt|gpt-\d))\b|你是|您是|你叫|你的(?:名字|身份|开发|背景|来历)|(?:介绍|说说|谈谈)(?:一下)?(?:你|您|自己)|谁(?:开发|创造|训练|发明)|"
    r"人工智能|语言模型|聊天机器人|机器人|(?<![a-z])ai(?![a-z])",
    re.IGNORECASE,
)


class Refusals:
    """The phrases of the rule, compiled once."""

    def __init__(self, boilerplate: Sequence[str], refusal: Sequence[str]) -> None:
        self._about_itself = re.compile(f"{_LEAD}(?:{'|'.join(boilerplate)})", re.IGNORECASE)
        self._declines = re.compile(f"{_LEAD}(?:{'|'.join(refusal)})", re.IGNORECASE)

    def look(self, answer: str, question: str) -> Hit | None:
        head = answer[:400]
        if found := self._declines.match(head):
            # The task may be to translate, mend or classify just such a sentence.
            if found[0].strip()[:24].lower() in question.lower():
                return None
            return Hit("The answer declines instead of answering", found.span(), 0.95)
        found = self._about_itself.match(head)
        # Asked about itself, an assistant may well say that it is one.
        if found is None or _ABOUT_IT.search(question):
            return None
        return Hit("The answer begins with words of an assistant about itself", found.span(), 0.9)
