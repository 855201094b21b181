"""What weighs, and what `build` changes: two questions asked of every find, answered here alone."""

from __future__ import annotations

from collections.abc import Iterable

from curate.findings import Severity
from curate.pii.hits import Confidence, Hit

WORTHLESS = 0.5
"""A guess below this score is only noted."""

PUBLIC = frozenset(
    (
        "a role, not a person",
        "a service line",
        "told as in a biography",
        "the address of a public place",
        "a public name server",
        "a constant of networks, no host",
    )
)
"""Asides of what a text means as it stands: everybody's mail box, hotline, history or loopback. Masking it would only do harm.
What is merely made up (`@example.com`, a test card) is masked with the rest: nothing is lost, and nobody has to trust a list."""


def severity(h: Hit, beside: bool) -> Severity | None:
    """None: as the rule says. Less where nobody is harmed or the form alone speaks; names weigh beside a contact."""
    if h.code == "PII007":
        return None if beside else Severity.INFO
    return Severity.INFO if h.aside or vague(h) else None


def changes(h: Hit, beside: bool) -> bool:
    """Whether `mask` and `pseudonym` replace it. A name alone stays: it may be anybody's, from Newton to the neighbour."""
    if h.code == "PII007":
        return beside
    return h.aside not in PUBLIC and not vague(h)


def vague(h: Hit) -> bool:
    return h.confidence is Confidence.GUESS and h.score < WORTHLESS


def stands_beside(hits: Iterable[Hit]) -> bool:
    """Whether a row holds something of somebody's, so that a name in it says whose."""
    return any(h.code != "PII007" and severity(h, beside=False) is None for h in hits)
