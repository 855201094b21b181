"""The test split, opened once: answers of the base model, of the base model with examples, and of the tuned model."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

from curate.errors import UserError
from train import generate, methods
from train.config import Resolved
from train.data import Encoder, Prepared, Row, prepare, read_split
from train.encoding import Sample
from train.files import write_rows
from train.live import counted, say
from train.models import ModelSource, load_model
from train.rows import last_answer, with_shots
from train.settings import Settings

SAME = 0.01
"""Relative change of the validation loss that lower precision may bring before it is refused."""
OPENINGS = "test_openings.jsonl"


@dataclass(frozen=True, slots=True)
class Arm:
    """One way to answer: a file name, the model behind it, the examples before each question."""

    name: str
    load: Callable[[], Any]
    shots: tuple[Row, ...] = ()


def predict(
    out: Path, folder: Path, source: ModelSource, settings: Settings, encoder: Encoder, best_loss: float | None
) -> Resolved[str]:
    """Write `predictions/*.jsonl`; files that are there already are kept, so a killed run goes on with the next.

    Each row: `id`, `prompt`, `reference`, `prediction`, `stopped`, `new_tokens`, `confidence` (probability of that very answer),
    `nll` (nats of the reference's text without its end token), `target_bytes` (UTF-8 bytes of that text), `end_nll` (nats of the
    end token), `target_tokens` (both together), `group`. Without a `best_loss` to hold bf16 against, answers are given in fp32.
    """
    answers = out / "predictions"
    answers.mkdir(exist_ok=True)
    device = torch.device(settings.device.value)
    tuned, precision = at_precision(tuned_model(out, source, settings), folder, settings, encoder, best_loss, device)
    models = {"tuned": tuned}

    def base() -> Any:
        if "base" not in models:
            models.clear()
            plain: Any = load_model(source, torch.float32)
            plain.to(device)
            models["base"] = generate.lowered(plain) if precision.value == "bf16" else plain
        return models["base"]

    arms = [Arm("tuned", lambda: models["tuned"]), Arm("base", base)]
    if settings.config.few_shot:
        arms.append(Arm("base-fewshot", base, examples(read_split(folder, "train"), settings)))
    missing = [arm for arm in arms if not (answers / f"{arm.name}.jsonl").is_file()]
    if missing:
        rows = [row for row in opened(out, folder, "answers for the report") if not row.plain]
        kin = groups(folder)
        for arm in missing:
            written = arm_rows(arm, rows, kin, encoder, settings, device)
            if written is not None:
                write_rows(answers / f"{arm.name}.jsonl", written)
    return precision


def opened(out: Path, folder: Path, why: str) -> list[Row]:
    """The test rows. Every opening is on record: a split looked at often is no test any more."""
    with (out / OPENINGS).open("a", encoding="utf-8") as log:
        log.write(json.dumps({"time": datetime.now(UTC).isoformat(timespec="seconds"), "why": why}) + "\n")
    return read_split(folder, "test")


def tuned_model(out: Path, source: ModelSource, settings: Settings) -> Any:
    """The trained model for use: adapters folded into the base in fp32, where a small change is not rounded away."""
    if methods.whole(settings.config.method):
        return load_model(out / "model", torch.float32)
    return methods.merged(load_model(source, torch.float32), str(out / "adapter"))


def at_precision(
    model: Any, folder: Path, settings: Settings, encoder: Encoder, best: float | None, device: torch.device
) -> tuple[Any, Resolved[str]]:
    """bf16 answers faster; it is taken where the validation loss shows that it changes nothing."""
    model.to(device)
    if best is None or settings.precision.value != "bf16":
        return model, Resolved("fp32", "as in training" if best is not None else "the same for every run that is compared")
    kept = {name: p.data for name, p in model.named_parameters()}
    loss = validation_loss(generate.lowered(model), folder, settings, encoder, device)
    if abs(loss - best) <= SAME * best + 1e-3:
        return model, Resolved("bf16", f"auto: validation loss {loss:.4f}, {best:.4f} in training")
    for name, parameter in model.named_parameters():
        parameter.data = kept[name]
    return model, Resolved("fp32", f"auto: in bf16 the validation loss is {loss:.4f}, in training {best:.4f}")


def validation_loss(model: Any, folder: Path, settings: Settings, encoder: Encoder, device: torch.device) -> float:
    rows = prepare(read_split(folder, "validation"), encoder, settings.max_length.value, settings.config.excess_length)
    return sum(generate.costs(model, rows.samples, encoder.eos, device)) / rows.supervised


def examples(rows: Sequence[Row], settings: Settings) -> tuple[Row, ...]:
    """Training rows of at most median length with different answers, drawn by the seed; never rows of another split."""
    plain = [r for r in rows if not r.plain and r.messages and r.messages[-1]["role"] == "assistant"]
    plain.sort(key=lambda r: sum(len(m["content"]) for m in r.messages))
    short = plain[: max(settings.config.few_shot, len(plain) // 2)]
    chosen: dict[str, Row] = {}
    for i in np.random.default_rng(settings.config.seed).permutation(len(short)):
        chosen.setdefault(short[int(i)].messages[-1]["content"], short[int(i)])
        if len(chosen) == settings.config.few_shot:
            break
    return tuple(chosen.values())


def groups(folder: Path) -> dict[str, str]:
    """Group of each row of the test split by id, as the splitter made them: rows of one group are not independent."""
    path = folder / "lineage.parquet"
    if not path.is_file():
        return {}
    import pyarrow.parquet

    schema = pyarrow.parquet.read_schema(path)
    if not {"id", "group"} <= set(schema.names):
        return {}
    table = pyarrow.parquet.read_table(path, columns=["id", "group"])
    pairs = zip(table["id"].to_pylist(), table["group"].to_pylist(), strict=True)
    return {str(i): str(group) for i, group in pairs if group is not None}


def arm_rows(
    arm: Arm, rows: Sequence[Row], kin: dict[str, str], encoder: Encoder, settings: Settings, device: torch.device
) -> list[dict[str, Any]] | None:
    """None where the examples of the arm fit before no question at all: it would be another arm under this name."""
    limit, longest = settings.max_new_tokens.value, settings.max_length.value
    asked = [fitted(row, arm.shots, encoder, limit, longest) for row in rows]
    if arm.shots and rows and not any(q is not None and q.shots for q in asked):
        say(f"no test row has room for an example: {arm.name} is not asked")
        return None
    fewer = sum(q is not None and q.shots < len(arm.shots) for q in asked)
    if fewer:
        say(f"{fewer} test rows have no room for all {len(arm.shots)} examples and are asked with fewer")
    if None in asked:
        say(f"{asked.count(None)} test rows are too long for {arm.name} and stand in its file with an empty answer")
    known = {i: q for i, q in enumerate(asked) if q is not None}
    model = arm.load()
    with counted(f"answering the test rows: {arm.name}", len(known)) as done:
        said = generate.answers(model, encoder, [q.prompt for q in known.values()], limit, done)
    written = dict(zip(known, said, strict=True))
    nats = generate.token_costs(model, [q.scored for q in known.values()], encoder.eos, device)
    costs = {i: Costs.of(found, encoder.ends(q.scored)) for (i, q), found in zip(known.items(), nats, strict=True)}
    return [line(row, written.get(i), costs.get(i), kin) for i, row in enumerate(rows)]


@dataclass(frozen=True, slots=True)
class Question:
    """A test row as one arm is asked it."""

    prompt: list[int]
    scored: Sample
    shots: int


def fitted(row: Row, shots: Sequence[Row], encoder: Encoder, limit: int, longest: int) -> Question | None:
    """With as many of the examples as there is room for: a row left empty for its examples' sake would count against them."""
    for n in range(len(shots), -1, -1):
        asked = with_shots(row, shots[:n])
        prompt, scored = encoder.prompt(asked), encoder.answer_only(asked)
        if len(prompt) + limit <= longest and len(scored) <= longest:
            return Question(prompt, scored, n)
    return None


