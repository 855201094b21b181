#!/usr/bin/env python3
"""Check the splits in a folder for leaks, with Python's standard library alone.

    python verify_leakage.py [DIR] [--rows-only] [--format text|jsonl]

Nothing in the folder is believed but its rows: train.jsonl, validation.jsonl and test.jsonl are read again and every likeness
between them is computed anew. manifest.json is asked for the threshold, the group fields and the hashes of the files only.
Exit code 0: clean; 1: a leak, a mismatch, a line that cannot be read, a missing file; 2: no readable manifest.

The text of a row is its parts joined by a line feed: system, prompt, input, answer; for chats the contents in order. Then NFKC,
case folding, and one space for every run of white space. A shingle is 3 code points from a Chinese, Japanese or Korean one
and 5 from any other. LEAK001: the same text. LEAK002: Jaccard similarity of the shingles of two rows at or over the threshold,
also without what only a template gives both. LEAK009: the same of questions. LEAK008: the matter of a question, or an answer,
of 40 shingles or more stands in a row of another split (an answer: if 40 of its shingles stand in at most ten answers).
LEAK004: one group in two splits, or rows that open with the same question and answer (40 shingles) where one of them goes on.
LEAK006: not earlier than the test rows, or nearer to a later split than the embargo. LEAK010: 50 code points in a row (25 from a
Chinese, Japanese or Korean one) of a question's matter or an answer stand in a row of another split, and in at most ten rows at
all. Kinds that the manifest lists as `reported`, LEAK010 if it lists none, are counted and fail nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any

SPLITS = ("train.jsonl", "validation.jsonl", "test.jsonl")
LEAST, COMMON, NAMED = 40, 10, 20
CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U000323af]")
ROLES = {"system": "system", "developer": "system", "user": "prompt", "human": "prompt"}
ROLES |= dict.fromkeys(("assistant", "gpt", "function_call"), "answer")
Parts = list[tuple[str, str]]
Problem = dict[str, Any]


# ---- rows -------------------------------------------------------------------------------------------------------------------


def canonical(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


NUMBERS: dict[str, int] = {}


def shingles(text: str) -> frozenset[int]:
    """Each shingle as a number of its own, which takes less room than the shingle."""
    ends = [(i, i + (3 if CJK.match(text, i) else 5)) for i in range(len(text))]
    found = {text[i:end] for i, end in ends if end <= len(text)} or {text}
    return frozenset([NUMBERS.setdefault(shingle, len(NUMBERS)) for shingle in found])


def join(*texts: str) -> str:
    return " ".join(text for text in texts if text)


class Row:
    """One line of a split file; its texts are canonical."""

    def __init__(self, value: dict[str, Any], file: str, line: int, mapping: dict[str, str], fields: list[str]) -> None:
        self.file, self.line, self.id = file, line, value.get("id")
        found = parts({**value, **{known: reach(value, path) for known, path in mapping.items()}})
        found = found or [("other", text) for key, held in value.items() if key != "id" for text in strings(held)]
        found = [(role, canonical(text)) for role, text in found]
        last = max((i for i, (role, _) in enumerate(found) if role == "answer"), default=len(found))
        self.whole = join(*(text for _, text in found))
        self.system = join(*(text for role, text in found if role == "system"))
        self.input = join(*(text for role, text in found if role == "input"))
        self.prompt = join(*(text for role, text in found[:last] if role not in ("system", "input")))
        self.answer = found[last][1] if last < len(found) else ""
        self.bare = join(*(text for role, text in found if role != "system"))
        self.filling = join(
            *(text for i, (role, text) in enumerate(found) if role == "input" or (i >= last and role != "system"))
        )
        first = next((i for i, (role, _) in enumerate(found) if role == "answer"), -1)
        spoken = [text for role, text in found[: first + 1] if role != "system"]
        self.opening = join(*spoken) if len(spoken) > 1 else ""
        self.goes_on = sum(role == "answer" for role, _ in found) > 1
        self.question, self.asked = join(self.prompt, self.input), self.input or self.prompt
        marks = {field: reach(value, field) for field in fields}
        self.marks = {
            field: mark if isinstance(mark, str) else json.dumps(mark, ensure_ascii=False, separators=(",", ":"))
            for field, mark in marks.items()
            if mark not in (None, "")
        }
        self.sets: dict[str, frozenset[int]] = {}

    def set(self, text: str) -> frozenset[int]:
        if text not in self.sets:
            self.sets[text] = shingles(text)
        return self.sets[text]

    def template(self, other: Row) -> bool:
        return bool(self.input and other.input) and self.prompt == other.prompt

    def content(self, other: Row) -> str:
        same = bool(self.system) and self.system == other.system
        if self.template(other):
            return self.filling if same else join(self.system, self.filling)
        return self.bare if same else self.whole


def reach(value: Any, path: str) -> Any:
    if isinstance(value, dict) and path in value:
        return value[path]
    for step in path.replace("[", ".").replace("]", "").split("."):
        if isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict):
            value = value.get(step)
        else:
            return None
    return value


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


def parts(row: dict[str, Any]) -> Parts:
    """The parts of a row in order; its keys tell its shape."""
    found = text(row.get("system"), "system")
    if "chosen" in row and "rejected" in row:
        asked = [part for key in ("prompt", "conversations", "messages") for part in either(row.get(key), "prompt")]
        asked += text(row.get("input"), "input")
        chosen = answers(row["chosen"], any(role in ("prompt", "input") for role, _ in asked))
        return found + asked + chosen + [("other", worse) for _, worse in answers(row["rejected"], True)]
    if "messages" in row or "conversations" in row:
        return found + turns(row["messages"] if "messages" in row else row["conversations"])
    if "instruction" in row or ("output" in row and "prompt" not in row):
        found += history(row) + text(row.get("instruction"), "prompt") + text(row.get("input"), "input")
        return found + text(row.get("output"), "answer")
    if "prompt" in row or "completion" in row:
        return found + history(row) + either(row.get("prompt"), "prompt") + either(row.get("completion"), "answer")
    return found + text(row.get("text"), "answer")


def text(value: Any, role: str) -> Parts:
    return [(role, value)] if isinstance(value, str) else []


def either(value: Any, role: str) -> Parts:
    return turns(value) if isinstance(value, list) else text(value, role)


def items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def history(row: dict[str, Any]) -> Parts:
    pairs = [pair for pair in items(row.get("history")) if isinstance(pair, list) and len(pair) == 2]
    return [part for question, answer in pairs for part in text(question, "prompt") + text(answer, "answer")]


def turns(value: Any) -> Parts:
    return [part for turn in items(value) if isinstance(turn, dict) for part in one(turn)]


def one(turn: dict[str, Any]) -> Parts:
    named = "content" in turn or "role" in turn
    role = ROLES.get(str(turn.get("role" if named else "from")), "other")
    content, found = turn.get("content" if named else "value"), Parts()
    for piece in content if isinstance(content, list) else [content]:
        if isinstance(piece, dict) and piece.get("type", "text") in ("text", "input_text", "output_text"):
            piece = piece.get("text", piece.get("value"))
        found += text(piece, role)
    calls = [
        call["function"]
        for call in turn.get("tool_calls") or ()
        if isinstance(call, dict) and isinstance(call.get("function"), dict)
    ]
    return found + [part for call in calls for part in text(call.get("arguments"), "answer")]


def answers(value: Any, prompted: bool) -> Parts:
    if isinstance(value, dict):
        return [("answer", said) for _, said in one(value)]
    found = either(value, "answer")
    return [part for part in found if part[0] == "answer"][-1:] if prompted else found


# ---- leaks ------------------------------------------------------------------------------------------------------------------


def leak(row: Row, held: Row, at: Fraction, common: Counter[int]) -> tuple[str, Fraction] | None:
    """The gravest code by which a row gives a protected one away, and how alike they are."""

    def alike(a: str, b: str) -> Fraction:
        left, right = row.set(a), held.set(b)
        both = len(left & right)
        return Fraction(both, len(left) + len(right) - both)

    if row.whole and row.whole == held.whole:
        return "LEAK001", Fraction(1)
    if (
        row.whole
        and held.whole
        and (score := min(alike(row.whole, held.whole), alike(row.content(held), held.content(row)))) >= at
    ):
        return "LEAK002", score
    if row.question and held.question:
        score = alike(row.question, held.question)
        if (score := min(score, alike(row.input, held.input)) if row.template(held) else score) >= at:
            return "LEAK009", score
    for needle in needles(held, common):
        if row.whole and (score := Fraction(len(held.set(needle) & row.set(row.whole)), len(held.set(needle)))) >= at:
            return "LEAK008", score
    return None


def needles(held: Row, common: Counter[int]) -> list[str]:
    """What is looked for inside other rows."""
    found = [held.asked] if held.asked and len(held.set(held.asked)) >= LEAST else []
    if held.answer and sum(common[shingle] <= COMMON for shingle in held.set(held.answer)) >= LEAST:
        found.append(held.answer)
    return found


def system_less(row: Row) -> str:
    return row.bare if row.system else ""


def filled(row: Row) -> str:
    return row.filling if row.input else ""


def frame(row: Row) -> tuple[str, str] | None:
    return ("system", row.system) if row.system else ("prompt", row.prompt) if row.input else None


def suspects(side: list[Row], helds: list[Row], at: Fraction, common: Counter[int]) -> set[tuple[int, int]]:
    """Pairs that may be leaks: all of them, and few others.

    Of n shingles that must share k with another set, any n - k + 1 hold a shared one: the rarest are looked up. Rows with a
    common system prompt or template are looked up by what else they say, so that it makes no pairs.
    """
    out: set[tuple[int, int]] = set()
    looks: list[tuple[Callable[[Row], str], Callable[[Row], list[str]], Callable[[Row, Row], bool]]] = [
        (lambda r: r.whole, lambda r: [r.whole], lambda a, b: frame(a) is None or frame(a) != frame(b)),
        (system_less, lambda r: [system_less(r)], lambda a, b: a.system == b.system and not a.template(b)),
        (filled, lambda r: [filled(r)], lambda a, b: a.system == b.system and a.template(b)),
        (lambda r: r.question, lambda r: [r.question], lambda a, b: not a.template(b)),
        (lambda r: r.input, lambda r: [r.input], lambda a, b: a.template(b)),
        (lambda r: r.whole, lambda r: needles(r, common), lambda _a, _b: True),
    ]
    for hay, wanted, fits in looks:
        asked = [(j, held, held.set(needle)) for j, held in enumerate(helds) for needle in wanted(held) if needle]
        known = set[int]().union(*(needle for _, _, needle in asked))
        index: dict[int, list[int]] = defaultdict(list)
        for i, row in enumerate(side):
            for shingle in (row.set(hay(row)) & known) if asked and hay(row) else ():
                index[shingle].append(i)
        for j, held, needle in asked:
            need = -(-at.numerator * len(needle) // at.denominator)
            rarest = sorted(needle, key=lambda shingle: (len(index.get(shingle, ())), shingle))[: len(needle) - need + 1]
            found = {i for shingle in rarest for i in index.get(shingle, ())}
            out |= {(i, j) for i in found if fits(side[i], held)}
    return out


def leaks(splits: dict[str, list[Row]], at: Fraction, pairs: set[tuple[int, int]]) -> Iterator[Problem]:
    """LEAK001, 002, 008 and 009; `pairs` is told which rows they are of."""
    common = Counter(shingle for rows in splits.values() for row in rows if row.answer for shingle in row.set(row.answer))
    names = list(splits)
    for s, side in enumerate(names):
        found: dict[tuple[str, int], list[tuple[Fraction, Row]]] = defaultdict(list)
        for held in names[s + 1 :]:
            for i, j in sorted(suspects(splits[side], splits[held], at, common)):
                if told := leak(splits[side][i], splits[held][j], at, common):
                    found[told[0], i].append((told[1], splits[held][j]))
                    pairs.add((id(splits[side][i]), id(splits[held][j])))
        for (code, i), partners in sorted(found.items()):
            ranked = sorted(partners, key=lambda each: (-each[0], each[1].file, each[1].line))
            score = float(ranked[0][0])
            yield finding(code, f"{score:.3f} alike to", splits[side][i], [row for _, row in ranked], score)


def moment(mark: str) -> tuple[int, int, str]:
    """Numbers by value, ISO 8601 by moment (without a zone it counts as UTC), all else as it is written; in millionths."""
    try:
        number = Decimal(mark.strip())
        if number.is_finite() and abs(number) < 2**40:
            return 0, int(number * 1_000_000), ""
    except InvalidOperation:
        pass
    try:
        at = datetime.fromisoformat(mark.strip())
    except ValueError:
        return 2, 0, mark
    since = (at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime(1970, 1, 1, tzinfo=UTC)
    return 1, since // timedelta(microseconds=1), ""


def within(embargo: str, row: tuple[int, int, str], following: tuple[int, int, str]) -> bool:
    """Whether less than the embargo lies between two times of a kind: a unit is for dates, a bare number for numbers."""
    span = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhdw]?)\s*", embargo)
    if not span or row[0] != following[0] or row[0] != (1 if span[2] else 0):
        return False
    unit = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}.get(span[2], 1)
    return following[1] - row[1] < Decimal(span[1]) * unit * 1_000_000


def marked(splits: dict[str, list[Row]], groups: list[str], times: list[str], embargo: str) -> Iterator[Problem]:
    """LEAK004 and LEAK006."""
    for field, (side, held) in itertools.product(groups, itertools.combinations(splits, 2)):
        holders: dict[str, list[Row]] = defaultdict(list)
        for row in splits[held]:
            holders[row.marks.get(field, "")].append(row)
        for row in splits[side]:
            if field in row.marks and row.marks[field] in holders:
                yield finding("LEAK004", f"the same `{field}` as", row, holders[row.marks[field]], 1.0)
    for field, (s, side) in itertools.product(times, enumerate(SPLITS[:-1])):
        later = [
            [row for row in itertools.chain(*(splits[n] for n in names)) if field in row.marks]
            for names in (SPLITS[-1:], SPLITS[s + 1 :])
        ]
        first, following = (min(rows, key=lambda row: moment(row.marks[field]), default=None) for rows in later)
        for row in splits[side]:
            at = moment(row.marks.get(field, ""))
            if field in row.marks and first and at >= moment(first.marks[field]):
                yield finding("LEAK006", f"`{field}` is not before", row, [first], None)
            elif field in row.marks and following and within(embargo, at, moment(following.marks[field])):
                yield finding("LEAK006", f"`{field}` is nearer than the embargo of {embargo} to", row, [following], None)


def opened(splits: dict[str, list[Row]]) -> Iterator[Problem]:
    """LEAK004: rows of two splits that begin as one conversation."""
    chats = {row.opening for rows in splits.values() for row in rows if row.goes_on}
    begun: dict[str, list[tuple[int, Row]]] = defaultdict(list)
    for s, rows in enumerate(splits.values()):
        for row in rows:
            if row.opening in chats:
                begun[row.opening].append((s, row))
    for opening, held in begun.items():
        for s, row in held if held[0][0] != held[-1][0] and len(shingles(opening)) >= LEAST else ():
            if later := [other for t, other in held if t > s]:
                yield finding("LEAK004", "the same opening turns as", row, later, 1.0)


def spans(text: str, letters: int) -> Iterator[str]:
    for i in range(len(text)):
        end = i + (letters // 2 if CJK.match(text, i) else letters)
        if end <= len(text):
            yield text[i:end]


def holders(splits: dict[str, list[Row]], letters: int) -> dict[str, list[tuple[int, Row]]]:
    """The rows of each span that two splits hold."""
    sides: dict[int, int] = defaultdict(int)
    for s, rows in reversed([*enumerate(splits.values())]):
        for key in (hash(span) for row in rows for span in spans(row.whole, letters)):
            if s or key in sides:
                sides[key] |= 1 << s
    shared = {key for key, held in sides.items() if held & (held - 1)}
    found: dict[str, list[tuple[int, Row]]] = defaultdict(list)
    for s, rows in enumerate(splits.values()):
        for row in rows:
            for span in {span for span in spans(row.whole, letters) if hash(span) in shared}:
                found[span].append((s, row))
    return found


def passages(splits: dict[str, list[Row]], letters: int, most: int, leaking: set[tuple[int, int]]) -> Iterator[Problem]:
    """LEAK010, for pairs that no stronger kind has told."""
    found: dict[int, tuple[Row, dict[int, Row]]] = {}
    for span, held in holders(splits, letters).items():
        for (s, row), (t, other) in itertools.combinations(held, 2) if len(held) <= most else ():
            if s < t and (id(row), id(other)) not in leaking and (span in other.asked or span in other.answer):
                found.setdefault(id(row), (row, {}))[1][id(other)] = other
    for row, others in sorted(found.values(), key=lambda each: (SPLITS.index(each[0].file), each[0].line)):
        yield finding("LEAK010", "a long passage stands here of", row, [*others.values()], None)


def finding(code: str, fact: str, row: Row, helds: list[Row], score: float | None) -> Problem:
    related = [{"file": held.file, "line": held.line, "id": held.id} for held in helds[:NAMED]]
    more = f", and {len(helds) - 1} more" if len(helds) > 1 else ""
    return problem(
        code, f"{fact} {helds[0].file}:{helds[0].line}{more}", row.file, row.line, id=row.id, related=related, score=score
    )


def problem(code: str, message: str, file: str, line: int | None = None, **more: Any) -> Problem:
    empty: Problem = {"id": None, "field": None, "span": None, "excerpt": "", "related": [], "score": None, "fix": "Build again."}
    return {"code": code, "severity": "error", "file": file, "line": line, "message": message, **empty, **more}


# ---- the folder -------------------------------------------------------------------------------------------------------------


def read(folder: Path, manifest: dict[str, Any]) -> tuple[dict[str, list[Row]], list[Problem]]:
    splits: dict[str, list[Row]] = {name: [] for name in SPLITS}
    found = []
    groups, times = fields(manifest)
    for name in SPLITS:
        if not (folder / name).is_file():
            found += [problem("VER001", f"{name} is missing", name)] if name in manifest.get("outputs", {}) else []
            continue
        for number, line in enumerate((folder / name).read_bytes().split(b"\n"), 1):
            if line.strip():
                try:
                    value = json.loads(line.decode("utf-8"))
                    splits[name].append(Row(value, name, number, manifest.get("map") or {}, groups + times))
                except (ValueError, RecursionError, AttributeError):
                    found.append(problem("SCH001", "the line holds no row", name, number))
    return splits, found


def fields(manifest: dict[str, Any]) -> tuple[list[str], list[str]]:
    return list(manifest.get("group_by") or []), [manifest["time_by"]] if manifest.get("time_by") else []


def passage_of(manifest: dict[str, Any]) -> tuple[int, int]:
    stated = manifest.get("thresholds") or {}
    return int(stated.get("span", 50)), int(stated.get("span_rows", COMMON))


def embargo_of(manifest: dict[str, Any]) -> str:
    settings = manifest.get("settings")
    span = settings.get("embargo") if isinstance(settings, dict) else None
    return span if isinstance(span, str) else ""


def integrity(folder: Path, manifest: dict[str, Any], splits: dict[str, list[Row]]) -> Iterator[Problem]:
    rest = {key: value for key, value in manifest.items() if key != "digest"}
    spelled = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    written = json.dumps(manifest, sort_keys=True, indent=1, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
    if hashlib.sha256(spelled).hexdigest() != manifest.get("digest") or written != (folder / "manifest.json").read_bytes():
        yield problem("VER003", "the manifest is not the one that was written", "manifest.json")
    outputs, counts = manifest.get("outputs") or {}, manifest.get("counts") or {}
    for name in {*outputs, *SPLITS}:
        path = folder / name
        if name not in outputs:
            yield problem("VER002", "the manifest does not list it", name)
        elif not path.is_file():
            yield problem("VER001", f"{name} is missing", name)
        elif hashlib.sha256(path.read_bytes()).hexdigest() != outputs[name].get("sha256"):
            yield problem("VER002", "not the file that was built: its SHA-256 differs", name)
    here = {name.removesuffix(".jsonl"): len(rows) for name, rows in splits.items()}
    kept, gone = sum(here.values()), counts.get("removed", -1) + counts.get("quarantined", -1)
    if counts.get("input") != kept + gone or counts.get("kept") != kept or any(counts.get(name) != n for name, n in here.items()):
        yield problem("VER004", "rows in are not rows kept, removed and quarantined", "manifest.json")


def deaf(splits: dict[str, list[Row]], at: Fraction) -> Iterator[Problem]:
    """Plant copies of some protected rows, each changed so that it stays the same by the definition, and look for them."""
    changes: dict[str, Callable[[str], str]] = {
        "capital letters": lambda t: re.sub("[a-z]", lambda letter: letter[0].upper(), t),
        "other white space": lambda t: t.replace(" ", "\n\u3000"),
        "full-width letters": lambda t: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in t),
    }
    held = [row for name in SPLITS[1:] for row in splits[name] if row.whole and canonical(row.whole) == row.whole][:20]
    for name, change in changes.items():
        planted = [Row({"text": change(row.whole)}, "canary", i, {}, []) for i, row in enumerate(held)]
        found = suspects(planted, held, at, Counter())
        if any((i, i) not in found or leak(row, held[i], at, Counter()) is None for i, row in enumerate(planted)):
            yield problem("VER005", f"planted leaks were not found: {name}", "canary")


def main() -> int:
    parser = argparse.ArgumentParser(description="Check the splits in a folder for leaks, with the standard library alone.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--rows-only", action="store_true", help="skip the hashes")
    parser.add_argument("--format", choices=("text", "jsonl"), default="text")
    asked = parser.parse_args()
    try:
        manifest = json.loads((asked.folder / "manifest.json").read_bytes())
        at = Fraction(str((manifest.get("thresholds") or {}).get("near", 0.8)))
    except (OSError, ValueError, AttributeError, RecursionError):
        sys.stderr.write("no readable manifest.json here\n")
        return 2
    splits, found = read(asked.folder, manifest)
    pairs: set[tuple[int, int]] = set()
    found += [
        *leaks(splits, at, pairs),
        *opened(splits),
        *marked(splits, *fields(manifest), embargo_of(manifest)),
        *deaf(splits, at),
    ]
    found += passages(splits, *passage_of(manifest), pairs)
    found += [] if asked.rows_only else integrity(asked.folder, manifest, splits)
    stands = manifest.get("reported", ["LEAK010"])
    told, found = [each for each in found if each["code"] in stands], [each for each in found if each["code"] not in stands]
    for each in found:
        line = (
            json.dumps(each, ensure_ascii=False) if asked.format == "jsonl" else "{code} {file}:{line} {message}".format(**each)
        )
        sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
    if asked.format == "text":
        sizes = ", ".join(f"{len(rows)} {name.removesuffix('.jsonl')}" for name, rows in splits.items())
        sys.stdout.write(f"{'FAIL' if found else 'PASS'}: {len(found)} findings in {sizes} rows, threshold {float(at)}\n")
        for code, number in sorted(Counter(each["code"] for each in told).items()):
            sys.stdout.write(f"{code}: {number} rows, reported only\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
