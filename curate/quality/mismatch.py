"""QUA005: the answer is in another language than the one asked for."""

from __future__ import annotations

import re

from curate.language import language, share
from curate.quality import Hit, looks_like_code, without_code
from curate.quality.repetition import mojibake

_NAMES = {
    "zh": r"chinese|mandarin|中文|汉语|普通话|华语|简体|繁体",
    "en": r"english|英文|英语",
    "ja": r"japanese|日文|日语|日本語",
    "ko": r"korean|韩文|韩语|한국어",
    "fr": r"french|法文|法语|français", "de": r"german|德文|德语|deutsch", "es": r"spanish|西班牙文|西班牙语|español",
    "ru": r"russian|俄文|俄语", "it": r"italian|意大利语", "pt": r"portuguese|葡萄牙语", "ar": r"arabic|阿拉伯语",
}  # fmt: skip
_ANY_NAME = re.compile("|".join(_NAMES.values()), re.IGNORECASE)
_OTHER = re.compile(
    r"translat|翻译|例句|造句|译成|译为|\blanguage|语言|双语|bilingual|\bword|\bphrase|\bsentence|\bspell|单词|词汇|词语|句子|短语|成语|谚语|口语|作文|"
    r"latin|hindi|dutch|swedish|greek|turkish|vietnamese|thai|外语|外文|拼音|pinyin|code|function|program|script|regex|sql|python|java|html|"
    r"代码|程序|函数|编程|脚本|命令|公式|标题|名字|名称|缩写|歌词|电影|歌|诗|poem|haiku|title|name",
    re.IGNORECASE,
)
_REPLY_IN = re.compile(
    r"(?:answer|reply|respond|write (?:it|this|your (?:answer|reply|response)))(?: \w+){0,3} in (?P<en>english|chinese|mandarin)\b|"
    r"(?:请)?(?:用|以)(?P<zh>中文|汉语|英文|英语)(?:来)?(?:回答|回复|作答|答复)",
    re.IGNORECASE,
)


def other_language(answer: str, question: str, conversation: str, minimum: int) -> Hit | None:
    """`question` is the last turn, `conversation` all that was asked. `minimum` is how many letters (a Han character counts as 2.5) the answer must have to be judged."""
    if len(answer) < minimum / 3 or len(question) < 4:
        return None
    # The usual case costs one scan: both texts plain ASCII, or both with Chinese at the start.
    if answer.isascii() and conversation.isascii() and "hinese" not in question:
        return None
    prose = without_code(answer)
    # Chinese read with a Latin table is no language at all; QUA003 says so.
    if mojibake(prose):
        return None
    said = language(prose)
    asked = _explicit(question)
    if asked and said in ("en", "zh") and said != asked and share(prose, said) > 0.9 and _long(prose, said, minimum):
        return Hit(f"The answer is in {said}, though {asked} is asked for", (0, len(answer)), 0.95)
    spoken = language(question)
    if not said or not spoken or said == spoken or {said, spoken} <= {"zh", "ja"} or language(conversation) != spoken:
        return None
    if share(prose, said) < 0.9 or share(conversation, spoken) < 0.8 or not _long(prose, said, minimum):
        return None
    if _OTHER.search(conversation) or _ANY_NAME.search(conversation + answer[:60]) or looks_like_code(answer):
        return None
    return Hit(f"The question is in {spoken} and the answer in {said}", (0, len(answer)), 0.9)


def _explicit(question: str) -> str:
    found = _REPLY_IN.search(question)
    if found is None:
        return ""
    name = (found["en"] or found["zh"]).lower()
    return "en" if name in ("english", "英文", "英语") else "zh"


def _long(text: str, code: str, minimum: int) -> bool:
    letters = sum(c.isalpha() for c in text[: 4 * minimum])
    return letters * (2.5 if code in ("zh", "ja", "ko") else 1) >= minimum
