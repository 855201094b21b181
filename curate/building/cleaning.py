"""`curate build`: schema, repair, duplicates, decontamination, split, leaks, in this order; every change explained."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from curate.building.earlier import Earlier
from curate.building.pins import alike_to_old, given_ids
from curate.building.plan import Plan, Reason, dropped
from curate.building.repair import Change, counted_once, key_of, repairs
from curate.building.sparing import Spared, spare
from curate.catalogue import Rules
from curate.config import Settings
from curate.corpus import Corpus, read
from curate.errors import UserError
from curate.examine import Examination, examine
from curate.findings import Finding
from curate.pii.finder import Finder
from curate.progress import Progress
from curate.reading.formats import FieldMap
from curate.reading.inputs import Source
from curate.reading.rewrite import dumped, loaded, one_line, with_id
from curate.stages import STAGES, dup
from curate.stages import leak as leak_stage
from curate.views import demand_fields, demand_tokenizer, view

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Request:
    """What the user asked for."""

    inputs: Sequence[Source]
    against: Sequence[tuple[str, Source]]
    mapping: FieldMap
    settings: Settings
    rules: Rules
    clean: bool = True
    """False: `curate split`, which removes and changes nothing."""
    earlier: Earlier | None = None
    """Rows that it knows keep the split they were in."""


@dataclass
class Cleaned:
    """The input after schema and repair: `written` holds the rows that go on, as they will be written."""

    raw: Corpus
    before: Examination
    written: Corpus
    origin: np.ndarray[Any, np.dtype[np.int64]]
    """For each own row of `written` its position in `raw`."""
    plan: Plan
    changes: list[Change]
    masked: Path
    """One JSON value a line: the rows removed so far, masked."""
    spared: Spared


def clean(request: Request, work: Path, progress: Progress) -> Cleaned:
    """Read, examine, drop what is broken, repair, and read again what will be written."""
    settings, rules = request.settings, request.rules
    demand_tokenizer(settings)
    cleaning = ["duplicates"] if request.clean else []
    stages = [name for name in STAGES if name != "tokens" or settings.tokenizer]
    progress.expect([*stages, *cleaning, "splitting", "writing", "verifying", *stages])
    raw = read(request.inputs, request.against, request.mapping, folder=fresh(work / "raw"), progress=progress.rows)
    demand_fields(raw, settings)
    before = examine(raw, rules, settings, progress.stage, progress.still)
    spared = spare(raw, before, settings.suppress)
    plan = Plan.of(int(raw.own.sum()))
    drops = dropped(before.findings, rules, settings) if request.clean else {}
    drops |= {
        row: reason for row, reason in dropped(before.findings, schema_only(rules), settings).items() if not raw.usable[row]
    }
    changes: list[Change] = []
    path, masked = work / "written.jsonl", work / "masked.jsonl"
    origin = []
    with path.open("wb") as out, masked.open("wb") as gone:
        for row, line, done in rewritten(raw, before.findings, request, spared):
            changes += done
            if row in drops:
                plan.remove(row, drops[row])
                gone.write(line + b"\n")
            else:
                origin.append(row)
                out.write(line + b"\n")
    if not origin:
        raise nothing_left(request)
    written = read([Source("written.jsonl", path)], request.against, request.mapping, folder=fresh(work / "written"))
    return Cleaned(raw, before, written, np.array(origin, np.int64), plan, changes, masked, spared)


def nothing_left(request: Request) -> UserError:
    where = ", ".join(source.shown for source in request.inputs)
    return UserError("no row is left to split", where=where, hint="`curate audit` says why every row was removed.")


def fresh(folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    return folder


def schema_only(rules: Rules) -> Rules:
    return {code: rule for code, rule in rules.items() if rule.family == "SCH"}


def rewritten(
    raw: Corpus, findings: Sequence[Finding], request: Request, spared: Spared
) -> Iterator[tuple[int, bytes, list[Change]]]:
    """Each own row as it will be written: repaired where a rule says so, with its id. A line that is no row is masked text."""
    key = key_of(raw, request.settings)
    changed = repairs(raw, findings, request.rules, request.settings, key, spared.places) if request.clean else iter(())
    following = next(changed, None)
    readable = raw.table.column("kinds").combine_chunks().value_lengths().to_numpy() > 0
    given = raw.table.column("id").is_valid().to_numpy()
    own, mask = int(raw.own.sum()), masker(request)
    doubled: defaultdict[int, list[str]] = defaultdict(list)
    for finding in findings:
        if finding.code == "SCH009" and finding.row is not None and finding.field:
            doubled[finding.row].append(finding.field)
    for row, line in enumerate(raw.raws()):
        if row >= own:
            return
        done: list[Change] = []
        if following is not None and following[0] == row:
            _, line, done = following
            following = next(changed, None)
        if row in doubled and readable[row]:
            # No loader that a trainer uses takes a key that stands twice; the value that counts is the last one, as it was read.
            line = dumped(loaded(line))
            done = [*done, *(counted_once(row, name, raw.raw(row), key) for name in doubled[row])]
        if readable[row]:
            yield row, with_id(line, raw.id(row), bool(given[row]) and row not in raw.renamed), done
        else:
            yield row, unreadable(line, mask), done


def masker(request: Request) -> Callable[[str], str]:
    """Masks a text that no stage saw, with everything that the stage would use; made when the first such text comes."""
    if request.settings.pii == "keep":
        return lambda text: text

    @cache
    def finder() -> Finder:
        return Finder(request.rules, request.settings.pii_names, request.settings.pii_model)

    return lambda text: finder().redact(text)


def unreadable(line: bytes, mask: Callable[[str], str]) -> bytes:
    """What stands in a broken line, as a JSON string, masked like any row."""
    text = one_line(line).decode("utf-8", "backslashreplace")
    return orjson.dumps(mask(text).encode("utf-8", "replace").decode())


# ---- duplicates and decontamination -----------------------------------------------------------------------------------------


def remove_duplicates(cleaned: Cleaned, request: Request) -> None:
    """DUP001 and DUP002 on the text as written; a large near group stays unless it is forced."""
    settings, rules = request.settings, request.rules
    codes = [code for code in ("DUP001", "DUP002") if code in rules and rules[code].action == "drop"]
    if len(cleaned.origin) < 2 or not codes:  # a pair
        return
    corpus, old = cleaned.written, remove_alike_to_old(cleaned, request, codes)
    if old.any():
        corpus = replace(corpus, usable=corpus.usable & alive_rows(cleaned), cache={})
    found = dup.duplicates(corpus, settings)
    rows = view(corpus, own=True).rows
    large = set() if settings.force_groups else set(dup.large_groups(found, len(rows)).tolist())
    for i in np.flatnonzero(found.removed).tolist():
        code, kept = ("DUP001" if found.same[i] else "DUP002"), int(found.kept_in_place[i])
        if (old[rows[i]] and not old[rows[kept]]) or cleaned.spared.copies(code, int(cleaned.origin[rows[i]])):
            continue
        if code in codes and not (code == "DUP002" and kept in large):
            score = min(float(found.whole[i]), float(found.content[i]))
            cleaned.plan.remove(int(cleaned.origin[rows[i]]), copy_of(code, int(cleaned.origin[rows[kept]]), score))


def copy_of(code: str, kept: int, score: float) -> Reason:
    message = "Same text as a row that is kept" if code == "DUP001" else f"{score:.2f} alike to a row that is kept"
    return Reason(code, message, kept, score)


def remove_alike_to_old(cleaned: Cleaned, request: Request, codes: list[str]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Of a new row and one of an earlier build that are near duplicates the new one goes. Says which rows are old."""
    old = np.zeros(len(cleaned.written), bool)
    if request.earlier is not None:
        seen = view(cleaned.written, own=True)
        known = request.earlier.pins(seen, given_ids(cleaned, seen)) >= 0
        old[seen.rows[known]] = True
        rows = cleaned.origin[seen.rows]
        for new, (kept, score) in alike_to_old(seen, known, request).items() if "DUP002" in codes else ():
            if cleaned.spared.copies("DUP002", int(rows[new])):
                continue
            cleaned.plan.remove(int(rows[new]), copy_of("DUP002", int(rows[kept]), score))
    return old


