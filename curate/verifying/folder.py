"""A built folder: its manifest, its rows, and whether one fits the other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from curate.errors import UserError
from curate.verifying.passages import LETTERS, ROWS
from curate.verifying.result import Finding
from curate.verifying.rows import Row, Unreadable, as_written, read

SPLITS = ("train.jsonl", "validation.jsonl", "test.jsonl")
Manifest = Mapping[str, Any]


def manifest_of(folder: Path) -> Manifest:
    path = folder / "manifest.json"
    hint = "`curate verify` takes a folder that `curate build` has written."
    try:
        manifest = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise UserError("no manifest.json here", where=str(folder), hint=hint) from None
    except (OSError, ValueError, RecursionError):
        raise UserError("the manifest cannot be read", where=str(path), hint=hint) from None
    if not isinstance(manifest, dict):
        raise UserError("the manifest is not an object", where=str(path), hint=hint)
    return manifest


def rows_of(folder: Path, manifest: Manifest) -> tuple[dict[str, list[Row]], list[Finding]]:
    """The rows of each split as the lines hold them, and what is wrong with the lines."""
    rows: dict[str, list[Row]] = {name: [] for name in SPLITS}
    findings: list[Finding] = []
    fields = [*group_fields(manifest), *time_field(manifest)]
    for name in SPLITS:
        if not (folder / name).is_file():
            if name in _object(manifest, "outputs"):
                findings.append(Finding("VER001", f"{name} is missing", name))
            continue
        for number, line in enumerate(_lines(folder / name), 1):
            if line.strip():
                try:
                    rows[name].append(read(line, name, number, _mapping(manifest), fields))
                except Unreadable as problem:
                    findings.append(Finding(problem.code, str(problem), name, number))
    return rows, findings


def raw_rows(folder: Path, manifest: Manifest, chosen: Sequence[Row]) -> list[Row]:
    """The same rows with their texts as they are written."""
    lines = {name: _lines(folder / name) for name in {row.file for row in chosen}}
    return [as_written(lines[row.file][row.line - 1], row.file, row.line, _mapping(manifest)) for row in chosen]


def group_fields(manifest: Manifest) -> list[str]:
    fields = manifest.get("group_by")
    return [field for field in fields if isinstance(field, str)] if isinstance(fields, list) else []


def time_field(manifest: Manifest) -> list[str]:
    field = manifest.get("time_by")
    return [field] if isinstance(field, str) and field else []


def embargo(manifest: Manifest) -> str:
    """The gap that `--time-by` kept free, as it was typed."""
    span = _object(manifest, "settings").get("embargo")
    return span if isinstance(span, str) else ""


def passage(manifest: Manifest) -> tuple[int, int]:
    """How long a passage must be to be told, and in how many rows it may stand."""
    stated = _object(manifest, "thresholds")
    letters, rows = stated.get("span"), stated.get("span_rows")
    return (letters if isinstance(letters, int) and letters > 1 else LETTERS, rows if isinstance(rows, int) else ROWS)


def reported(manifest: Manifest) -> frozenset[str]:
    """The kinds of leak that the folder's makers chose to be told of, and to let stand."""
    codes = manifest.get("reported")
    return frozenset(code for code in codes if isinstance(code, str)) if isinstance(codes, list) else frozenset({"LEAK010"})


def _mapping(manifest: Manifest) -> dict[str, str]:
    return {str(known): str(path) for known, path in _object(manifest, "map").items()}


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().split(b"\n")


def integrity(folder: Path, manifest: Manifest, rows: Mapping[str, list[Row]]) -> Iterator[Finding]:
    """Whether the files are those that were built."""
    if manifest.get("digest") != digest(manifest):
        yield Finding("VER003", "The manifest does not carry the digest of its own content", "manifest.json")
    elif (folder / "manifest.json").read_bytes() != spelled(manifest):
        yield Finding("VER003", "The manifest says what it said, but is not spelled as it was written", "manifest.json")
    yield from _files(folder, _object(manifest, "outputs"))
    yield from _conservation(folder, _object(manifest, "counts"), {name: len(found) for name, found in rows.items()})


