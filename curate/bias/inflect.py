"""The few inflections that lexicons leave out."""

from __future__ import annotations

IRREGULAR = {
    "man": "men", "woman": "women", "child": "children", "person": "people", "wife": "wives", "housewife": "housewives",
    "thief": "thieves", "frenchman": "frenchmen", "mother-in-law": "mothers-in-law", "daughter-in-law": "daughters-in-law",
    "sister-in-law": "sisters-in-law", "father-in-law": "fathers-in-law", "son-in-law": "sons-in-law",
    "brother-in-law": "brothers-in-law", "chief executive officer": "chief executive officers",
}  # fmt: skip


def plural(noun: str) -> str:
    """The plural of an English noun phrase: its last word's, or its head's before `with`, `in`, `of`."""
    if noun in IRREGULAR:
        return IRREGULAR[noun]
    _, *rest = noun.split(" ")
    for link in ("with", "in", "of", "on"):
        if link in rest:
            cut = noun.index(f" {link} ")
            return plural(noun[:cut]) + noun[cut:]
    if rest:
        return noun.removesuffix(rest[-1]) + plural(rest[-1])
    if noun.endswith(("man", "woman")) and noun not in ("human", "german", "roman", "shaman"):
        return noun[:-2] + "en"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "z", "ch", "sh")) else "s")


# What makes another word of one that ends in 人: 中国人民, 上海人口, 老人家 is its own entry.
AFTER_PEOPLE = ("民", "口", "均", "才", "事局", "力资源", "工智能", "寿", "大代表", "大常委", "文", "类", "权")


def people(word: str) -> list[str]:
    """Longer words that merely begin with a Chinese group noun."""
    return [word + tail for tail in AFTER_PEOPLE] if word.endswith("人") else []
