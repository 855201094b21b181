"""The evaluation part of a run's README.md: `model-index` for the Hub, and the sentence that leads the report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from curate.render.markdown import escaped
from train.facts import EvalReport
from train.files import write_text
from train.metrics import Unit
from train.parts import between
from train.wording import change, title

BEGIN, END = "<!-- evaluation -->", "<!-- /evaluation -->"
HUB_NAMES = {
    "exact_match": "exact_match",
    "exact_match_normalised": "exact_match",
    "chrf": "chrf",
    "rouge_l": "rouge",
    "label_f1": "f1",
}


def write(run: Path, found: EvalReport) -> None:
    """Into the card that the run wrote, if there is one; what an earlier evaluation put there is replaced."""
    path = run / "README.md"
    head, body = parts(path.read_text(encoding="utf-8") if path.is_file() else f"# {found.name}\n")
    lines = [line for line in head.split("\n") if line and not line.startswith("model-index:")]
    # JSON is YAML, so nothing in a name can break the header.
    lines.append(f"model-index: {json.dumps(index(found), ensure_ascii=False)}")
    verdict = f"Verdict: {found.outcome.verdict}. All figures: `report.md`."
    section = "\n".join([BEGIN, "## Evaluation", "", escaped(found.sentence), "", verdict, END, ""])
    write_text(path, "\n".join(["---", *lines, "---", body.rstrip("\n"), "", section]))


def parts(text: str) -> tuple[str, str]:
    """YAML header and the rest, without an earlier evaluation."""
    before, mark, after = text.partition(BEGIN)
    text = before + after.partition(END)[2].lstrip("\n") if mark else text
    if text.startswith("---\n") and "\n---\n" in text:
        head, _, body = text[4:].partition("\n---\n")
        return head, body
    return "", text


def index(found: EvalReport) -> list[dict[str, Any]]:
    """One entry a metric, with the interval of the difference in its name, for the Hub has no field for it."""
    metrics = []
    for c in found.comparisons:
        value = 100 * c.tuned if c.unit == Unit.POINTS else c.tuned
        unit = Unit(c.unit)
        gain = f"{change(c.difference, unit)} against base, 95 % CI {between(c.interval, unit, 'en')}"
        name = f"{title(c.metric)} ({gain})"
        metrics.append({"type": HUB_NAMES.get(c.metric, c.metric), "name": name, "value": round(value, 4)})
    dataset = {
        "type": "json",
        "name": "held-out test split",
        "args": {"sha256": found.primary.test_sha256 or "unknown", "rows": found.leading.n},
    }
    return [{"name": found.name, "results": [{"task": {"type": "text-generation"}, "dataset": dataset, "metrics": metrics}]}]
