"""Where most rows lack a field, it probably goes by another name: which `--map` would find it."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson

from curate.corpus import Corpus
from curate.findings import Finding
from curate.reading.shapeless import ALIASES

MISSING = re.compile(r"Required field `(\w+)` is missing")


def missing_fields(corpus: Corpus, findings: list[Finding]) -> list[str]:
    """`output=instances[0].output` for each known key that more than half of the rows lack and that one of them has elsewhere."""
    rows: Counter[str] = Counter()
    first: dict[str, int] = {}
    for finding in findings:
        if finding.code == "SCH003" and finding.row is not None and (match := MISSING.search(finding.message)):
            rows[match[1]] += 1
            first.setdefault(match[1], finding.row)
    found = []
    for key, count in rows.items():
        names = {key, *ALIASES.get(key, ())}
        if 2 * count > int(corpus.own.sum()):
            place = next((path for path in leaves(orjson.loads(corpus.raw(first[key]))) if last(path) in names), None)
            found += [f"{key}={place}"] if place else []
    return found


def leaves(value: Any, path: str = "", all_items: bool = False) -> Iterator[str]:
    """Paths of all texts in a row, as `--map` writes them; of lists the first item, or all."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else key, all_items)
    elif isinstance(value, list):
        for i, inner in enumerate(value if all_items else value[:1]):
            yield from leaves(inner, f"{path}[{i}]", all_items)
    elif isinstance(value, str):
        yield path


def last(path: str) -> str:
    return re.sub(r"\[\d+\]$", "", path).rsplit(".", 1)[-1].lower()


def command(again: str, maps: list[str]) -> str:
    """The audit once more, with those maps."""
    return " ".join(["curate audit", again, *(f"--map {shlex.quote(pair)}" for pair in maps)])
