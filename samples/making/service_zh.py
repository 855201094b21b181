"""Clean rows of the Chinese corpus: customers and a shop's customer service, as chats."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from making.dice import Dice
from making.lines import Line, Row

WORDS: Mapping[str, Any] = tomllib.loads(Path(__file__).with_name("customer_service_zh.toml").read_text(encoding="utf-8"))
CHANNELS = ("网页", "应用", "小程序")


class Service:
    def __init__(self, dice: Dice) -> None:
        self.dice = dice

    def clean(self) -> Iterator[Line]:
        for intent in WORDS["intent"]:
            answers = self.dice.dealt(intent["answers"], len(intent["questions"]))
            for i, (question, answer) in enumerate(zip(intent["questions"], answers, strict=True)):
                context = self.dice.pick(WORDS["contexts"]) if i % 2 else ""
                said = self.dice.pick(WORDS["greetings"]) + answer + self.dice.pick(WORDS["closings"])
                yield Line(self.chat([context + question, said], intent["name"]))
        for dialogue in WORDS["dialogue"]:
            yield Line(self.chat(dialogue["turns"], "商品咨询"))

    def chat(self, turns: Sequence[str], topic: str) -> Row:
        """A row whose turns go to and fro, the customer first."""
        messages = [{"role": "system", "content": WORDS["system"]}]
        messages += [{"role": ("user", "assistant")[i % 2], "content": turn} for i, turn in enumerate(turns)]
        return {"id": "", "messages": messages, "topic": topic, "channel": self.dice.pick(CHANNELS)}
