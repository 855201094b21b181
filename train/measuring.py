"""The models of a finished run at work once more: what general texts, pairs and halves of answers cost them, into `probes/`."""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curate.errors import UserError
from train import amplification, canaries, forgetting, memory, runs
from train.files import write_json, write_rows
from train.likelihood import Item

if TYPE_CHECKING:
    from train.encoding import Encoder, Sample

ARMS = ("tuned", "base")
LEFT_OUT = "left-out"
"""A file of this name in `probes/` says that the run is one of many and is not measured, see `train.ablate`."""
LONGEST = 512
"""Tokens of a row that is looked at for recital."""
TIMED = 16
"""Answers whose writing is timed."""

Rows = list[dict[str, Any]]
Done = Callable[[int], None]
"""Told how many more texts were read."""
Counting = Callable[[str, int], AbstractContextManager[Done]]
"""Shows how far something is, of how many, as `train.live.counted` does."""


def unseen(_what: str, _total: int) -> AbstractContextManager[Done]:
    return nullcontext(lambda _: None)


def file(run: Path, kind: str, arm: str) -> Path:
    return run / "probes" / f"{kind}-{arm}.jsonl"


def ensure(run: Path, own: Mapping[str, Path] | None = None, counting: Counting = unseen) -> None:
    """Measure what `probes/` lacks; what is there is not measured again. Quietly nothing where the models are gone."""
    if (run / "probes" / LEFT_OUT).exists():
        return
    settings = runs.read(run)
    texts = {f"set-{checked(name)}": forgetting.read(name, path) for name, path in (own or {}).items()}
    kinds = ("general", "pairs", "memory", *(("canaries",) if runs.setting(settings, "canaries", default=0) else ()), *texts)
    wanted = {arm: [k for k in kinds if not file(run, k, arm).is_file()] for arm in ARMS}
    model_path = runs.value(settings, "model", "path")
    if not any(wanted.values()) or not isinstance(model_path, str) or not (Path(model_path) / "config.json").is_file():
        return
    (run / "probes").mkdir(exist_ok=True)
    workshop = Workshop.open(run, settings, Path(model_path))
    for arm in ARMS:
        if wanted[arm]:
            with counting(f"measuring forgetting, bias and recital: {arm}", workshop.texts(wanted[arm], texts)) as done:
                workshop.measure(arm, wanted[arm], texts, done)
            gc.collect()  # one model at a time in memory


def checked(name: str) -> str:
    if not re.fullmatch(r"[\w-]+", name):
        raise UserError(f"{name!r} is no name for probes", hint="Letters, digits, - and _.")
    return name


@dataclass(frozen=True, slots=True)
class Workshop:
    """What both models are measured with."""

    run: Path
    settings: Mapping[str, Any]
    base: Path
    encoder: Encoder
    halves: Sequence[tuple[Sample, Item, str]]

    @classmethod
    def open(cls, run: Path, settings: Mapping[str, Any], base: Path) -> Workshop:
        from train.encoding import Encoder
        from train.models import load_tokenizer

        trained = next((run / name for name in ("adapter", "model") if (run / name).is_dir()), base)
        encoder = Encoder(load_tokenizer(trained))
        return cls(run, settings, base, encoder, halves(settings, encoder))

    def texts(self, kinds: Sequence[str], own: Mapping[str, Sequence[forgetting.Probe]]) -> int:
        """How many texts a model has to read for them."""
        many = {
            "general": len(forgetting.shipped()),
            "pairs": 2 * len(amplification.shipped()),
            "memory": len(self.halves),
            "canaries": canaries.RANKED * int(runs.setting(self.settings, "canaries", default=0)),
        }
        return sum(many[kind] if kind in many else len(own[kind]) for kind in kinds)

    def measure(self, arm: str, kinds: Sequence[str], texts: Mapping[str, list[forgetting.Probe]], done: Done) -> None:
        model, tokenizer = self.model(arm), self.encoder.tokenizer
        jobs: dict[str, Callable[[], Rows]] = {
            "general": lambda: forgetting.measure(model, tokenizer, forgetting.shipped()),
            "pairs": lambda: amplification.measure(model, tokenizer, amplification.shipped()),
            "memory": lambda: memory.measure(model, tokenizer, self.halves),
            "canaries": lambda: canaries.measure(
                model,
                tokenizer,
                int(runs.setting(self.settings, "canaries")),
                int(runs.setting(self.settings, "seed", default=0)),
            ),
        }
        with watched(model, done):
            for kind in kinds:
                rows = jobs[kind]() if kind in jobs else forgetting.measure(model, tokenizer, texts[kind])
                write_rows(file(self.run, kind, arm), rows)
        if arm == "tuned":
            self.time(model)

    def model(self, arm: str) -> Any:
        """In the precision that the answers were written with, so that both say what one would get."""
        import torch

        from train import generate, methods
        from train.models import load_model

        whole, adapter = self.run / "model", self.run / "adapter"
        model: Any = load_model(whole if arm == "tuned" and whole.is_dir() else self.base, torch.float32)
        if arm == "tuned" and adapter.is_dir():
            model = methods.merged(model, str(adapter))
        model = model.to(str(runs.setting(self.settings, "device", default="cpu")))
        return generate.lowered(model) if runs.value(self.settings, "evaluation_precision") == "bf16" else model

    def time(self, model: Any) -> None:
        """Seconds for the first test prompts, answered in one batch: what an answer costs here."""
        from train import generate

        rows = [row for row in test_rows(self.settings) if not row.plain][:TIMED]
        if not rows:
            return
        prompts = [self.encoder.prompt(row) for row in rows]
        begun = time.monotonic()
        generate.answers(model, self.encoder, prompts, int(runs.setting(self.settings, "max_new_tokens", default=64)))
        seconds = time.monotonic() - begun
        write_json(
            self.run / "probes" / "speed.json",
            {"rows": len(rows), "seconds": round(seconds, 3), "prompt_tokens": sum(map(len, prompts))},
        )


@contextmanager
def watched(model: Any, done: Done) -> Iterator[None]:
    """Tell after each pass of the model how many texts it read: none of the measurements has to know."""
    hook = model.register_forward_hook(lambda _model, _args, given, _out: done(len(given["input_ids"])), with_kwargs=True)
    try:
        yield
    finally:
        hook.remove()


def halves(settings: Mapping[str, Any], encoder: Encoder) -> list[tuple[Sample, Item, str]]:
    """Training rows and test rows of like length; nothing where the data folder is gone."""
    from train.rows import read_split

    folder = runs.data_folder(settings)
    if folder is None:
        return []
    # Twice the rows wanted are encoded, for some have no answer long enough.
    sides = [
        [s for row in rows for s in encoder.samples(row) if len(s) <= LONGEST]
        for rows in (drawn(read_split(folder, "train"), int(runs.setting(settings, "seed", default=0))), test_rows(settings))
    ]
    return memory.matched(sides[0], sides[1], int(runs.setting(settings, "seed", default=0)))


def drawn(rows: Sequence[Any], seed: int) -> list[Any]:
    import numpy as np

    return [rows[int(i)] for i in np.random.default_rng(seed).permutation(len(rows))[: 4 * memory.ROWS]]


def test_rows(settings: Mapping[str, Any]) -> list[Any]:
    from train.rows import read_split

    folder = runs.data_folder(settings)
    return [] if folder is None else read_split(folder, "test")
