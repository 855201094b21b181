"""From what the user typed to the files that will be read."""

from __future__ import annotations

import glob
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from curate.errors import UserError

SPLITS = ("train", "validation", "test")
SPLIT_NAMES = {
    "train": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "test": "test",
}
SUFFIXES = (".jsonl", ".json", ".ndjson", ".csv", ".tsv", ".parquet", ".arrow")
PACKED = (".gz", ".zst", ".bz2")
OUR_OWN = (
    "removed.jsonl",
    "changed.jsonl",
    "quarantine.jsonl",
    "manifest.json",
    "report.json",
    "croissant.json",
    "dataset_info.json",
    "state.json",
)


@dataclass(frozen=True, slots=True)
class Source:
    """One file or save_to_disk folder to read."""

    shown: str
    """The path as given; addresses and ids use it."""
    path: Path | None
    """None: standard input."""
    split: str = ""


def sources(inputs: Sequence[str]) -> list[Source]:
    """Files in the order given; globs and folders in sorted order. `train=a.jsonl` gives a file a split."""
    found = [source for text in inputs for source in one(text)]
    seen: set[str] = set()
    for source in found:
        if source.shown in seen:
            raise UserError("given twice", where=source.shown, hint="Each file is read once; name it once.")
        seen.add(source.shown)
    return found


def one(text: str) -> Iterator[Source]:
    split, sep, rest = text.partition("=")
    if sep and split in SPLIT_NAMES and not Path(text).exists():
        for source in one(rest):
            yield Source(source.shown, source.path, SPLIT_NAMES[split])
    elif text == "-":
        if sys.stdin.isatty():
            raise UserError("`-` reads standard input, and nothing is piped in", hint="Try: cat data.jsonl | curate audit -")
        yield Source("stdin", None)
    elif Path(text).is_dir():
        yield from folder(text)
    elif Path(text).exists():
        yield Source(text, Path(text))
    else:
        yield from matching(text)


def matching(pattern: str) -> Iterator[Source]:
    paths = sorted(glob.glob(pattern, recursive=True)) if re.search(r"[*?\[]", pattern) else []  # noqa: PTH207  # absolute patterns, too
    if not paths:
        what = "no file matches" if re.search(r"[*?\[]", pattern) else "no such file or folder"
        raise UserError(what, where=pattern, hint=near_miss(pattern))
    for path in paths:
        yield from folder(path) if Path(path).is_dir() else iter([Source(path, Path(path))])


def near_miss(text: str) -> str:
    import difflib

    parent = Path(text).parent
    names = [p.name for p in parent.iterdir()] if parent.is_dir() else []
    close = difflib.get_close_matches(Path(text).name, names, n=1)
    return f"Did you mean {parent / close[0]}?" if close else "Paths are relative to the current folder."


def folder(text: str) -> Iterator[Source]:
    """A save_to_disk folder is one source (or one a split); any other gives the data files in it."""
    path = Path(text)
    if (path / "state.json").exists():
        yield Source(text, path)
        return
    if (path / "dataset_dict.json").exists():
        for part in sorted(p for p in path.iterdir() if (p / "state.json").exists()):
            yield Source(f"{text.rstrip('/')}/{part.name}", part, SPLIT_NAMES.get(part.name, ""))
        return
    files = [p for p in sorted(path.rglob("*")) if is_data(p)]
    if not files:
        raise UserError(
            "the folder holds no data file", where=text, hint=f"Looked for {', '.join(SUFFIXES)}, plain or {', '.join(PACKED)}."
        )
    stems = [p.name.split(".")[0] for p in files]
    splits = len(files) > 1 and all(s in SPLIT_NAMES for s in stems) and len(set(stems)) == len(stems)
    for file, stem in zip(files, stems, strict=True):
        yield Source(f"{text.rstrip('/')}/{file.relative_to(path)}", file, SPLIT_NAMES[stem] if splits else "")


def is_data(path: Path) -> bool:
    if not path.is_file() or path.name in OUR_OWN or path.name.startswith("."):
        return False
    suffixes = [s.lower() for s in path.suffixes]
    if suffixes and suffixes[-1] in PACKED:
        suffixes.pop()
    return bool(suffixes) and suffixes[-1] in SUFFIXES and "lineage" not in path.name


def named(pairs: Sequence[str]) -> list[tuple[str, Source]]:
    """`NAME=PATH` of `--against`, a folder or glob giving several files under one name."""
    found = []
    for pair in pairs:
        name, sep, rest = pair.partition("=")
        if not sep or not name or not rest:
            raise UserError(f"--against {pair}", hint="Write NAME=PATH, e.g. --against gsm8k=gsm8k_test.jsonl.")
        found += [(name, source) for source in one(rest)]
    return found
