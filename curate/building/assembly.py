"""From a plan to a finished folder: files, the leak check on what was written, reports, and the manifest last."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from curate import __version__, manifest, screens
from curate.building import cards, outputs, together
from curate.building.acceptance import judged
from curate.building.cleaning import SPLITS, Cleaned, Request
from curate.building.columns import columns
from curate.building.plan import Fate
from curate.building.repair import key_of
from curate.catalogue import Rules
from curate.corpus import Corpus, read
from curate.examine import Examination, examine
from curate.judging.verdict import Gate
from curate.layout import Block
from curate.leaks import SPAN, SPAN_ROWS, reported
from curate.manifest import Manifest
from curate.progress import Progress
from curate.reading.inputs import Source
from curate.render import html
from curate.report import Report, shown_settings, summarise
from curate.screens import proof
from curate.speaking.tongue import Words
from curate.splits import SplitResult
from curate.verify import verify
from curate.verifying.result import Kind, Verification, Word

FILES = (
    *(f"{name}.jsonl" for name in SPLITS),
    "removed.jsonl",
    "changed.jsonl",
    "quarantine.jsonl",
    "lineage.parquet",
    "report.json",
    "report.html",
    "README.md",
    "croissant.json",
    "dataset_info.json",
    "verify_leakage.py",
)


@dataclass(frozen=True)
class Built:
    """What a build says at its end."""

    manifest: Manifest
    before: Report
    after: Report
    gates: tuple[Gate, ...]

    @property
    def passed(self) -> bool:
        return all(gate.passed for gate in self.gates)


def assemble(
    cleaned: Cleaned,
    request: Request,
    result: SplitResult | None,
    listed: list[dict[str, Any]],
    folder: Path,
    name: str,
    progress: Progress,
    lang: str = "en",
) -> Built:
    """Write everything into `folder`; the manifest stands last. `lang`: of the page, which people read."""
    progress.stage("writing")
    outputs.write_splits(cleaned, folder)
    outputs.write_removed(cleaned, folder)
    outputs.write_changed(cleaned, folder)
    outputs.copy_verifier(folder)
    key = key_of(cleaned.raw, request.settings)
    hashes = outputs.write_lineage(cleaned, folder, key)
    counts = outputs.counted(cleaned.plan)
    body = described(cleaned, request, result, listed, counts, hashes)
    manifest.write(
        folder, {**body, "outputs": outputs.listing(folder, [n for n in FILES if (folder / n).exists()], counts_of_files(counts))}
    )
    progress.stage("verifying")
    checked = verify(folder, rows_only=True)
    after, page_after = audited(cleaned, request, folder, counts, progress, lang, name)
    if request.settings.semantic:
        checked.kinds = [by_a_model(after, kind) if kind.code == "LEAK003" else kind for kind in checked.kinds]
    # What was to be done about the input is done.
    before = replace(summarise(cleaned.raw, cleaned.before, request.rules, request.settings), next=())
    gates = judged(counts, checked, result, after, request)
    build = write_report(folder, before, after, gates, body, checked)
    page_before = laid_out(cleaned.raw, cleaned.before, before, request, lang)
    write_page(folder, build, page_before, page_after, lang)
    write_cards(cleaned, request, folder, name, before, after)
    certificate = {**checked.as_json(), "findings": len(checked.findings), "rows": checked.rows}
    final = {
        **body,
        "certificate": certificate,
        "gates": [asdict(g) for g in gates],
        "verdict": "passed" if all(g.passed for g in gates) else "failed",
    }
    (folder / manifest.NAME).unlink()
    final["outputs"] = outputs.listing(folder, [n for n in FILES if (folder / n).exists()], counts_of_files(counts))
    return Built(manifest.write(folder, final), before, after, gates)


def by_a_model(after: Report, kind: Kind) -> Kind:
    """Of the same meaning the verifier cannot speak, for want of a model; the audit of the written rows had one."""
    model = after.facts.get("dup", {}).get("meaning", {}).get("model", after.settings["semantic"])
    found = sum(tally.rows for tally in after.rules if tally.code == kind.code)
    word = Word.FAILED if found else Word.APPROXIMATE
    return replace(kind, word=word, because=f"a model compared the questions when the folder was built: {model}", found=found)


def counts_of_files(counts: Mapping[str, int]) -> dict[str, int]:
    rows = {f"{split}.jsonl": counts[split] for split in SPLITS}
    return {
        **rows,
        "removed.jsonl": counts["removed"],
        "quarantine.jsonl": counts["quarantined"],
        "lineage.parquet": counts["input"],
    }


def described(
    cleaned: Cleaned,
    request: Request,
    result: SplitResult | None,
    listed: list[dict[str, Any]],
    counts: Mapping[str, int],
    hashes: list[bytes],
) -> dict[str, Any]:
    """The body of the manifest but for outputs and verdict."""
    settings, plan = request.settings, cleaned.plan
    return {
        "tool": {"name": "curate", "version": __version__},
        "inputs": [
            {"path": f.shown, "sha256": f.sha256, "rows": f.rows, "format": f.format, "encoding": f.encoding, "set": f.split}
            for f in cleaned.raw.files
        ],
        "map": dict(request.mapping.paths),
        "counts": dict(counts),
        "removed_by_code": plan.by_code(),
        "quarantined_by_code": plan.by_code(Fate.QUARANTINED),
        "changed_fields": len(cleaned.changes),
        "against": listed,
        "against_weak": dict(cleaned.before.facts.get("LEAK", {}).get("weak", {})),
        "seed": settings.seed,
        "split": list(settings.split),
        "settings": shown_settings(settings),
        "thresholds": {"near": settings.threshold, "containment": 0.8, "contained_shingles": 40, **spans(request.rules)},
        "reported": reported(request.rules),
        "group_by": list(settings.group_by),
        "time_by": settings.time_by,
        "splitter": splitter(result),
        "together": together.largest(plan, cleaned.raw),
        "pinned": int((plan.kept & (plan.pins >= 0)).sum()),
        "keep_splits": {"manifest": request.earlier.digest, "rows": request.earlier.rows} if request.earlier else {},
        "rules_digest": rules_digest(request.rules),
        "rows_digest": manifest.rows_digest(hashes),
    }


def spans(rules: Rules) -> dict[str, int]:
    params = rules["LEAK010"].params if "LEAK010" in rules else {}
    return {"span": int(params.get("span", SPAN)), "span_rows": int(params.get("span_rows", SPAN_ROWS))}


def splitter(result: SplitResult | None) -> dict[str, Any]:
    if result is None:
        return {}
    return {
        "sizes": [int(n) for n in result.sizes],
        "target": [int(n) for n in result.target],
        "worst_stratum_error": round(float(result.stratum_error), 6),
        "method": result.method,
        "gap": result.gap,
        "notes": list(result.notes),
    }


def rules_digest(rules: Rules) -> str:
    return hashlib.sha256(orjson.dumps([asdict(r) for r in rules.values()], option=orjson.OPT_SORT_KEYS)).hexdigest()


def audited(
    cleaned: Cleaned, request: Request, folder: Path, counts: Mapping[str, int], progress: Progress, lang: str, name: str
) -> tuple[Report, list[Block]]:
    """The whole audit again, on the files as they were written, and its part of the page."""
    sources = [Source(f"{split}.jsonl", folder / f"{split}.jsonl", split) for split in SPLITS if counts[split]]
    if not sources:
        nothing = summarise_nothing(request)
        return nothing, [*screens.audit(nothing, request.rules, lang)]
    place = folder / "work" / "after"
    place.mkdir(mode=0o700)
    with read(sources, request.against, request.mapping, folder=place) as corpus:
        done = examine(corpus, request.rules, request.settings, progress.stage, progress.still)
        cleaned.spared.again(corpus, done, outputs.origins(cleaned))
        found = summarise(corpus, done, request.rules, request.settings)
        report = replace(found, next=tuple(shlex.join([*verb, name]) for verb in (("curate", "verify"), ("train", "run"))))
        return report, laid_out(corpus, done, report, request, lang)


def laid_out(corpus: Corpus, done: Examination, report: Report, request: Request, lang: str) -> list[Block]:
    """An audit as its page has it: findings row by row, pairs side by side; made while the rows can be read."""
    from curate.screens.detail import detail
    from curate.screens.page import page

    return [*page(report, detail(corpus, done, request.rules, request.settings), request.rules, lang)]


def summarise_nothing(request: Request) -> Report:
    gate = Gate("rows are left", False, "Every row was removed; see removed.jsonl.")
    return Report(
        "not_ready",
        (gate,),
        {"files": [], "rows": 0, "bytes": 0, "format": "", "shape": "", "languages": {}, "tokens": None},
        (),
        (),
        {},
        (),
        (),
        shown_settings(request.settings),
    )


def write_report(
    folder: Path,
    before: Report,
    after: Report,
    gates: tuple[Gate, ...],
    body: Mapping[str, Any],
    checked: Verification,
) -> dict[str, Any]:
    """`report.json`; the part of it that tells of the build itself is returned."""
    keys = (
        "counts",
        "removed_by_code",
        "quarantined_by_code",
        "changed_fields",
        "splitter",
        "together",
        "pinned",
        "keep_splits",
        "against_weak",
    )
    build = {
        **{k: body[k] for k in keys},
        "gates": [asdict(g) for g in gates],
        "certificate": checked.as_json()["kinds"],
        "memoriser": dict(checked.memoriser),
        "histogram": checked.histogram,
        "canaries": checked.canaries,
    }
    value = {**after.to_json(timings=False), "before": before.to_json(timings=False), "build": build}
    (folder / "report.json").write_bytes(
        orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY)
    )
    return build


def write_page(folder: Path, build: Mapping[str, Any], before: Sequence[Block], after: Sequence[Block], lang: str) -> None:
    """`report.html`: what was done, then the data as they are and as they were."""
    w = Words(lang)
    blocks = [
        *screens.built(build, lang),
        *proof.shown(build, lang),
        *screens.section(w("After"), iter(after)),
        *screens.section(w("Before"), iter(before)),
    ]
    (folder / "report.html").write_bytes(html.page(blocks, "curate build", lang).encode("utf-8", "replace"))


def write_cards(cleaned: Cleaned, request: Request, folder: Path, name: str, before: Report, after: Report) -> None:
    own = [f for f in cleaned.raw.files if not f.split.startswith("against:")]
    counts = outputs.counted(cleaned.plan)
    facts = cards.Facts(
        name=name,
        counts=counts,
        shape=own[0].shape,
        languages=after.input["languages"],
        columns={split: columns(folder / f"{split}.jsonl") for split in SPLITS if counts[split]},
        mapping=request.mapping.paths,
        pii=request.settings.pii,
        removed=cleaned.plan.by_code(),
        changed=len(cleaned.changes),
        before={t.code: t.rows for t in before.rules},
        after={t.code: t.rows for t in after.rules},
    )
    cards.write(folder, facts)