def decontaminate(cleaned: Cleaned, request: Request) -> list[dict[str, Any]]:
    """LEAK005 by the policy: rows of the data go, or the items of the other set are listed, or both only reported."""
    settings, rules = request.settings, request.rules
    if not request.against or "LEAK005" not in rules:
        return []
    written = cleaned.written
    alive = replace(written, usable=written.usable & alive_rows(cleaned), split=against_only(written), cache={})
    listed: dict[int, dict[str, Any]] = {}
    chosen = {code: rule for code, rule in rules.items() if code in ("LEAK005", "LEAK008")}
    for finding in leak_stage.check(alive, chosen, settings):
        if not isinstance(finding, Finding) or finding.row is None:
            continue
        if settings.against_mode == "drop-train":
            place = written.address(finding.related[0])
            cleaned.plan.remove(
                int(cleaned.origin[finding.row]), Reason("LEAK005", f"{finding.message.split(' (')[0]}", None, finding.score)
            )
            listed.setdefault(finding.related[0], {"file": place.file, "line": place.line})
        elif settings.against_mode == "drop-eval":
            for item in finding.related:
                place = written.where(item)
                listed.setdefault(item, {"file": place.file, "line": place.line, "id": place.id, "score": finding.score})
    return [listed[item] for item in sorted(listed)]


def against_only(written: Corpus) -> np.ndarray[Any, np.dtype[np.int8]]:
    """Own rows on one side: splits that the input had play no part before there is a split."""
    names = [name.startswith("against:") for name in written.splits]
    return np.where(np.array(names)[written.split], written.split, 0).astype(np.int8)


def alive_rows(cleaned: Cleaned) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Rows of `written` that are still kept, and those of `--against`."""
    mask = np.ones(len(cleaned.written), bool)
    mask[: len(cleaned.origin)] = cleaned.plan.kept[cleaned.origin]
    return mask
