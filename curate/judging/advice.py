"""Should one fine-tune on this at all: what speaks for it, what against, and what a test could show.

Five situations speak for fine-tuning, three against. After OpenAI's guide "when to use fine-tuning" (style and format; reliability; long or
complex prompts; many edge cases; a skill hard to put in words) and Gekhman et al. 2024, arXiv 2405.05904 (new facts are learned slowly and
bring hallucination). The data answers what it can; the last note names what it cannot.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from curate.judging.evidence import Evidence, Said

FEW = 200
"""Rows below which the same rows as examples in a prompt are the cheaper first try."""
FORMED = 0.6
FACTUAL = 0.5
MANY_LABELS = 8
PER_INSTRUCTION = 20
LONG_PROMPT = 500
"""Characters; about a hundred tokens paid again with every call."""
STYLED = 100
"""Characters of the median answer from which prose has a style to teach."""
BLIND = 0.2
SMALLEST_TEST = 20
"""Rows below which a test shows nothing but miracles (a gain of 28 points at a fifth of discordant rows)."""


def smallest_gain(n: int, discordance: float = 0.2) -> float:
    """Smallest true gain that a paired test on `n` rows shows with 80 % power at 5 %: 2.80 * sqrt(D / n), at most 1.

    2.80 = 1.96 + 0.84; D is the share of rows on which exactly one of the two models is right (Miller 2024, arXiv 2411.00640).
    """
    return min(1.0, 2.80 * math.sqrt(discordance / n)) if n else 1.0


def advice(e: Evidence) -> Iterator[Said]:
    """Said only where the data speaks. Nothing where coverage was not looked at: the facts come from there."""
    coverage = e.facts.get("COV", {})
    if coverage:
        yield from speaks_for(coverage, e.usable, e.distinct)
        yield from speaks_against(coverage, e)
        yield Said(
            "The data cannot tell: whether a good prompt already does it, whether the skill is hard to put into words, and what an error costs. Try ten rows by hand with the model you have before you train.",
            "数据无法回答：好的提示是否已经足够，这项技能是否难以用语言说清，出错的代价有多大。训练之前，先用手头的模型亲自试十行。",
        )


def speaks_for(coverage: Mapping[str, Any], usable: int, distinct: int) -> Iterator[Said]:
    forms: Mapping[str, float] = coverage.get("answer_forms", {})
    instructions, labels = coverage.get("instructions", 0), coverage.get("labels", 0)
    repeated = coverage.get("repeated_prompt_characters", 0)
    if forms.get("json", 0) + forms.get("label", 0) >= FORMED:
        yield Said(
            "For: most answers have one fixed form, and form is what fine-tuning teaches best.",
            "赞成：多数回答有固定格式，而格式正是微调最擅长教的。",
        )
    elif forms.get("prose", 0) >= FORMED and coverage.get("answer_characters", {}).get("median", 0) >= STYLED and usable >= FEW:
        yield Said(
            "For, if the answers are written in the voice you want: prose teaches tone and style, hardly new knowledge.",
            "若回答正是您想要的口吻，则赞成：成段的文字能教语气和风格，很难教新知识。",
        )
    if instructions and distinct / instructions >= PER_INSTRUCTION:
        yield Said(
            "For: few instructions with many inputs; reliability on one task is what a small tuned model is good at.",
            "赞成：指令少而输入多；在一项任务上稳定可靠，正是小模型微调后的长处。",
        )
    if repeated >= LONG_PROMPT:
        yield Said(
            f"For: every prompt repeats about {repeated:,} characters; a tuned model needs them no longer.",
            f"赞成：每条提示都重复约 {repeated:,} 个字符；微调后的模型不再需要它们。",
        )
    if labels >= MANY_LABELS:
        yield Said(
            f"For: {labels} labels; many small distinctions are hard to put into one prompt.",
            f"赞成：有 {labels} 个标签；许多细微的区别很难写进一条提示。",
        )


def speaks_against(coverage: Mapping[str, Any], e: Evidence) -> Iterator[Said]:
    if e.distinct < FEW:
        yield Said(
            f"Against: with fewer than {FEW} different rows, try the same rows as examples in the prompt of a larger model first.",
            f"反对：不同的行少于 {FEW}；请先把这些行作为示例写进较大模型的提示里试试。",
        )
    if coverage.get("answer_forms", {}).get("fact", 0) >= FACTUAL:
        yield Said(
            "Against: most rows ask for single facts; facts are learned slowly and bring invention. Look into retrieval first.",
            "反对：多数行只问单个事实；事实学得慢，还会引来编造。请先考虑检索。",
        )
    planned = e.splits.get("test", 0) or round(0.1 * e.distinct)
    gain = smallest_gain(planned)
    if planned < SMALLEST_TEST:
        yield Said(
            f"Against: {planned:,} test row{'s are' if planned != 1 else ' is'} no test, and {SMALLEST_TEST} are the least; you would not know whether it helped.",
            f"反对：{planned:,} 行不成其为测试，至少要 {SMALLEST_TEST} 行；您将无从知道是否有用。",
        )
    elif gain > BLIND:
        yield Said(
            f"Against: a test of {planned:,} rows cannot show a gain below {100 * gain:.0f} points; you would not know whether it helped.",
            f"反对：{planned:,} 行的测试看不出 {100 * gain:.0f} 个百分点以下的提升；您将无从知道是否有用。",
        )
