"""The same text about the other gender, in English and Chinese, or nothing where that would not be the same text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

import numpy as np

from curate.bias import entries
from curate.bias.english import AFTER_OBJECT, CAUSATIVE, COMMON, VERB
from curate.bias.inflect import plural
from curate.bias.lexicon import Lexicon, load
from curate.bias.reading import read
from curate.bias.scan import fold
from curate.bias.terms import Kind
from curate.errors import UserError

HER, HERS, HIM, HIS = "her", "hers", "him", "his"
# `gave her books`: a receiver or an owner, which only the rest of the sentence tells.
DATIVE = re.compile(
    r"\b(?:g[ai]ven?|gives|giving|t[eo]ll?s?|told|telling|show(?:s|ed|ing)?|send(?:s|ing)?|sent|offer(?:s|ed|ing)?"
    r"|taught|teach(?:es|ing)?|hand(?:s|ed)?|buy(?:s|ing)?|bought|paid|pays?|ask(?:s|ed|ing)?|cost|owe[sd]?|call(?:s|ed)?"
    r"|consider(?:s|ed)?|finds?|found|brings?|brought|wish(?:es|ed)?) $"
)
OBJECT_ADVERB = re.compile(
    r"\s*(?:today|tomorrow|yesterday|now|here|there|more|very|personally|immediately|directly|dearly|deeply|closely|once|twice|both|alone)\b"
)
WORD = re.compile(r"\s*([a-z]+)")
NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+")
SUBJECT_NAME = re.compile(rf"(?:^|[.!?\n:\"]\s*)(?!(?i:{COMMON})\b)([A-Z][a-z]+)(?='s| (?:{VERB})\b)")
# Somebody with a name in a Chinese text: 名叫亚瑟, a name in Latin letters, a foreign one with its dot.
CHINESE_NAME = re.compile(
    r"名叫|名字叫|叫做|名为|[\u4e00-\u9fff]\s?[A-Z][a-z]+|[A-Z][a-z]+\s?[\u4e00-\u9fff]|[\u4e00-\u9fff]·[\u4e00-\u9fff]"
    r"|叫[\u4e00-\u9fff]{2,4}的[\u4e00-\u9fff]{0,3}(?:男|女|孩|人|姑娘|小伙)"
)
HAN = re.compile("[\u4e00-\u9fff]")
# A word that is spoken of: `the pronoun "she"`, and `her` of the letters e and r; a letter of a formula: `O > He`.
MENTIONED = re.compile(r"[\"'“‘「`][\"'”’」`]|[<>=+\-→][<>=+\-→]?")
PLACE_BEFORE = re.compile(r"\b(?:in|on|at|near|of|to|from|until|since|by) $")
TITLE_BEFORE = re.compile(r"\b(?:Mr|Ms|Mrs|Miss|Sir|Dr|Prof)\.? $")


@dataclass(frozen=True)
class Swaps:
    words: dict[str, str]
    names: dict[str, str]
    fixed: tuple[str, ...]
    lexicon: Lexicon


@cache
def swaps(axis: str) -> Swaps:
    for file in entries.files():
        if isinstance(file, entries.CounterfactualFile) and file.axis == axis:
            pairs = [*file.en, *((plural(a), plural(b)) for a, b in file.en), *file.zh]
            words = {fold(a): fold(b) for pair in pairs for a, b in (pair, pair[::-1])}
            # Surfaces are folded (a hyphen is a space), counterparts are written as they are spelt.
            spelt = {fold(w): w for pair in pairs for w in pair}
            names = {a: b for pair in file.names for a, b in (pair, pair[::-1])}
            return Swaps({a: spelt[b] for a, b in words.items()}, names, tuple(map(fold, file.fixed)), load())
    raise UserError(
        f"there are no counterfactual pairs for {axis!r}", hint="rules/bias/lexicons/counterfactual.toml holds those of gender."
    )


def swap(text: str, axis: str = "gender", *, names: bool = False) -> str | None:
    """The text with every word of the axis exchanged for its counterpart.

    None where nothing is to be swapped or the result would not be sound: a word without counterpart, `her` that grammar alone
    does not settle, something only one sex does, or a named person (known first names are exchanged if `names`). A second swap
    always gives the text back; that is checked, not hoped for.
    """
    made = swap_all((text,), axis, names=names)
    return made[0] if made else None


def swap_all(texts: Sequence[str], axis: str = "gender", *, names: bool = False) -> tuple[str, ...] | None:
    """The texts of one row together: all of them sound and at least one changed, or None."""
    made = [_once(text, axis, names) for text in texts]
    sound = tuple(text for text in made if text is not None)
    if len(sound) < len(texts) or sound == tuple(texts):
        return None
    return sound if all(_once(new, axis, names) == old for new, old in zip(sound, texts, strict=True)) else None


def _once(text: str, axis: str, names: bool) -> str | None:
    """One swap, unchecked; a text without any word of the axis stays as it is, whoever it names."""
    known = swaps(axis)
    folded = fold(text)
    exchanges = _exchanges(text, known, axis)
    if not exchanges and not names:
        return text
    if any(re.search(rf"\b{word}\b" if word.isascii() else word, folded) for word in known.fixed if word in folded):
        return None
    swapped = {span[:2] for span in exchanges}  # 孙子 after 丈夫 reads like a surname and a name, but is a word of the axis
    exchanges += [
        (a, b, known.names.get(text[a:b]) if names else None)
        for a, b in _named(text, known, {a for a, _ in swapped})
        if (a, b) not in swapped
    ]
    out, cursor = [], 0
    for start, end, new in sorted(exchanges, key=itemgetter(0, 1)):
        if new is None:
            return None
        out += [text[cursor:start], new]
        cursor = end
    return "".join([*out, text[cursor:]])


def _exchanges(text: str, known: Swaps, axis: str) -> list[tuple[int, int, str | None]]:
    """Spans and what goes there; None refuses the whole text."""
    reading, lexicon = read([text], known.lexicon), known.lexicon
    on_axis = np.array([group.axis == axis for group in lexicon.groups])
    mine = (reading.kind == Kind.GROUP) & on_axis[np.where(reading.kind == Kind.GROUP, reading.target, 0)]
    spans = [(int(reading.hits.start[h]), int(reading.hits.end[h])) for h in dict.fromkeys(reading.hit[mine].tolist())]
    return [(a, b, None if _mentioned(text, a, b) else _counterpart(text, a, b, known)) for a, b in spans]


def _mentioned(text: str, start: int, end: int) -> bool:
    """Whether the word itself is spoken of, or stands in Latin letters in a Chinese text, where it may be anything."""
    before, after = text[max(0, start - 2) : start].strip(), text[end : end + 2].strip()
    quoted = bool(before and after and MENTIONED.fullmatch(before[-1] + after[0]))
    alone = text[start:end].isascii() and HAN.search(text) is not None
    return quoted or alone or before[-1:] in ("<", ">", "=", "+")


def _named(text: str, known: Swaps, taken: set[int]) -> Iterator[tuple[int, int]]:
    """People spoken of by name, who are somebody: a title's bearer may be anybody, and `in Paris` is a place."""
    first = re.compile("|".join(rf"\b{re.escape(n)}\b" if n.isascii() else re.escape(n) for n in known.names))
    seen: set[int] = set()
    for span in (*_listed(text, known), *_surnamed(text)):
        seen.add(span[0])
        yield span
    for m in (*first.finditer(text), *NAME.finditer(text), *SUBJECT_NAME.finditer(text), *CHINESE_NAME.finditer(text)):
        span = m.span(m.lastindex or 0)
        before = text[max(0, span[0] - 8) : span[0]]
        if (
            span[0] not in taken | seen
            and (m.group() in known.names or not TITLE_BEFORE.search(before))
            and (m.group() in known.names or not PLACE_BEFORE.search(before))
        ):
            seen.add(span[0])
            yield span


