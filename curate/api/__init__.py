"""The commands as functions, for notebooks and scripts: each is `curate.NAME` as well.

    import curate

    report = curate.audit("data.jsonl", against={"gsm8k": "gsm8k_test.jsonl"})
    report.verdict, report.passed
    report.to_pandas().groupby("code").size()

    built = curate.build("data.jsonl", "clean", seed=7)
    built.splits["train"]
    curate.verify("clean").passed

Keyword arguments are the settings of `curate config show`, under the same names. What the user can mend is raised as `curate.UserError`.
"""

from __future__ import annotations

from curate.api.auditing import Report, audit
from curate.api.building import Built, build, split
from curate.api.folders import Changes, Picked, Story, diff, select, trace
from curate.api.rows import Explained, convert, explain

__all__ = [
    "Built",
    "Changes",
    "Explained",
    "Picked",
    "Report",
    "Story",
    "audit",
    "build",
    "convert",
    "diff",
    "explain",
    "select",
    "split",
    "trace",
]
