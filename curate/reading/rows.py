"""Rows out of any file: the format is found from content, every row keeps its line, a bad row costs only itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson

from curate.errors import UserError
from curate.reading.diagnose import not_json, repeated_keys
from curate.reading.encoding import Encoding, compression, encoding_of, lines, opened
from curate.reading.formats import Problem, json_type


@dataclass(slots=True)
class Raw:
    """One row as it stands in the file. `value` is None where it could not be read."""

    line: int
    bytes: bytes
    value: dict[str, Any] | None
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Opened:
    """A file whose format is known."""

    format: str
    packed: str
    encoding: str
    rows: Iterator[Raw]


def rows_of(path: Path, shown: str) -> Opened:
    from curate.reading.tables import arrow_rows, csv_rows, parquet_rows

    if path.is_dir():
        return Opened("datasets folder", "", "", arrow_rows(sorted(path.glob("*.arrow"))))
    head, packed = peek(path, shown)
    if head.startswith(b"PAR1"):
        return Opened("Parquet", packed, "", parquet_rows(path, shown))
    if head.startswith((b"ARROW1", b"\xff\xff\xff\xff")):
        return Opened("Arrow", packed, "", arrow_rows([path]))
    encoding = encoding_of(path, shown)
    text = head[encoding.mark :].decode(encoding.codec, "replace").lstrip()
    if not text:
        return Opened("empty", packed, encoding.said, iter(()))
    if text.startswith("[") and not lines_of_json(text):
        return Opened("JSON array", packed, encoding.said, array_rows(path, shown, encoding))
    if delimiter := separated(text, shown):
        return Opened("TSV" if delimiter == "\t" else "CSV", packed, encoding.said, csv_rows(path, shown, encoding, delimiter))
    return Opened("JSONL", packed, encoding.said, jsonl_rows(path, shown, encoding))


HEAD = 1 << 16


def peek(path: Path, shown: str) -> tuple[bytes, str]:
    """The first 64 KiB, unpacked, and how they were packed."""
    try:
        with path.open("rb") as raw:
            packed = compression(raw.read(4))
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", where=shown) from None
    with opened(path, shown) as stream:
        try:
            return stream.read(HEAD), packed
        except (EOFError, OSError, ValueError) as error:
            raise UserError(f"the archive is broken: {error}", where=shown, hint="Unpack or download it again.") from None


def lines_of_json(text: str) -> bool:
    """A first line that is a whole array is JSONL with a row that is no object, unless nothing follows it."""
    first, *rest = [line.strip() for line in text.split("\n") if line.strip()]
    if len(text) > HEAD // 8 and not rest:
        return re.match(r"\[\s*\{", first) is None  # one endless line: an array of rows begins with an object
    value = loaded(first)
    if value is None:
        return broken_first(rest)
    return bool(rest) and isinstance(value, list) and not (value and isinstance(value[0], dict))


def broken_first(rest: list[str]) -> bool:
    """A first line that only begins like an array: below it stand objects without the commas of an array."""
    return any(
        isinstance(loaded(line), dict) and not following.startswith((",", "]")) for line, following in pairwise([*rest, "]"])
    )


def loaded(text: str) -> Any:
    """The JSON value of a text; None where it is none."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def separated(text: str, shown: str) -> str:
    """The delimiter of a CSV or TSV file, or nothing. JSON never begins with a bare word and a comma."""
    first = text.split("\n", 1)[0]
    name = re.sub(r"\.(gz|zst|bz2)$", "", shown.lower())
    if first.lstrip().startswith(("{", "[")):
        return ""
    if name.endswith(".tsv"):
        return "\t"
    counts = {d: first.count(d) for d in "\t,;"}
    best = max(counts, key=lambda d: counts[d])
    if name.endswith(".csv"):
        return best if counts[best] else ","
    if name.endswith((".jsonl", ".ndjson", ".json")):
        return ""
    looks = counts[best] and re.fullmatch(r'[\w .\-"/]+', first.strip().replace(best, ""))
    return best if looks else ""


# ---- JSON lines -------------------------------------------------------------------------------------------------------------


SPACES = b" \t\r\n"
"""What JSON takes for white space."""


def jsonl_rows(path: Path, shown: str, encoding: Encoding) -> Iterator[Raw]:
    newline = "\n".encode(encoding.codec)
    with opened(path, shown) as stream:
        stream.read(encoding.mark)
        for number, line in enumerate(lines(stream, shown, newline), 1):
            raw = line if encoding.codec == "utf-8" else None
            problem = None
            if raw is None:
                try:
                    raw = line.decode(encoding.codec).encode("utf-8")
                except UnicodeError:
                    raw, problem = line, Problem("SCH002", f"Bytes are not {encoding.said}")
            raw = raw.strip(SPACES)
            if raw:
                yield Raw(number, raw, None, [problem]) if problem else parsed(number, raw)


