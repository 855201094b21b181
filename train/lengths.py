"""How much of a gain goes with the length of the answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from train.answers import Answer, groups
from train.facts import LengthControl, ends
from train.intervals import Array, Codes, t_interval
from train.metrics import Mean, Metric, Unit
from train.sums import coded

LEAST = 10
"""Rows that are worth a regression."""


def length_control(metric: Metric, base: Sequence[Answer], tuned: Sequence[Answer]) -> LengthControl | None:
    """How much of the gain goes with length: the difference regressed on doublings of length, and its value at no doubling."""
    if not isinstance(metric, Mean) or len(tuned) < LEAST:
        return None
    change = np.array([np.log2((len(t.prediction) + 1) / (len(b.prediction) + 1)) for b, t in zip(base, tuned, strict=True)])
    if np.ptp(change) == 0:
        return None
    d = np.array(metric.scores(tuned)) - np.array(metric.scores(base))
    codes = coded(groups(tuned), range(len(tuned)))
    beta, errors = least_squares(np.column_stack([np.ones(len(d)), change]), d, codes)
    interval, _ = t_interval(float(beta[0]), max(float(errors[0]), 1e-12), int(codes.max()))
    ratio = [float(np.mean([(len(a.prediction) + 1) / (len(a.reference) + 1) for a in side])) for side in (base, tuned)]
    if metric.unit is Unit.POINTS:
        interval = interval.clipped(-1.0, 1.0)
    return LengthControl(
        base_ratio=ratio[0], tuned_ratio=ratio[1], slope=float(beta[1]), at_equal_length=float(beta[0]), interval=ends(interval)
    )


def least_squares(x: Array, y: Array, codes: Codes) -> tuple[Array, Array]:
    """Coefficients and their CR1 standard errors (Cameron & Miller 2015, equation 11)."""
    n, k = x.shape
    bread = np.linalg.inv(x.T @ x)
    beta = bread @ x.T @ y
    scores = x * (y - x @ beta)[:, None]
    sums = np.array([np.bincount(codes, column) for column in scores.T]).T
    count = len(sums)
    meat = sums.T @ sums * (count / max(1, count - 1)) * ((n - 1) / (n - k))
    return beta, np.sqrt(np.diag(bread @ meat @ bread))
