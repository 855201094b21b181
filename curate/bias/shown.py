"""The measures as a person is shown them: who is mentioned, what is tied to whom, and what each cure would do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from curate.bias.associate import Association
from curate.bias.measure import BiasMeasures
from curate.bias.represent import Share
from curate.layout import percent

MOST = 12
"""Lines of a table or plot; the JSON report has the rest."""
FEWEST = 20
"""Mentions of an axis below which its shares say nothing."""
FDR = 0.05
CHINESE = {
    "sample the linked rows down to the others' rate": "对关联行降采样至其他群体的比例",
    "add a counterfactual copy of every linked row": "为每条关联行增加反事实副本",
    "drop every linked row of the group": "删除该群体的全部关联行",
}


def tables(measures: BiasMeasures, cures: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    groups = [row_of(share) for share in mentioned(measures)]
    effects = [line for offer in cures[:3] for line in effect(offer)]
    return [
        {
            "title": ["Who is mentioned", "提到了谁"],
            "header": [["Axis", "维度"], ["Language", "语言"], ["Group", "群体"], ["Rows", "行数"], ["Share, 95 % interval", "占比及 95 % 区间"]],
            "rows": groups,
        },
        {
            "title": ["What each cure would do to the strongest ties", "各种办法对最强关联的作用"],
            "header": [["Tie", "关联"], ["Cure", "办法"], ["Rows +", "增加行"], ["Rows −", "减少行"], ["Log-odds after", "之后的对数优势"]],
            "rows": effects,
        },
    ][: 2 if effects else 1] if groups else []  # fmt: skip


def mentioned(measures: BiasMeasures) -> list[Share]:
    return sorted(
        (s for s in measures.representation if s.of >= FEWEST), key=lambda s: (-s.of, s.axis, s.language, -s.rows, s.group)
    )[:MOST]


def row_of(s: Share) -> list[Any]:
    return [s.axis, s.language, s.group, s.rows, f"{percent(s.share, 1)} ({percent(s.low, 1)} to {percent(s.high, 1)})"]


def effect(offer: dict[str, Any]) -> Iterator[list[Any]]:
    if "group" not in offer or "attribute" not in offer:
        return
    tie = f"{offer['group']} – {offer['attribute']} ({offer['language']})"
    for cure in offer["cures"]:
        yield [
            tie,
            [cure["cure"], CHINESE[cure["cure"]]],
            cure["rows_added"],
            cure["rows_removed"],
            f"{cure['log_odds_after']:+.2f}",
        ]


def forests(measures: BiasMeasures) -> list[dict[str, Any]]:
    """The ties that stay after the false-discovery control, strongest first."""
    found = sorted((a for a in measures.association if a.q <= FDR and a.log_odds > 0), key=strength)[:MOST]
    points = [[f"{a.group} – {a.attribute} ({a.language})", a.log_odds, a.low, a.high] for a in found]
    title = [
        "What groups are tied to (log-odds against the rest of the axis; 0: no tie)",
        "群体与什么相关联（相对同一维度其他群体的对数优势；0 为无关联）",
    ]
    header = [["Group – attribute", "群体 – 属性"], ["Log-odds, 95 % interval", "对数优势及 95 % 区间"]]
    return [{"title": title, "header": header, "points": points}] if points else []


def strength(a: Association) -> tuple[float, str, str, str]:
    return -a.low, a.group, a.attribute, a.language