def digest(manifest: Manifest) -> str:
    """SHA-256 of the canonical form: keys sorted, no spaces, UTF-8, without the digest itself."""
    rest = {key: value for key, value in manifest.items() if key != "digest"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def spelled(manifest: Manifest) -> bytes:
    """How `curate build` writes it, so that no byte of it changes unseen."""
    text = json.dumps(manifest, sort_keys=True, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "surrogatepass") + b"\n"


def _files(folder: Path, outputs: Mapping[str, Any]) -> Iterator[Finding]:
    for name in SPLITS:
        if name not in outputs:
            yield Finding("VER002", f"The manifest does not list {name}", name)
    for name, stated in sorted(outputs.items()):
        path = folder / name
        # A manifest may come from anywhere: it does not get to point outside its folder.
        if not _inside(folder, name) or not path.is_file():
            if name not in SPLITS:
                yield Finding("VER001", f"{name} is missing", name)
            continue
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        stated = stated if isinstance(stated, dict) else {"sha256": stated}
        if found != stated.get("sha256"):
            yield Finding("VER002", f"{name} is not the file that was built: its SHA-256 differs", name)
        if stated.get("bytes", path.stat().st_size) != path.stat().st_size:
            yield Finding("VER002", f"{name} has {path.stat().st_size} bytes, the manifest says {stated['bytes']}", name)


def tampered(folder: Path, manifest: Manifest) -> tuple[int, int]:
    """A test of this check itself: how many files were given one other byte, in memory, and how many of those it noticed."""
    changed = noticed = 0
    for name, stated in sorted({**_object(manifest, "outputs"), "manifest.json": None}.items()):
        if not _inside(folder, name) or not (folder / name).is_file() or not (data := bytearray((folder / name).read_bytes())):
            continue
        # Anywhere will do; the place follows from the content, so that the answer is the same every time.
        data[int.from_bytes(hashlib.sha256(data).digest()[:8]) % len(data)] ^= 1
        changed += 1
        if name == "manifest.json":
            noticed += data != spelled(manifest)
        else:
            noticed += hashlib.sha256(data).hexdigest() != (stated.get("sha256") if isinstance(stated, dict) else stated)
    return changed, noticed


def _inside(folder: Path, name: str) -> bool:
    return "\0" not in name and (folder / name).resolve().is_relative_to(folder.resolve())


def _conservation(folder: Path, counts: Mapping[str, Any], found: Mapping[str, int]) -> Iterator[Finding]:
    """Rows in = kept + removed + quarantined, in the manifest and in the files."""

    def wrong(what: str, is_: object, stated: object) -> Finding:
        return Finding("VER004", f"{what}: {is_} rows found, the manifest says {stated}", "manifest.json")

    n = {key: value for key, value in counts.items() if isinstance(value, int) and not isinstance(value, bool)}
    names = ("input", "kept", "removed", "quarantined", "train", "validation", "test")
    if lacking := [name for name in names if name not in n]:
        yield Finding("VER004", f"The manifest does not count {', '.join(lacking)}", "manifest.json")
        return
    if n["input"] != n["kept"] + n["removed"] + n["quarantined"]:
        yield wrong("kept, removed and quarantined", n["kept"] + n["removed"] + n["quarantined"], n["input"])
    if n["kept"] != n["train"] + n["validation"] + n["test"]:
        yield wrong("train, validation and test", n["train"] + n["validation"] + n["test"], n["kept"])
    lines = {"removed": "removed.jsonl", "quarantined": "quarantine.jsonl"}
    here = {name.removesuffix(".jsonl"): size for name, size in found.items()}
    here |= {key: _count(folder / name) for key, name in lines.items() if (folder / name).is_file()}
    here |= {"input": _parquet_rows(folder / "lineage.parquet")} if (folder / "lineage.parquet").is_file() else {}
    for name, size in here.items():
        if size != n[name]:
            yield wrong("lineage.parquet" if name == "input" else lines.get(name, f"{name}.jsonl"), size, n[name])


def _count(path: Path) -> int:
    return sum(1 for line in _lines(path) if line.strip())


def _parquet_rows(path: Path) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return int(pq.read_metadata(path).num_rows)
    except pa.ArrowException:
        return -1


def _object(manifest: Manifest, key: str) -> Mapping[str, Any]:
    value = manifest.get(key)
    return value if isinstance(value, dict) else {}
