"""What an answer says, as a value that can be compared: number, date, yes or no, choice, JSON, a name or short phrase, or a sentence.

A sentence is compared with names alone: they stand in it or they do not. An answer without such a value is open: two different ones need not contradict each other.
"""

from __future__ import annotations

import re
from typing import Any

import orjson

from curate.labels.dates import day
from curate.labels.echo import beyond, predicate
from curate.labels.kinds import Value
from curate.labels.names import NOTES
from curate.labels.numbers import Number, folded, numbers
from curate.labels.options import options
from curate.labels.prose import NO_ANSWER, SENTENCE, SENTENCE_END, phrase, sentence
from curate.labels.questions import asks, asks_who, chooses, is_open, is_personal, is_plain

_YES = r"yes|yeah|yep|true|correct|right|是的?|对的?|正确|没错|可以|能够?|会的?|有的?|属于|真"
_NO = r"no|nope|false|incorrect|wrong|not|不是的?|不对|错误?|不正确|否|不可以|不能|不会|没有|不属于|假|不"
_POLAR = re.compile(rf"^(?:(?P<no>{_NO})|(?P<yes>{_YES}))(?=$|[\s,.;:!，。；：！、(（])", re.IGNORECASE)
_POLAR_QUESTION = re.compile(
    r"(?:^|[.!?:,;\n]|\b(?:tell me|know|say))\s*(?:whether |if )?"
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|should|will|would)\b|\btrue or false|\byes or no|"
    r"吗[?？]?|是否|是不是|能不能|会不会|有没有|可不可以|对不对|对还是错|正确还是错误|对错|真假",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:the |my |final |correct |right )*(?:answer|result|sum|total|output|label|category|sentiment|class|date|name)(?: to [^.,:]{0,60})? (?:is|are|was|=)|(?:it|this|that|he|she|they|i|you) (?:is|are|was|were|am)|"
    r"(?:final )?answer|output|result|label|(?:正确)?答案|结果|输出|标签|类别|分类|情感|(?:该|这|此)(?:一?句话?|个?句子|段话|文本|评论))(?:应该|应当)?(?:是|为|属于)?\s*[:：=]?\s*|^(?:应该|应当)?(?:是|为)\s*",
    re.IGNORECASE,
)
_CHOICE = re.compile(
    r"^(?:选项?|选择|option|choice)?\s*[(（\[]?([A-Ha-h])[)）\]]?(?:$|[.:、．)）]\s*\S|\s*[-–]\s)", re.IGNORECASE
)
_OPTIONS = re.compile(r"(?:^|\s|[(（])[A-D][.)）:、．]\s*\S", re.MULTILINE)
_CONCLUDES = re.compile(
    r"(?:\bthe (?:final |correct )?answer is:?|答案(?:应该|应当)?(?:是|为|[:：]))\s*\**[(（]?([A-H]|yes|no|true|false)[)）]?\**[.。]?\s*$",
    re.IGNORECASE,
)
_FINAL = re.compile(
    r"####\s*|\\boxed\{|(?:the )?(?:final )?answer(?: is|:)\s*|答案(?:是|为|[:：])\s*|(?:所以|因此|总共|一共|共计?)[^。\n]{0,20}?(?=[\d一二三四五六七八九十])",
    re.IGNORECASE,
)
# A question in parts has no single answer; what stands under a root or in a fraction is not the number that is meant.
_PARTS = re.compile(r"(?:^|[\s(（])(\d|[a-c]|i{1,3})[)）.]", re.IGNORECASE | re.MULTILINE)
_FORMULA = re.compile(r"\\[a-z]+|√|sqrt|\^|\b[a-z]\d|\d[a-z]\b(?<![a-z][kcm]m)(?<!\d[gmlsh])", re.IGNORECASE)
_INLINE = re.compile(r"\$([^$\n]*[=\\^_{}<>][^$\n]*)\$")
# What may stand behind the number that is the answer: a unit, a counted thing, the end of a formula.
_UNIT = re.compile(
    r"[\s\\}$%)）\]*_\"'”’。.!！,，;；]*(?:[a-z°²³/^-]+(?:\s+[a-z/²³-]+){0,2}|[\u4e00-\u9fff]{0,4})?[\s\\}$%)）\]*_\"'”’。.!！;；]*",
    re.IGNORECASE,
)
_EXCEPTION = re.compile(r"\s*(?:but|however|note|though)\b|\s*(?:但|不过|然而|注)", re.IGNORECASE)
_CONDITION = re.compile(r"(?<=\d)(?:\s+[^\W\d]+){0,3}?\s+(?:when|if|after|before|while|once)\b", re.IGNORECASE)
_SAYS = re.compile(
    r"(?:\b(?:is|are|was|were|equals?|has|have|had|gets?|makes?|costs?|needs?|left|total(?: of)?|of|about|approximately)\b|[=≈:：是为有得共需要到约等于])\s*[$¥€£约]?\s*$",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:about|around|roughly|nearly|approx\w*|almost|over|some)\b|[约近≈~]|左右|大概|大致|上下|多万|余", re.IGNORECASE
)
_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|old|tall|long|far|fast|heavy|big|large)\b|\bcalculate|\bwhat is the (?:sum|total|average|number|product|area|volume|value|result)|多少|几(?!乎|何)|计算|求[出解和]?|等于",
    re.IGNORECASE,
)
_ASKS_DATE = re.compile(
    r"\bwhen\b|\b(?:what|which) (?:date|day|year|month)\b|何时|什么时候|哪一?[年天日]|日期|几月几[号日]", re.IGNORECASE
)

