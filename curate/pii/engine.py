"""From a text to what is found in it, names apart (see `names`): the gate, then the detectors whose marks the text bears."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from curate import catalogue
from curate.catalogue import Rules
from curate.pii import documents, network, numbers, phones, places, places_zh
from curate.pii.fold import Folded
from curate.pii.gate import Gate
from curate.pii.hits import Hit, joined, settle
from curate.pii.labels import OTHER, Labels, View
from curate.pii.national import national_ids
from curate.pii.secrets import Secrets
from curate.pii.spelt import spelt

# Params whose words announce a kind of their own rather than the rule's.
FAMILY = {"passwords": "password", "narrative": "narrative", "versions": "version"} | {
    key: key for key in ("passport", "permit", "licence", "wechat", "qq", "social")
}


TAKEN, ROUNDS = "\ue000", 3
"""A private-use character, neither letter nor digit, stands where something was found already."""
Detector = Callable[[View], Iterator[Hit]]


class Engine:
    """The detectors, with the words of one set of rules."""

    def __init__(self, params: Mapping[str, Mapping[str, Any]]) -> None:
        families: dict[str, list[str]] = {"other": list(OTHER)}
        for code, values in params.items():
            for key, words in values.items():
                family = FAMILY.get(key, code if key == "cues" and code != "PII007" else "")
                if family:
                    families.setdefault(family, []).extend(words)
        self.params, self.labels, self.gate = params, Labels(families), Gate(params)
        secrets = Secrets(params)
        table: tuple[tuple[str, Detector], ...] = (
            ("at", network.Emails(params)),
            ("spelt", network.spelt_emails),
            ("url", network.Urls(params)),
            ("marks", secrets),
            ("secrets", secrets.announced),
            ("dotted", network.addresses),
            ("codes", numbers.ibans),
            ("digits", numbers.Numbers(params)),
            ("digits", phones.Phones(params)),
            ("digits codes", national_ids),
            ("digits codes", documents.uscc),
            ("papers marks", documents.papers),
            ("plates papers", documents.plates),
            ("accounts", documents.accounts),
            ("births spelt", documents.births),
            ("profiles", documents.profiles),
            ("discord", documents.discord),
            ("marks", documents.wxids),
            ("spelt", spelt),
            ("streets morphemes prefixed boxes corners placed", places.addresses),
            ("chinese placed", places_zh.chinese),
            ("points", places.coordinates),
        )
        self.detectors = tuple((detector, frozenset(names.split())) for names, detector in table)

    def find(self, text: str) -> list[Hit]:
        """All hits but names, disjoint and in order, in code points of the text as given."""
        view = View(Folded(text), self.labels)
        groups = self.gate.of(view)
        return self.settled(view, groups) if groups else []

    def look(self, text: str, bits: int) -> list[Hit]:
        """The same for a text that the gate judged with its column."""
        view = View(Folded(text), self.labels)
        return self.settled(view, self.gate.names(bits) if view.text is text else self.gate.of(view))

    def settled(self, view: View, groups: frozenset[str]) -> list[Hit]:
        folded = view.folded
        found = list(self.detect(view, groups))
        if found:
            found += self.beside(folded.text, found, groups)
        if found and folded.text is not folded.original:
            found = [replace(h, start=folded.start(h.start), end=folded.end(h.end)) for h in found]
        return joined(settle(found, folded.original), folded.original) if found else found

    def beside(self, text: str, found: list[Hit], groups: frozenset[str]) -> list[Hit]:
        """What stood too close to another find to be told apart, such as the second number of two with a blank between."""
        more: list[Hit] = []
        for _ in range(ROUNDS):
            text = without(text, found)
            view = View(Folded(text), self.labels)
            # What the find was glued to may announce something now that it stands alone: `QQ：2849173DOB: 03/14/1987`.
            found = [h for h in self.detect(view, groups | self.gate.of(view)) if TAKEN not in text[h.start : h.end]]
            if not found:
                break
            more += found
        return more

    def detect(self, view: View, groups: frozenset[str]) -> Iterator[Hit]:
        for detector, names in self.detectors:
            if not names.isdisjoint(groups):
                yield from detector(view)


def without(text: str, hits: list[Hit]) -> str:
    """The text with the hits blotted out, as long as before."""
    pieces: list[str] = []
    place = 0
    for h in sorted(hits, key=lambda h: h.start):
        if h.end > place:
            start = max(place, h.start)
            pieces += (text[place:start], TAKEN * (h.end - start))
            place = h.end
    return "".join((*pieces, text[place:]))


def params_of(rules: Rules) -> dict[str, Mapping[str, Any]]:
    """Each rule's params, and the shipped ones of rules not selected: a card is no phone number though nobody asks for cards."""
    shipped = {code: rule.params for code, rule in catalogue.shipped().items() if rule.family == "PII"}
    return shipped | {code: rule.params for code, rule in rules.items() if rule.family == "PII"}


@cache
def default() -> Engine:
    return Engine(params_of({}))
