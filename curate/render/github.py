"""Findings as GitHub workflow commands: the worst first, within the limits that GitHub has; counts of the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from curate.layout import shown

COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
SHOWN = {"error": 10, "warning": 10, "info": 9}
"""GitHub shows ten of a level in one step (docs of actions/toolkit, "problem matchers"); one notice is for the rest."""


def render(findings: Iterable[Mapping[str, Any]]) -> str:
    counts: Counter[str] = Counter()
    lines = []
    for finding in sorted(findings, key=lambda f: list(COMMANDS).index(f["severity"])):
        level = finding["severity"]
        counts[level] += 1
        if counts[level] <= SHOWN[level]:
            lines.append(annotation(finding))
    hidden = {level: n - SHOWN[level] for level, n in counts.items() if n > SHOWN[level]}
    if hidden:
        more = ", ".join(f"{n:,} more of level {level}" for level, n in hidden.items())
        lines.append(f"::notice title=curate::{more}; see the job summary or --format jsonl")
    return "\n".join(lines) + ("\n" if lines else "")


def annotation(finding: Mapping[str, Any]) -> str:
    places = [f"file={prop(finding['file'])}"] if finding["file"] else []
    if finding["line"]:
        places.append(f"line={finding['line']}")
    head = ",".join([*places, f"title={finding['code']}"])
    return f"::{COMMANDS[finding['severity']]} {head}::{data(finding['message'])}"


def data(text: str) -> str:
    return shown(str(text)).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def prop(text: str) -> str:
    return data(text).replace(":", "%3A").replace(",", "%2C")
