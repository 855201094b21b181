"""QUA001: answers that stop before they are finished.

Precision first: a full stop that is merely missing is a habit of style, so an ending counts only where something was opened and never
closed, or where the last word cannot end a sentence.
"""

from __future__ import annotations

import re

from curate.quality import Hit, looks_like_code, without_code
from curate.quality.habits import Habits
from curate.quality.torn import torn

_SHORT, _SHORT_ZH = 40, 8
"""Code points; shorter answers are phrases, and phrases end as they like."""

# Brackets alone are a puzzle of brackets: JSON has a quoted key or value behind them, or numbers.
_JSON = re.compile(r'[{\[][\s{\[]*(?:"|\[\s*-?\d)')
_FENCE = re.compile(r"^[ \t]*(```+|~~~+)[ \t]*([^\s`]*)[ \t]*$", re.MULTILINE)
_COMMA = re.compile(r"[,，、]$")
_COLON = re.compile(r"[:：]$")
_MARKER = re.compile(r"\n[ \t]*(?:[(（]?(\d{1,2})[.)、．）]|[-*•+]|#{1,6})$")
_MARKER_ENDS = ".)、．）-*•+#"
# In small letters only: a capital at the end is a list, a title or a sentence turned round.
_DANGLING = re.compile(
    r"(?:^|\s)(?:the|an|and|or|of|because|although|unless|whereas|if|than|their|its|your|my|our|every|"
    r"such as|as well as|due to|into|onto|between|including|according to|in order to)$"
)
_DANGLING_ZH = re.compile(
    r"(?:以及|或者|但是|因为|所以|并且|而且|如果|例如|比如|为了|由于|对于|关于|从而|以便|包括|(?<=[，,。；])如|"
    # Characters that are also the end of a word: 温和, 参与, 不但, 麻将, 火把, 棉被.
    r"(?<![温平缓柔暖祥随谦亲饱总中调共附唱])和|(?<![参给授赋付赐])与|(?<!不)但|(?<![火拖车一])把|(?<![棉植被])被|(?<![即必大麻名])将)$"
)
# A letter may end at its greeting, a form at an empty field, a program's condition at its colon.
_VERSE = re.compile(r"poem|verse|\bline\b|lyric|haiku|sonnet|rhyme|song|诗|歌词|对联|押韵", re.IGNORECASE)
_FIELD = re.compile(r"[^:：]{1,40}[:：].{0,60}$")
_BRANCH = re.compile(
    r"(?:^|\n)[ \t]*(?:(?:if|elif|while)\b[^,\n]*|else|for \w+ in [^\n]*|(?:def|class) \w[^\n]*|(?:如果|否则|当)[^，,\n]*)[:：]$",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"\bform\b|survey|questionnaire|template|poll\b|quiz|表格|表单|[\u4e00-\u9fff]表(?![\u4e00-\u9fff]?[达现示明])|问卷|调查|模板|填空",
    re.IGNORECASE,
)
# A menu waits for what the user will pick; a name between colons is a small picture.
_WAITS = re.compile(
    r"(?:选择|输入|选项|键入)[^。！？\n]{0,12}[:：]$|\b(?:choice|choose|select|enter|press|type)\b[^.!?\n]{0,40}:$|:\w+:$",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(r"(?:[,，、:：]|\.{3}|…|_{2,})\W*$")
# A verb may carry one of these to its end: `boiled over`, `carried on`.
_PARTICLES = frozenset(
    [
        "over",
        "up",
        "out",
        "down",
        "off",
        "on",
        "in",
        "away",
        "back",
        "through",
        "about",
        "around",
        "along",
        "apart",
        "together",
        "by",
        "under",
    ]
)
_SENTENCE = re.compile(r"[^\W\d_]{2}[.!?][\"'”’)]*(?=\s|$)|[。！？]")
_ITEM = re.compile(r"^\s*(?:[-*•+#>|]|\d{1,3}[.)、．:]|[A-Z][.)]|[(（]\d)")
_LAST = re.compile(r"(?:(?<=\s)[a-z]+(?:'[a-z]+)?|[\u3400-\u4dbf\u4e00-\u9fff])$")
_LAST_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff][，、：]?$")
_SUM = re.compile(r"[=:：]|://")
_STOPS = ".!?。！？…"


