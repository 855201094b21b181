"""May one train on this? Gates, each with what decided it; never a score that hides which part is bad.

A gate that fails makes the data not ready. Anything else at warning level or above makes it ready with warnings. A gate is shown only
where it was asked (no splits, no gate about splits), and too little evidence fails a gate: "no leak found" in ten rows means nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from curate.advice import advice, smallest_gain
from curate.findings import Severity

Outcome = Literal["ready", "ready_with_warnings", "not_ready"]
Facts = Mapping[str, Mapping[str, Any]]

FEWEST_ROWS = 50
"""Where OpenAI's fine-tuning guide sees the first clear gains: 50 to 100 good examples."""
BROKEN = 0.05
REPEATED = 0.30
"""Repeats are easily removed, but a third of repeats says that something upstream went wrong."""
CONFLICTING = 0.05
FAULTY = 0.10
"""10 % of wrong answers begin to cost points, 30 % cost 9 points of MMLU (RobustFT, arXiv 2412.14922)."""
PERSONAL = 0.01
ABUSIVE = 0.01
UNLEARNABLE = 0.01
SMALLEST_TEST = 20
"""Below this even a gain of 40 points in 100 is chance at 80 % power."""

BLOCKING_LEAKS = ("LEAK001", "LEAK002", "LEAK003", "LEAK004", "LEAK005", "LEAK006", "LEAK008", "LEAK009")
BROKEN_ANSWERS = ("QUA001", "QUA002", "QUA003", "QUA005", "QUA006")


@dataclass(frozen=True, slots=True)
class Gate:
    name: str
    passed: bool
    because: str


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: Outcome
    gates: tuple[Gate, ...]
    next: tuple[str, ...]
    """Commands; `INPUT` stands for what was audited."""
    advice: tuple[str, ...] = ()
    """Should one fine-tune at all: what in the data speaks for it and what against."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a gate may look at."""

    rows: int
    usable: int
    counts: Mapping[str, int]
    severity: Mapping[str, Severity]
    facts: Facts
    splits: Mapping[str, int]

    def rows_with(self, *codes: str) -> int:
        """Never less than the largest and never more than the sum: one row may break several rules."""
        return min(self.usable, sum(self.counts.get(code, 0) for code in codes))

    def family(self, family: str, least: Severity) -> Mapping[str, int]:
        return {
            c: n
            for c, n in self.counts.items()
            if c[:-3] == family and self.severity.get(c, Severity.INFO).rank >= least.rank and n
        }

    @property
    def distinct(self) -> int:
        return self.usable - self.rows_with("DUP001", "DUP002")


def judge(
    rows: int, usable: int, counts: Mapping[str, int], severity: Mapping[str, Severity], facts: Facts, splits: Mapping[str, int]
) -> Verdict:
    """`counts` are rows by rule code, `splits` rows by split name (empty: the data is not split yet)."""
    evidence = Evidence(rows, usable, counts, severity, facts, splits)
    gates = tuple(gate for ask in GATES for gate in ask(evidence))
    warned = any(n and severity.get(code, Severity.INFO).rank >= Severity.WARNING.rank for code, n in counts.items())
    outcome: Outcome = "not_ready" if not all(g.passed for g in gates) else "ready_with_warnings" if warned else "ready"
    return Verdict(
        outcome,
        gates,
        next_commands(gates),
        tuple(advice(evidence.usable, evidence.distinct, facts.get("COV", {}), splits.get("test", 0))),
    )


# ---- gates ------------------------------------------------------------------------------------------------------------------


def readable(e: Evidence) -> Iterator[Gate]:
    broken = e.rows - e.usable
    share = broken / e.rows if e.rows else 1.0
    if not e.rows:
        because = "There is no row."
    elif not broken:
        because = f"All {e.rows:,} rows can be used."
    else:
        because = f"{broken:,} of {e.rows:,} rows ({percent(share)}) cannot be used; up to {percent(BROKEN)} is an accident, more is a broken export."
    yield Gate("rows can be read", share <= BROKEN, because)


def enough(e: Evidence) -> Iterator[Gate]:
    n = e.distinct
    if n < FEWEST_ROWS:
        because = f"{n:,} different rows are too few to fine-tune or to judge; write them into the prompt as examples first. {FEWEST_ROWS} is the least."
    else:
        because = f"{n:,} different rows."
    yield Gate("enough rows", n >= FEWEST_ROWS, because)


def different(e: Evidence) -> Iterator[Gate]:
    repeated = e.rows_with("DUP001", "DUP002")
    share = repeated / e.usable if e.usable else 0.0
    because = (
        f"{repeated:,} rows ({percent(share)}) repeat another one; `curate build` removes them."
        if repeated
        else "No row repeats another one."
    )
    yield Gate("rows differ", share <= REPEATED, because)


