"""The kinds of surfaces the analysis knows, and how one stands in its sentence."""

from __future__ import annotations

from enum import IntEnum

LANGUAGES = ("en", "zh")


class Kind(IntEnum):
    """What a surface is to the analysis."""

    NEUTRAL = 0
    """Longest match wins, so that 其他 hides 他."""
    GROUP = 1
    OCCUPATION = 2
    TRAIT = 3
    OUTCOME = 4
    PERSON = 5
    NAME = 6
    POSITIVE = 7
    NEGATIVE = 8
    SLUR = 9
    DEHUMANISING = 10
    INCITEMENT = 11
    STEREOTYPE = 12
    CUE = 13
    PHRASE = 14


class Role(IntEnum):
    """How a surface stands in its sentence."""

    NONE = 0
    NOUN = 1
    PLURAL = 2
    ADJECTIVE = 3
    """Counts only before a word for a person: `black woman`, 女医生."""
    SUBJECT = 4
    OBJECT = 5
    POSSESSIVE = 6
    EITHER = 7
    """`her`: object or possessive, told apart by what follows."""
    REFLEXIVE = 8
    TITLE = 9
    ACTIVE = 10
    """A verb form whose object it happens to: `hire him`."""
    OWN = 11
    """A verb form whose subject it happens to: 他入狱."""
    ONE = 12
    """A Chinese noun that means one person unless said of all: 姑娘, 母亲."""
