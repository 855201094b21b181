"""The comparisons made from a run's `probes/`, which `train.measuring` writes; no model is needed here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from train import amplification, canaries, contamination, forgetting, memory, runs
from train.config import BIAS_MARGIN, FORGETTING_MARGIN
from train.facts import Canaries, Forgot, PairBias, Recited, ends
from train.files import read_rows
from train.statistics import Margin

KINDS = ("general", "pairs", "memory")
Key = tuple[str, str, str]
"""Set, kind and id of a probe."""


@dataclass(frozen=True, slots=True)
class Probes:
    """The comparisons made from those files; `missing` says why one could not be made."""

    forgetting: Sequence[forgetting.Forgetting] = ()
    pairs: Sequence[amplification.Pairs] = ()
    memory: Mapping[str, memory.Recital] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    canaries: canaries.Exposed | None = None

    @classmethod
    def read(cls, run: Path, settings: Mapping[str, Any], seed: int, seen: Collection[Key] = ()) -> Probes:
        """`seen`: general probes that stand in the training rows, and so say nothing of what was forgotten."""
        rows = {
            (kind, arm): read_rows(path)
            for kind in (*KINDS, "canaries")
            for arm in ("base", "tuned")
            if (path := run / "probes" / f"{kind}-{arm}.jsonl").is_file()
        }
        for path in sorted((run / "probes").glob("set-*.jsonl")):
            kind = ("general", path.stem.rpartition("-")[2])
            if kind in rows:
                rows[kind] = rows[kind] + read_rows(path)
        for arm in ("base", "tuned"):
            if ("general", arm) in rows:
                kept = [row for row in rows["general", arm] if (row["set"], row["kind"], row["id"]) not in seen]
                rows["general", arm] = kept
        both = {
            kind: (rows[kind, "base"], rows[kind, "tuned"])
            for kind in KINDS
            if all(rows.get((kind, a)) for a in ("base", "tuned"))
        }
        margins = {
            "general": float(runs.setting(settings, "forgetting_margin", default=FORGETTING_MARGIN)),
            "pairs": float(runs.setting(settings, "bias_margin", default=BIAS_MARGIN)),
        }
        return cls(
            forgetting.compare(*both["general"], margin=margins["general"]) if "general" in both else (),
            amplification.compare(*both["pairs"], margin=margins["pairs"], seed=seed) if "pairs" in both else (),
            {arm: memory.recited(side) for arm, side in zip(("base", "tuned"), both["memory"], strict=True)}
            if "memory" in both
            else {},
            {kind: reason(kind, rows) for kind in KINDS if kind not in both},
            canaries.compare(rows["canaries", "base"], rows["canaries", "tuned"], seed)
            if {("canaries", "base"), ("canaries", "tuned")} <= rows.keys()
            else None,
        )

    def forgetting_facts(self) -> tuple[Forgot, ...]:
        return tuple(
            Forgot(
                set=p.set, kind=p.kind, n=p.effect.n, base=p.effect.base, tuned=p.effect.tuned, difference=p.effect.difference,
                interval=ends(p.effect.interval), margin=p.margin, outcome=str(p.outcome),
            )
            for p in self.forgetting
        )  # fmt: skip

    def memory_facts(self) -> tuple[Recited, ...]:
        return tuple(
            Recited(
                arm=arm,
                n=r.n,
                train=r.train,
                held_out=r.held_out,
                difference=r.difference,
                interval=ends(r.interval),
                longest=r.longest,
            )
            for arm, r in self.memory.items()
        )

    def canary_facts(self) -> Canaries | None:
        found = self.canaries
        if found is None:
            return None
        e = found.exposure
        return Canaries(
            n=e.n,
            said=found.said,
            base=e.base,
            tuned=e.tuned,
            difference=e.difference,
            interval=ends(e.interval),
            most=found.most,
        )

    def pair_facts(self) -> tuple[PairBias, ...]:
        return tuple(pair_fact(p) for p in self.pairs)


def seen(settings: Mapping[str, Any], own: Mapping[str, Path]) -> dict[Key, str]:
    """General probes that stand in a training row, each with that row's id; UserError where there are too many to compare."""
    folder = runs.data_folder(settings)
    if folder is None:
        return {}
    texts = [*forgetting.shipped(), *(probe for name, path in own.items() for probe in forgetting.read(name, path))]
    found = contamination.holders([f"{p.prompt}\n{p.text}" for p in texts], folder)
    return {(texts[i].set, texts[i].kind, texts[i].id): row for i, row in found.items()}


def pair_fact(p: amplification.Pairs) -> PairBias:
    share = p.preferring
    return PairBias(
        set=p.set,
        kind=p.kind,
        n=p.shift.n,
        base=p.shift.base,
        tuned=p.shift.tuned,
        difference=p.shift.difference,
        interval=ends(p.shift.interval),
        p_value=p.shift.p_value,
        preferring=(share.base, share.tuned, ends(share.interval)) if share else None,
        margin=p.margin,
        outcome=OUTCOMES[p.outcome],
    )


# The same three-way answer as for forgetting, in the words of this section.
OUTCOMES = {
    Margin.WITHIN: "within margin",
    Margin.FORGOT: "amplified",
    Margin.CANNOT_TELL: "cannot tell",
}


def reason(kind: str, rows: Mapping[tuple[str, str], Sequence[object]]) -> str:
    if kind == "memory" and any(key[0] == kind for key in rows):
        return "no answer is long enough to recite half of it"
    return "the run keeps no such measurement; `train eval` makes it where model and data are still there"
