"""The files of a built folder."""

from __future__ import annotations

import heapq
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from curate.building.cleaning import SPLITS, Cleaned
from curate.building.plan import Fate, Plan
from curate.building.repair import keyed
from curate.corpus import Corpus
from curate.files import sha256

COMPRESSION = "zstd"
FATES = ("kept", "removed", "quarantined")


def write_splits(cleaned: Cleaned, folder: Path) -> None:
    """Kept rows in input order, each in its split."""
    plan = cleaned.plan
    files = [(folder / f"{name}.jsonl").open("wb") for name in SPLITS]
    try:
        for k, line in enumerate(own_lines(cleaned)):
            row = int(cleaned.origin[k])
            if plan.fate[row] == Fate.KEPT:
                files[plan.split[row]].write(line + b"\n")
    finally:
        for file in files:
            file.close()


def origins(cleaned: Cleaned) -> list[int]:
    """The input's row of each row that stands in a split, in the order of the splits."""
    plan, rows = cleaned.plan, cleaned.origin
    return [int(row) for split in range(len(SPLITS)) for row in rows[plan.kept[rows] & (plan.split[rows] == split)]]


def own_lines(cleaned: Cleaned) -> Iterator[bytes]:
    for k, line in enumerate(cleaned.written.raws()):
        if k >= len(cleaned.origin):
            return
        yield line


def write_removed(cleaned: Cleaned, folder: Path) -> None:
    """Every row that is in no split, with its reason, masked as kept rows are; in input order."""
    for fate, name in ((Fate.REMOVED, "removed.jsonl"), (Fate.QUARANTINED, "quarantine.jsonl")):
        with (folder / name).open("wb") as out:
            for row, line in gone(cleaned, fate):
                out.write(orjson.dumps(removal(cleaned.raw, cleaned.plan, row, line), option=orjson.OPT_APPEND_NEWLINE))


def gone(cleaned: Cleaned, fate: Fate) -> Iterator[tuple[int, bytes]]:
    written = set(cleaned.origin.tolist())
    early = (row for row in range(len(cleaned.plan.fate)) if row not in written)
    with cleaned.masked.open("rb") as masked:
        first = ((row, line.rstrip(b"\n")) for row, line in zip(early, masked, strict=False))
        later = ((int(cleaned.origin[k]), line) for k, line in enumerate(own_lines(cleaned)))
        for row, line in heapq.merge(first, later):
            if cleaned.plan.fate[row] == fate:
                yield row, line


def removal(raw: Corpus, plan: Plan, row: int, line: bytes) -> dict[str, Any]:
    place, reason = raw.where(row), plan.reasons[row]
    related = None
    if reason.related is not None:
        other = raw.where(reason.related)
        related = {"file": other.file, "line": other.line, "id": other.id}
    try:
        # A fragment keeps the spelling of every number; the parse only proves that it is JSON.
        orjson.loads(line)
        value: Any = orjson.Fragment(line)
    except orjson.JSONDecodeError:
        value = line.decode("utf-8", "replace")
    return {
        "file": place.file,
        "line": place.line,
        "id": place.id,
        "code": reason.code,
        "reason": reason.message,
        "related": related,
        "score": reason.score,
        "row": value,
    }


def write_changed(cleaned: Cleaned, folder: Path) -> None:
    with (folder / "changed.jsonl").open("wb") as out:
        for change in cleaned.changes:
            place = cleaned.raw.where(change.row)
            entry = {
                "file": place.file,
                "line": place.line,
                "id": place.id,
                "field": change.field,
                "code": change.code,
                "spans": [list(span) for span in change.spans],
                "before": change.before,
                "after": change.after,
                "kept": bool(cleaned.plan.fate[change.row] == Fate.KEPT),
            }
            out.write(orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE))


def write_lineage(cleaned: Cleaned, folder: Path, key: bytes) -> list[bytes]:
    """One row per input row. Returns the keyed hashes of kept rows for the order-free digest."""
    raw, plan = cleaned.raw, cleaned.plan
    total = len(plan.fate)
    hashes = [keyed(key, line) for _, line in zip(range(total), raw.raws(), strict=False)]
    files = [raw.files[f].shown for f in raw.column("file")[:total].tolist()]
    smallest = group_names(plan)
    table = pa.table(
        {
            "file": files,
            "line": raw.column("line")[:total],
            "id": [orjson.dumps(raw.id(row)).decode() for row in range(total)],
            "content_hash": hashes,
            "fate": [FATES[f] for f in plan.fate.tolist()],
            "code": [plan.reasons[row].code if row in plan.reasons else None for row in range(total)],
            "split": [SPLITS[s] if s >= 0 and plan.fate[row] == Fate.KEPT else None for row, s in enumerate(plan.split.tolist())],
            "group": pa.array(smallest, pa.int64()),
            **ties_of(plan),
        }
    )
    pq.write_table(table, folder / "lineage.parquet", compression=COMPRESSION)
    return [bytes.fromhex(h) for h, kept in zip(hashes, plan.kept.tolist(), strict=True) if kept]


def ties_of(plan: Plan) -> dict[str, pa.Array]:
    """What holds each row in its group; rows of the input are counted from 1, as groups are."""
    held = [plan.ties.get(row) for row in range(len(plan.fate))]
    return {
        "tie_code": pa.array([tie and tie.code for tie in held], pa.string()),
        "tied_to": pa.array([tie and tie.row + 1 for tie in held], pa.int64()),
        "tie_score": pa.array([tie and tie.score for tie in held], pa.float64()),
    }


def group_names(plan: Plan) -> list[int | None]:
    """A group is called by its first row, counted from 1; rows that no split saw have none."""
    first: dict[int, int] = {}
    names: list[int | None] = []
    for row, group in enumerate(plan.group.tolist()):
        names.append(None if group < 0 else first.setdefault(group, row + 1))
    return names


def copy_verifier(folder: Path) -> None:
    """A copy that needs the standard library alone, to check the folder without us."""
    source = resources.files("curate.standalone").joinpath("verify_leakage.py")
    if not source.is_file():
        return
    with resources.as_file(source) as path:
        shutil.copyfile(path, folder / "verify_leakage.py")


def listing(folder: Path, names: Sequence[str], rows: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """Digest and size of every file, for the manifest."""
    found = {}
    for name in sorted(names):
        path = folder / name
        found[name] = {"sha256": sha256(path), "bytes": path.stat().st_size}
        if name in rows:
            found[name]["rows"] = rows[name]
    return found


def counted(plan: Plan) -> dict[str, int]:
    kept = plan.kept
    sizes = np.bincount(plan.split[kept], minlength=3) if kept.any() else np.zeros(3, int)
    return {
        "input": len(plan.fate),
        "kept": int(kept.sum()),
        "removed": int((plan.fate == Fate.REMOVED).sum()),
        "quarantined": int((plan.fate == Fate.QUARANTINED).sum()),
        **{name: int(sizes[i]) for i, name in enumerate(SPLITS)},
    }


Writer = Callable[[Path], None]
