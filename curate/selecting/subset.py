"""`curate select`: the picks and their random control as two folders, each one that `train run` takes.

Both keep the validation and test files of the folder they come from byte for byte, so that what is trained on them is compared on equal terms.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from curate import __version__, manifest
from curate.corpus import Corpus, read
from curate.errors import UserError
from curate.files import sha256, write_whole
from curate.judging.verdict import Gate
from curate.labels import follow
from curate.reading.formats import FieldMap
from curate.reading.inputs import Source
from curate.selecting.select import By, Selection, select
from curate.verify import verify

TRAIN, HELD = "train.jsonl", ("validation.jsonl", "test.jsonl")
ARMS = ("picks", "control")
REPORT = "select.json"


@dataclass(frozen=True)
class Wish:
    """What was asked for."""

    folder: Path
    n: int
    by: By
    seed: int
    model: str = ""
    """Measures difficulty; empty: the rarity of the words stands for it."""


def chosen(wish: Wish) -> Selection:
    """Read the training rows of a built folder and pick.

    Raises:
        UserError: no built folder, one that changed since it was built, or fewer rows than asked for.

    """
    built = manifest.read(wish.folder)
    if wrong := manifest.mismatches(wish.folder, built):
        raise UserError(
            f"the folder is not as built: {'; '.join(wrong[:3])}",
            where=str(wish.folder),
            hint="Build it again with `curate build`.",
        )
    path = wish.folder / TRAIN
    with read([Source(TRAIN, path)], mapping=FieldMap(dict(built.body.get("map", {})))) as corpus:
        return select(usable(corpus), wish.n, wish.by, wish.seed, measured(corpus, wish.model) if wish.model else None)


def measured(corpus: Corpus, model: str) -> dict[int, float]:
    """Difficulty of every row by a model; a row that it cannot read has none."""
    rows = list(follow.asked_and_answered(usable(corpus)))
    return {said.row: said.difficulty for said in follow.difficulties(rows, follow.reader(model))}


def usable(corpus: Corpus) -> Iterator[Any]:
    return (record for record in corpus.records() if corpus.usable[record.row])


def write(wish: Wish, found: Selection, target: Path) -> None:
    """`target/picks`, `target/control` and what is known of both; the last file says that all is there."""
    for arm, rows in zip(ARMS, (found.picks, found.control), strict=True):
        place = target / arm
        place.mkdir()
        copy_lines(wish.folder / TRAIN, rows, place / TRAIN)
        for name in HELD:
            shutil.copyfile(wish.folder / name, place / name)
        sign(wish, arm, place)
    write_whole(target / REPORT, orjson.dumps(facts(wish, found), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def facts(wish: Wish, found: Selection) -> Mapping[str, Any]:
    return {
        "by": wish.by,
        "n": wish.n,
        "seed": wish.seed,
        "difficulty_is": found.hard,
        "in_both": len(set(found.picks) & set(found.control)),
        "sets": found.facts,
        "note": found.note,
    }


def copy_lines(source: Path, rows: Sequence[int], target: Path) -> None:
    """Rows by position, in their order, their bytes untouched."""
    wanted = set(rows)
    with source.open("rb") as lines, target.open("wb") as out:
        for row, line in enumerate(lines):
            if row in wanted:
                out.write(line if line.endswith(b"\n") else line + b"\n")


def sign(wish: Wish, arm: str, place: Path) -> None:
    """A manifest of its own: made from the rows of the built folder, and held against them by the verifier again."""
    body = described(wish, arm, place)
    manifest.write(place, body)
    checked = verify(place, rows_only=True)
    leaks = sum(f.code.startswith("LEAK") for f in checked.findings)
    gates = (
        Gate("as many rows as asked", body["counts"]["train"] == wish.n, f"{body['counts']['train']:,} of {wish.n:,}"),
        Gate(
            "splits share nothing",
            not leaks,
            f"{leaks:,} leaks, counted by a second method" if leaks else "no leak, checked again",
        ),
    )
    final = {
        **body,
        "certificate": {**checked.as_json(), "findings": len(checked.findings), "rows": checked.rows},
        "gates": [asdict(gate) for gate in gates],
        "verdict": "passed" if all(gate.passed for gate in gates) else "failed",
    }
    manifest.write(place, final)


def described(wish: Wish, arm: str, place: Path) -> dict[str, Any]:
    """What the built folder's manifest says of how it was made stays true; what it says of its rows is counted anew."""
    built = manifest.read(wish.folder)
    counts = {name.removesuffix(".jsonl"): lines_in(place / name) for name in (TRAIN, *HELD)}
    kept = sum(counts.values())
    inherited = ("map", "settings", "thresholds", "reported", "group_by", "time_by", "split", "rules_digest", "against")
    return {
        "tool": {"name": "curate", "version": __version__},
        "inputs": [{"path": str(wish.folder / name), "sha256": sha256(wish.folder / name), "set": ""} for name in (TRAIN, *HELD)],
        **{key: built.body[key] for key in inherited if key in built.body},
        "selected": {"arm": arm, "by": wish.by, "n": wish.n, "of": built.counts["train"], "from": built.digest},
        "seed": wish.seed,
        "counts": {"input": kept, "kept": kept, "removed": 0, "quarantined": 0, **counts},
        "outputs": {name: listed(place / name, counts[name.removesuffix(".jsonl")]) for name in (TRAIN, *HELD)},
    }


def listed(path: Path, rows: int) -> dict[str, Any]:
    return {"sha256": sha256(path), "bytes": path.stat().st_size, "rows": rows}


def lines_in(path: Path) -> int:
    with path.open("rb") as lines:
        return sum(1 for line in lines if line.strip())
