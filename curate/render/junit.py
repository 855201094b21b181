"""Findings as JUnit XML: a suite for a family, a case for a rule; a rule that was broken at error level is a failure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from curate.catalogue import Rules
from curate.layout import shown

LISTED = 20
"""Findings named in one case."""


def render(findings: Iterable[Mapping[str, Any]], rules: Rules) -> str:
    by_code: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for finding in findings:
        by_code[finding["code"]].append(finding)
    families: defaultdict[str, list[str]] = defaultdict(list)
    for code, rule in rules.items():
        families[rule.family].append(case(code, f"{code} {rule.name}", by_code.get(code, [])))
    suites = []
    for family, cases in families.items():
        failed = sum("<failure" in text for text in cases)
        head = f'<testsuite name="curate.{family}" tests="{len(cases)}" failures="{failed}" errors="0" skipped="0">'
        suites.append("\n".join([head, *cases, "</testsuite>"]))
    total = sum(map(len, families.values()))
    failed = sum(text.count("<failure") for text in suites)
    head = f'<testsuites name="curate" tests="{total}" failures="{failed}" errors="0">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *suites, "</testsuites>", ""])


def case(code: str, name: str, findings: list[Mapping[str, Any]]) -> str:
    head = f'<testcase classname="curate.{code[:-3]}" name={quoteattr(name)}'
    if not findings:
        return head + "/>"
    said = "\n".join(line(f) for f in findings[:LISTED])
    more = f"\nand {len(findings) - LISTED:,} more" if len(findings) > LISTED else ""
    body = escape(said + more)
    if any(f["severity"] == "error" for f in findings):
        message = quoteattr(f"{len(findings):,} findings")
        return f'{head}><failure type="{code}" message={message}>{body}</failure></testcase>'
    return f"{head}><system-out>{body}</system-out></testcase>"


def line(finding: Mapping[str, Any]) -> str:
    place = f"{finding['file']}:{finding['line']}: " if finding["line"] else ""
    return shown(f"{place}{finding['message']}")
