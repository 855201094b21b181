"""Borderline rows of a built folder, and what a person decided of each: kept in a file, in order, so that it can be replayed and undone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import orjson

from curate.errors import UserError
from curate.files import write_whole
from curate.manifest import read
from curate.reading.rewrite import edited, kept

Choice = Literal["keep", "drop", "edit", "skip"]
CHOICES: tuple[Choice, ...] = ("keep", "drop", "edit", "skip")
MARGIN = 0.05
"""A near duplicate that was removed at less than this over the threshold could as well be none."""
SPLITS = ("train", "validation", "test")
NAME = "decisions.jsonl"


@dataclass(frozen=True)
class Case:
    """A row to look at: one that was removed on a narrow margin, or one that was kept with something noted."""

    row: bytes
    """As it stands in the folder, masked."""
    print: str
    """Digest of the row: a decision follows it wherever it stands."""
    where: str
    code: str
    why: str
    kept: bool
    other: bytes | None = None
    """The row that stands in its place."""


@dataclass(frozen=True)
class Decision:
    print: str
    choice: Choice
    code: str = ""
    edits: Mapping[str, str] | None = None
    """New texts by field."""


def cases(folder: Path) -> list[Case]:
    """Removed and set aside first, least certain first; then kept rows with findings of warning level."""
    manifest = read(folder)
    threshold = float(manifest.body.get("thresholds", {}).get("near", 0.8))
    by_id = {kept(value.get("id")): line for line, value in rows(folder)}
    found = []
    for name in ("removed.jsonl", "quarantine.jsonl"):
        for line in lines(folder / name):
            entry = orjson.loads(line)
            narrow = entry["code"] == "DUP002" and (entry.get("score") or 1.0) < threshold + MARGIN
            if isinstance(entry["row"], dict) and (narrow or name.startswith("quarantine")):
                row = orjson.dumps(entry["row"])
                related = (entry.get("related") or {}).get("id")
                where = f"{name} {entry['id']}"
                found.append(
                    (
                        entry.get("score") or 1.0,
                        Case(row, digest(row), where, entry["code"], entry["reason"], False, by_id.get(orjson.dumps(related))),
                    )
                )
    removed = [case for _, case in sorted(found, key=lambda pair: pair[0])]
    return [*removed, *noted(folder)]


def noted(folder: Path) -> Iterator[Case]:
    """Kept rows with a finding of their own at warning level, as an audit of the folder has them."""
    from datetime import date

    from curate.auditing import Asked, audited
    from curate.config import Settings
    from curate.examine import severity
    from curate.findings import Severity

    manifest = read(folder)
    settings = Settings(pii_names="off", threshold=float(manifest.body["thresholds"]["near"]))
    inputs = [f"{name}={folder / f'{name}.jsonl'}" for name in SPLITS if (folder / f"{name}.jsonl").stat().st_size]
    maps = [f"{known}={path}" for known, path in manifest.body.get("map", {}).items()]
    with audited(Asked(inputs, settings, maps=maps, ignore=("COV", "BIAS", "DUP003", "SCH")), date.min) as audit:
        for finding in audit.done.findings:
            if finding.row is not None and severity(finding, audit.rules) is not Severity.INFO:
                row = audit.corpus.raw(finding.row)
                yield Case(row, digest(row), str(audit.corpus.where(finding.row).id), finding.code, finding.message, True)


def undecided(folder: Path, made: Sequence[Decision]) -> list[Case]:
    known = {decision.print for decision in made}
    return [case for case in cases(folder) if case.print not in known]


def kept_in(folder: Path) -> Path:
    """Where decisions on a folder are kept unless somebody says otherwise: beside it, since it is never changed."""
    return folder.with_name(f"{folder.resolve().name}.decisions.jsonl")


def digest(row: bytes) -> str:
    """Of the row's value: spacing and the spelling of escapes do not count."""
    return hashlib.sha256(orjson.dumps(orjson.loads(row), option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def lines(path: Path) -> Iterator[bytes]:
    if path.exists():
        with path.open("rb") as file:
            yield from (line.rstrip(b"\n") for line in file)


def rows(folder: Path) -> Iterator[tuple[bytes, dict[str, Any]]]:
    for name in SPLITS:
        for line in lines(folder / f"{name}.jsonl"):
            yield line, orjson.loads(line)


# ---- decisions --------------------------------------------------------------------------------------------------------------


def decided(path: Path) -> list[Decision]:
    """In the order they were made; UserError where the file is none of ours."""
    found = []
    for number, line in enumerate(lines(path), 1):
        try:
            value = orjson.loads(line)
            choice = value["choice"]
            if choice not in CHOICES:
                raise ValueError(choice)
            found.append(Decision(str(value["row"]), choice, str(value.get("code", "")), value.get("edits")))
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            raise UserError("is no decision", where=f"{path}:{number}", hint="Each line has `row` and `choice`.") from None
    return found


def remember(path: Path, decisions: list[Decision]) -> None:
    """The whole file anew, in one step: a kill between two keys loses nothing."""
    entries = ({"row": d.print, "choice": d.choice, "code": d.code, **({"edits": d.edits} if d.edits else {})} for d in decisions)
    write_whole(path, b"".join(orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE) for entry in entries))
    path.chmod(0o600)


def replayed(folder: Path, decisions: list[Decision]) -> Iterator[bytes]:
    """The rows of all splits as decided, then removed rows that were called back. The last decision on a row stands."""
    last = {d.print: d for d in decisions}
    for line, _ in rows(folder):
        yield from outcome(line, last.get(digest(line)), kept=True)
    for name in ("removed.jsonl", "quarantine.jsonl"):
        for line in lines(folder / name):
            row = orjson.loads(line)["row"]
            if isinstance(row, dict):
                raw = orjson.dumps(row)
                yield from outcome(raw, last.get(digest(raw)), kept=False)


def outcome(row: bytes, decision: Decision | None, kept: bool) -> Iterator[bytes]:
    choice = decision.choice if decision else "skip"
    if choice == "edit" and decision and decision.edits:
        yield edited(row, decision.edits)
    elif choice == "keep" or (kept and choice == "skip"):
        yield row
