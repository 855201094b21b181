"""samples/tickets_benchmark.jsonl: eight tickets of its own and four that have leaked into the corpus."""

from __future__ import annotations

import json
from collections.abc import Callable

from making.dice import Dice
from making.lines import Line, Plant, Row
from making.tickets import WORDS

OWN: tuple[tuple[str, str, str, str, str], ...] = (
    ("Orbit router", "delivery", "high", "phone", "Saturday is the wedding and the Orbit router for the marquee sits in some van. Ring the best man this minute!"),
    ("Pebble speaker", "defect", "low", "email", "Left channel silent on the Pebble speaker. I mostly listen to podcasts, so mail me whenever it suits."),
    ("Arbor thermostat", "setup", "normal", "chat", "Could an agent type out for me, during this week, which wires of the Arbor thermostat go where?"),
    ("Kite camera", "login", "high", "email", "Our Kite camera watches a baby and the account shuts us out as of tonight! Mail both parents now."),
    ("Quill printer", "billing", "normal", "phone", "Toner for the Quill printer was put on the bill at a rate I never saw. A call around Wednesday is fine."),
    ("Moss vacuum", "cancel", "low", "chat", "One fine day, not soon, let my Moss vacuum filter plan run out. I hang about in your chat anyway."),
    ("Crest watch", "defect", "normal", "phone", "The strap pin of the Crest watch sheared off. Ring me within your usual span of days."),
    ("Fable tablet", "setup", "high", "chat", "Class starts at eight and thirty Fable tablets still show the greeting page. Chat, now, please!"),
)  # fmt: skip


def rows(clean: list[Line], dice: Dice) -> list[Row]:
    """Marks the leaked lines of the corpus with LEAK005."""
    leaks: tuple[tuple[str, Callable[[Row], Row]], ...] = (
        ("an exact copy", lambda row: row),
        ("a copy in capitals", lambda row: {**row, "input": row["input"].upper()}),
        ("a copy with a sentence added", lambda row: {**row, "input": row["input"] + " Over and out."}),
        ("a copy whose answer has its keys in another order", reordered),
    )
    own = [row(f"{text}", dict(zip(("product", "issue", "urgency", "contact"), labels, strict=True))) for *labels, text in OWN]
    hosts = dice.shuffled([line for line in clean if not line.plants and line.row and len(line.row["input"]) > 200])
    leaked = []
    for (note, edit), host in zip(leaks, hosts, strict=False):
        assert host.row is not None
        host.plants += (Plant("LEAK005", f"the benchmark holds {note}"),)
        leaked.append({key: edit(host.row)[key] for key in ("instruction", "input", "output")})
    return [{"id": f"bm-{i:02d}", **r} for i, r in enumerate(dice.shuffled(own + leaked), 1)]


def row(text: str, labels: dict[str, str]) -> Row:
    return {"instruction": WORDS["instruction"], "input": text, "output": json.dumps(labels)}


def reordered(row_: Row) -> Row:
    return {**row_, "output": json.dumps(dict(reversed(json.loads(row_["output"]).items())))}
