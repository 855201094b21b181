"""What may be said of each kind of leak, and how near the nearest rows are."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from curate.verifying.found import Found, Near
from curate.verifying.passages import Passage
from curate.verifying.result import Finding, Kind, Word
from curate.verifying.rows import Row
from curate.verifying.wording import jaccard, shingles

WORST = 20
PASSAGE = "long passage shared"
COUNTED = {
    "LEAK001": ("same text", "whole"),
    "LEAK002": ("near duplicate", "whole"),
    "LEAK009": ("same or near-same question", "question"),
    "LEAK008": ("text contained", "contained"),
}
ELSEWHERE = {
    "LEAK003": ("same meaning", "needs a model, and this checks by counting alone"),
    "LEAK005": ("benchmark or held-out item", "those sets are not in the folder"),
    "LEAK007": ("answer given away in the prompt", "is no leak between splits"),
}
OPENINGS = "opening turns of chats compared"
Splits = Mapping[str, Sequence[Row]]
Fields = Mapping[str, tuple[str, ...]]


def kinds(
    found: Found,
    splits: Splits,
    marks: Mapping[str, tuple[str, ...]],
    findings: Sequence[Finding],
    quoted: Sequence[Passage],
    reported: frozenset[str],
    deaf: bool,
    embargo: str = "",
) -> list[Kind]:
    """One line for each kind, in the order of the codes. `deaf`: a canary was not found, so nothing is certified.

    `reported`: kinds that do not fail the folder.
    """
    compared = sum(len(splits[a]) * len(splits[b]) for a, b in itertools.combinations(splits, 2))
    lines = [_counted(code, found, splits, compared, deaf) for code in COUNTED]
    lines += [Kind(code, name, Word.NOT_CHECKED, because) for code, (name, because) in ELSEWHERE.items()]
    for code, name, option in (("LEAK004", "one group", "--group-by"), ("LEAK006", "later than the test period", "--time-by")):
        number = sum(finding.code == code for finding in findings)
        chats = code == "LEAK004" and any(row.goes_on for rows in splits.values() for row in rows)
        if (fields := marks[code]) or chats:
            word = Word.FAILED if number else Word.CERTIFIED
            gap = f", embargo {embargo}" if embargo and code == "LEAK006" else ""
            looked = [f"every value of {', '.join(fields)} looked up{gap}"] if fields else []
            looked += [OPENINGS] if chats else []
            lines.append(Kind(code, name, word, "; ".join(looked), compared, number))
        else:
            lines.append(Kind(code, name, Word.NOT_CHECKED, f"the folder was built without {option}"))
    lines.append(_passages(quoted, compared, deaf))
    told = {code for code in reported if any(line.code == code and line.word is Word.FAILED for line in lines)}
    lines = [replace(line, word=Word.REPORTED) if line.code in told else line for line in lines]
    return sorted(lines, key=lambda kind: kind.code)


def _passages(quoted: Sequence[Passage], compared: int, deaf: bool) -> Kind:
    if not compared:
        return Kind("LEAK010", PASSAGE, Word.NOT_CHECKED, "fewer than two splits hold rows")
    worst = tuple(
        {
            "row": f"{each.row.file}:{each.row.line}",
            "held": f"{each.held.file}:{each.held.line}",
            "score": round(float(each.share), 6),
            "letters": each.letters,
        }
        for each in quoted[:WORST]
    )
    word = Word.FAILED if quoted else Word.NOT_CHECKED if deaf else Word.CERTIFIED
    return Kind("LEAK010", PASSAGE, word, "every pair without a stronger tie, exactly", compared, len(quoted), worst)


def _counted(code: str, found: Found, splits: Splits, compared: int, deaf: bool) -> Kind:
    name, channel = COUNTED[code]
    worst = _worst(channel, found.nearest[channel].values())
    if found.pairs[code]:
        return Kind(code, name, Word.FAILED, "every pair, exactly", compared, found.pairs[code], worst)
    held = [row for rows in list(splits.values())[1:] for row in rows]
    if not compared:
        return Kind(code, name, Word.NOT_CHECKED, "fewer than two splits hold rows")
    if deaf:
        return Kind(code, name, Word.NOT_CHECKED, "a planted leak was not found", compared, 0, worst)
    if channel == "question" and not any(row.question for row in held):
        return Kind(code, name, Word.NOT_CHECKED, "no protected row asks a question")
    if channel == "contained" and not any(row.asked or row.answer for row in held):
        return Kind(code, name, Word.NOT_CHECKED, "no protected row has a question or an answer")
    return Kind(code, name, Word.CERTIFIED, "every pair, exactly", compared, 0, worst)


def _worst(channel: str, nearest: Iterable[Near]) -> tuple[Mapping[str, Any], ...]:
    ranked = sorted(nearest, key=lambda near: (-near.score, near.held.file, near.held.line))
    return tuple(_told(channel, near) for near in ranked[:WORST])


def _told(channel: str, near: Near) -> dict[str, Any]:
    """Addresses and both figures; no text."""
    row, held = near.row, near.held
    out = {"row": f"{row.file}:{row.line}", "held": f"{held.file}:{held.line}", "score": round(near.score, 6)}
    if channel == "contained":
        return out
    if channel == "whole":
        pairs = (row.whole, held.whole), (row.content(held), held.content(row))
    else:
        pairs = (
            (row.question, held.question),
            (row.input, held.input) if row.shares_template(held) else (row.question, held.question),
        )
    whole, content = (round(float(jaccard(shingles(a), shingles(b))), 6) for a, b in pairs)
    return {**out, "score": min(whole, content), "whole": whole, "content": content}


def histogram(found: Found, splits: Splits) -> dict[str, int]:
    """Protected rows by the likeness of the nearest row in another split; below the floor it is only known to be below."""
    rows = sum(len(held) for held in list(splits.values())[1:])
    tenths = Counter(min(int(near.score * 10 + 1e-9), 10) for near in found.nearest["whole"].values())
    first = round(found.floor * 10)
    out = {f"under {found.floor}": rows - sum(tenths[t] for t in range(first, 11))}
    out |= {f"{t / 10:.1f} to {(t + 1) / 10:.1f}": tenths[t] for t in range(first, 10)}
    return {**out, "1.0": tenths[10]}
