"""What PII measures, measured: rows a second against presidio on the same rows in the same run, precision and recall by kind.

Run: `python -P bench/pii.py --data FOLDER [--rows 1000] [--texts 1500] [--only speed,synthetic,...]`; FOLDER holds `instruction/`
and `pii/`. Prints Markdown. `-P` keeps this folder out of the module path.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from curate.corpus import Corpus, from_lines
from curate.pii.engine import default
from curate.pii.hits import settle
from curate.pii.names import namer
from curate.pii.names_en import MODELS
from curate.pii.presidio import stay_offline
from curate.pii.scan import scan

Span = tuple[str, int, int]
Item = tuple[str, list[Span]]
"""A text and its true spans by code."""

TRUTH = {
    "PII001": {"EMAIL_ADDRESS", "email"},
    "PII002": {"PHONE_NUMBER", "zh_phone"},
    "PII003": {"CREDIT_CARD"},
    "PII004": {"US_SSN", "zh_id_card"},
    "PII005": {"IBAN_CODE"},
    "PII006": {"IP_ADDRESS", "ip_address"},
    "PII007": {"PERSON", "name", "zh_person_name"},
    "PII008": {"STREET_ADDRESS", "zh_address"},
}
OURS = {entity: code for code, entities in TRUTH.items() for entity in entities}
THEIRS = {
    "EMAIL_ADDRESS": "PII001", "PHONE_NUMBER": "PII002", "CREDIT_CARD": "PII003", "US_SSN": "PII004", "US_ITIN": "PII004",
    "IBAN_CODE": "PII005", "US_BANK_NUMBER": "PII005", "IP_ADDRESS": "PII006", "MAC_ADDRESS": "PII006", "PERSON": "PII007",
    "LOCATION": "PII008",
}  # fmt: skip


PARTS = ("speed", "synthetic", "adversarial", "cluener")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=1000, help="rows of instruction data that everything is timed on")
    parser.add_argument("--texts", type=int, default=20_000, help="at most so many labelled texts of each set")
    parser.add_argument("--only", default=",".join(PARTS))
    asked = parser.parse_args()
    parts = asked.only.split(",")
    theirs = presidio() if {"speed", "synthetic"} & set(parts) else None
    if "speed" in parts:
        speed(asked.data, asked.rows, theirs)
    for part, title, read in (
        ("synthetic", "presidio-research, synth_dataset_v2", synthetic),
        ("adversarial", "cn-pii-bench, adversarial", adversarial),
        ("cluener", "CLUENER, names", cluener),
    ):
        if part in parts:
            quality(title, read(asked.data)[: asked.texts], theirs if part == "synthetic" else None)


def presidio() -> Any:
    """AnalyzerEngine with the small English model, as its documentation sets it up."""
    import spacy.util
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    stay_offline()
    model = next(name for name in reversed(MODELS) if spacy.util.is_package(name))
    provider = NlpEngineProvider(
        nlp_configuration={"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": model}]}
    )
    return AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["en"])


# ---- speed ------------------------------------------------------------------------------------------------------------------


MODES = (("ours, without names", ""), ("ours, names by cue (default)", "cue"), ("ours, names in every text", "all"))


def speed(data: Path, rows: int, theirs: Any) -> None:
    picked = instruction_rows(data)[:rows]
    size = sum(len(t) for r in picked for t in r) // len(picked)
    click.echo(f"## Rows a second\n\n{len(picked)} rows of instruction data, {size} characters each; CPU time of one process.\n")
    click.echo("| what | rows/s | against presidio |\n| --- | ---: | ---: |")
    bar = timed(picked, lambda: sum(len(theirs.analyze(t, "en")) for r in picked for t in r if t)) if theirs else 0.0
    with corpus_of(picked) as corpus:
        for label, mode in MODES:
            taggers = [namer(mode)] if mode else []
            first_use(corpus, taggers)
            rate = timed(picked, partial(scanned, corpus, taggers))
            click.echo(f"| {label} | {rate:,.0f} | {f'{rate / bar:,.1f} times' if bar else ''} |")
    if bar:
        click.echo(f"| presidio AnalyzerEngine, en_core_web_sm | {bar:,.1f} | 1 |")
    click.echo()


def scanned(corpus: Corpus, taggers: Sequence[Any]) -> int:
    return sum(1 for _ in scan(corpus, default(), taggers))


def first_use(corpus: Corpus, taggers: Sequence[Any]) -> None:
    """Load models outside the clock, on both sides."""
    for tagger in taggers:
        tagger.tag(["Margaret Thornbury came.", "记者陈志远报道"])
    next(iter(scan(corpus, default(), ())), None)


def timed(picked: Sequence[Sequence[str]], run: Callable[[], int]) -> float:
    begin = time.process_time()
    run()
    return len(picked) / (time.process_time() - begin)


def instruction_rows(data: Path) -> list[tuple[str, str, str]]:
    found = []
    for path in sorted((data / "instruction").glob("*alpaca_en*.json")) + sorted((data / "instruction").glob("*alpaca_zh*.json")):
        found += [(r["instruction"], r.get("input") or "", r["output"]) for r in json.loads(path.read_text(encoding="utf-8"))]
    return found


def corpus_of(rows: Iterable[Sequence[str]]) -> Corpus:
    return from_lines([json.dumps({"instruction": a, "input": b, "output": c}, ensure_ascii=False) for a, b, c in rows])


# ---- quality ----------------------------------------------------------------------------------------------------------------


def quality(name: str, items: Sequence[Item], theirs: Any) -> None:
    click.echo(f"## {name}\n\n{len(items)} texts; a find is right if it overlaps a true span of its kind; names in every text.\n")
    click.echo("| code | true | ours P | ours R | found, wrong | presidio P | presidio R | found, wrong |")
    click.echo("| --- |" + " ---: |" * 7)
    ours = tally(items, our_finds([t for t, _ in items]))
    other = (
        tally(
            items,
            (
                [(THEIRS[r.entity_type], r.start, r.end) for r in theirs.analyze(t, "en") if r.entity_type in THEIRS]
                for t, _ in items
            ),
        )
        if theirs
        else None
    )
    for code in TRUTH:
        if ours[0][code]:
            click.echo(f"| {code} | {ours[0][code]} | {cells(ours, code)} | {cells(other, code) if other else ' |  | '} |")
    click.echo()


def our_finds(texts: Sequence[str]) -> Iterator[list[Span]]:
    for text, names in zip(texts, namer("all").tag(texts), strict=True):
        yield [(h.code, h.start, h.end) for h in settle([*default().find(text), *names], text)]


Tally = tuple[Counter[str], Counter[str], Counter[str]]


def tally(items: Sequence[Item], finds: Iterable[list[Span]]) -> Tally:
    """True spans, true spans found, false finds, by code."""
    true, hit, false = Counter[str](), Counter[str](), Counter[str]()
    for (_, spans), found in zip(items, finds, strict=True):
        for span in spans:
            true[span[0]] += 1
            hit[span[0]] += any(overlap(span, f) for f in found)
        false.update(f[0] for f in found if not any(overlap(span, f) for span in spans))
    return true, hit, false


def overlap(a: Span, b: Span) -> bool:
    return a[0] == b[0] and a[1] < b[2] and b[1] < a[2]


def cells(counts: Tally, code: str) -> str:
    true, hit, false = (c[code] for c in counts)
    precision = f"{hit / (hit + false):.3f}" if hit + false else "–"
    return f"{precision} | {hit / true:.3f} | {hit}, {false}"


def synthetic(data: Path) -> list[Item]:
    rows = json.loads((data / "pii" / "presidio_synth_dataset_v2.json").read_text(encoding="utf-8"))
    return [
        (
            r["full_text"],
            [(OURS[s["entity_type"]], s["start_position"], s["end_position"]) for s in r["spans"] if s["entity_type"] in OURS],
        )
        for r in rows
    ]


def adversarial(data: Path) -> list[Item]:
    items = []
    for line in (data / "pii" / "zh_cn_pii_bench_adversarial.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        raw = row["text"].encode()
        items.append(
            (
                row["text"],
                [(OURS[e["type"]], len(raw[: e["start"]].decode()), len(raw[: e["end"]].decode())) for e in row["expect"]],
            )
        )
    return items


def cluener(data: Path) -> list[Item]:
    rows = map(json.loads, (data / "pii" / "zh_cluener_train.json").read_text(encoding="utf-8").splitlines())
    return [
        (
            r["text"],
            [("PII007", s, e + 1) for k, v in r["label"].items() if k == "name" for spans in v.values() for s, e in spans],
        )
        for r in rows
    ]


if __name__ == "__main__":
    main()
