"""The first lines of an audit: what was read, and whether it is a sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from curate.layout import Block, Heading, Note, Tone, percent
from curate.report import Report
from curate.screens.words import size
from curate.speaking.tongue import Words


def read(report: Report, w: Words) -> Iterator[Block]:
    data = report.input
    files = [f for f in data["files"] if not str(f["split"]).startswith("against:")]
    names = ", ".join(f["path"] for f in files[:3]) + (f" (+{len(files) - 3})" if len(files) > 3 else "")
    yield Heading(names)
    packed = {f["packed"] for f in files if f["packed"]}
    parts = [
        w(f"{data['rows']:,} rows"),
        size(data["bytes"]),
        data["format"] + (f" ({', '.join(sorted(packed))})" if packed else ""),
        " / ".join(dict.fromkeys(f["encoding"] for f in files if f["encoding"])),
        data["shape"],
        languages(data["languages"]),
    ]
    if data["tokens"]:
        parts.append(w(f"{data['tokens']:,} tokens"))
    yield Note(" · ".join(w(p) for p in parts if p), Tone.DIM)
    if "sample_of" in data:
        yield from drawn(report, w)
    splits = [f"{f['split']} {f['rows']:,}" for f in data["files"] if f["split"]]
    if splits:
        yield Note(w("splits and sets: ") + " · ".join(splits), Tone.DIM)


def drawn(report: Report, w: Words) -> Iterator[Block]:
    sample = report.facts["sample"]
    yield Note(
        w(
            f"A sample: {sample['rows']:,} of {sample['of']:,} rows, drawn by seed {sample['seed']}. Every number below is of the sample; in "
            f"brackets the 95 % interval of the share in all rows. ≥: partners may not have been drawn, so there are more.",
        ),
        Tone.WARN,
    )


def languages(shares: Mapping[str, Any]) -> str:
    return " ".join(
        f"{name} {percent(share)}" for name, share in list(shares.items())[:3] if isinstance(share, float) and share >= 0.005
    )