def _listed(text: str, known: Swaps) -> Iterator[tuple[int, int]]:
    """First names of the lexicon where nothing else marks them: 艾米, `if mike washes`, `Mr. Elizabeth`."""
    reading = read([text], known.lexicon)
    for h in dict.fromkeys(reading.hit[reading.kind == Kind.NAME].tolist()):
        start, end = int(reading.hits.start[h]), int(reading.hits.end[h])
        if HAN.match(text, start) or text[start:end] not in known.names:
            yield start, end


def _surnamed(text: str) -> Iterator[tuple[int, int]]:
    """Chinese names by their surname: 张作霖, 诗人李白. A word taken for one costs a twin, no more."""
    from curate.pii.names_zh import AFTER, BOTH, GLUE, ROLE_BEFORE, TITLE, TITLED, WORDS, in_names, surname, titled

    for m in TITLED.finditer(text):
        if n := titled(m["v"]):
            yield m.end("v") - n, m.end("v")
    for m in HAN.finditer(text):
        start, n = m.start(), surname(text, m.start())
        before = text[max(0, start - 8) : start]
        if not n or (before and HAN.match(before[-1]) and before[-1] not in GLUE and not ROLE_BEFORE.search(before)):
            continue
        for end in (e for e in (start + n + 2, start + n + 1) if e <= len(text)):
            name, after = text[start:end], text[end : end + 1]
            known = name in WORDS or name[:2] in WORDS or re.search(rf"(?:{TITLE})$", name) or BOTH.intersection(name)
            acts = AFTER.match(text, end) or ROLE_BEFORE.search(before)
            closed = not HAN.match(after) or after in GLUE or AFTER.match(text, end)
            if in_names(name[n:]) and closed and not known and (acts or end - start - n == 2 or end == len(text)):
                yield start, end
                break


def _counterpart(text: str, start: int, end: int, known: Swaps) -> str | None:
    word, after, before = fold(text[start:end]), fold(text[end : end + 60]), fold(text[max(0, start - 40) : start])
    match word:
        case "him":
            new: str | None = HER
        case "hers":
            new = HIS
        case "his":
            new = HERS if AFTER_OBJECT.match(after) else HER
        case "her":
            new = _her(before, after)
        case _:
            new = known.words.get(word)
    return _cased(new, text[start:end]) if new else None


def _her(before: str, after: str) -> str | None:
    """`him` or `his`, or None where word order does not tell."""
    if AFTER_OBJECT.match(after) or OBJECT_ADVERB.match(after):
        return HIM
    following = WORD.match(after)
    if following and following[1] == "own":
        return HIS
    return None if CAUSATIVE.search(before) or DATIVE.search(before) else HIS


def _cased(new: str, old: str) -> str:
    if old.isupper() and len(old) > 1:
        return new.upper()
    return new[:1].upper() + new[1:] if old[:1].isupper() else new