# A list of one (`1. Badminton`).
_ENUMERATED = re.compile(r"^1[.)、．]\s*(?=[^\W\d_][^\n]*$)")
_SUBJECT = re.compile(r"(.{1,20}?)(?:是|属于|位于|坐落[于在]|在|叫做?|为|出自)")
_THERE = re.compile(
    r"^(?:(?:in total,? )?(?:there (?:are|is)|it (?:is|has)|they have)|一共有?|总共有?|共计?有?|有|大约有?)\s*", re.IGNORECASE
)

_BRIEF = 48
"""Characters of a sentence that says one thing; a third of them in Chinese."""


def value(answer: str, question: str) -> Value | None:
    """The value that the answer commits to, or None for an open answer or to an open question."""
    if is_personal(question) or (is_open(question) and not _OPTIONS.search(question)):
        return None
    text = _INLINE.sub(r"\1", folded(answer)).strip().strip("*_\"'“”‘’").strip()
    if not text or len(text) > 4000:
        return None
    if text[0] in "{[" and (found := _json(text)):
        return found
    if polar := _polar(text.rstrip(".。!！"), question):
        return polar
    bare = _ENUMERATED.sub("", _LEAD.sub("", text, count=1).strip()).rstrip(".。!！;；,，").strip("*\"'“”‘’ ")
    if not bare.isascii() and (subject := _SUBJECT.match(bare)) and subject[1] in question and not chooses(question):
        bare = bare[subject.end() :]
    if len(bare) <= SENTENCE:
        bare = predicate(bare, question).strip("*\"'“”‘’ ")
    if (_OPTIONS.search(question) or len(bare) == 1) and (choice := _CHOICE.match(bare)):
        return Value("choice", choice[1].upper(), option=options(question).get(choice[1].upper(), ""))
    if len(bare) <= 60:
        return _short(bare, question)
    return _concluded(text, question) or _closing(text, question) or _said(bare, question)


def _short(bare: str, question: str) -> Value | None:
    if NO_ANSWER.search(bare):
        return None
    if (when := day(bare, whole=True)) and (when.month or _ASKS_DATE.search(question)):
        return Value("date", str(when), day=when)
    if (amount := _whole_number(bare)) is not None:
        return _number(amount, bare)
    if _ASKS_NUMBER.search(question) and (only := numbers(bare)) and len(only) == 1 and _is_it(bare, only[0][1], only[0][2]):
        return _number(only[0][0], bare)
    if _ASKS_DATE.search(question) and (when := day(bare, whole=False)):
        return Value("date", str(when), day=when)
    return _said(bare, question)


def _said(bare: str, question: str) -> Value | None:
    """A name or a few words, also within a sentence that says the question's words again; or the sentence."""
    if len(bare) > SENTENCE or not (asks(question) or asks_who(question)):
        return None
    plain = is_plain(question) and (bare.isascii() or not chooses(question))
    short = beyond(bare, question) if plain else bare
    if short in (bare, ""):
        return phrase(bare) or sentence(bare) if short else None
    if _ASKS_DATE.search(question) and (when := day(short, whole=False)):
        return Value("date", str(when), day=when)
    amount = _whole_number(short)
    return _number(amount, short) if amount is not None else phrase(short) or sentence(bare)


