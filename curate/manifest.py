"""What a build made, from what, and the proof: written last, checked by whoever reads the folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curate.errors import UserError
from curate.files import sha256, write_whole

NAME = "manifest.json"
SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Manifest:
    """The content of manifest.json; `body` is all of it."""

    body: Mapping[str, Any]

    @property
    def outputs(self) -> Mapping[str, Mapping[str, Any]]:
        found: Mapping[str, Mapping[str, Any]] = self.body["outputs"]
        return found

    @property
    def counts(self) -> Mapping[str, int]:
        found: Mapping[str, int] = self.body["counts"]
        return found

    @property
    def digest(self) -> str:
        return str(self.body.get("digest", ""))

    @property
    def verdict(self) -> str:
        return str(self.body["verdict"])


def canonical_json(value: Any) -> bytes:
    """Keys sorted, no spaces, UTF-8: one spelling for one content (after RFC 8785, whose numbers we do not need)."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def digest_of(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical_json({k: v for k, v in body.items() if k != "digest"})).hexdigest()


def write(folder: Path, body: dict[str, Any]) -> Manifest:
    """Sign the body with its own digest and put it in its place."""
    body = {"schema_version": SCHEMA_VERSION, **body}
    body["digest"] = digest_of(body)
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, indent=1)
    write_whole(folder / NAME, text.encode("utf-8") + b"\n")
    return Manifest(body)


def read(folder: Path) -> Manifest:
    """The manifest of a built folder.

    Raises:
        UserError: there is none, or it is not one.

    """
    path = Path(folder) / NAME
    try:
        body = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise UserError(
            "there is no manifest.json", where=str(folder), hint="Make the folder with `curate build INPUT -o DIR`."
        ) from None
    except (OSError, ValueError, RecursionError):
        raise UserError("the manifest cannot be read", where=str(path), hint="Build the folder again.") from None
    if not isinstance(body, dict) or not isinstance(body.get("outputs"), dict) or not isinstance(body.get("counts"), dict):
        raise UserError("this is no manifest of curate", where=str(path))
    return Manifest(body)


def mapping_of(folder: Path) -> dict[str, str]:
    """Which of the user's keys stands for a known one in the rows of a built folder; none where it has no manifest."""
    if not (Path(folder) / NAME).is_file():
        return {}
    found = read(folder).body.get("map")
    return {str(known): str(path) for known, path in found.items()} if isinstance(found, dict) else {}


def mismatches(folder: Path, manifest: Manifest) -> list[str]:
    """What does not match: the manifest's own digest, missing files, changed files. Empty: all as built."""
    found = [] if digest_of(manifest.body) == manifest.digest else [f"{NAME}: its own digest does not match"]
    for name, entry in manifest.outputs.items():
        path = Path(folder) / name
        if not path.is_file():
            found.append(f"{name}: missing")
        elif sha256(path) != entry["sha256"]:
            found.append(f"{name}: changed since it was built")
    return found


def rows_digest(hashes: list[bytes]) -> str:
    """Merkle root over the sorted hashes of rows: the same for any order of the same rows."""
    level = sorted(hashes) or [b""]
    while len(level) > 1:
        level = [hashlib.sha256(b"".join(level[i : i + 2])).digest() for i in range(0, len(level), 2)]
    return level[0].hex()
