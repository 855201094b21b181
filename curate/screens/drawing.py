"""One audit in any of the formats."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from curate import screens
from curate.acting.baseline import fingerprint
from curate.auditing import Audit
from curate.examine import severity
from curate.findings import Finding
from curate.report import as_json

FORMATS = ("text", "json", "jsonl", "markdown", "html", "sarif", "github", "junit")
SUFFIXES = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".md": "markdown",
    ".html": "html",
    ".htm": "html",
    ".sarif": "sarif",
    ".xml": "junit",
}


def by_name(target: Path | None) -> str:
    """The format that a file's name asks for; text where it asks for none."""
    return SUFFIXES.get(target.suffix.lower(), "text") if target else "text"


def drawn(audit: Audit, form: str, lang: str) -> bytes:
    if form == "jsonl":  # needs none of what draws
        return b"".join(lines(audit))
    from curate.render import console, github, html, junit, markdown, sarif

    match form:
        case "json":
            options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
            return orjson.dumps(audit.report.to_json(), option=options)
        case "sarif":
            worst = worst_first(audit)[: sarif.MOST]
            prints = [fingerprint(audit.corpus, f) for f in worst]
            hidden = len(audit.done.findings) - len(worst)
            return sarif.render([*told(audit, worst)], audit.rules, prints, hidden).encode()
        case "github":
            return github.render(told(audit, worst_first(audit))).encode()
        case "junit":
            return junit.render(told(audit, worst_first(audit)), audit.rules).encode()
        case "html":
            from curate.screens.detail import detail
            from curate.screens.page import page

            blocks = page(audit.report, detail(audit.corpus, audit.done, audit.rules, audit.settings), audit.rules, lang)
            return html.page(blocks, "curate audit", lang).encode("utf-8", "replace")
        case "markdown":
            return markdown.render(screens.audit(audit.report, audit.rules, lang)).encode("utf-8", "replace")
        case _:
            return console.render(screens.audit(audit.report, audit.rules, lang)).encode("utf-8", "replace")


def worst_first(audit: Audit) -> list[Finding]:
    return sorted(audit.done.findings, key=lambda f: -severity(f, audit.rules).rank)


def told(audit: Audit, findings: list[Finding]) -> Iterator[dict[str, Any]]:
    return (as_json(audit.corpus, f, audit.rules) for f in findings)


def lines(audit: Audit) -> Iterator[bytes]:
    return (orjson.dumps(found, option=orjson.OPT_APPEND_NEWLINE) for found in told(audit, audit.done.findings))
