"""What was found, by kind: rows, how sure, one masked example, and what to type next."""

from __future__ import annotations

from collections import Counter
from typing import Any

from curate.layout import percent
from curate.pii.hits import KINDS, Confidence, Hit


class Table:
    """Counts by kind: rows, confidence, one masked example."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, Any]] = {}

    def add(self, row: int, h: Hit, excerpt: str, *, noted: bool) -> None:
        entry = self.found.setdefault(
            h.kind, {"rows": 0, "last": -1, "finds": 0, "noted": 0, "confidence": Counter(), "example": excerpt}
        )
        entry["finds"] += 1
        entry["noted"] += noted
        entry["confidence"][h.confidence.value] += 1
        if entry["last"] != row:
            entry["rows"], entry["last"] = entry["rows"] + 1, row

    def rows(self, total: int) -> list[dict[str, Any]]:
        order = sorted(self.found.items(), key=lambda item: (KINDS[item[0]].code, -item[1]["rows"], item[0]))
        return [
            {
                "code": KINDS[kind].code,
                "kind": kind,
                "label": KINDS[kind].label,
                "zh": KINDS[kind].zh,
                "rows": entry["rows"],
                "share": entry["rows"] / max(1, total),
                "finds": entry["finds"],
                "noted": entry["noted"],
                "confidence": {c.value: entry["confidence"][c.value] for c in Confidence},
                "example": entry["example"],
            }
            for kind, entry in order
        ]

    def drawn(self, total: int) -> dict[str, Any]:
        """As a table of the report, in both languages. What to type next is the same for nearly all, so it stands above."""
        return {
            "title": [f"Personal data by kind. Type next: {NEXT}", f"个人信息，按种类。下一步：{NEXT}"],
            "header": HEADER,
            "rows": [
                [
                    [f"{entry['code']} {entry['label'].replace(' number', '')}", f"{entry['code']} {entry['zh']}"],
                    entry["rows"],
                    percent(entry["share"], 1),
                    sureness(entry),
                    close(entry["example"], KINDS[entry["kind"]].mask),
                ]
                for entry in self.rows(total)
            ],
        }


NEXT = "curate build … --pii mask"
AROUND = 8
"""Code points shown on either side of the mask."""
HEADER = [["Kind", "种类"], ["Rows", "行数"], ["Share", "占比"], ["Finds", "依据"], ["For example", "例"]]
SURE = {
    Confidence.PROVED: ("proved", "校验通过"),
    Confidence.CUED: ("cued", "有线索词"),
    Confidence.GUESS: ("guessed", "仅凭形式"),
}


def sureness(entry: dict[str, Any]) -> list[str]:
    """`3 proved, 1 guessed, 1 noted`: what a check digit or an issuer's form proves is told from what its form alone suggests."""
    counts = [(entry["confidence"][c.value], *SURE[c]) for c in Confidence] + [(entry["noted"], "noted", "仅提示")]
    said = [(n, en, zh) for n, en, zh in counts if n]
    return [", ".join(f"{n:,} {en}" for n, en, _ in said), "，".join(f"{zh} {n:,}" for n, _, zh in said)]


def close(example: str, mask: str) -> str:
    """The excerpt cut to what stands right beside the mask; everything found in it is masked already."""
    place = max(0, example.find(mask))
    left, right = max(0, place - AROUND), place + len(mask) + AROUND
    return f"{'…' * (left > 0)}{example[left:right]}{'…' * (right < len(example))}"