def cut_off(answer: str, habits: Habits, question: str = "") -> Hit | None:
    """Where and why the answer looks unfinished, or None."""
    text = answer.rstrip()
    if not text:
        return None
    return (
        _open_fence(text)
        or _open_json(text)
        or torn(text)
        or (
            None if len(text) < (_SHORT_ZH if _LAST_HAN.search(text[-2:]) else _SHORT) else _open_sentence(text, habits, question)
        )
    )


def _open_fence(text: str) -> Hit | None:
    if "```" not in text and "~~~" not in text:
        return None
    opened: re.Match[str] | None = None
    for fence in _FENCE.finditer(text):
        if opened is None:
            opened = fence
        elif not fence[2] and fence[1][0] == opened[1][0] and len(fence[1]) >= len(opened[1]):
            opened = None
    # A lone fence as the last line closes something that was opened carelessly; it cuts nothing off.
    # What follows the opening and ends in a full stop was finished, and only its fence forgotten.
    # Some close it at the end of a line of code, and a fence that opens another block is one too many, not a cut.
    if opened is None or opened.end() == len(text) or text[-1] in _STOPS or opened[1] in text[opened.end() :]:
        return None
    return Hit("A code block is opened and never closed", (opened.start(), len(text)))


def _open_json(text: str) -> Hit | None:
    """Only whole-answer JSON: `{"` or `[{` at the start and brackets still open at the end."""
    if text[0] not in "{[" or not _JSON.match(text):
        return None
    depth, quoted, escaped = 0, False, False
    for i, c in enumerate(text):
        if escaped:
            escaped = False
        elif quoted:
            escaped, quoted = c == "\\", c != '"'
        elif c == '"':
            quoted = True
        elif c in "{[":
            depth += 1
        elif c in "}]":
            depth -= 1
            if depth == 0 and i + 1 < len(text):
                return None
    # A bracket that closes inside a text that was never closed: a wrong quotation mark, and the answer was finished.
    if quoted and text[-1] in "}]":
        return None
    return Hit(f"JSON ends with {depth} bracket{'s' if depth > 1 else ''} still open", (0, len(text))) if depth > 0 else None


def _open_sentence(text: str, habits: Habits, question: str) -> Hit | None:
    last = text[-1]
    tail = text[-200:]
    end = len(text)
    # A number alone on the last line may be the answer; it is an item only after the item before it.
    if (
        last in _MARKER_ENDS
        and (item := _MARKER.search(tail))
        and (not item[1] or re.search(rf"(?:^|\n)[ \t]*[(（]?{int(item[1]) - 1}[.)、．）]", text))
        # A sign that ends the question, too, separates turns.
        and not question.rstrip().endswith(item[0])
    ):
        return Hit("The answer ends with an empty list item", (end - len(item[0].strip()), end))
    if last in _STOPS + "~～`":
        return None
    if without_code(text)[-1] == " " or looks_like_code(text[text.rfind("\n\n") + 1 :]):
        return None
    if _COMMA.search(tail):
        styled = "=" in tail[-40:] or _signed(text) or _verse(text) or _VERSE.search(question) or _UNFINISHED.search(question)
        return None if styled else Hit("The answer ends with a comma", (end - 1, end))
    if _COLON.search(tail):
        styled = (
            _filled_in(text)
            or _BRANCH.search(tail)
            or _WAITS.search(tail)
            or _FORM.search(question)
            or _UNFINISHED.search(question)
        )
        return None if styled else Hit("The answer announces something and ends at the colon", (end - 1, end))
    if _strung(text, tail):
        return None
    if found := _DANGLING.search(tail) or _DANGLING_ZH.search(tail):
        return Hit("The answer ends on a word that cannot end a sentence", (end - len(found[0].lstrip()), end))
    return _mid_sentence(text, habits)


