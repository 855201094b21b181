"""Should one fine-tune on this at all: what speaks for it, what against, and what a test could show."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any


def smallest_gain(n: int, discordance: float = 0.2) -> float:
    """Smallest true gain that a paired test on `n` rows shows with 80 % power at 5 %: 2.80 * sqrt(D / n), at most 1.

    2.80 = 1.96 + 0.84; D is the share of rows on which exactly one of the two models is right (Miller 2024, arXiv 2411.00640).
    """
    return min(1.0, 2.80 * math.sqrt(discordance / n)) if n else 1.0


def advice(usable: int, distinct: int, coverage: Mapping[str, Any], test_rows: int) -> Iterator[str]:
    """Five situations speak for fine-tuning, three against; said only where the data can answer.

    After OpenAI's guide "when to use fine-tuning" (style and format; reliability; complex prompts; many edge cases; a skill
    hard to put in words) and Gekhman et al. 2024, arXiv 2405.05904 (new facts are learned slowly and bring hallucination).
    """
    forms: Mapping[str, float] = coverage.get("answer_forms", {})
    if forms.get("json", 0) + forms.get("label", 0) >= 0.6:
        yield "For: most answers have one fixed form, and form is what fine-tuning teaches best."
    if coverage.get("instructions", 0) and usable / coverage["instructions"] >= 20:
        yield "For: few instructions with many inputs; reliability on one task is what a small tuned model is good at."
    if coverage.get("repeated_prompt_characters", 0) >= 500:
        yield (
            f"For: every prompt repeats about {coverage['repeated_prompt_characters']:,} characters; a tuned model needs them no "
            f"longer."
        )
    if coverage.get("labels", 0) >= 8:
        yield f"For: {coverage['labels']} labels; many small distinctions are hard to put into one prompt."
    if distinct < 200:
        yield "Against: with fewer than 200 different rows, try the same rows as examples in the prompt of a larger model first."
    if forms.get("fact", 0) >= 0.5:
        yield "Against: most rows ask for single facts; facts are learned slowly and bring invention. Look into retrieval first."
    planned = test_rows or round(0.1 * distinct)
    if smallest_gain(planned) > 0.2:
        yield (
            f"Against: a test of {planned:,} rows cannot show a gain below {100 * smallest_gain(planned):.0f} points; you "
            f"would not know whether it helped."
        )
