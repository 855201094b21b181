"""`train run` from top to bottom: check the data, settle the settings, fit, keep the best, answer the test split, report."""

from __future__ import annotations

import hashlib
import json
import shlex
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from curate.errors import UserError
from curate.layout import Command, Heading, Note
from curate.render import console
from curate.speaking.tongue import Words, language
from train import canaries, curves, methods, origin
from train.card import write_card
from train.checkpoint import gathered
from train.config import TrainConfig
from train.data import SPLITS, Encoder, Prepared, prepare, read_split
from train.dataset import Dataset, alone, checked
from train.files import PARTIAL, new_folder, read_json, sweep, write_json
from train.history import overfitting
from train.live import Live, clock, counted, installed, say, tracker
from train.loop import PROBE_UPDATES, Fit, Job, fit
from train.metrics import own_digest
from train.models import ModelSource, load_tokenizer, resolve
from train.predict import exact_share, predict
from train.processes import Processes
from train.settings import Settings, max_length, settle

CHECKPOINTS = "checkpoints"


@dataclass(frozen=True, slots=True)
class Work:
    """All that a run needs to know before a weight is loaded."""

    data: Dataset
    source: ModelSource
    settings: Settings
    encoder: Encoder
    train: Prepared
    validation: Prepared


def run(folder: Path, out: Path, config: TrainConfig, trust: bool = False, judge: bool = True) -> Path:
    """Train on `folder` into `out`, or go on where a killed run stopped; returns the run folder.

    `judge` False leaves out the report: an ablation compares the answers of many runs, and needs none of each.
    """
    data = checked(folder, trust)
    methods.check(config.method, config.spread)
    installed(config.tracker)
    processes = Processes.joined(config.spread)
    out.mkdir(parents=True, exist_ok=True)
    with alone(out, processes.main):
        with processes.main_first():
            source = resolve(config.model, say if processes.main else lambda _: None)
        work = read(data, source, config, processes.device.type)
        facts = started(out, work)
        # Before anyone writes: every process has seen the same run.json.
        processes.wait()
        if facts["state"] == "finished":
            if processes.main:
                say(f"{out} is finished already; nothing to do")
            return out
        if processes.main:
            tell(work)
            sweep(out)
            write_json(out / "run.json", facts)
        processes.wait()
        done = trained(out, work, processes)
        if processes.main:
            finish(out, work, done, facts, judge)
    processes.leave()
    return out


def ours(out: Path) -> None:
    """Refuse a folder with files that no run wrote: a README.md of the user's would be written over."""
    if not out.is_dir() or (out / "run.json").is_file():
        return
    # A run that was killed at once leaves no more than its lock and a half-written run.json.
    if any(p.name != ".lock" and not p.name.endswith(PARTIAL) for p in out.iterdir()):
        raise UserError("the folder is not empty", where=str(out), hint="Give another -o.")


def read(data: Dataset, source: ModelSource, config: TrainConfig, device: str) -> Work:
    tokenizer = load_tokenizer(source)
    encoder = Encoder(tokenizer)
    limit = max_length(config, source, tokenizer.model_max_length)
    planted = {"train": canaries.rows(config.canaries, config.seed)}
    train, validation = (
        prepare([*read_split(data.folder, s), *planted.get(s, ())], encoder, limit.value, config.excess_length)
        for s in SPLITS[:2]
    )
    for name, part in (("train", train), ("validation", validation)):
        if not part.samples:
            raise UserError(f"no row of {name}.jsonl is left", hint="All were dropped as too long: raise max_length.")
    return Work(data, source, settle(config, limit, train, validation, device), encoder, train, validation)


