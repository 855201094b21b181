"""Bias, measured in text: who is spoken of, what they are tied to, and which rows do it."""

from __future__ import annotations

from curate.bias.measure import BiasMeasures, measure

__all__ = ["BiasMeasures", "measure"]
