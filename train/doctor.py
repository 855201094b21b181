"""What is really trained on, found out by doing all that a run does before its first update."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from curate.layout import shown
from train.config import TrainConfig
from train.data import Account, Encoder, Prepared, Row, Sample, accounted, read_split
from train.models import load_tokenizer, resolve
from train.settings import max_length

# The test split stays shut: only the report opens it.
LOOKED_AT = ("train", "validation")
Mark = Literal["trained", "masked", "cut"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that has cost somebody a model. `good` None: only said."""

    name: str
    good: bool | None
    told: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    model: str
    limit: int
    splits: dict[str, Prepared]
    checks: tuple[Check, ...]
    encoder: Encoder

    def account(self, split: str) -> dict[str, int]:
        """Rows and tokens of one split: read = trained + masked + cut + dropped."""
        accounts = self.splits[split].accounts
        told = {"rows": len({a.row.line for a in accounts}), "samples": len(self.splits[split].samples)}
        return told | {name: sum(getattr(a, name) for a in accounts) for name in ("read", "trained", "masked", "cut", "dropped")}

    def by_row(self) -> list[dict[str, Any]]:
        """Every row's account with its file and line."""
        numbers = ("read", "trained", "masked", "cut", "dropped")
        return [
            {"file": a.row.file, "line": a.row.line, "id": a.row.id, **{n: getattr(a, n) for n in numbers}, "because": a.because}
            for prepared in self.splits.values()
            for a in prepared.accounts
        ]


def examine(folder: Path, config: TrainConfig) -> Diagnosis:
    source = resolve(config.model)
    tokenizer = load_tokenizer(source)
    encoder = Encoder(tokenizer)
    limit = max_length(config, source, tokenizer.model_max_length).value
    rows = {split: read_split(folder, split) for split in LOOKED_AT}
    splits = {split: accounted(part, encoder, limit, config.excess_length) for split, part in rows.items()}
    found = checks(encoder, splits, [r for part in rows.values() for r in part], config)
    return Diagnosis(source.name, limit, splits, tuple(found), encoder)


def checks(encoder: Encoder, splits: dict[str, Prepared], rows: Sequence[Row], config: TrainConfig) -> list[Check]:
    samples = [s for prepared in splits.values() for s in prepared.samples]
    too_long = [s for prepared in splits.values() for s in prepared.too_long]
    empty = [s for prepared in splits.values() for s in prepared.empty]
    cut = [a for prepared in splits.values() for a in prepared.accounts if a.cut]
    # A row that was cut has lost its end on purpose and is counted below.
    whole = [s for s in samples if not any(a.row is s.row for a in cut)]
    endless = [s for s in whole if not ends(s, encoder.stop_ids)]
    doubled = [s for s in samples if starts(s, encoder) > 1]
    found = [r for r in rows if any(encoder.control.search(m["content"]) for m in r.messages)]
    strange = [s for s in samples if not s.row.plain and not asked_alike(s, encoder)]
    refusing = config.excess_length == "refuse"
    return [
        verdict(
            "end of turn", endless, "no end token is trained", "the end of every answer is trained, so the model learns to stop"
        ),
        verdict("start token", doubled, "the start token is doubled", "no row starts with two start tokens"),
        verdict("prompt", strange, "asked otherwise than in use", "every prompt is the same tokens as when the model is asked"),
        verdict("nothing to learn", empty, "no answer after a question", "every row has an answer after a question"),
        Check("too long", not (too_long and refusing), length_told(too_long, cut, refusing)),
        Check(
            "control tokens", None, f"in the text of {len(found)} rows, read as plain characters" if found else "none in any text"
        ),
        tools_check(encoder, rows),
        Check("turns", None, turns_told(len(samples) - len({(s.row.file, s.row.line) for s in samples}))),
        Check("system prompt", None, system_told(default_system(encoder))),
    ]


def verdict(name: str, bad: Sequence[Sample], wrong: str, right: str) -> Check:
    return Check(name, not bad, named(bad, wrong) if bad else right)


