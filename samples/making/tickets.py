"""Clean rows of the English corpus: a support ticket in, four labels out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from making.dice import Dice
from making.lines import Alike, Line, Row
from making.words import words

WORDS = words("tickets")
SLOTS = ("issue", "urgency", "contact")
ONCE = {"issue": 12, "urgency": 24, "contact": 24}
"""How many wordings of each label, from the end of its list, occur in one row only: no other split sees them."""
CLEAN = 440

LAYOUTS = {
    "plain": "{opening} {issue} {urgency} {contact}",
    "letter": "{greeting}\n{issue} {opening} {urgency} {contact}\n{closing}",
    "short": "{issue} {contact} {urgency}",
    "urgency first": "{urgency} {issue} {contact} {closing}",
    "polite": "{greeting} {issue} {urgency} {contact} {closing}",
    "story": "{opening} {issue} {contact} {urgency}",
    "contact first": "{greeting} {contact} {issue} {urgency}",
}
SOURCES = ("web form", "app", "e-mail gateway")
Wording = tuple[str, int]
"""A label and the number of its wording."""


def wordings(slot: str, once: bool) -> list[Wording]:
    found = []
    for label, texts in WORDS[slot].items():
        edge = len(texts) - ONCE[slot]
        found += [(label, i) for i in range(len(texts)) if (i >= edge) is once]
    return found


class Tickets:
    """Makes rows that are not alike."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.alike = Alike()
        self.instruction: str = WORDS["instruction"]

    def clean(self) -> Iterator[Line]:
        rare = {slot: self.dice.shuffled(wordings(slot, once=True)) for slot in SLOTS}
        rare_rows = len(rare["issue"])
        common = {slot: self.dice.dealt(wordings(slot, once=False), CLEAN - rare_rows) for slot in SLOTS}
        products = self.dice.dealt(WORDS["products"], CLEAN)
        layouts = self.dice.dealt(list(LAYOUTS), CLEAN)
        for i in range(CLEAN):
            deck, at = (rare, i) if i < rare_rows else (common, i - rare_rows)
            yield Line(self.admitted(products[i], {slot: deck[slot][at] for slot in SLOTS}, layouts[i]))

    def more(self) -> Row:
        """One more row of common wordings, to plant a fault in."""
        chosen = {slot: self.dice.pick(wordings(slot, once=False)) for slot in SLOTS}
        return self.admitted(self.dice.pick(WORDS["products"]), chosen, self.dice.pick(list(LAYOUTS)))

    def admitted(self, product: str, chosen: Mapping[str, Wording], layout: str) -> Row:
        for _ in range(200):
            row = self.row(product, chosen, layout)
            if self.alike.admits(row):
                return row
            layout = self.dice.pick(list(LAYOUTS))
        raise RuntimeError(f"no layout keeps {chosen} apart from the rows before it")

    def row(self, product: str, chosen: Mapping[str, Wording], layout: str) -> Row:
        texts = {slot: WORDS[slot][label][i].format(p=product) for slot, (label, i) in chosen.items()}
        loose = {name: self.dice.pick(WORDS[name + "s"]) for name in ("opening", "greeting", "closing")}
        labels = {"product": product, **{slot: label for slot, (label, _) in chosen.items()}}
        return {
            "id": "",
            "instruction": self.instruction,
            "input": LAYOUTS[layout].format(**texts, **loose),
            "output": json.dumps(labels),
            "template": layout,
            "wording": " ".join(f"{label}.{i + 1:02d}" for label, i in chosen.values()),
            "source": self.dice.pick(SOURCES),
        }
