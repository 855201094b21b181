"""Findings as SARIF 2.1.0, for code-scanning views."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from curate import __version__
from curate.catalogue import Rules
from curate.layout import shown

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "info": "note"}
MOST = 5_000
"""GitHub's code scanning shows so many results of a run and refuses a file of more than 25,000."""


def render(findings: Sequence[Mapping[str, Any]], rules: Rules, fingerprints: Sequence[str], hidden: int = 0) -> str:
    """`fingerprints` go with the findings; `hidden` findings were left out, which the log says."""
    order = {code: i for i, code in enumerate(rules)}
    results = [result(f, order, print_) for f, print_ in zip(findings, fingerprints, strict=True)]
    run: dict[str, Any] = {
        "tool": {"driver": driver(rules)},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        "results": results,
    }
    if hidden:
        text = f"{hidden} more findings; --format jsonl has all of them."
        run["invocations"][0]["toolExecutionNotifications"] = [{"level": "note", "message": {"text": text}}]
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def driver(rules: Rules) -> dict[str, Any]:
    return {
        "name": "curate",
        "version": __version__,
        "informationUri": "https://pypi.org/project/curate-train/",
        "rules": [
            {
                "id": r.code,
                "name": r.name,
                "shortDescription": {"text": r.summary},
                "fullDescription": {"text": r.why},
                "help": {"text": r.advice},
                "defaultConfiguration": {"level": LEVELS[r.severity.value]},
            }
            for r in rules.values()
        ],
    }


def result(finding: Mapping[str, Any], order: Mapping[str, int], fingerprint: str) -> dict[str, Any]:
    text = finding["message"] + (f" in `{finding['field']}`" if finding["field"] else "")
    found: dict[str, Any] = {
        "ruleId": finding["code"],
        "ruleIndex": order[finding["code"]],
        "level": LEVELS[finding["severity"]],
        "message": {"text": shown(text)},
        "partialFingerprints": {"curate/v1": fingerprint},
    }
    if finding["file"]:
        found["locations"] = [location(finding)]
    if finding["related"]:
        found["relatedLocations"] = [*map(location, finding["related"][:10])]
    return found


def location(place: Mapping[str, Any]) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri(str(place["file"]))}}
    if place["line"]:
        physical["region"] = {"startLine": place["line"]}
    return {"physicalLocation": physical}


def uri(path: str) -> str:
    """A relative path stays relative to the repository; both are escaped as RFC 3986 has it."""
    plain = PurePath(path)
    return plain.as_uri() if plain.is_absolute() else quote(path.replace("\\", "/"))