def _is_it(bare: str, start: int, end: int) -> bool:
    """The one number of a short sentence is what it says; in a longer one it must stand where an answer stands."""
    brief = len(bare) <= (_BRIEF if bare.isascii() else _BRIEF // 3)
    return brief or bool(_UNIT.fullmatch(NOTES.sub("", bare[end:]))) or _leads(bare, start)


def _polar(text: str, question: str) -> Value | None:
    """Yes or no counts where the question asks for it, or where it is the whole answer."""
    found = _POLAR.match(text)
    if found is None or (found.end() < len(text) and not _POLAR_QUESTION.search(question)):
        return None
    return Value("yes or no", "no" if found["no"] else "yes")


def _whole_number(bare: str) -> Number | None:
    """A number with nothing around it but a unit, a currency sign or a counted thing of one or two words."""
    found = numbers(bare)
    if len(found) != 1:
        return None
    amount, start, end = found[0]
    before, after = _ABOUT.sub("", _THERE.sub("", bare[:start])).strip(), bare[end:].strip()
    if before.rstrip("$¥€约大第about ~≈=+-") or len(after.split()) > 2 or len(after) > (20 if after.isascii() else 4):
        return None
    return amount


def _concluded(text: str, question: str) -> Value | None:
    """The choice, or the yes or no, that a worked solution ends on (`So the answer is (B).`); most speak of no answer at all."""
    if not ("answer" in text.lower() or "答案" in text) or (found := _CONCLUDES.search(text)) is None:
        return None
    said = found[1].casefold()
    if len(said) > 1:
        return Value("yes or no", "yes" if said in ("yes", "true") else "no")
    return Value("choice", said.upper(), option=options(question).get(said.upper(), "")) if _OPTIONS.search(question) else None


def _closing(text: str, question: str) -> Value | None:
    """The number that a worked solution ends on, where a number was asked for.

    Behind a mark (`####`, `the answer is`) or as the last word of the last sentence, with nothing behind it but its unit: a number
    that is only mentioned on the way (`three of them`, `一次`) is not what the answer says.
    """
    if not _ASKS_NUMBER.search(question) or len(set(_PARTS.findall(question))) > 1:
        return None
    marks = list(_FINAL.finditer(text))
    said = text[marks[-1].end() :][:80] if marks else ""
    tail = SENTENCE_END.split(said, maxsplit=1)[0] or _last_sentence(text)
    # An exception that is added at the end is not the answer, nor is the condition behind it (`23 dollars when she is 22`).
    if _EXCEPTION.match(tail):
        return None
    if condition := _CONDITION.search(tail):
        tail = tail[: condition.start()]
    found = numbers(tail)
    if not found or _FORMULA.search(tail):
        return None
    amount, _, end = found[-1]
    if not _UNIT.fullmatch(NOTES.sub("", tail[end:])) or (len(found) > 1 and "=" not in tail and not _leads(tail, found[-1][1])):
        return None
    return _number(amount, tail)


def _last_sentence(text: str) -> str:
    return SENTENCE_END.split(text.rstrip().rstrip(".。!！"))[-1]


def _leads(tail: str, start: int) -> bool:
    """A word of saying so stands right before the number."""
    return bool(_SAYS.search(tail[:start]))


def _number(amount: Number, text: str) -> Value:
    return Value("number", f"{amount.amount} {amount.dimension}", number=amount, rough=bool(_ABOUT.search(text)))


def _json(text: str) -> Value | None:
    try:
        parsed = orjson.loads(text)
        fields = dict(_leaves(parsed, ""))
    except (orjson.JSONDecodeError, RecursionError):  # nested a thousand deep, it is no record
        return None
    return Value("json", orjson.dumps(parsed, option=orjson.OPT_SORT_KEYS).decode(), fields=fields) if fields else None


def _leaves(value_: Any, path: str) -> list[tuple[str, Any]]:
    """Scalars by path; a list of scalars is one leaf, its order kept out."""
    if isinstance(value_, dict):
        return [leaf for key, inner in value_.items() for leaf in _leaves(inner, f"{path}.{key}" if path else str(key))]
    if isinstance(value_, list):
        if all(not isinstance(inner, (dict, list)) for inner in value_):
            return [(path, tuple(sorted(map(str, value_))))]
        return [leaf for i, inner in enumerate(value_) for leaf in _leaves(inner, f"{path}[{i}]")]
    return [(path, value_)]
