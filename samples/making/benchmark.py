"""samples/tickets_benchmark.jsonl: eight tickets of its own and four that have leaked into the corpus."""

from __future__ import annotations

import json
from collections.abc import Callable

from making.dice import Dice
from making.lines import Line, Plant, Row
from making.tickets import WORDS
from making.tickets_faults import FAULTS


def rows(clean: list[Line], dice: Dice) -> list[Row]:
    """Marks the leaked lines of the corpus with LEAK005."""
    leaks: tuple[tuple[str, Callable[[Row], Row]], ...] = (
        ("an exact copy", lambda row: row),
        ("a copy in capitals", lambda row: {**row, "input": row["input"].upper()}),
        ("a copy with a sentence added", lambda row: {**row, "input": row["input"] + " Over and out."}),
        ("a copy whose answer has its keys in another order", reordered),
    )
    own = [row(entry["text"], entry["labels"]) for entry in FAULTS["benchmark"]]
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
