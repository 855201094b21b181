"""QUA002: the assistant speaks about itself, or declines, instead of answering."""

from __future__ import annotations

import re
from collections.abc import Sequence

from curate.quality import Hit

_LEAD = r"[\s\"'“「*#>]*(?:(?:hi|hello|hey|sure|thank you[^.!]{0,40}|thanks[^.!]{0,40}|good question|你好|您好|好的|谢谢[^。！]{0,12})[\s,.!，。！]*)?"
# Spoken to as "you", greeted, or asked about machines like itself, an assistant may well say that it is one.
_ABOUT_IT = re.compile(
    r"\b(?:you|your|yourself|chatbot|language model|chatgpt|gpt-\d)\b|(?<![a-z])ai(?![a-z])|[你您](?!好[，,。！!]?.{4})|界面|"
    r"\b(?:ты|тебя|тебе)\b|人工智能|语言模型|聊天机器人|机器人|^\W*(?:hi|hello|hey|嗨|早上好|晚上好)\W*$",
    re.IGNORECASE,
)
# Asking a service, and dressing a task up as a role, is not asking about the machine.
_MAY_YOU = re.compile(
    r"\b(?:can|could|would|will) you (?:(?:please|kindly|also|just|maybe) )*(?:give|tell|help|explain|write|describe|provide|show|create|make|list|find|"
    r"recommend|suggest|generate|summari[sz]e|translate|draft|compare|design|identify|name|share|teach|walk|elaborate|clarify|convert|rewrite|check|"
    r"calculate|solve|implement|add|get|send|do|order|book|place|fetch|search|buy|schedule|look up|reserve|track)\b|"
    r"\b(?:can|could|would|will) you [^.?!\n]{1,60} for me\b|"
    r"\b(?:how|what|who|where|which \w+) would you\b|\bhow could you (?:improve|make|use|solve|find|create|design)\b|\bif you\b|\bthank you\b|\bimagine you\b|"
    r"(?<!who )(?<!how )\byou (?:are|will|should|need|have been (?:asked|tasked|given|hired))\b|"
    r"\bpretend you\b|^\W*tell (?:me|us) what you would\b|^\W*(?:describe|write|tell (?:me|us)|share)\b[^.?!\n]{0,60}\b(?:in which|when|where) you\b|"
    r"^\W*(?:describe|write|tell (?:me|us)|share)\b[^.?!\n]{0,60}\byour (?:house|home|life|family|childhood|hometown|vacation|weekend|pet|parents)\b|"
    r"请你|请您|[你您](?:能|可以|可否|能否)(?:不能|不可以)?(?:帮|给|告诉|为|介绍|解释|写|推荐|想到)|帮你|给你|[你您](?:会|是)(?:如何|怎么|怎样|一)|"
    r"(?:如果|假如|假设|想象)[你您](?:是|会|有|把|在|能|可以|想要|发现|遇到|看到|成为|无法|正)|[你您](?:是否)?(?:应该|应当|必须)|[你您](?:只|还)需要?|谢谢[你您]的?",
    re.IGNORECASE,
)
_AS_A_MACHINE = re.compile(r"as an? (?:[\w ]{0,30})?(?:ai|artificial intelligence|language model)\b|作为", re.IGNORECASE)
# What only a machine would give as its reason, within so many characters behind the refusal.
_NO_BODY = re.compile(
    r"没有(?:情感|感情|感受|身体|个人)|\b(?:feelings|emotions|dreams|personal experiences?|physical (?:body|form))\b",
    re.IGNORECASE,
)
_NEAR = 120
# Who declines may offer, at length, what is left or what is like it; whether that is an answer the reader must see.
_OFFERS = re.compile(
    r"\b(?:but|however|that (?:being )?said|instead|nevertheless)\b[^.\n]{0,60}\b(?:here (?:is|are)|(?:i|you) (?:can|could|will|would)|as of|according)\b|"
    r"(?:但|不过|然而)[^。\n]{0,12}(?:可以|能够|会|是)|以下是",
    re.IGNORECASE,
)
_AT_LENGTH = 400
_BEGINS_AS_A_MACHINE = re.compile(rf"{_LEAD}(?:as an? |作为)", re.IGNORECASE)
# Whoever mends, turns or translates a sentence may end up with a polite refusal as the right answer.
_MENDS = re.compile(
    r"\brewrite|rephras|paraphras|reword|\btone\b|\b(?:in)?formal|\bcorrect the|proofread|translat|convert|\bsentence\b|改写|语气|改成|翻译|润色|修改",
    re.IGNORECASE,
)
# What is to be mended into a refusal says no by itself; a request that is only to be reworded does not.
_SAYS_NO = re.compile(
    r"n['’]t\b|\b(?:no|not|never|nothing|cannot|unable|sorry|unfortunately|regret|apolog\w*|refus\w*|declin\w*|reject\w*|afraid|rude|blunt)\b|"
    r"不|没|无|拒|抱歉|对不起|遗憾|别|勿",
    re.IGNORECASE,
)
_OF_ITSELF = "The answer begins with words of an assistant about itself"

# Who cannot come has written a note for somebody to send.
_CANNOT_COME = re.compile(
    r" ?(?:come|attend|make it|join|meet|go|be there|participate|travel|visit|accept)\b|参加|出席|赴约|前往", re.IGNORECASE
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
            if (
                found[0].strip()[:24].lower() in question.lower()
                or (_MENDS.search(question) and _SAYS_NO.search(question))
                or _CANNOT_COME.match(head, found.end())
            ):
                return None
            machine = _AS_A_MACHINE.search(found[0]) or _NO_BODY.search(head[: found.end() + _NEAR])
            if machine and _about_it(question):
                return None
            return Hit(_how(answer, found), found.span(), 0.95)
        found = self._about_itself.match(head)
        if found is None or _about_it(question):
            return None
        return Hit(_OF_ITSELF, found.span(), 0.9)


def _how(answer: str, found: re.Match[str]) -> str:
    """What is named must be so: who says what a machine has not got may answer all the same, and who declines may offer something all the same."""
    if _BEGINS_AS_A_MACHINE.match(found[0]):
        return _OF_ITSELF
    offers = len(answer) >= _AT_LENGTH and _OFFERS.search(answer, found.end(), found.end() + 300)
    return (
        "The answer begins by declining, and offers a part or something else"
        if offers
        else "The answer declines instead of answering"
    )


def _about_it(question: str) -> bool:
    return bool(_ABOUT_IT.search(_MAY_YOU.sub("", question)))