def started(out: Path, work: Work) -> dict[str, Any]:
    """What `run.json` says from the start; refuse a folder that holds another run."""
    source, data, digest = work.source, work.data, own_digest(work.settings.metric.value)
    facts: dict[str, Any] = {
        "schema_version": 1,
        "state": "started",
        "started": now(),
        "settings": work.settings.facts(),
        "primary_metric": asdict(work.settings.metric) | ({"sha256": digest} if digest else {}),
        "model": {"name": source.name, "found": source.found, "path": str(source.path), "fingerprint": source.fingerprint},
        "data": {"folder": str(data.folder.resolve()), "sha256": data.hashes, "trusted_although": list(data.trusted)},
        "chat_template": work.encoder.template,
        "chat_template_sha256": hashlib.sha256(work.encoder.template.encode()).hexdigest(),
        "versions": origin.versions(),
        "commit": origin.commit(),
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


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What would make the resumed run another run, in words."""
    old = {name: fact["value"] for name, fact in before["settings"].items()}
    new = {name: fact["value"] for name, fact in after["settings"].items()}
    told = [f"{name} was {old.get(name)}, is {new[name]}" for name in new if old.get(name) != new[name]]
    hashes = before["data"]["sha256"]
    told += [f"{name} has changed" for name, digest in after["data"]["sha256"].items() if hashes.get(name) != digest]
    if before["model"]["fingerprint"] != after["model"]["fingerprint"]:
        told.append("the base model has other weights")
    return told


def tell(work: Work) -> None:
    """Every settled value with its reason, before anything starts."""
    train, settings, w = work.train, work.settings, Words(language())
    say(f"train: {len(train.samples)} rows, {train.tokens:,} tokens, {train.supervised:,} of them trained on")
    say(f"validation: {len(work.validation.samples)} rows")
    for name, fact in settings.facts().items():
        value = json.dumps(fact["value"]) if isinstance(fact["value"], dict) else fact["value"]
        say(f"  {name:<18} {value!s:<22} {w(str(fact['reason']))}")
    warning = methods.advice(settings.config.method, settings.learning_rate.value)
    if warning:
        say(f"warning: {warning}")


def trained(out: Path, work: Work, processes: Processes) -> Fit:
    """Fit, and leave the best weights in `adapter/` or `model/`."""
    settings, config = work.settings, work.settings.config
    live = Live(out, settings.steps.value, processes.main, tracker(config.tracker, out) if processes.main else None)
    try:
        model = methods.trainable(work.source, config.method, config.seed, config.recompute, settings.attention.value)
        job = Job(model, settings, work.train, work.validation, work.encoder.eos, exact_on(work))
        done = fit(job, out / CHECKPOINTS, live, processes)
    except (torch.OutOfMemoryError, RuntimeError) as error:
        if not out_of_memory(error):
            raise
        raise too_little_memory(settings) from None
    # A sharded model is put together from its pieces; all processes take part.
    more: dict[str, Any] = {"state_dict": gathered(model)} if processes.sharded else {}
    if live.tracker:
        live.tracker.close()
    if processes.main:
        kind = "model" if methods.whole(config.method) else "adapter"
        with new_folder(out / kind) as partial:
            kept: Any = model
            kept.config.use_cache = True
            kept.save_pretrained(partial, **more, **({} if kind == "model" else {"save_embedding_layers": False}))
            work.encoder.tokenizer.save_pretrained(partial)
    return done


def exact_on(work: Work) -> Callable[[torch.nn.Module], float] | None:
    """The generation metric that `select_by = exact` asks for."""
    if work.settings.config.select_by == "loss":
        return None
    return lambda model: exact_share(model, work.validation, work.encoder, work.settings.max_new_tokens.value)


def out_of_memory(error: BaseException) -> bool:
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error) or "not enough memory" in str(error)


def too_little_memory(settings: Settings) -> UserError:
    room = settings.micro_batch_tokens.value
    ways = (
        f"--set micro_batch_tokens={max(64, room // 2)} (now {room}), --set recompute=true, a shorter max_length, a smaller model"
    )
    return UserError("out of memory while training", hint=f"The last checkpoint is kept. Lower it with {ways}.")


def finish(out: Path, work: Work, done: Fit, facts: dict[str, Any], judge: bool) -> None:
    """Curve, answers on the test split, report, model card; `run.json` last."""
    say(f"trained in {clock(done.seconds)}: {done.progress.stopped}")
    say(f"best after {done.best_step} updates: validation loss {done.best_validation_loss:.4f}")
    part = overfitting(out / "metrics.jsonl")
    if part:
        say(part)
    curves.draw(out / "metrics.jsonl", out / "loss.svg", done.best_step)
    with torch.no_grad():
        # Runs that are held against each other answer in one precision; a run of its own may take the faster one.
        best = done.best_validation_loss if judge else None
        precision = predict(out, work.data.folder, work.source, work.settings, work.encoder, best)
    facts |= {
        "state": "trained",
        "fit": {**asdict(done), "overfitting": part},
        "forecast": forecast_error(done),
        "evaluation_precision": {"value": precision.value, "reason": precision.reason},
    }
    if facts["forecast"]:
        say(forecast_in_words(facts["forecast"]))
    write_json(out / "run.json", facts)
    write_card(out, facts)
    if judge:
        report(out)
    write_json(out / "run.json", {**facts, "state": "finished", "finished": now()})
    shutil.rmtree(out / CHECKPOINTS, ignore_errors=True)


def forecast_error(done: Fit) -> dict[str, float]:
    """What the first updates foretold against what came; nothing for a run that was too short to foretell."""
    if not done.probe_seconds:
        return {}
    told, came = done.probe_seconds * done.updates_here, done.update_seconds
    return {"seconds": round(told, 1), "actual": round(came, 1), "error": round(told / came - 1, 4)}


def forecast_in_words(told: dict[str, float]) -> str:
    return f"forecast after {PROBE_UPDATES} updates: {clock(told['seconds'])}; it took {clock(told['actual'])} ({100 * told['error']:+.0f} %)"


def report(out: Path) -> None:
    """Written, and its answer said: who has waited for a run wants to know how it ended before opening a page."""
    from train import evaluate
    from train.report import opening

    say("measuring and writing the report")
    found = evaluate.report(out, evaluate.Asked(language=language()), counted)
    following = [Command(shlex.join(["train", *words])) for words in (("chat", str(out)), ("serve", str(out), "--ab", "0.5"))]
    shown = [part for part in opening(found, language()) if isinstance(part, Heading | Note)]
    console.show([*shown, Heading(Words(language())("Next"), 2), *following], sys.stderr)
