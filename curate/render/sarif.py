"""Findings as SARIF 2.1.0, for code-scanning views."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from curate import __version__
from curate.catalogue import Rules

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def render(findings: Iterable[Mapping[str, Any]], rules: Rules) -> str:
    order = {code: i for i, code in enumerate(rules)}
    driver = {
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
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": [result(f, order) for f in findings]}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)


def result(finding: Mapping[str, Any], order: Mapping[str, int]) -> dict[str, Any]:
    text = finding["message"] + (f" in `{finding['field']}`" if finding["field"] else "")
    found: dict[str, Any] = {
        "ruleId": finding["code"],
        "ruleIndex": order[finding["code"]],
        "level": LEVELS[finding["severity"]],
        "message": {"text": text},
        "partialFingerprints": {"curate/v1": fingerprint(finding)},
    }
    if finding["file"]:
        found["locations"] = [location(finding)]
    if finding["related"]:
        found["relatedLocations"] = [location(r) for r in finding["related"][:10]]
    return found


def location(place: Mapping[str, Any]) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": str(place["file"]).replace("\\", "/")}}
    if place["line"]:
        physical["region"] = {"startLine": place["line"]}
    return {"physicalLocation": physical}


def fingerprint(finding: Mapping[str, Any]) -> str:
    """The same finding keeps it when lines move."""
    parts = (finding["code"], finding["id"], finding["field"], finding["message"])
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, default=str).encode()).hexdigest()[:32]