@dataclass(frozen=True, slots=True)
class Costs:
    """Of a reference answer."""

    nll: float
    end_nll: float
    target_tokens: int

    @classmethod
    def of(cls, nats: Sequence[float], ends: bool) -> Costs:
        end = nats[-1] if ends else 0.0
        return cls(sum(nats[:-1] if ends else nats), end, len(nats))


def line(row: Row, said: generate.Written | None, cost: Costs | None, kin: dict[str, str]) -> dict[str, Any]:
    reference = row.messages[last_answer(row)]["content"]
    prompt = "\n".join(m["content"] for m in row.messages[: last_answer(row)] if m["role"] != "system")
    shown: dict[str, Any] = {"id": row.id, "prompt": prompt, "reference": reference}
    shown |= {
        "prediction": said.text if said else "",
        "stopped": bool(said and said.stopped),
        "new_tokens": said.tokens if said else 0,
        "confidence": said.confidence if said else None,
    }
    shown |= asdict(cost) if cost else {"nll": None}
    shown |= {"target_bytes": len(reference.encode()), "group": kin.get(str(row.id), "")}
    return shown | ({"slices": dict(row.slices)} if row.slices else {})


def exact_share(model: Any, prepared: Prepared, encoder: Encoder, limit: int) -> float:
    """Share of rows whose last answer is reproduced letter by letter."""
    rows = [s.row for s in prepared.samples if not s.row.plain]
    if not rows:
        raise UserError("select_by exact needs rows with a question and an answer", hint="--set select_by=loss")
    said = generate.answers(model, encoder, [encoder.prompt(row) for row in rows], limit)
    right = [w.text.strip() == row.messages[last_answer(row)]["content"].strip() for w, row in zip(said, rows, strict=True)]
    return sum(right) / len(right)
