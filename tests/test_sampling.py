"""What a sample may say of the whole."""

from __future__ import annotations

import json

import numpy as np

from curate.screens import sampling


def test_the_interval_covers_the_share_of_all_rows_in_nineteen_of_twenty_draws() -> None:
    rng, total, drawn, hits = np.random.default_rng(5), 400, 100, 24
    rows = np.arange(total) < hits
    covered = 0
    for _ in range(2000):
        low, high = sampling.interval(int(rows[rng.choice(total, drawn, replace=False)].sum()), drawn, total)
        covered += low <= hits / total <= high
    assert 0.93 <= covered / 2000 <= 0.99


def test_all_rows_are_no_sample() -> None:
    assert sampling.interval(3, 10, 10) == (0.3, 0.3)


def test_the_report_of_a_sample_says_so_in_each_share(jsonl) -> None:
    from curate.api import audit

    rows = [
        {"instruction": f"Name thing {i} of the list.", "output": "" if i % 4 == 0 else f"It is thing {i * 17} there."}
        for i in range(200)
    ]
    rows += rows[1:40]
    report = audit(jsonl(rows), sample=100, seed=2, select=["SCH", "DUP001"])
    low, high = report.facts["facts"]["sample"]["intervals"]["SCH005"]
    assert low < 0.25 < high
    assert "A sample: 100 of 239 rows, drawn by seed 2" in str(report)
    line = next(line for line in str(report).splitlines() if line.startswith("SCH005"))
    assert f"({100 * low:.1f}–{100 * high:.1f})" in line
    assert "≥" in next(line for line in str(report).splitlines() if line.startswith("DUP001"))
    assert json.dumps(report.facts["input"]["sample_of"]) == "239"
