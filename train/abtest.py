"""Base against tuned on live requests: who gets which model, what was said of it, and what that shows."""

from __future__ import annotations

import hashlib
import json
import math
import os
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from curate.errors import UserError
from train.answering import Variant

FEWEST = 10
"""Scored units a side below which no interval is given: Welch's is poor with fewer."""


def assigned(unit: str, share: float, seed: int) -> Variant:
    """`base` for `share` of all units; the same unit (a user, say) always gets the same model, on every machine."""
    digest = hashlib.sha256(f"{seed}\x1f{unit}".encode()).digest()
    return "base" if int.from_bytes(digest[:8], "big") < share * 2**64 else "tuned"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Units are averaged first: a user who asks a hundred times is one witness, not a hundred."""

    base_units: int
    tuned_units: int
    base: float | None
    tuned: float | None
    difference: float | None
    ci_low: float | None
    ci_high: float | None
    p_value: float | None
    method: str
    verdict: str
    """better, worse or not_shown, of the tuned model."""


def outcome(scores: dict[Variant, dict[str, list[float]]]) -> Outcome:
    """Welch's t over units (Welch 1947). The interval is for one look at a size fixed beforehand."""
    base, tuned = ([sum(v) / len(v) for v in scores.get(name, {}).values()] for name in ("base", "tuned"))
    method = f"Welch t over users or requests, for one look; from {FEWEST} scored on each side"
    means = (mean(base), mean(tuned))
    if min(len(base), len(tuned)) < FEWEST:
        return Outcome(len(base), len(tuned), *means, None, None, None, None, method, "not_shown")
    low, high, p = welch(base, tuned)
    verdict = "better" if low > 0 else "worse" if high < 0 else "not_shown"
    return Outcome(len(base), len(tuned), *means, sum(tuned) / len(tuned) - sum(base) / len(base), low, high, p, method, verdict)


def mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def welch(base: list[float], tuned: list[float]) -> tuple[float, float, float]:
    """95 % interval and p-value of mean(tuned) minus mean(base)."""
    from scipy.special import stdtr, stdtrit

    (mb, vb), (mt, vt) = (spread(x) for x in (base, tuned))
    error = math.sqrt(vb + vt)
    if error == 0:
        return mt - mb, mt - mb, 1.0 if mt == mb else 0.0
    freedom = (vb + vt) ** 2 / (vb**2 / (len(base) - 1) + vt**2 / (len(tuned) - 1))
    half = float(stdtrit(freedom, 0.975)) * error
    return mt - mb - half, mt - mb + half, float(2 * stdtr(freedom, -abs(mt - mb) / error))


def spread(values: list[float]) -> tuple[float, float]:
    """Mean, and the variance of the mean."""
    m = sum(values) / len(values)
    return m, sum((v - m) ** 2 for v in values) / (len(values) - 1) / len(values)


class Log:
    """Requests and scores as JSON lines, appended whole; what it says survives a restart. Texts only if asked for."""

    def __init__(self, path: Path) -> None:
        self.path, self.turn = path, threading.Lock()
        self.seen = {line["id"]: (line["variant"], line["unit"]) for line in self.lines() if "variant" in line}

    def lines(self) -> Iterator[dict[str, Any]]:
        if not self.path.is_file():
            return
        for number, line in enumerate(self.path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                yield json.loads(line)
            except ValueError:
                raise UserError("not JSON", where=f"{self.path}:{number}", hint="Mend or move the log.") from None

    def add(self, line: dict[str, Any]) -> None:
        data = (json.dumps(line, ensure_ascii=False) + "\n").encode()
        with self.turn:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(descriptor, data)
            finally:
                os.close(descriptor)
            if "variant" in line:
                self.seen[line["id"]] = (line["variant"], line["unit"])

    def scores(self) -> dict[Variant, dict[str, list[float]]]:
        """By model and unit; a second score for the same answer replaces the first."""
        last = {line["id"]: float(line["score"]) for line in self.lines() if "score" in line}
        found: dict[Variant, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        for name, score in last.items():
            if name in self.seen:
                variant, unit = self.seen[name]
                found[variant][unit].append(score)
        return found

    def summary(self) -> dict[str, Any]:
        requests = counted(variant for variant, _ in self.seen.values())
        return {"requests": requests, **asdict(outcome(self.scores()))}


def counted(variants: Iterable[Variant]) -> dict[str, int]:
    found = {"base": 0, "tuned": 0}
    for variant in variants:
        found[variant] += 1
    return found
