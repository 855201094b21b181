"""Axes, groups and attributes as data: `rules/bias/lexicons/*.toml` and the user's own files."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from curate.catalogue import rules_dir
from curate.errors import UserError

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
    GENERAL = 13
    CUE = 14


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


ATTRIBUTES = {"occupation": Kind.OCCUPATION, "trait": Kind.TRAIT, "outcome": Kind.OUTCOME}
Strings = tuple[str, ...]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class English(Strict):
    noun: Strings = ()
    plural: Strings = ()
    adjective: Strings = ()
    subject: Strings = ()
    object: Strings = ()
    possessive: Strings = ()
    either: Strings = ()
    reflexive: Strings = ()
    prefix: Strings = ()


class Chinese(Strict):
    noun: Strings = ()
    subject: Strings = ()
    plural_subject: Strings = ()
    prefix: Strings = ()


class Both(Strict):
    en: Strings = ()
    en_plural: Strings = ()
    zh: Strings = ()


class GroupEntry(Strict):
    name: str
    label: str = ""
    en: English = English()
    zh: Chinese = Chinese()


class Nation(Strict):
    label: str
    noun: Strings = ()
    plural: Strings = ()
    adjective: Strings = ()


class AttributeEntry(Strict):
    valence: Literal[-1, 0, 1] = 0
    en: Strings = ()
    en_active: Strings = ()
    zh: Strings = ()
    zh_own: Strings = ()


class AxisFile(Strict):
    kind: Literal["axis"]
    axis: str
    zh: str = ""
    source: str = Field(min_length=8)
    licence: str
    reference: Mapping[str, float] = {}
    reference_source: str = ""
    group: tuple[GroupEntry, ...] = ()
    nations: Mapping[str, Nation] = {}
    places: Strings = ()
    peoples: Strings = ()
    neutral: Both = Both()


class AttributesFile(Strict):
    kind: Literal["attributes"]
    class_: Literal["occupation", "trait", "outcome"] = Field(alias="class")
    source: str = Field(min_length=8)
    licence: str
    attribute: Mapping[str, AttributeEntry]
    neutral: Both = Both()


class WordsFile(Strict):
    kind: Literal["words"]
    source: str = Field(min_length=8)
    licence: str
    person: Both = Both()
    positive: Both = Both()
    negative: Both = Both()
    name: Both = Both()
    neutral: Both = Both()


class SlurEntry(Strict):
    axis: str
    group: str
    en: Strings = ()
    zh: Strings = ()


class AbuseFile(Strict):
    kind: Literal["abuse"]
    source: str = Field(min_length=8)
    licence: str
    slur: tuple[SlurEntry, ...] = ()
    dehumanising: Both = Both()
    incitement: Both = Both()
    neutral: Both = Both()


class StereotypeEntry(Strict):
    axis: str
    groups: Strings
    en: Strings = ()
    zh: Strings = ()


class StereotypesFile(Strict):
    kind: Literal["stereotypes"]
    source: str = Field(min_length=8)
    licence: str
    stereotype: tuple[StereotypeEntry, ...] = ()
    general: Both = Both()
    cues: Both = Both()
    neutral: Both = Both()


LexiconFile = Annotated[AxisFile | AttributesFile | WordsFile | AbuseFile | StereotypesFile, Field(discriminator="kind")]
ADAPTER: TypeAdapter[LexiconFile] = TypeAdapter(LexiconFile)


def read(path: Path) -> LexiconFile:
    try:
        return ADAPTER.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError(str(error), where=str(path), hint="A bias lexicon is a TOML file; rules/bias/lexicons has examples.") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise UserError(f"`{'.'.join(map(str, first['loc']))}`: {first['msg']}", where=str(path)) from None


def files(extra: Iterable[str | Path] = ()) -> Iterator[LexiconFile]:
    """The shipped files by name, then the user's."""
    yield from map(read, sorted((rules_dir() / "bias" / "lexicons").glob("*.toml")))
    yield from (read(Path(path)) for path in extra)
