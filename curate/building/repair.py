"""What `build` changes inside a row: personal data masked or replaced, control characters taken out. Every change is told."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from curate.catalogue import Rules
from curate.config import Settings
from curate.corpus import Corpus
from curate.findings import Finding, Severity
from curate.pii import Hit, mask, pseudonym
from curate.pii.policy import changes, stands_beside
from curate.reading.rewrite import edited
from curate.reading.schema import CONTROL


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one row, changed for one code. Hashes are keyed: a short number cannot be guessed from them."""

    row: int
    field: str
    code: str
    spans: tuple[tuple[int, int], ...]
    """Code points in the field as it was read; none where a value went as a whole."""
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
    corpus: Corpus,
    findings: Sequence[Finding],
    rules: Rules,
    settings: Settings,
    key: bytes,
    spared: Collection[tuple[int, str, str | None, tuple[int, int] | None]] = (),
) -> Iterator[tuple[int, bytes, list[Change]]]:
    """Rows that change: position, the new row, what changed. Rows come in order. `spared`: finds that are left alone."""
    broken: defaultdict[int, set[str]] = defaultdict(set)
    for finding in findings:
        if finding.code == "SCH008" and rules["SCH008"].action == "repair" and finding.row is not None and finding.field:
            broken[finding.row].add(finding.field)
    seen: Mapping[int, Mapping[str, Sequence[Hit]]] = corpus.cache.get("PII", {})
    for row in sorted({*broken, *seen}):
        asked = replaced(seen.get(row, {}), rules, settings)
        left = {f: [h for h in hits if (row, h.code, f, (h.start, h.end)) not in spared] for f, hits in asked.items()}
        found = {field: hits for field, hits in left.items() if hits}
        wanted = (
            [part for part in corpus.record(row).parts if part.field in found or part.field in broken[row]]
            if found or broken[row]
            else []
        )
        texts, changed = {}, []
        for part in wanted:
            new, spans = repaired(part.text, found.get(part.field, ()), part.field in broken[row], settings, key)
            texts[part.field] = new
            before, after = keyed(key, part.text), keyed(key, new)
            changed += [Change(row, part.field, code, places, before, after) for code, places in spans.items()]
        if changed:
            yield row, edited(corpus.raw(row), texts), changed


def counted_once(row: int, name: str, raw: bytes, key: bytes) -> Change:
    """SCH009: of a key that stands more than once, in an object however deep, the last value is written. No span: the field as a whole."""
    before: list[object] = []
    after: list[object] = []

    def pairs(items: list[tuple[str, object]]) -> dict[str, object]:
        values = [value for name_, value in items if name_[:40] == name]
        if len(values) > 1:
            before.extend(values)
            after.append(values[-1])
        return dict(items)

    json.loads(raw, object_pairs_hook=pairs)
    return Change(row, name, "SCH009", (), *(keyed(key, json.dumps(values)) for values in (before, after)))


def replaced(row: Mapping[str, Sequence[Hit]], rules: Rules, settings: Settings) -> dict[str, list[Hit]]:
    """By field what of the stage's finds is replaced: all but what is public or vague, where policy and rule say so."""
    beside = stands_beside(h for hits in row.values() for h in hits)
    return {field: [h for h in hits if changes(h, beside) and acted_on(h.code, rules, settings)] for field, hits in row.items()}


def acted_on(code: str, rules: Rules, settings: Settings) -> bool:
    """A rule set to `report`, or told to be no more than a note, leaves its finds alone; `drop` masks what it removes."""
    rule = rules.get(code)
    if rule is None or rule.action == "report" or rule.severity is Severity.INFO:
        return False
    return settings.pii != "keep" or rule.action in ("repair", "drop")


def repaired(
    text: str, hits: Sequence[Hit], broken: bool, settings: Settings, key: bytes
) -> tuple[str, dict[str, tuple[tuple[int, int], ...]]]:
    """The field's new text, and the spans that changed by code. `broken`: control characters go."""
    spans: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for h in hits:
        spans[h.code].append((h.start, h.end))
    new = text
    if hits:
        new = pseudonym(text, hits, key) if settings.pii == "pseudonym" else mask(text, hits)
    if broken:
        spans["SCH008"] += [m.span() for m in CONTROL.finditer(text)]
        new = CONTROL.sub("", new)
    return new, {code: tuple(sorted(places)) for code, places in spans.items()}
