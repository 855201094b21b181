"""Every surface of both languages with its senses, and the groups and attributes they stand for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from curate.bias import entries
from curate.bias.inflect import people, plural
from curate.bias.scan import Trie, fold
from curate.bias.terms import Kind, Role

EN, ZH = 0, 1
ATTRIBUTES = {"occupation": Kind.OCCUPATION, "trait": Kind.TRAIT, "outcome": Kind.OUTCOME}
PERSONAL = {"gender", "age"}
NOUNS = (Role.NOUN, Role.PLURAL, Role.ONE)
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Group:
    axis: str
    name: str
    label: str
    """Its name in Chinese."""


@dataclass(frozen=True, slots=True)
class Attribute:
    kind: Kind
    name: str
    valence: int = 0


@dataclass(frozen=True, slots=True)
class Stereotype:
    axis: str
    groups: frozenset[str]
    mild: bool = False

    def fits(self, group: Group) -> bool:
        return self.axis in ("*", group.axis) and ("*" in self.groups or group.name in self.groups)


@dataclass(frozen=True, slots=True)
class Sense:
    kind: Kind
    lang: int
    role: Role = Role.NONE
    target: int = -1
    """Index of the group, attribute or stereotype."""


@dataclass(frozen=True)
class Lexicon:
    groups: tuple[Group, ...]
    attributes: tuple[Attribute, ...]
    stereotypes: tuple[Stereotype, ...]
    senses: tuple[Sense, ...]
    first: Ints
    """Senses of surface i are `senses[first[i]:first[i + 1]]`."""
    trie: Trie
    references: dict[str, dict[str, float]]
    axes: dict[str, str]
    """Axis and its Chinese name."""

    @cached_property
    def columns(self) -> dict[str, Ints]:
        """The senses as arrays."""
        names = ("kind", "lang", "role", "target")
        return {name: np.array([int(getattr(sense, name)) for sense in self.senses], dtype=np.int64) for name in names}

    def axis_groups(self, axis: str) -> list[int]:
        return [i for i, group in enumerate(self.groups) if group.axis == axis]


class Builder:
    """Collects senses; a surface may have several, each once."""

    def __init__(self) -> None:
        self.surfaces: dict[str, list[Sense]] = {}
        self.groups: dict[tuple[str, str], Group] = {}
        self.attributes: dict[tuple[Kind, str], Attribute] = {}
        self.stereotypes: list[Stereotype] = []
        self.references: dict[str, dict[str, float]] = {}
        self.axes: dict[str, str] = {}

    def add(self, words: Iterable[str], kind: Kind, lang: int, role: Role = Role.NONE, target: int = -1) -> None:
        sense = Sense(kind, lang, role, target)
        for word in words:
            senses = self.surfaces.setdefault(fold(word), [])
            if sense not in senses:
                senses.append(sense)

    def both(self, words: entries.Both, kind: Kind) -> None:
        self.add(words.en, kind, EN, Role.NOUN)
        self.add(words.en_plural, kind, EN, Role.PLURAL)
        self.add(words.zh, kind, ZH, Role.NOUN)

    def group(self, axis: str, name: str, label: str) -> int:
        self.groups.setdefault((axis, name), Group(axis, name, label or name))
        return list(self.groups).index((axis, name))

    def file(self, file: entries.LexiconFile) -> None:
        match file:
            case entries.AxisFile():
                self.axis(file)
            case entries.AttributesFile():
                self.attribute_file(file)
            case entries.WordsFile():
                for words, kind in (
                    (file.person, Kind.PERSON),
                    (file.name, Kind.NAME),
                    (file.positive, Kind.POSITIVE),
                    (file.negative, Kind.NEGATIVE),
                ):
                    self.both(words, kind)
                self.add(map(plural, file.person.en), Kind.PERSON, EN, Role.PLURAL)
            case entries.AbuseFile():
                self.abuse(file)
            case entries.StereotypesFile():
                self.stereotype_file(file)
            case entries.CounterfactualFile():
                return
        self.both(file.neutral, Kind.NEUTRAL)

    def axis(self, file: entries.AxisFile) -> None:
        self.axes[file.axis] = file.zh or file.axis
        if file.reference:
            self.references[file.axis] = dict(file.reference)
        for entry in file.group:
            target = self.group(file.axis, entry.name, entry.label)
            self.english(entry.en, target)
            self.chinese(entry.zh, target)
        for name, nation in file.nations.items():
            target = self.group(file.axis, name, nation.label + "人")
            self.english(entries.English(noun=nation.noun, plural=nation.plural, adjective=nation.adjective), target)
            self.place(nation.label, target)
        for place in file.places:
            self.place(place, self.group(file.axis, place, place + "人"))
        for name in file.peoples:
            known = next((g.name for g in self.groups.values() if g.axis == file.axis and g.label == name + "族"), name + "族")
            self.chinese(entries.Chinese(noun=(name + "族", name + "族人")), self.group(file.axis, known, name + "族"))

    def english(self, words: entries.English, target: int) -> None:
        roles = {
            "noun": Role.NOUN,
            "plural": Role.PLURAL,
            "adjective": Role.ADJECTIVE,
            "subject": Role.SUBJECT,
            "object": Role.OBJECT,
        }
        roles |= {"possessive": Role.POSSESSIVE, "either": Role.EITHER, "reflexive": Role.REFLEXIVE, "prefix": Role.TITLE}
        for key, role in roles.items():
            self.add(getattr(words, key), Kind.GROUP, EN, role, target)
        self.add(map(plural, words.noun), Kind.GROUP, EN, Role.PLURAL, target)

    def chinese(self, words: entries.Chinese, target: int) -> None:
        self.add(words.subject, Kind.GROUP, ZH, Role.SUBJECT, target)
        self.add(words.plural_subject, Kind.GROUP, ZH, Role.PLURAL, target)
        self.add(words.noun, Kind.GROUP, ZH, Role.NOUN, target)
        self.add(words.person, Kind.GROUP, ZH, Role.ONE, target)
        self.add(words.prefix, Kind.GROUP, ZH, Role.ADJECTIVE, target)
        for word in words.noun:
            self.add(people(word), Kind.NEUTRAL, ZH)

    def place(self, place: str, target: int) -> None:
        self.chinese(entries.Chinese(noun=(place + "人", place + "籍", place + "老乡", place + "男人", place + "女人")), target)

    def attribute_file(self, file: entries.AttributesFile) -> None:
        kind = ATTRIBUTES[file.class_]
        for name, entry in file.attribute.items():
            self.attributes.setdefault((kind, name), Attribute(kind, name, entry.valence))
            target = list(self.attributes).index((kind, name))
            self.add(entry.en, kind, EN, Role.NOUN, target)
            if kind is Kind.OCCUPATION:
                self.add(map(plural, entry.en), kind, EN, Role.PLURAL, target)
            self.add(entry.en_active, kind, EN, Role.ACTIVE, target)
            self.add(entry.zh, kind, ZH, Role.NOUN, target)
            self.add(entry.zh_own, kind, ZH, Role.OWN, target)

    def abuse(self, file: entries.AbuseFile) -> None:
        for entry in file.slur:
            self.stereotypes.append(Stereotype(entry.axis, frozenset({entry.group}), entry.mild))
            self.add(entry.en, Kind.SLUR, EN, Role.NOUN, len(self.stereotypes) - 1)
            self.add(entry.zh, Kind.SLUR, ZH, Role.NOUN, len(self.stereotypes) - 1)
        self.both(file.dehumanising, Kind.DEHUMANISING)
        self.both(file.incitement, Kind.INCITEMENT)

    def stereotype_file(self, file: entries.StereotypesFile) -> None:
        for entry in file.stereotype:
            self.stereotypes.append(Stereotype(entry.axis, frozenset(entry.groups)))
            self.add(entry.en, Kind.STEREOTYPE, EN, Role.NOUN, len(self.stereotypes) - 1)
            self.add(entry.zh, Kind.STEREOTYPE, ZH, Role.NOUN, len(self.stereotypes) - 1)
        for phrase in file.phrase:
            self.stereotypes.append(Stereotype(phrase.axis, frozenset({phrase.group})))
            self.add(phrase.en, Kind.PHRASE, EN, Role.NOUN, len(self.stereotypes) - 1)
            self.add(phrase.zh, Kind.PHRASE, ZH, Role.NOUN, len(self.stereotypes) - 1)
        self.both(file.cues, Kind.CUE)

    def inherit(self) -> None:
        """A `black woman` is a woman as well: a longer noun takes the other axes' senses of the noun it ends with."""
        nouns = {
            word: found
            for word, senses in self.surfaces.items()
            if (found := [s for s in senses if s.role in NOUNS and s.kind is Kind.GROUP])
        }
        axis = [group.axis for group in self.groups.values()]
        for word, mine in nouns.items():
            cuts = [i + 1 for i, c in enumerate(word) if c == " "] if mine[0].lang == EN else range(1, len(word) - 1)
            head = next((word[cut:] for cut in cuts if word[cut:] in nouns), "")
            known = {axis[sense.target] for sense in mine}
            self.surfaces[word] += [sense for sense in nouns.get(head, ()) if axis[sense.target] in PERSONAL - known]

    def finish(self) -> Lexicon:
        self.inherit()
        counts = [0, *(len(senses) for senses in self.surfaces.values())]
        return Lexicon(
            groups=tuple(self.groups.values()),
            attributes=tuple(self.attributes.values()),
            stereotypes=tuple(self.stereotypes),
            senses=tuple(sense for senses in self.surfaces.values() for sense in senses),
            first=np.cumsum(np.array(counts, dtype=np.int64)),
            trie=Trie.of(list(self.surfaces)),
            references=self.references,
            axes=self.axes,
        )


@cache
def load(extra: tuple[str | Path, ...] = ()) -> Lexicon:
    """The shipped lexicon and the user's files on top; a user's group of a known axis and name adds words to it."""
    builder = Builder()
    for file in entries.files(extra):
        builder.file(file)
    return builder.finish()
