"""What texts cost the model, measured once after training and kept in `probes/`, so that the report needs no model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from train import amplification, forgetting, memory, runs
from train.facts import Forgot, PairBias, Recited, ends
from train.files import read_rows, write_rows
from train.statistics import Margin

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from train.data import Sample

KINDS = ("general", "pairs", "memory")


def measure(
    run: Path,
    arm: str,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    training: Sequence[Sample] = (),
    held_out: Sequence[Sample] = (),
    own: Mapping[str, Path] | None = None,
    seed: int = 0,
) -> None:
    """Measure one model, `base` or `tuned`, and write `probes/<kind>-<arm>.jsonl`; what is there is not measured again."""
    folder = run / "probes"
    folder.mkdir(parents=True, exist_ok=True)
    probes = [*forgetting.shipped(), *(p for name, path in (own or {}).items() for p in forgetting.read(name, path))]
    jobs: dict[str, Callable[[], list[dict[str, Any]]]] = {
        "general": lambda: forgetting.measure(model, tokenizer, probes),
        "pairs": lambda: amplification.measure(model, tokenizer, amplification.shipped()),
        "memory": lambda: memory.measure(model, tokenizer, memory.matched(training, held_out, seed)),
    }
    for kind, job in jobs.items():
        path = folder / f"{kind}-{arm}.jsonl"
        if not path.exists():
            write_rows(path, job())


@dataclass(frozen=True, slots=True)
class Probes:
    """The comparisons made from those files; `missing` says why one could not be made."""

    forgetting: Sequence[forgetting.Forgetting] = ()
    pairs: Sequence[amplification.Pairs] = ()
    memory: Mapping[str, memory.Recital] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, run: Path, settings: Mapping[str, Any], seed: int) -> Probes:
        rows = {
            (kind, arm): read_rows(path)
            for kind in KINDS
            for arm in ("base", "tuned")
            if (path := run / "probes" / f"{kind}-{arm}.jsonl").is_file()
        }
        both = {
            kind: (rows[kind, "base"], rows[kind, "tuned"])
            for kind in KINDS
            if all(rows.get((kind, a)) for a in ("base", "tuned"))
        }
        margins = {
            "general": float(runs.setting(settings, "forgetting_margin", default=forgetting.MARGIN)),
            "pairs": float(runs.setting(settings, "bias_margin", default=amplification.MARGIN)),
        }
        return cls(
            forgetting.compare(*both["general"], margin=margins["general"]) if "general" in both else (),
            amplification.compare(*both["pairs"], margin=margins["pairs"], seed=seed) if "pairs" in both else (),
            {arm: memory.recited(side) for arm, side in zip(("base", "tuned"), both["memory"], strict=True)}
            if "memory" in both
            else {},
            {kind: reason(kind, rows) for kind in KINDS if kind not in both},
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

    def pair_facts(self) -> tuple[PairBias, ...]:
        return tuple(pair_fact(p) for p in self.pairs)


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
    return "the run kept no such measurement; `train eval RUN --probe` makes it"