def parsed(number: int, raw: bytes) -> Raw:
    """Orjson first; what it refuses goes to the diagnosing reader."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return Raw(number, raw, None, [refused(raw)])
    if not isinstance(value, dict):
        return Raw(number, raw, None, [Problem("SCH010", f"Line is {json_type(value)}, not an object")])
    return Raw(number, raw, value, repeated_keys(raw, value))


def refused(raw: bytes) -> Problem:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return Problem("SCH002", f"Bytes are not UTF-8: 0x{raw[error.start]:02X} at byte {error.start + 1}")
    return not_json(text)


# ---- a JSON array -----------------------------------------------------------------------------------------------------------

DECODER = json.JSONDecoder()
SPACE = re.compile(r"[ \t\r\n]*")


class Window:
    """A growing view of the text of a file: enough for one element at a time."""

    def __init__(self, path: Path, shown: str, encoding: Encoding) -> None:
        import codecs

        self.stream = opened(path, shown)
        self.stream.read(encoding.mark)
        self.decoder = codecs.getincrementaldecoder(encoding.codec)(
            errors="surrogateescape" if encoding.codec == "utf-8" else "replace"
        )
        self.text, self.at, self.ended = "", 0, False

    def more(self) -> bool:
        """Read on; what was consumed is let go. False at the end."""
        if self.ended:
            return False
        block = self.stream.read(1 << 20)
        self.ended = not block
        self.text, self.at = self.text[self.at :] + self.decoder.decode(block, final=self.ended), 0
        return True

    def next(self) -> str:
        """The next character that is no white space, not consumed; empty at the end."""
        while True:
            self.at = SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]  # the pattern matches nothing, too
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""


def array_rows(path: Path, shown: str, encoding: Encoding) -> Iterator[Raw]:
    """Elements one by one; `line` is the element's number. After a broken element reading goes on at the next object."""
    window = Window(path, shown, encoding)
    window.next()
    window.at += 1
    number, commas, wrong = 0, 1, 0
    """`wrong`: the first element that has not one comma before it."""
    while (char := window.next()) not in ("", "]"):
        if char == ",":
            window.at += 1
            commas += 1
            continue
        number += 1
        wrong = wrong or number * (commas != 1)
        commas = 0
        yield element(window, number)
    for told in amiss(window, char, wrong, commas > 0 and number > 0):
        number += 1
        yield Raw(number, b"", None, [Problem("SCH001", told)])


def amiss(window: Window, char: str, wrong: int, trailing: bool) -> Iterator[str]:
    """What keeps the whole from being a JSON array, though its rows could be read."""
    if wrong:
        yield f"Row {wrong} has not one comma before it"
    if trailing:
        yield "A comma stands after the last row"
    if not char:
        yield "The array is not closed: the file ends before `]`"
    window.at += 1
    if window.next():
        yield "Text follows after the array's `]`"


def element(window: Window, number: int) -> Raw:
    while True:
        try:
            _, end = DECODER.raw_decode(window.text, window.at)
        except RecursionError:
            return skipped(window, number)
        except json.JSONDecodeError as error:
            # An element may go on in the next block; a fault before the end of this one stays a fault.
            cut = error.msg.startswith(("Unterminated", "Invalid \\")) or error.pos >= len(window.text) - LONGEST
            if cut and window.more():
                continue
            return skipped(window, number)
        # A number may go on in the next block; anything else that decodes is complete.
        if end == len(window.text) and window.more():
            continue
        text, window.at = window.text[window.at : end], end
        return parsed(number, text.encode("utf-8", "surrogateescape"))


LONGEST = len("-Infinity")
"""The longest thing that is not a string and can be cut in two by the end of a block."""
NEXT_OBJECT = re.compile(r"\}\s*,\s*(?=\{)")


def skipped(window: Window, number: int) -> Raw:
    """A broken element: everything up to the next `}, {`, or to the end."""
    found = NEXT_OBJECT.search(window.text, window.at)
    while not found and window.more():
        found = NEXT_OBJECT.search(window.text, window.at)
    end = found.start() + 1 if found else max(window.text.rstrip().rfind("]"), window.at + 1)
    text, window.at = window.text[window.at : end], end
    raw = text.encode("utf-8", "surrogateescape").strip()
    problem = refused(raw)
    return Raw(number, raw, None, [Problem(problem.code, problem.message.replace("Line is", "Row is"))])
