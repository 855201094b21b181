"""The files of `rules/bias/lexicons/` and the user's own, checked as they are read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from curate.catalogue import rules_dir
from curate.errors import UserError

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
    """A class of people: 女人, 河南人."""
    person: Strings = ()
    """One of them, unless said of all: 姑娘, 母亲."""
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
    mild: bool = False
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
    phrase: tuple[SlurEntry, ...] = ()
    """Sayings that need no subject."""
    cues: Both = Both()
    neutral: Both = Both()


class CounterfactualFile(Strict):
    kind: Literal["counterfactual"]
    axis: str
    source: str = Field(min_length=8)
    licence: str
    en: tuple[tuple[str, str], ...] = ()
    zh: tuple[tuple[str, str], ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    fixed: Strings = ()


LexiconFile = Annotated[
    AxisFile | AttributesFile | WordsFile | AbuseFile | StereotypesFile | CounterfactualFile, Field(discriminator="kind")
]
ADAPTER: TypeAdapter[LexiconFile] = TypeAdapter(LexiconFile)


def read(path: Path) -> LexiconFile:
    try:
        return ADAPTER.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError(
            str(error), where=str(path), hint="A bias lexicon is a TOML file; rules/bias/lexicons has examples."
        ) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise UserError(f"`{'.'.join(map(str, first['loc']))}`: {first['msg']}", where=str(path)) from None


def files(extra: Iterable[str | Path] = ()) -> Iterator[LexiconFile]:
    """The shipped files by name, then the user's."""
    yield from map(read, sorted((rules_dir() / "bias" / "lexicons").glob("*.toml")))
    yield from (read(Path(path)) for path in extra)
