"""What is planted in the English corpus."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from making.alike import content_likeness
from making.dice import Dice
from making.lines import Line, Plant, Row
from making.numbers import card, full_width, grouped, iban
from making.tickets import WORDS, Tickets

NAME = "Dana Whitlock"
CARD = grouped(card("400000123456789"))
IBAN = grouped(iban("GB", "TEST00000001234567"))

# The sentence is added to the ticket; the codes must be found in it.
PERSONAL: tuple[tuple[str, str, str], ...] = (
    ("PII001", "My address for replies is d.whitlock@example.com.", "e-mail address"),
    ("PII001", "Reach our office at front.desk+orders@bakery.example.org.", "e-mail address with a tag"),
    ("PII002", "The number to dial is (212) 555-0143.", "US phone number from the range kept for fiction"),
    ("PII002", "Our London line is +44 20 7946 0958.", "UK phone number from the range kept for drama"),
    ("PII003", f"I paid with card {CARD}.", "payment card, Luhn-valid, in a test range"),
    ("PII003", f"The card on file is {card('510000000000001')}.", "payment card without spaces, Luhn-valid"),
    ("PII004", "My social security number is 842-21-0073.", "US social security number"),
    ("PII005", f"Pay it back to {IBAN}.", "IBAN, mod 97 valid, of a bank that does not exist"),
    ("PII005", f"Our account is {iban('DE', '000000000000012345')}.", "IBAN without spaces, mod 97 valid"),
    ("PII006", "It shows up in the log as 198.18.44.201.", "IPv4 address from the range for benchmarks"),
    ("PII006", "The label says MAC 02:00:5E:10:7F:3A.", "MAC address, locally administered"),
    ("PII009", "The app gave me the token ghp_" + "x7Kq2Zt9Lm4Rw8Vb1Nc6Yd3Hs5Jf0GaPuEoT" + ".", "access token of a code host"),
    ("PII009", "I log in with password: Blue-Kettle-4271.", "password in clear"),
)

BROKEN_ANSWERS: tuple[tuple[str, str, str], ...] = (
    ("QUA002", "As an AI language model, I am not able to read support tickets or to judge how urgent they are.", "assistant boilerplate"),
    ("QUA002", "I'm sorry, but I can't help with that request.", "refusal"),
    ("QUA003", "billing " * 40, "one word forty times"),
    ("QUA003", "The customer asks about the order. " * 9, "one sentence nine times"),
    ("QUA005", "这位顾客反映设备出了故障，情况比较着急，希望客服人员尽快通过电话与他取得联系并给出解决办法。", "Chinese answer to an English question"),
    ("QUA006", '{"product": "{{product_name}}", "issue": "{{issue}}", "urgency": "high", "contact": "email"}', "unfilled template fields"),
    ("QUA006", "Dear [Customer Name], your request about the {product_name} has been noted.", "unfilled letter fields"),
    ("QUA007", '<div class="answer"><p>The ticket is about a&nbsp;late parcel.</p><br/>Urgency: <b>high</b></div>', "HTML in the answer"),
)


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
    yield Line({k: v for k, v in row.items() if k != "output"}, plants=(Plant("SCH003", "`output` is missing"),))
    row = tickets.more()
    yield Line(changed(row, output=json.loads(row["output"])), plants=(Plant("SCH004", "an object where the answer's text should be", "output"),))
    yield Line(changed(tickets.more(), input=4711), plants=(Plant("SCH004", "a number for a text", "input"),))
    yield Line(changed(tickets.more(), output=""), plants=(Plant("SCH005", "empty answer", "output"),))
    yield Line(changed(tickets.more(), output=" \n\t "), plants=(Plant("SCH005", "answer of white space", "output"),))
    yield Line(changed(tickets.more(), instruction="", input="  "), plants=(Plant("SCH006", "no question at all"),))
    row = tickets.more()
    yield Line(changed(row, input=row["input"].replace(" ", " \x07", 1)), plants=(Plant("SCH008", "a bell character", "input"),))
    row = tickets.more()
    yield Line(changed(row, input=row["input"] + " Caf\ufffd Sol"), plants=(Plant("SCH008", "U+FFFD, a byte lost earlier", "input"),))
    yield Line(
        tickets.more(), plants=(Plant("SCH009", "`output` stands twice"),), finish=lambda text: text.replace('"output"', '"output": "", "output"', 1)
    )
    for raw, note in (('["a", "list"]', "a list"), ('"only a string"', "a string"), ("null", "null")):
        yield Line(None, raw, plants=(Plant("SCH010", note),))
    first = Line(changed(tickets.more(), id="tk-twice"))
    yield first
    yield Line(changed(tickets.more(), id="tk-twice"), plants=(Plant("SCH011", "the id of an earlier row", "id"),), after=first)


# ---- personal data and answers ----------------------------------------------------------------------------------------------


def personal(tickets: Tickets) -> Iterator[Line]:
    for code, sentence, note in PERSONAL:
        row = tickets.more()
        yield Line(changed(row, input=f"{row['input']} {sentence}"), plants=(Plant(code, note, "input"),))
    row = tickets.more()
    text = f"{row['input']} My name is {NAME} and my number is 212-555-0187."
    yield Line(changed(row, input=text), plants=(Plant("PII007", "a name with a phone number", "input"), Plant("PII002", "US phone number", "input")))
    row = tickets.more()
    labels = {**json.loads(row["output"]), "contact": "m.okafor@example.net"}
    yield Line(changed(row, output=json.dumps(labels)), plants=(Plant("PII001", "e-mail address in the answer", "output"),))


def answers(tickets: Tickets) -> Iterator[Line]:
    for share in (0.55, 0.8):
        row = tickets.more()
        text = row["output"][: int(len(row["output"]) * share)]
        yield Line(changed(row, output=text), plants=(Plant("QUA001", "the JSON breaks off", "output"),))
    for code, text, note in BROKEN_ANSWERS:
        yield Line(changed(tickets.more(), output=text.strip()), plants=(Plant(code, note, "output"),))


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
        yield Line(copy_of(host, input=edit(host.row["input"])), plants=(Plant("DUP001", note),), after=host)  # type: ignore[index]


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
        labels = json.loads(host.row["output"])  # type: ignore[index]
        labels[key] = values[0] if labels[key] != values[0] else values[1]
        yield Line(copy_of(host, output=json.dumps(labels)), plants=(Plant("LAB001", f"same ticket, another {key}", "output"),), after=host)
