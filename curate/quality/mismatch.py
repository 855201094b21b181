"""QUA005: the answer is in another language than the one asked for."""

from __future__ import annotations

import re

from curate.language import language, share, spoken_words
from curate.quality import Hit, looks_like_code, without_code
from curate.quality.repetition import mojibake
from curate.quality.room import room, within
from curate.turns import Asked

_NAMES = {
    "zh": r"chinese|mandarin|cantonese|粤语|中文|汉语|普通话|华语|简体|繁体",
    "en": r"english|英文|英语",
    "ja": r"japanese|日文|日语|日本語",
    "ko": r"korean|韩文|韩语|한국어",
    "fr": r"french|法文|法语|français", "de": r"german|德文|德语|deutsch", "es": r"spanish|西班牙文|西班牙语|español",
    "ru": r"russian|俄文|俄语", "it": r"italian|意大利语", "pt": r"portuguese|葡萄牙语", "ar": r"arabic|阿拉伯语",
}  # fmt: skip
_ANY_NAME = re.compile("|".join(_NAMES.values()), re.IGNORECASE)
# Who asks in French or Japanese names the language of the answer so; also what such questions call any language.
_NAMED_ABROAD = re.compile(
    r"\b(?:angl|ingl|engl|chin|japon|japan|giappon|cor[ée]|kore|arab|árab|fran[çcz]|alem|allem|deutsch|tedesc|duits|espa[gñn]|spagn|spaans|port[uo]g|ital|"
    r"rus[so]|russ|hindi|indon|vietn|turc|türk|grec|grieg|latin|malay|tamoul|tamil|t[eé]l[ou]+g|bengal|thaï|tailand|n[ée]erland|polon|polac)\w*|"
    r"lang(?:ue|age)s?\b|\bidiomas?\b|sprache|\blingu[ae]\b|\blíngua|\btaal\b|\bbahasa\b|\bdil(?:i|de|inde)\b|ngôn ngữ|tiếng|язык|на \w+ском|[一-鿿ァ-ヺー]{1,8}[語语]|言語|언어|[가-힣]어로|(?:영|한국|일본|중국|독일|프랑스|스페인|러시아|베트남|아랍|외국)어|영문|국문|한글|영작|번역|翻訳|訳[しす]|"
    r"по-\w+ски\b|английск|dịch|ترجم|अनुवाद|แปล|"
    r"(?:ال)?لغة|بالعربية|بالإنجليزية|भाषा|ภาษา",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"translat|tradu[czi]|übersetz|перевед|翻译|译文|例句|造句|译成|译为|\blanguage|语言|双语|bilingual|\bword|\bphrase|\bsentence|\bspell|单词|词汇|词类|词性|短语|成语|谚语|口语|作文|"
    r"latin|hindi|dutch|swedish|greek|turkish|vietnamese|thai|malayalam|telugu|tamil|bengali|kannada|marathi|punjabi|gujarati|urdu|persian|farsi|hebrew|"
    r"swahili|finnish|danish|norwegian|hungarian|ukrainian|indonesian|(?:泰|越南|印尼|马来|希腊|荷兰|土耳其|波斯|希伯来|印地|瑞典|芬兰|波兰|蒙古|藏|拉丁)[语文]|外语|外文|拼音|pinyin|"
    r"歌词|电影|歌|诗|书籍|书目|文献|期刊|poem|haiku|title|name|hashtag",
    re.IGNORECASE,
)
# What such a question gets may be a line in any language; whole sentences about it are in that of the question.
_LINE = re.compile(
    r"词语|句子|code|function|program|script|regex|sql|python|java|html|代码|程序|函数|编程|脚本|命令|公式|算法|排序|数组|查询|标题|标签|名字|名称|缩写",
    re.IGNORECASE,
)
_END = 160
_MODEL, _TRANSLATES = re.compile(r"language model", re.IGNORECASE), re.compile(r"translat|bilingual|翻译|双语", re.IGNORECASE)
_EN, _ZH = "english|英文|英语", "chinese|mandarin|中文|汉语|简体中文|简体"
_REPLY_IN = re.compile(
    rf"(?:answer|reply|respond|speak|write (?:it|this|your (?:answer|reply|response)))(?: \w+){{0,4}} in (?:simplified )?(?P<en>{_EN}|{_ZH})\b|"
    rf"(?:用|以|使用|讲|说)(?P<zh>{_EN}|{_ZH})(?:来|进行)?(?:回答|回复|作答|答复|交流|对话)|"
    rf"(?:回答|回复|作答|答复)(?:时|都|均|必须|请|一律|全部|应当|应|要)*(?:用|以|使用)(?P<then>{_EN}|{_ZH})",
    re.IGNORECASE,
)
_ACCENTED = re.compile(r"\w*[à-öø-ÿœ]\w*|\b(?:[dljn]|qu)['’][a-z]{2}", re.IGNORECASE)
_EXAM = re.compile(
    r"_{3,}|[(（]\s*(?:true or false|判断题?|[单多]选题?|填空题?)\s*[)）]|(?:^|\s)A[.、．)].{1,80}\sB[.、．)].{1,80}\sC[.、．)]",
    re.DOTALL | re.IGNORECASE,
)
# A language that is named inside a quotation is part of what is talked about.
_QUOTED = re.compile(r"\"[^\"\n]*\"|“[^”\n]*”|「[^」\n]*」")
# What is written the same in every language tells nothing of this one.
_ADDRESS, _MAIL = r"https?://\S+|www\.\S+|", r"\S+@\S+|"
_MARKED = r"[#@]\w+|\b[\w-]+\.(?:com|org|net|io|cn|gov|edu)\b\S*|/[A-Z]{2,4}\b"
NO_PROSE, _NOR_MAIL = re.compile(_ADDRESS + _MAIL + _MARKED), re.compile(_ADDRESS + _MARKED)
_STOP = re.compile(r"[a-z]{3}[.:](?:\s|$)")
_PROGRAM = re.compile(
    r"^\s*(?:def|class|import|from|return|for|while|if|else|elif|print|#include|public|function|const|var|let|SELECT)\b.*(?:[:;{(]|\bimport\b)|"
    r"\w+\.\w+\(|\w\[\w+\]|^\s*\w+ = ",
    re.MULTILINE,
)
_DEFINES = re.compile(
    r"^\s*(?:def \w+\(|class \w+[:({]|import \w+|from \w+ import|#include|public |function \w+\()", re.MULTILINE
)
_SMALL_WORDS = frozenset([
    "the", "of", "and", "to", "in", "is", "that", "it", "for", "was", "with", "are", "this", "you", "as", "on", "be",
    "have", "not", "or", "an", "your", "i", "my", "do", "can", "which", "by", "from", "at", "will", "a", "has", "we", "if",
])  # fmt: skip


