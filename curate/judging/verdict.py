"""May one train on this? Gates, each with what decided it; never a score that hides which part is bad.

A gate that fails makes the data not ready. Anything else at warning level or above makes it ready with warnings. A gate is shown only
where it was asked (no splits, no gate about splits), and too little evidence fails a gate: "no leak found" in ten rows means nothing, and
neither does "no repeats" where --ignore left them out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

from curate.findings import Severity
from curate.judging.advice import advice
from curate.judging.evidence import REPEATS, Asked, Evidence, Said
from curate.judging.gates import GATES, Question

Outcome = Literal["ready", "ready_with_warnings", "not_ready"]


@dataclass(frozen=True, slots=True)
class Gate:
    name: str
    passed: bool
    because: str


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: Outcome
    gates: tuple[Gate, ...]
    gates_zh: tuple[tuple[str, str], ...]
    """Name and reason of each gate in Chinese, in the same order."""
    next: tuple[str, ...]
    """Commands; `INPUT` stands for what was audited."""
    advice: tuple[Said, ...]
    """Should one fine-tune at all: what in the data speaks for it and what against."""


def judge(e: Evidence) -> Verdict:
    asked = [said for question in GATES if question.put(e) for said in ask(question, e)]
    gates = tuple(Gate(said.name.en, said.passed, said.because.en) for said in asked)
    warned = any(n and e.severity.get(code, Severity.INFO).rank >= Severity.WARNING.rank for code, n in e.counts.items())
    outcome: Outcome = "not_ready" if not all(g.passed for g in gates) else "ready_with_warnings" if warned else "ready"
    return Verdict(
        outcome, gates, tuple((said.name.zh, said.because.zh) for said in asked), next_commands(gates, e), tuple(advice(e))
    )


def ask(question: Question, e: Evidence) -> Iterator[Asked]:
    """The gate's answer, which owns up to what was not looked for; without any evidence the gate fails."""
    rests = {c for c in e.looked | e.left_out if c.startswith(question.rests_on)} if question.rests_on else set()
    codes = ", ".join(shortest(rests - e.looked, e))
    for name, passed, because in question.answer(e):
        if not codes:
            yield Asked(name, passed, because)
        elif rests & e.looked:
            yield Asked(name, passed, Said(f"{because.en} Not looked for: {codes}.", f"{because.zh}未检查：{codes}。"))
        else:
            yield Asked(name, False, Said(f"Not looked at: {codes} left out.", f"未检查：略去了 {codes}。"))


def shortest(codes: AbstractSet[str], e: Evidence) -> list[str]:
    """A family by its name where nothing of it was looked for."""
    seen = {c[:-3] for c in e.looked}
    return sorted({c if c[:-3] in seen else c[:-3] for c in codes})


def next_commands(gates: Sequence[Gate], e: Evidence) -> tuple[str, ...]:
    """What would show more of what failed, then the way on: for too few rows that is no build."""
    failed = {gate.name for gate in gates if not gate.passed}
    looked = {c[:-3] for c in e.looked}
    commands = []
    if "rows can be read" in failed:
        commands.append("curate audit INPUT --select SCH --format jsonl")
    if e.usable and any(question.put(e) and unseen(question, e) for question in GATES):
        commands.append("curate audit INPUT")
    if ("answers agree" in failed and "LAB" in looked) or ("answers are whole" in failed and "QUA" in looked):
        commands.append("curate audit INPUT --select LAB,QUA -o review.html")
    few = failed == {"enough rows"} and not e.rows_with(*REPEATS)
    commands.append("curate explain COV003" if few else "curate build INPUT -o clean")
    return tuple(commands)


def unseen(question: Question, e: Evidence) -> bool:
    """Nothing that the gate stands on was looked for."""
    return bool(question.rests_on) and not any(c.startswith(question.rests_on) for c in e.looked)
