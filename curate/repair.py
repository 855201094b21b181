"""What `build` changes inside a row: personal data masked or replaced, control characters taken out. Every change is told."""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from curate.catalogue import Rules
from curate.config import Settings
from curate.corpus import Corpus
from curate.examine import severity
from curate.findings import Finding, Severity
from curate.rewrite import edited
from curate.schema import CONTROL

Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one row, changed for one code. Hashes are keyed: a short number cannot be guessed from them."""

    row: int
    field: str
    code: str
    spans: tuple[tuple[int, int], ...]
    """Code points in the field as it was read."""
    before: str
    after: str


def key_of(corpus: Corpus, settings: Settings) -> bytes:
    """The key of all hashes: from the input bytes and the seed, never written."""
    digest = hashlib.blake2b(person=b"curate-key")
    for file in corpus.files:
        digest.update(bytes.fromhex(file.sha256))
    digest.update(str(settings.seed).encode())
    return digest.digest()[:32]


def keyed(key: bytes, text: str | bytes) -> str:
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return hmac.new(key, data, hashlib.sha256).hexdigest()[:32]


def repairs(
    corpus: Corpus, findings: Sequence[Finding], rules: Rules, settings: Settings, key: bytes
) -> Iterator[tuple[int, bytes, list[Change]]]:
    """Rows that change: position, the new row, what changed. Rows come in order."""
    wanted: defaultdict[int, dict[str, list[Finding]]] = defaultdict(dict)
    for finding in findings:
        if finding.row is not None and finding.field and is_repaired(finding, rules, settings):
            wanted[finding.row].setdefault(finding.field, []).append(finding)
    for row in sorted(wanted):
        fields = {part.field: part.text for part in corpus.record(row).parts}
        texts, changes = {}, []
        for field, found in wanted[row].items():
            if field in fields:
                texts[field], done = repaired(fields[field], found, settings, key)
                changes += [
                    Change(row, field, code, spans, keyed(key, fields[field]), keyed(key, texts[field]))
                    for code, spans in done.items()
                ]
        if changes:
            yield row, edited(corpus.raw(row), texts), changes


def is_repaired(finding: Finding, rules: Rules, settings: Settings) -> bool:
    """PII that is more than a name in passing, under a policy that changes text; control characters."""
    if finding.code == "SCH008":
        return rules["SCH008"].action == "repair"
    told = severity(finding, rules)
    return (
        finding.code.startswith("PII")
        and finding.span is not None
        and told is not Severity.INFO
        and settings.pii in ("mask", "pseudonym")
    )


def repaired(
    text: str, found: Sequence[Finding], settings: Settings, key: bytes
) -> tuple[str, Mapping[str, tuple[tuple[int, int], ...]]]:
    """The field's new text, and the spans that changed by code."""
    if settings.pii == "pseudonym":
        from curate.pii import pseudonym
    from curate.pii import mask

    spans: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    hits = hits_at(text, [f for f in found if f.code.startswith("PII")], settings)
    for hit in hits:
        spans[hit.code].append((hit.start, hit.end))
    new = text
    if hits:
        new = pseudonym(text, hits, key) if settings.pii == "pseudonym" else mask(text, hits)
    if any(f.code == "SCH008" for f in found):
        spans["SCH008"] += [m.span() for m in CONTROL.finditer(text)]
        new = CONTROL.sub("", new)
    return new, {code: tuple(sorted(places)) for code, places in spans.items()}


def hits_at(text: str, found: Sequence[Finding], settings: Settings) -> list[Any]:
    """The hits that the findings were made of."""
    from curate.pii import find

    wanted = {(f.code, f.span) for f in found}
    return [h for h in find(text, settings.pii_names) if (h.code, (h.start, h.end)) in wanted] if wanted else []
