"""What is planted in the English corpus."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from making.alike import content_likeness
from making.dice import Dice
from making.lines import Line, Plant, Row, planted
from making.numbers import card, full_width, grouped, iban
from making.tickets import WORDS, Tickets
from making.words import filled, words

FAULTS = words("tickets_faults")
OKAFOR = "m.okafor@example.net"
NUMBERS = {
    "card": grouped(card("400000123456789")),
    "plain_card": card("510000000000001"),
    "iban": grouped(iban("GB", "TEST00000001234567")),
    "plain_iban": iban("DE", "000000000000012345"),
}


def lines(tickets: Tickets, clean: list[Line], dice: Dice) -> Iterator[Line]:
    yield from schema(tickets)
    yield from personal(tickets)
    yield from answers(tickets)
    hosts = iter(dice.shuffled([line for line in clean if len(line.row["input"]) > 190]))  # type: ignore[index]  # clean lines are rows
    yield from duplicates(hosts)
    yield from near(hosts, dice)
    yield from conflicts(hosts)


# ---- schema -----------------------------------------------------------------------------------------------------------------


def changed(row: Row, **values: object) -> Row:
    return {**row, **values}


def schema(tickets: Tickets) -> Iterator[Line]:
    cut: tuple[tuple[Callable[[str], str], str], ...] = (
        (lambda text: text[: len(text) // 2], "cut in the middle"),
        (lambda text: text.replace('", "input"', '" "input"', 1), "comma missing before `input`"),
        (lambda text: text.replace('"id"', "'id'", 1), "single quotes around a key"),
    )
    for finish, note in cut:
        yield Line(tickets.more(), plants=(Plant("SCH001", note),), finish=finish)
    row = tickets.more()
    yield planted({k: v for k, v in row.items() if k != "output"}, "SCH003", "`output` is missing")
    row = tickets.more()
    yield planted({**row, "output": json.loads(row["output"])}, "SCH004", "an object where a text should be", "output")
    yield planted({**tickets.more(), "input": 4711}, "SCH004", "a number for a text", "input")
    yield planted({**tickets.more(), "output": ""}, "SCH005", "empty answer", "output")
    yield planted({**tickets.more(), "output": " \n\t "}, "SCH005", "answer of white space", "output")
    yield planted({**tickets.more(), "instruction": "", "input": "  "}, "SCH006", "no question at all")
    row = tickets.more()
    yield planted({**row, "input": row["input"].replace(" ", " \x07", 1)}, "SCH008", "a bell character", "input")
    row = tickets.more()
    yield planted({**row, "input": row["input"] + " Caf\ufffd Sol"}, "SCH008", "U+FFFD, a byte lost earlier", "input")
    twice = planted(tickets.more(), "SCH009", "`output` stands twice")
    twice.finish = lambda text: text.replace('"output"', '"output": "", "output"', 1)
    yield twice
    for raw, note in (('["a", "list"]', "a list"), ('"only a string"', "a string"), ("null", "null")):
        yield Line(None, raw, plants=(Plant("SCH010", note),))
    first = Line({**tickets.more(), "id": "tk-twice"})
    yield first
    yield planted({**tickets.more(), "id": "tk-twice"}, "SCH011", "the id of an earlier row", "id", first)


# ---- personal data and answers ----------------------------------------------------------------------------------------------


def personal(tickets: Tickets) -> Iterator[Line]:
    for entry in FAULTS["personal"]:
        row = tickets.more()
        text = f"{row['input']}\nP.S. {filled(entry['text'], NUMBERS)}"
        plants = tuple(Plant(code, entry["note"], "input") for code in entry["code"].split())
        yield Line({**row, "input": text}, plants=plants)
    row = tickets.more()
    labels = {**json.loads(row["output"]), "address": OKAFOR}
    plants = (Plant("PII001", "e-mail address in the question", "input"), Plant("PII001", "and in the answer", "output"))
    text = f"{row['input']}\nP.S. Use {OKAFOR}, please."
    yield Line({**row, "input": text, "output": json.dumps(labels)}, plants=plants)


def answers(tickets: Tickets) -> Iterator[Line]:
    for share in (0.55, 0.8):
        row = tickets.more()
        yield planted(
            {**row, "output": row["output"][: int(len(row["output"]) * share)]}, "QUA001", "the JSON breaks off", "output"
        )
    for entry in FAULTS["answer"]:
        text = (entry["text"] * entry.get("times", 1)).strip()
        other = {key: entry[key] for key in ("instruction", "input") if key in entry}
        yield planted({**tickets.more(), **other, "output": text}, entry["code"], entry["note"], "output")


# ---- rows about other rows --------------------------------------------------------------------------------------------------


def copy_of(host: Line, **values: object) -> Row:
    assert host.row is not None
    return {**host.row, "id": "", **values}


def duplicates(hosts: Iterator[Line]) -> Iterator[Line]:
    edits: tuple[tuple[Callable[[str], str], str], ...] = (
        (lambda text: text, "the same text"),
        (str.upper, "in capitals"),
        (full_width, "in full-width characters"),
        (lambda text: "  " + text.replace(" ", "   ").replace(". ", ".\n\n") + " ", "with other white space"),
        (lambda text: text.swapcase().replace(" ", "\u00a0"), "other case, no-break spaces"),
    )
    for edit, note in edits:
        host = next(hosts)
        yield planted(copy_of(host, input=edit(copy_of(host)["input"])), "DUP001", note, after=host)


def near(hosts: Iterator[Line], dice: Dice) -> Iterator[Line]:
    """Five pairs at or over 0.8 and four a little below: the same ticket sent again with other small talk around it."""
    for low, high, count in ((0.82, 0.95, 5), (0.68, 0.78, 4)):
        found = 0
        while found < count:
            host = next(hosts)
            if row := sent_again(host, low, high, dice):
                found += 1
                plants = (Plant("DUP002", "the same ticket with other small talk"),) if low > 0.8 else ()
                yield Line(row, plants=plants, after=host, similarity=content_likeness(host.row or {}, row))


def sent_again(host: Line, low: float, high: float, dice: Dice) -> Row | None:
    for _ in range(60):
        text: str = copy_of(host)["input"]
        for kind in ("greetings", "openings", "closings"):
            said = [phrase for phrase in WORDS[kind] if phrase in text]
            if said and dice.below(2):
                text = text.replace(max(said, key=len), dice.pick(WORDS[kind]))
        row = copy_of(host, input=text)
        if low <= content_likeness(host.row or {}, row) <= high:
            return row
    return None


def conflicts(hosts: Iterator[Line]) -> Iterator[Line]:
    for key, values in (("urgency", ("low", "high")), ("contact", ("phone", "email")), ("issue", ("cancel", "billing"))):
        host = next(hosts)
        labels = json.loads(copy_of(host)["output"])
        labels[key] = values[0] if labels[key] != values[0] else values[1]
        yield planted(copy_of(host, output=json.dumps(labels)), "LAB001", f"same ticket, another {key}", "output", host)
