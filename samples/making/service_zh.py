"""Clean rows of the Chinese corpus: customers and a shop's customer service, as chats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from making.dice import Dice
from making.lines import Alike, Line, Row
from making.words import words

WORDS = words("customer_service_zh")
CHANNELS = ("网页", "应用", "小程序")


class Service:
    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.alike = Alike(0.7)

    def clean(self) -> Iterator[Line]:
        for intent in WORDS["intent"]:
            for i, (question, fit) in enumerate(zip(intent["questions"], intent["fits"], strict=True)):
                yield Line(self.admitted(question, intent["answers"][fit], intent["name"], bool(i % 2)))
        for dialogue in WORDS["dialogue"]:
            yield Line(self.chat(dialogue["turns"], "商品咨询"))

    def admitted(self, question: str, answer: str, topic: str, situated: bool) -> Row:
        """The exchange with courtesies that keep it apart from the rows with the same answer."""
        for _ in range(100):
            asked = (self.dice.pick(WORDS["contexts"]) if situated else "") + question
            row = self.chat([asked, self.dice.pick(WORDS["greetings"]) + answer + self.dice.pick(WORDS["closings"])], topic)
            if self.alike.admits(row):
                return row
        raise RuntimeError(f"{question} is too like an earlier row")

    def chat(self, turns: Sequence[str], topic: str) -> Row:
        """A row whose turns go to and fro, the customer first."""
        messages = [{"role": "system", "content": WORDS["system"]}]
        messages += [{"role": ("user", "assistant")[i % 2], "content": turn} for i, turn in enumerate(turns)]
        return {"id": "", "messages": messages, "topic": topic, "channel": self.dice.pick(CHANNELS)}
