"""From a text to what is found in it. Names apart (see `names`), this is the whole hot path: cheap tests first, then compiled patterns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import chain
from typing import Any, Literal

from curate import catalogue
from curate.catalogue import Rules
from curate.pii import documents, network, numbers, phones, places
from curate.pii.fold import Folded
from curate.pii.hits import Hit, settle
from curate.pii.labels import OTHER, Labels, View
from curate.pii.national import national_ids
from curate.pii.secrets import Secrets

Names = Literal["off", "cue", "all"]
Params = Mapping[str, Mapping[str, Any]]

LONG = re.compile(r"[0-9](?:[ .()/\-（）]{0,2}[0-9]){5}")
"""Six digits with no more than two separators between two of them: what every number of ours has."""
DOTTED = re.compile(r"[0-9]\.[0-9]{1,3}\.[0-9]")
COLONS = re.compile(r"[0-9A-Fa-f]{1,4}(?P<s>[:-])[0-9A-Fa-f]{0,4}(?P=s)[0-9A-Fa-f]{0,4}(?P=s)")
PAPER = re.compile(r"[A-Z][0-9]{6}|[0-9]{7}[A-Z]|[A-Z]{2}[0-9]{2}|[A-Z]{2} [0-9]{2} [0-9]{2} ")
PLATE = re.compile(rf"[{documents.PROVINCES}使][A-HJ-NP-Z][^a-zA-Z]?[A-Z0-9]{{2}}")
SPELT = re.compile(r"[〇零一二三四五六七八九幺]{11}")
MARKS = tuple(dict.fromkeys(chain.from_iterable(marks for marks, _ in __import__("curate.pii.secrets", fromlist=["ISSUED"]).ISSUED)))

# Params that announce kinds of their own rather than the rule's only one.
OWN_FAMILY = {"passwords": "password", "narrative": "narrative", "versions": "version"} | dict.fromkeys(()) | {
    k: k for k in ("passport", "permit", "licence", "wechat", "qq", "social")
}  # fmt: skip
UNLABELLED = ("PII001", "PII007")


class Engine:
    """The detectors with the words of one set of rules."""

    def __init__(self, params: Params) -> None:
        families: dict[str, list[str]] = {"other": list(OTHER)}
        for code, values in params.items():
            for key, words in values.items():
                family = code if key == "cues" and code != "PII007" else OWN_FAMILY.get(key)
                if family:
                    families.setdefault(family, []).extend(words)
        self.labels = Labels(families)
        self.numbers, self.phones, self.emails = numbers.Numbers(params), phones.Phones(params), network.Emails(params)
        self.urls, self.secrets = network.Urls(params), Secrets(params)

    def find(self, text: str) -> list[Hit]:
        """All hits but names, disjoint and in order, in code points of the text as given."""
        folded = Folded(text)
        found = list(self.detect(View(folded, self.labels)))
        if not found:
            return []
        if folded.text is not text:
            found = [replace(h, start=folded.start(h.start), end=folded.end(h.end)) for h in found]
        return settle(found, text)
