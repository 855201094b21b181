"""Findings that were accepted: told again by content, never by line number."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import orjson

from curate.corpus import Corpus
from curate.errors import UserError
from curate.files import write_whole
from curate.findings import Finding

KIND = "curate-baseline"


def fingerprint(corpus: Corpus, finding: Finding) -> str:
    """Rule, field and the row's own bytes; moving the row changes nothing."""
    content = corpus.raw(finding.row) if finding.row is not None else finding.message.encode()
    parts = (finding.code, finding.field or "", str(finding.span or ""))
    return hashlib.blake2b(
        content, digest_size=16, person=b"baseline", salt=hashlib.sha256("|".join(parts).encode()).digest()[:16]
    ).hexdigest()


def remember(corpus: Corpus, findings: Iterable[Finding], path: Path) -> None:
    prints = sorted({fingerprint(corpus, f) for f in findings})
    write_whole(path, orjson.dumps({"kind": KIND, "version": 1, "findings": prints}, option=orjson.OPT_INDENT_2))


def known(path: Path) -> frozenset[str]:
    try:
        value = orjson.loads(path.read_bytes())
    except OSError as error:
        raise UserError(f"the baseline cannot be read: {error.strerror}", where=str(path)) from None
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict) or value.get("kind") != KIND:
        raise UserError("is no baseline", where=str(path), hint="Make one with `curate audit INPUT --write-baseline FILE`.")
    return frozenset(value["findings"])


def fresh(corpus: Corpus, findings: Iterable[Finding], accepted: frozenset[str]) -> list[Finding]:
    return [f for f in findings if fingerprint(corpus, f) not in accepted]
