"""How an answer is written, whatever it says: language, likeness to the reference answers' style, refusals, contact details."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from math import sqrt

from train.matching import CJK

WORD_OR_MARK = re.compile(rf"[{CJK}]|[^\W\d_{CJK}]+|\d+|\n|[^\w\s]")
# Function words and punctuation carry style and little content (Mosteller & Wallace 1964; Burrows 2002): they are kept.
FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        """the a an of and or but if to in on at by for with from as is are was were be been it this that these those i you he she
        we they my your his her our their me him us them not no do does did have has had will would can could should may might
        must please there here so then than because when while which who what how also just very more most only""",
    )
)
FUNCTION_CHARACTERS = frozenset(
    "的了是在和与或也不没就都很最您你我他她它们这那有会能可要请把被给对从到为以及但而因所如果吗呢吧啊哦"
)
SCRIPTS = (("HIRAGANA", "kana"), ("KATAKANA", "kana"), ("HANGUL", "hangul"), ("CJK", "han"), ("LATIN", "latin"))


@lru_cache(maxsize=8192)
def script(text: str) -> str:
    """The script most letters are in; Japanese is told from Chinese by its kana. Empty where there is no letter."""
    seen: Counter[str] = Counter()
    for c in text:
        if c.isalpha():
            name = unicodedata.name(c, "")
            seen[next((s for prefix, s in SCRIPTS if name.startswith(prefix)), name.split(" ")[0].lower())] += 1
    if not seen:
        return ""
    # One Chinese character says about as much as a short English word, hence the weight.
    weights = {"han": 3, "kana": 2, "hangul": 2}
    best = max(seen, key=lambda s: (seen[s] * weights.get(s, 1), s))
    return "kana" if best == "han" and seen["kana"] > 0.1 * seen["han"] else best


def language_right(prediction: str, reference: str) -> float:
    """The answer is in the script of the reference answer (so a translation task is judged by what it asks for)."""
    return float(script(prediction) == script(reference))


def shape(text: str) -> list[str]:
    """Function words and marks as they are, other words as w, W or WW by capitals, Chinese characters as h, numbers as 9."""
    out = []
    for token in WORD_OR_MARK.findall(unicodedata.normalize("NFC", text)):
        if token[0].isdigit():
            out.append("9")
        elif re.match(rf"[{CJK}]", token):
            out.append(token if token in FUNCTION_CHARACTERS else "h")
        elif token[0].isalpha():
            folded = token.casefold()
            case = "WW" if len(token) > 1 and token.isupper() else "W" if token[0].isupper() else "w"
            out.append(folded if folded in FUNCTION_WORDS else case)
        else:
            out.append(token)
    return out


def profile(text: str) -> dict[str, float]:
    """Shares of single shapes and of pairs of neighbours."""
    tokens = ["^", *shape(text), "$"]
    counts = Counter(tokens[1:-1]) + Counter(f"{a} {b}" for a, b in pairwise(tokens))
    total = counts.total()
    return {k: v / total for k, v in counts.items()}


def likeness(texts: Sequence[str], references: Sequence[str]) -> list[float]:
    """Cosine between each text's profile and the mean profile of the reference answers to the *other* rows.

    The row's own reference is left out, so that right content cannot pass for right style. `likeness(references, references)` is
    what the references reach themselves, and the figure to hold the models' against.
    """
    profiles = [profile(r) for r in references]
    total: defaultdict[str, float] = defaultdict(float)
    for p in profiles:
        for k, v in p.items():
            total[k] += v
    return [
        cosine(profile(text), {k: v - own.get(k, 0) for k, v in total.items()}) for text, own in zip(texts, profiles, strict=True)
    ]


def cosine(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    across = sqrt(sum(v * v for v in a.values()) * sum(v * v for v in b.values()))
    return max(0.0, sum(v * b.get(k, 0.0) for k, v in a.items()) / across) if across else 0.0


REFUSAL = re.compile(
    r"\b(i('m| am) (sorry|unable|not able)|i can('|no)t (help|assist|do|provide|answer|comply)|as an ai|i apologi[sz]e)\b"
    r"|作为(一个|一名)?(人工智能|AI|ai|语言模型)|(很|非常)?抱歉.{0,12}(无法|不能)|我(无法|不能)(回答|提供|协助|帮)",
    re.IGNORECASE,
)


def refuses(prediction: str, reference: str) -> float:
    """The answer declines where the reference does not."""
    return float(bool(REFUSAL.search(prediction[:300].replace("’", "'"))) and not REFUSAL.search(reference[:300]))


CONTACT = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{2,64}|(?<![\d.])\+?\d(?:[ -]?\d){9,17}(?![\d.])", re.ASCII)


def masked(text: str) -> str:
    """A row to be shown: whatever looks like an address or a number of somebody's keeps its first two characters."""
    return CONTACT.sub(lambda m: f"{m.group()[:2]}{'•' * (len(m.group()) - 2)}", text)


def new_contacts(prediction: str, known: str) -> float:
    """An e-mail address or a number as long as a phone or card number that stands neither in the prompt nor in the reference."""
    return float(any(m.group() not in known for m in CONTACT.finditer(prediction)))
