"""`train run` from top to bottom: check the data, settle the settings, fit, keep the best, answer the test split, report."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from curate import manifest
from curate.errors import UserError
from curate.files import sha256
from train import curves, methods
from train.card import write_card
from train.checkpoint import gathered
from train.config import TrainConfig
from train.data import SPLITS, Encoder, Prepared, prepare, read_split
from train.files import new_folder, read_json, sweep, write_json
from train.live import Live, clock, say, tracker
from train.loop import Fit, Job, fit, overfitting
from train.models import ModelSource, load_tokenizer, resolve
from train.predict import exact_share, predict
from train.processes import Processes
from train.settings import Settings, max_length, settle

LIBRARIES = ("torch", "transformers", "peft", "accelerate", "tokenizers", "safetensors")
CHECKPOINTS = "checkpoints"


@dataclass(frozen=True, slots=True)
class Dataset:
    """A built folder whose files are what its manifest says, or whose user said to trust it anyway."""

    folder: Path
    hashes: dict[str, str]
    trusted: tuple[str, ...]
    """What did not match and was let pass with --trust-data."""


def run(folder: Path, out: Path, config: TrainConfig, trust: bool = False) -> Path:
    """Train on `folder` into `out`, or go on where a killed run stopped; returns the run folder."""
    data = checked(folder, trust)
    methods.check(config.method, config.spread)
    processes = Processes.joined(config.spread)
    out.mkdir(parents=True, exist_ok=True)
    with alone(out, processes.main):
        with processes.main_first():
            source = resolve(config.model, say if processes.main else lambda _: None)
        encoder, settings, train, validation = read(data, source, config, processes.device.type)
        facts = started(out, data, source, settings, encoder)
        # Before anyone writes: every process has seen the same run.json.
        processes.wait()
        if facts["state"] == "finished":
            if processes.main:
                say(f"{out} is finished already; nothing to do")
            return out
        if processes.main:
            tell(settings, train, validation)
            sweep(out)
            write_json(out / "run.json", facts)
        processes.wait()
        done = trained(out, source, settings, train, validation, encoder, processes)
        if processes.main:
            finish(out, data, source, settings, encoder, done, facts)
    processes.leave()
    return out


def checked(folder: Path, trust: bool) -> Dataset:
    """Refuse a folder that is not as built, or that has no split to validate on."""
    if not folder.is_dir():
        raise UserError("no such folder", where=str(folder), hint="Make one with `curate build INPUT -o DIR`.")
    for split in SPLITS:
        path = folder / f"{split}.jsonl"
        if not path.is_file() or path.stat().st_size == 0:
            what = "no rows to " + {"train": "train on", "validation": "validate on", "test": "test on"}[split]
            raise UserError(
                f"{split}.jsonl has {what}",
                where=str(folder),
                hint="`curate build` writes all three splits; more rows, or --split.",
            )
    try:
        found = manifest.read(folder)
        wrong = manifest.mismatches(folder, found)
    except UserError as error:
        if not trust:
            raise UserError(
                error.what, error.where, f"{error.hint} Or say --trust-data, which the report will repeat.".strip()
            ) from None
        wrong = [error.what]
    if wrong and not trust:
        hint = "Build it again with `curate build`, or say --trust-data, which the report will repeat."
        raise UserError(f"the folder is not as built: {'; '.join(wrong[:3])}", where=str(folder), hint=hint)
    return Dataset(folder, {f"{s}.jsonl": sha256(folder / f"{s}.jsonl") for s in SPLITS}, tuple(wrong))


@contextmanager
def alone(out: Path, main: bool) -> Iterator[None]:
    """Two processes in one run folder would destroy each other's work. The lock dies with its holder."""
    if not main:
        yield
        return
    with (out / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(
                "another process is training into this folder", where=str(out), hint="Wait for it, or give another -o."
            ) from None
        yield


def read(data: Dataset, source: ModelSource, config: TrainConfig, device: str) -> tuple[Encoder, Settings, Prepared, Prepared]:
    tokenizer = load_tokenizer(source)
    encoder = Encoder(tokenizer)
    limit = max_length(config, source, tokenizer.model_max_length)
    train, validation = (
        prepare(read_split(data.folder, split), encoder, limit.value, config.excess_length) for split in SPLITS[:2]
    )
    for name, part in (("train", train), ("validation", validation)):
        if not part.samples:
            raise UserError(f"no row of {name}.jsonl is left", hint="All were dropped as too long: raise max_length.")
    return encoder, settle(config, limit, train, validation, device), train, validation


def started(out: Path, data: Dataset, source: ModelSource, settings: Settings, encoder: Encoder) -> dict[str, Any]:
    """What `run.json` says from the start; refuse a folder that holds another run."""
    facts: dict[str, Any] = {
        "schema_version": 1,
        "state": "started",
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "settings": settings.facts(),
        "primary_metric": primary_metric(data),
        "model": {"name": source.name, "found": source.found, "path": str(source.path), "fingerprint": source.fingerprint},
        "data": {"folder": str(data.folder.resolve()), "sha256": data.hashes, "trusted_although": list(data.trusted)},
        "chat_template_sha256": hashlib.sha256(encoder.tokenizer.chat_template.encode()).hexdigest(),
        "versions": {name: importlib.metadata.version(name) for name in LIBRARIES},
        "threads": torch.get_num_threads(),
    }
    if not (out / "run.json").is_file():
        return facts
    before = read_json(out / "run.json")
    changed = differences(before, facts)
    if changed:
        hint = "Give another -o, or the settings it was started with."
        raise UserError(f"the folder holds a run with other settings: {'; '.join(changed[:3])}", where=str(out), hint=hint)
    return {**facts, **before}


def primary_metric(data: Dataset) -> dict[str, str]:
    """The metric that will decide, named before training from the validation answers."""
    from train.metrics import choose_metric

    answers = [row.messages[-1]["content"] for row in read_split(data.folder, "validation") if row.messages]
    chosen = choose_metric(answers)
    return {"value": chosen.value, "reason": chosen.reason}


def differences(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What would make the resumed run another run, in words."""
    old, new = before["settings"], now["settings"]
    told = [
        f"{k} was {old.get(k, {}).get('value')}, is {new.get(k, {}).get('value')}"
        for k in new
        if old.get(k, {}).get("value") != new[k]["value"]
    ]
    told += [
        f"{name} has changed" for name, digest in now["data"]["sha256"].items() if before["data"]["sha256"].get(name) != digest
    ]
    if before["model"]["fingerprint"] != now["model"]["fingerprint"]:
        told.append("the base model has other weights")
    return told


def tell(settings: Settings, train: Prepared, validation: Prepared) -> None:
    """Every settled value with its reason, before anything starts."""
    say(
        f"train {len(train.samples)} rows, {train.tokens:,} tokens, {train.supervised:,} of them trained on; validation {len(validation.samples)} rows"
    )
    for name, fact in settings.facts().items():
        value = json.dumps(fact["value"]) if isinstance(fact["value"], dict) else fact["value"]
        say(f"  {name:<18} {value!s:<22} {fact['reason']}")
    warning = methods.advice(settings.config.method, settings.learning_rate.value)
    if warning:
        say(f"warning: {warning}")


def trained(
    out: Path,
    source: ModelSource,
    settings: Settings,
    train: Prepared,
    validation: Prepared,
    encoder: Encoder,
    processes: Processes,
) -> Fit:
    """Fit, and leave the best weights in `adapter/` or `model/`."""
    config = settings.config
    model = methods.trainable(source, config.method, config.seed, config.recompute)
    job = Job(model, settings, train, validation, encoder.eos, exact_on(validation, encoder, settings))
    live = Live(out, settings.steps.value, processes.main, tracker(config.tracker, out) if processes.main else None)
    try:
        done = fit(job, out / CHECKPOINTS, live, processes)
    except (torch.OutOfMemoryError, RuntimeError) as error:
        if not out_of_memory(error):
            raise
        room = settings.micro_batch_tokens.value
        hint = f"--set micro_batch_tokens={max(64, room // 2)} (now {room}), --set recompute=true, a shorter max_length, or a smaller model."
        raise UserError("out of memory while training", hint=hint) from None
    # A sharded model is put together from its pieces; all processes take part.
    more: dict[str, Any] = {"state_dict": gathered(model)} if processes.sharded else {}
    if processes.main:
        kind = "model" if methods.whole(config.method) else "adapter"
        with new_folder(out / kind) as partial:
            kept: Any = model
            kept.config.use_cache = True
            kept.save_pretrained(partial, **more, **({} if kind == "model" else {"save_embedding_layers": False}))
            encoder.tokenizer.save_pretrained(partial)
    return done


def exact_on(validation: Prepared, encoder: Encoder, settings: Settings) -> Callable[[torch.nn.Module], float] | None:
    """The generation metric that `select_by = exact` asks for."""
    if settings.config.select_by == "loss":
        return None
    return lambda model: exact_share(model, validation, encoder, settings.max_new_tokens.value)


def out_of_memory(error: BaseException) -> bool:
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error) or "not enough memory" in str(error)


def finish(
    out: Path, data: Dataset, source: ModelSource, settings: Settings, encoder: Encoder, done: Fit, facts: dict[str, Any]
) -> None:
    """Curve, answers on the test split, report, model card; `run.json` last."""
    say(
        f"trained in {clock(done.seconds)}: {done.progress.stopped}; best after {done.best_step} updates, validation loss {done.best_validation_loss:.4f}"
    )
    part = overfitting(out / "metrics.jsonl")
    if part:
        say(part)
    curves.draw(out / "metrics.jsonl", out / "loss.svg", done.best_step)
    with torch.no_grad():
        precision = predict(out, data.folder, source, settings, encoder, done.best_validation_loss)
    facts |= {
        "state": "trained",
        "fit": {**asdict(done), "overfitting": part},
        "forecast": forecast_error(done),
        "evaluation_precision": {"value": precision.value, "reason": precision.reason},
    }
    write_json(out / "run.json", facts)
    write_card(out, facts)
    report(out)
    write_json(out / "run.json", {**facts, "state": "finished", "finished": datetime.now(UTC).isoformat(timespec="seconds")})
    shutil.rmtree(out / CHECKPOINTS, ignore_errors=True)


def forecast_error(done: Fit) -> dict[str, float]:
    """What the first updates foretold against what came; nothing for a run that was taken up again, whose clock began in the middle."""
    if not done.probe_seconds:
        return {}
    told, came = done.probe_seconds * done.updates_here, done.update_seconds
    return {"seconds": round(told, 1), "actual": round(came, 1), "error": round(told / came - 1, 4)}


def report(out: Path) -> None:
    from train import evaluate

    say("measuring and writing the report")
    evaluate.report(out)