def other_language(answer: str, asked: Asked, minimum: int) -> Hit | None:
    """`minimum` is how many letters (a Han character counts as 2.5) the answer must have to be judged."""
    if len(answer) < minimum / 3 or len(asked.last) < 4:
        return None
    # The usual case costs one scan: both texts plain ASCII.
    if answer.isascii() and asked.all.isascii() and "hinese" not in asked.all and "andarin" not in asked.all:
        return None
    prose = without_code(wording(answer))
    # Chinese read with a Latin table is no language at all; QUA003 says so.
    if mojibake(prose):
        return None
    said = language(prose)
    wanted = _explicit(asked.last) or _explicit(asked.system)
    if wanted:
        wrong = said in ("en", "zh") and said != wanted and share(prose, said) > 0.9 and _long(prose, said, minimum)
        # What is in Chinese may stand in a block of data, and a table of signs is in no language.
        wrong = wrong and (said != "en" or (share(answer, "zh") < 0.15 and _small_words(prose) >= 3))
        unsaid = asked.system and _explicit(asked.last) == ""
        wrong = wrong and not _program(answer) and not (unsaid and (_OTHER.search(asked.last) or _LINE.search(asked.last)))
        message = f"The answer is in {said}, though {wanted} is asked for"
        return _hit(message, answer, 0.95, within(answer, asked)) if wrong else None
    return _unasked(answer, prose, said, asked, minimum)


def wording(answer: str) -> str:
    """Without what is no prose; where there are no spaces, to look for an address of mail takes the square of the length."""
    if not any(mark in answer for mark in "/.@#"):
        return answer
    return (NO_PROSE if "@" in answer else _NOR_MAIL).sub(" ", answer)


