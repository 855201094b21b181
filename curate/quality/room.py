"""Where an answer in another language may be meant: what stands around it leaves room for more than one language."""

from __future__ import annotations

import re

from curate.language import language
from curate.turns import Asked

USUAL = frozenset(["en", "zh"])
"""What models slip into."""
_SHORT = 8
_OPENS = 200
_LINES = 2
"""An order, and what it is about."""
# A mark of it, or words at its head that speak of who asks to nobody but oneself.
_THINKS = re.compile(
    r"\s*(?:<\|\w+\|>)?\s*<?think|\s*(?:okay|ok|alright|hmm|嗯)\b|\s*嗯|.{0,160}?(?:\bthe user(?:'s| is| wants| asks| asked| needs| has| said)\b|用户(?:问|想|要|让|希望|需要|的问题))",
    re.IGNORECASE | re.DOTALL,
)
_SENTENCE = re.compile(r"(?<=[.:：。!?！？])\s*(?=\S)")


def room(answer: str, said: str, spoken: str, asked: Asked, named: bool) -> str:
    """What leaves room where no language was asked for; empty where the case is plain. `named`: some language may be, in any tongue."""
    before = asked.all.removeprefix(asked.system).removesuffix(asked.last)
    system = language(asked.system) if asked.system else ""
    reasons = {
        "an earlier turn is in another language": _also(before.split("\n"), spoken),
        # Most system parts are English, whatever the talk is in.
        "the system part is in another language": system not in ("", "en", spoken),
        "the prompt may name a language": named,
        "models seldom slip into this language": said not in USUAL,
        "part of the prompt is in another language": _also(_SENTENCE.split(asked.last), spoken),
    }
    return next((reason for reason, holds in reasons.items() if holds), "") or within(answer, asked)


def within(answer: str, asked: Asked) -> str:
    """What leaves room even where a language is asked for by name."""
    if sum(bool(line.strip()) for line in asked.last.split("\n")) > _LINES:
        return "the prompt has more than two lines"
    return "the answer thinks aloud" if _THINKS.match(answer[:_OPENS]) else ""


def _also(texts: list[str], spoken: str) -> bool:
    return any(language(text) not in ("", spoken) for text in texts if len(text) >= _SHORT)