def tools_check(encoder: Encoder, rows: Sequence[Row]) -> Check:
    """A template may drop the tools: then calls are learnt of tools that the prompt never named."""
    given = [row for row in rows if row.tools]
    unseen = [row for row in given if encoder.render(row.messages, row) == encoder.render(row.messages, replace(row, tools=()))]
    if unseen:
        where = f"{', '.join(r.where for r in unseen[:5])}{' …' if len(unseen) > 5 else ''}"
        return Check("tools", None, f"the template leaves out the tools of {len(unseen)} rows, calls are learnt blindly: {where}")
    return Check("tools", None, f"the template names the tools of {len(given)} rows" if given else "no row has any")


def turns_told(more: int) -> str:
    if more:
        return f"the template rewrites earlier turns: {more} samples more than rows"
    return "a row is one sample, every answer in it is trained"


def system_told(added: str) -> str:
    return f"the template adds its own where a row has none: {shown(added)}" if added else "the template adds none"


def named(samples: Sequence[Sample], what: str) -> str:
    return f"{what} in {len(samples)} rows: {', '.join(s.row.where for s in samples[:5])}{' …' if len(samples) > 5 else ''}"


def length_told(too_long: Sequence[Sample], cut: Sequence[Account], refusing: bool) -> str:
    if too_long:
        return named(too_long, "`train run` refuses, too long" if refusing else "dropped, too long")
    return f"{len(cut)} rows are cut: {', '.join(a.row.where for a in cut[:5])}" if cut else "every row fits the model"


def ends(sample: Sample, stops: set[int]) -> bool:
    last = [int(i) for i, on in zip(sample.ids, sample.trained, strict=True) if on][-1]
    return last in stops


def starts(sample: Sample, encoder: Encoder) -> int:
    """How many start tokens stand at the beginning. A template may open each turn with that token, hence only neighbours."""
    start = encoder.tokenizer.bos_token_id
    count = 0
    while count < len(sample) and int(sample.ids[count]) == start:
        count += 1
    return count


def asked_alike(sample: Sample, encoder: Encoder) -> bool:
    """Whether the tokens before the last answer are those that will be asked with."""
    prompt = encoder.prompt(sample.row)[: len(sample)]
    return bool(sample.ids[: len(prompt)].tolist() == prompt)


def default_system(encoder: Encoder) -> str:
    """What the template puts before a chat that has no system message; SmolLM2's does, and a served model must too."""
    row = Row("", "", 0, ({"role": "user", "content": "\u2402"},))
    before = encoder.render(row.messages, row).partition("\u2402")[0]
    again = Row("", "", 0, ({"role": "system", "content": "\u2403"}, *row.messages))
    with_own = encoder.render(again.messages, again) if supports_system(encoder, again) else ""
    told = before.removesuffix(common_end(before, with_own.partition("\u2402")[0])) if with_own else ""
    return encoder.control.sub("", told).strip().removeprefix("system").strip() if len(told) > 20 else ""


def supports_system(encoder: Encoder, row: Row) -> bool:
    from curate.errors import UserError

    try:
        encoder.render(row.messages, row)
    except UserError:
        return False
    return True


def common_end(a: str, b: str) -> str:
    length = 0
    while length < min(len(a), len(b)) and a[-1 - length] == b[-1 - length]:
        length += 1
    return a[len(a) - length :]


def marked(sample: Sample, encoder: Encoder) -> list[tuple[str, Mark]]:
    """The row as runs of text, each trained or masked. Runs, not tokens: a character may be several tokens."""
    runs: list[tuple[list[int], Mark]] = []
    for token, on in zip(sample.ids.tolist(), sample.trained.tolist(), strict=True):
        mark: Mark = "trained" if on else "masked"
        if not runs or runs[-1][1] != mark:
            runs.append(([], mark))
        runs[-1][0].append(token)
    return [(str(encoder.tokenizer.decode(ids)), mark) for ids, mark in runs]
