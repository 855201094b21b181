"""All that one set of rules and settings finds: our detectors, names, and what presidio's and the user's recognisers know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from curate.catalogue import Rules
from curate.pii.echo import echoed
from curate.pii.engine import Engine, params_of
from curate.pii.hits import Hit, settle
from curate.pii.masking import mask
from curate.pii.scan import Tagger


class Finder:
    def __init__(self, rules: Rules, names: str, model: str = "") -> None:
        params = params_of(rules)
        self.engine = Engine(params)
        self.taggers = list(taggers(rules, params, names, model))

    def find(self, text: str) -> list[Hit]:
        found = self.engine.find(text)
        for tagger in self.taggers:
            found = settle([*found, *tagger.tag([text])[0]], text)
        return found

    def redact_row(self, texts: Sequence[str]) -> list[str]:
        """The same for the parts of one row, each with what another part gives away."""
        return [mask(text, found) for text, found in zip(texts, echoed(texts, [self.find(t) for t in texts]), strict=True)]

    def redact(self, text: str) -> str:
        """The text with everything found masked, names as well: for what is shown and not kept."""
        return mask(text, self.find(text))


def taggers(rules: Rules, params: Mapping[str, Mapping[str, Any]], names: str, model: str) -> Iterator[Tagger]:
    """What is imported only when asked for: names, and presidio's own recognisers where a rule's params name some."""
    if names != "off" and "PII007" in rules:
        from curate.pii.names import namer

        yield namer(names, model)
    if any(values.get("recognizers") or values.get("countries") for values in params.values()):
        from curate.pii.presidio import bridge_of

        bridge = bridge_of(params)
        if bridge:
            yield bridge