def independent(e: Evidence) -> Iterator[Gate]:
    if not e.splits and not e.rows_with("LEAK005"):
        return
    found = {code: e.counts.get(code, 0) for code in BLOCKING_LEAKS if e.counts.get(code)}
    if found:
        because = f"{listed(found)}: the test score would count rows that were learned by heart. `curate build` makes splits that share nothing."
    else:
        because = f"Nothing is shared between {', '.join(f'{name} ({n:,})' for name, n in e.splits.items()) or 'the data and the sets it was held against'}."
    yield Gate("splits share nothing", not found, because)


def private(e: Evidence) -> Iterator[Gate]:
    proved, likely = e.family("PII", Severity.ERROR), e.family("PII", Severity.WARNING)
    worst = max(likely.values(), default=0)
    passed = not proved and worst <= PERSONAL * max(e.usable, 1)
    if proved:
        because = f"{listed(proved)}: a model can repeat them to anyone. `curate build --pii mask` masks them."
    elif likely:
        because = f"{listed(likely)}; {'more than' if not passed else 'at most'} {percent(PERSONAL)} of the rows. `curate build --pii mask` masks them."
    else:
        because = "Nothing found that names, reaches or unlocks anyone."
    yield Gate("no personal data or secrets", passed, because)


def agreeing(e: Evidence) -> Iterator[Gate]:
    n = e.rows_with("LAB001")
    share = n / e.usable if e.usable else 0.0
    because = (
        f"{n:,} rows ({percent(share)}) answer a question otherwise than another row does."
        if n
        else "No two rows contradict each other."
    )
    yield Gate("answers agree", share <= CONFLICTING, because)


def whole(e: Evidence) -> Iterator[Gate]:
    found = {code: e.counts[code] for code in BROKEN_ANSWERS if e.counts.get(code)}
    n = e.rows_with(*found)
    share = n / e.usable if e.usable else 0.0
    if found:
        because = (
            f"{listed(found)}: up to {percent(share)} of the rows; from {percent(FAULTY)} on wrong answers cost several points."
        )
    else:
        because = "No answer is cut off, refused, looping, in the wrong language or left as a template."
    yield Gate("answers are whole", share <= FAULTY, because)


def decent(e: Evidence) -> Iterator[Gate]:
    found = e.family("BIAS", Severity.ERROR)
    if found:
        share = max(found.values()) / max(e.usable, 1)
        yield Gate(
            "no abuse of a group",
            share <= ABUSIVE,
            f"{listed(found)} ({percent(share)} of the rows); read them before you train.",
        )


def learnable(e: Evidence) -> Iterator[Gate]:
    if "TOK" not in e.facts:
        return
    empty, torn = e.rows_with("TOK002"), e.rows_with("TOK004")
    share = max(empty, torn) / max(e.usable, 1)
    if empty or torn:
        because = f"{listed({c: n for c, n in (('TOK002', empty), ('TOK004', torn)) if n})} with the tokenizer named."
    else:
        because = "Every row leaves tokens to learn from, its stop token among them."
    yield Gate("something to learn from", share <= UNLEARNABLE, because)


def shown(e: Evidence) -> Iterator[Gate]:
    if "test" not in e.splits:
        return
    n = e.splits["test"]
    if n < SMALLEST_TEST:
        yield Gate(
            "the test can show a gain",
            False,
            f"{n} test rows can show nothing short of a miracle; {SMALLEST_TEST} is the least, some hundreds are useful.",
        )
        return
    gain = smallest_gain(n)
    yield Gate("the test can show a gain", True, f"{n:,} test rows show a gain of {100 * gain:.1f} points or more at 80 % power.")


GATES: Sequence[Callable[[Evidence], Iterator[Gate]]] = (
    readable,
    enough,
    different,
    independent,
    private,
    agreeing,
    whole,
    decent,
    learnable,
    shown,
)


# ---- what to do -------------------------------------------------------------------------------------------------------------


def next_commands(gates: Sequence[Gate]) -> tuple[str, ...]:
    failed = {gate.name for gate in gates if not gate.passed}
    commands = []
    if "rows can be read" in failed:
        commands.append("curate audit INPUT --select SCH --format jsonl")
    if failed & {"answers agree", "answers are whole"}:
        commands.append("curate audit INPUT --select LAB,QUA -o review.html")
    commands.append("curate build INPUT -o clean")
    return tuple(commands)


def percent(share: float) -> str:
    return f"{100 * share:.1f} %" if 0 < share < 0.1 else f"{100 * share:.0f} %"


def listed(counts: Mapping[str, int]) -> str:
    """`PII001 in 12 rows, PII009 in 1 row`, the most frequent first."""
    return ", ".join(
        f"{c} in {n:,} row{'s' if n != 1 else ''}" for c, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