def _mid_sentence(text: str, habits: Habits) -> Hit | None:
    """Prose that keeps its stops, and whose last sentence breaks off inside a word or on a word that never ends one here."""
    last = _LAST.search(text[-40:])
    lines = [line for line in text.splitlines() if line.strip()]
    if last is None or _ITEM.match(lines[-1]) or not _keeps_stops(lines):
        return None
    end, word = len(text), last[0]
    span = (end - len(word), end)
    if habits.torn(word):
        return Hit("The answer ends inside a word", span, 0.95)
    if habits.never_ends(word):
        return Hit("The answer ends on a word that ends no other sentence here", span, 0.9)
    # Only English, as writers of Chinese often leave out the very last full stop; and only long answers, as it is the limit on
    # length that cuts them.
    rest = _SENTENCE.split(lines[-1])[-1]
    long = word.isascii() and end >= max(400, habits.long) and len(rest.split()) >= 6 and len(_SENTENCE.findall(text)) >= 4
    if long and word not in _PARTICLES and habits.seldom_ends(word) and not _SUM.search(rest):
        return Hit("The last sentence has no end, all others have", span, 0.8)
    return None


def _keeps_stops(lines: list[str]) -> bool:
    """At least two finished sentences, and four of five prose lines before the last end with a stop."""
    prose = [line.rstrip() for line in lines[:-1] if not _ITEM.match(line) and len(line) > 30]
    stopped = sum(line[-1] in _STOPS + ':："”’)）*' for line in prose)
    return stopped >= 0.8 * len(prose) and sum(len(_SENTENCE.findall(line)) for line in lines) >= 2


_BLANKS = re.compile(r"\d+\. ?\S+\s+\d+\. ?\S+")
_TAGGED = re.compile(r"#\s?\S+$|[-–—:：=>|]\s*[^\s，。；]+$")


def _strung(text: str, tail: str) -> bool:
    """A row of tags ends on whatever comes last; so do lines of phrases to begin a sentence with (`with the goal of`)."""
    before = text.rpartition("\n")[0].rstrip()
    return " | " in tail or bool(_TAGGED.search(tail)) or bool(_DANGLING.search(before[-40:])) or _listed(text)


def _listed(text: str) -> bool:
    """Lines of a word or two, as the blanks of an exercise are filled in: any word may be the last."""
    last = text[-400:].splitlines()[-4:]
    return len(last) > 2 and all(
        (len(line.split()) <= 4 and len(line) <= 40 and line.isascii()) or _BLANKS.search(line) for line in last
    )


def _signed(text: str) -> bool:
    """A letter's greeting on a line of its own, for someone to sign below."""
    before, _, last = text.rpartition("\n")
    few = len(last) <= 12 if _LAST_HAN.search(last) else len(last.split()) <= 5
    return few and before.rstrip()[-1:] in tuple(_STOPS)


def _filled_in(text: str) -> bool:
    """The last line is one empty field of a form: the line before it is a field, too. Items of a list are none."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        return False
    return lines[-2][-1] in ":：" or (
        not _ITEM.match(lines[-1]) and bool(_FIELD.match(lines[-2])) and bool(_FIELD.match(lines[-1]))
    )


def _verse(text: str) -> bool:
    """Several short lines that end with a comma: a poem's line may do so, an item of a numbered list may not."""
    lines = text.splitlines()
    few = 20 if _LAST_HAN.search(text[-2:]) else 60
    if len(lines) < 4 or (_ITEM.match(lines[-1]) and not _COMMA.search(lines[-2].rstrip())):
        return False
    return sum(len(line) < few for line in lines) > 0.8 * len(lines)
