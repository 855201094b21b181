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
from curate.api.reviewing import Review, review
from curate.api.rows import Explained, augment, convert, explain
from curate.api.seen import Added, Seen, index_add, index_query
from curate.api.settled import Setting, Settled, settings

__all__ = [
    "Added",
    "Built",
    "Changes",
    "Explained",
    "Picked",
    "Report",
    "Review",
    "Seen",
    "Setting",
    "Settled",
    "Story",
    "audit",
    "augment",
    "build",
    "convert",
    "diff",
    "explain",
    "index_add",
    "index_query",
    "review",
    "select",
    "settings",
    "split",
    "trace",
]