def _unasked(answer: str, prose: str, said: str, asked: Asked, minimum: int) -> Hit | None:
    """Nobody named a language, so the answer ought to be in that of the question."""
    turns = asked.all.removeprefix(asked.system)
    spoken = language(asked.last)
    if not said or not spoken or said == spoken or {said, spoken} <= {"zh", "ja"} or language(turns) != spoken:
        return None
    if share(prose, said) < 0.9 or share(asked.last, spoken) < 0.8 or not _long(prose, said, minimum):
        return None
    # Both are asked for where a question is half in one and half in the other, whatever share of it each has.
    if spoken == "en" and (share(asked.last, "zh") > 0.05 or not _speaks(asked.last)):
        return None
    if not (_sentences(prose) if said == "en" else share(prose, "en") < 0.5 or _surely(prose, said)):
        return None
    # A text in one language is pasted, and what to do with it said in the other; exam questions are gone through in the pupils' own.
    # Who began in that language may go on in another and is answered as before.
    began = language(turns.removesuffix(asked.last))
    # What is thought aloud may be in any language, where the answer that ends it is in the one of the question.
    ends = language(prose.rstrip()[-_END:])
    if _EXAM.search(asked.last) or _partly_in(asked.last, said) or began == said or ends == spoken:
        return None
    # Portuguese has `as`, `no` and `do`, as English has; a question with accents on several words may be half in another language.
    accented = spoken == "en" and len(_ACCENTED.findall(asked.last)) >= 2
    if share(prose, "en") >= 0.5 and share(asked.last, "en") >= 0.5 and (accented or not _surely(asked.last, spoken)):
        return None
    named = _OTHER.search(turns) or _ANY_NAME.search(turns + answer[:60])
    named_abroad = spoken not in ("en", "zh") and _NAMED_ABROAD.search(turns)
    system = asked.system and _system_has(asked.system, said, spoken)
    a_line = _LINE.search(turns) or _program(answer)
    if named or named_abroad or system or (a_line and not (spoken == "zh" and said == "en" and _throughout(prose, asked.last))):
        return None
    aware = _ANY_NAME.search(turns) or _NAMED_ABROAD.search(turns)
    leaves = room(answer, said, spoken, asked, bool(aware))
    return _hit(f"The question is in {spoken} and the answer in {said}", answer, 0.9, leaves)


def _hit(message: str, answer: str, score: float, leaves: str) -> Hit:
    """Not sure of it where something leaves room."""
    if leaves:
        return Hit(f"{message}; it may be meant: {leaves}", (0, len(answer)), score / 2, sure=False)
    return Hit(message, (0, len(answer)), score)


def _system_has(system: str, said: str, spoken: str) -> bool:
    """A system part in the answer's language asks for it; in English, as most are whatever the talk is in, only if it names a language."""
    written = language(system)
    if written == said and said != "en":
        return True
    named = _ANY_NAME.search(system) or _NAMED_ABROAD.search(_MODEL.sub(" ", system)) or _TRANSLATES.search(system)
    return written != spoken and bool(named)


def _partly_in(asked: str, said: str) -> bool:
    """The first or the last line, where there is more than one sentence, or a long one between: what is to be done stands in one of them."""
    lines = [line for line in re.split(r"\n+|(?<=[.:：。!?！？])\s*(?=\S)", asked) if len(line) >= 8]
    if len(lines) < 2:
        return False
    # A line without any small word counts as English, so a line between must be so beyond doubt.
    between = (line for line in lines[1:-1] if len(line) >= 40 and (said != "en" or spoken_words(line) >= 4))
    return any(language(line) == said for line in (lines[0], lines[-1], *between))


def _speaks(asked: str) -> bool:
    """Moves of chess, a table of figures or an option picked from a list are in Latin letters and in no language."""
    words = asked.split()
    plain = sum(word.strip(".,;:!?()\"'").isalpha() and len(word) > 2 for word in words)
    return 2 * plain >= len(words) and (plain >= 5 or spoken_words(asked) >= 2)


def _sentences(prose: str) -> bool:
    """A list of names, a row of tags or a formula has hardly any of the small words that sentences need."""
    # Who separates English names by Chinese stops writes Chinese.
    if sum(c in "、，。；：“”《》" for c in prose) >= 2:
        return False
    return _small_words(prose) >= max(3, 0.12 * len(prose.split()))


def _throughout(prose: str, asked: str) -> bool:
    """Sentences in English before and after any code, to a question that holds none: a third of their words are small, as in no program."""
    words = prose.split()
    plain = len(words) >= 12 and not _DEFINES.search(prose) and not looks_like_code(prose)
    return plain and share(asked, "zh") > 0.9 and 3 * _small_words(prose) >= len(words) and bool(_STOP.search(prose))


def _small_words(prose: str) -> int:
    return sum(word in _SMALL_WORDS for word in prose.lower().split())


def _program(answer: str) -> bool:
    return bool(_DEFINES.search(answer)) or looks_like_code(answer) or len(_PROGRAM.findall(answer)) >= 3


def _surely(prose: str, said: str) -> bool:
    """Between languages in Latin letters a few small words decide; a list of names has some of any language."""
    words = prose.split()
    half = len(words) // 2
    return half >= 15 and language(" ".join(words[:half])) == language(" ".join(words[half:])) == said


def _explicit(asked: str) -> str:
    """The language that is asked for in so many words; the last one counts."""
    every = list(_REPLY_IN.finditer(_QUOTED.sub(" ", asked)))
    if not every:
        return ""
    found = every[-1]
    name = (found["en"] or found["zh"] or found["then"]).lower()
    return "en" if name in _EN.split("|") else "zh"


def _long(text: str, code: str, minimum: int) -> bool:
    letters = sum(c.isalpha() for c in text[: 4 * minimum])
    return letters * (2.5 if code in ("zh", "ja", "ko") else 1) >= minimum
