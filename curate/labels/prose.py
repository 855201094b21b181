"""Names, short phrases and sentences as values of an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from curate.labels.kinds import Value
from curate.labels.names import HAN, NOTES, phrase_key

PHRASE_WORDS, PHRASE_HAN = 4, 10
"""The longer a phrase, the likelier it says the same in other words: of 32 longer ones that were read 11 did, of 107 shorter ones 18."""
TITLE_WORDS, TITLE_HAN = 9, 24
"""Of the name of a work, or of a foreigner, which is said in one way."""
_NAME_ZH = re.compile(r"《[^《》]+》|[\u4e00-\u9fff]+(?:·[\u4e00-\u9fff]+)+")
_LETTER = re.compile(r"[^\W_]")
_TWO_SENTENCES = re.compile(r"[.。!?！？;；\n]\s*\S")
SENTENCE = 300
"""Characters of a sentence or two."""
SENTENCE_END = re.compile(r"(?<=[a-z)%\]])[.!?](?:\s+|$)|(?<=\d)\.\s+|[。！？\n]+")
# Nobody contradicts anybody by not knowing. What `cannot be determined` says is another matter: it is an answer to some questions.
NO_ANSWER = re.compile(
    r"\b(?:do(?: not|n['’]t) (?:know|understand|have)|not sure|no idea|sorry|could(?: not|n['’]t) find|can(?:not|['’]t) (?:answer|be answered|find|provide)|n/a)\b|"
    r"无法(?:回答|提供|理解|确认|给出|预测)|不能回答|不(?:太)?(?:确定|知道|清楚|明白|了解)|没有(?:找到|查到|唯一|标准)|暂无|因.{1,6}而异|取决于|\bdepends\b",
    re.IGNORECASE,
)
_AVOIDS = re.compile(
    r"\b(?:apologi[sz]e|i(?: will|['’]ll| am|['’]m)? (?:not|unable)|i (?:do not|don['’]t)|as an ai|not (?:\w+ )?(?:clear|specified|mentioned|given|provided|enough|possible)|no information|unknown|varies)\b",
    re.IGNORECASE,
)
# A sentence that denies what the question takes for granted names nothing.
_DENIES = re.compile(r"\b(?:not|never|nobody|no one)\b|n['’]t\b|不是|没有|并不|并非|从未|未曾|不存在|虚构|传说", re.IGNORECASE)
_PASSIVE = re.compile(r"^由(.{2,8}?)[\u4e00-\u9fff]{2}的?$")
# A form that was filled in: `Response type: direct answer`.
_NAMED = re.compile(r"^(?:\w+ )?(?:type|genre|category|class|label|response|rating|sentiment|topic):\s+(?=\S)", re.IGNORECASE)


def phrase(bare: str) -> Value | None:
    """A name or a few words; a sentence is open."""
    if len(bare) > SENTENCE:
        return None
    bare = _PASSIVE.sub(r"\1", _NAMED.sub("", NOTES.sub("", bare) if bare.startswith("由") else bare))
    words = [word for word in bare.replace("-", " ").split() if _LETTER.search(word)]
    han = 0 if bare.isascii() else len(HAN.findall(NOTES.sub("", bare)))
    if han > 4 and _DENIES.search(bare):
        return None
    if not words or _TWO_SENTENCES.search(bare):
        return None
    if (
        han > (TITLE_HAN if _NAME_ZH.fullmatch(bare) else PHRASE_HAN)
        if han
        else len(words) > (TITLE_WORDS if _is_title(words) else PHRASE_WORDS)
    ):
        return None
    aka = phrase_key(note[0][1:-1]) if (note := NOTES.search(bare)) else ""
    return Value("phrase", phrase_key(bare), option=aka if aka.isascii() == bare.isascii() else "")


def _is_title(words: Sequence[str]) -> bool:
    """Every word of more than three letters begins with a capital."""
    return words[0][0].isupper() and all(word[0].isupper() or len(word) <= 3 for word in words)


def sentence(bare: str) -> Value | None:
    """One sentence, or two short ones; a name may be looked for in it."""
    if len(bare) > SENTENCE or len(SENTENCE_END.findall(bare)) > 1:
        return None
    if any(said.search(bare) for said in (NO_ANSWER, _AVOIDS, _DENIES)):
        return None
    return Value("sentence", bare.casefold())
