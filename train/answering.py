"""A finished run and its base, loaded to answer one chat at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from curate.errors import UserError
from train import generate, methods, runs
from train.encoding import Encoder
from train.merge import same_base
from train.models import load_model, load_tokenizer
from train.rows import Message, Row

Variant = Literal["tuned", "base"]
USUAL_LIMIT = 256
NO_PLACE = "request"
ROLES = ("system", "user", "assistant", "tool")


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    stopped: bool
    """Ended by itself; if not, it was cut at the limit."""
    prompt_tokens: int
    new_tokens: int
    seconds: float


class Answerer:
    """Both models of a run over one tokenizer. One answer at a time: the processor is busy with one anyway."""

    def __init__(self, models: Mapping[Variant, Any], encoder: Encoder, longest: int, limit: int) -> None:
        self.models, self.encoder, self.longest, self.limit = dict(models), encoder, longest, limit
        self.turn = threading.Lock()
        # The end-of-turn token is learnt from a finished chat, since templates do not name it.
        encoder.samples(row_of([{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]))

    @classmethod
    def open(cls, run: Path, variants: Sequence[Variant], base: str = "") -> Answerer:
        facts = runs.read(run)
        left = next((run / name for name in ("adapter", "model") if (run / name).is_dir()), None)
        if left is None:
            raise UserError("the run has no model yet", where=str(run), hint="The same `train run` command finishes it.")
        models: dict[Variant, Any] = {name: load(name, run, facts, base) for name in variants}
        longest = int(runs.setting(facts, "max_length", default=2048))
        return cls(
            models, Encoder(load_tokenizer(left)), longest, int(runs.setting(facts, "max_new_tokens", default=USUAL_LIMIT))
        )

    def answer(
        self, messages: Sequence[Message], variant: Variant = "tuned", limit: int = 0, heat: float = 0.0, seed: int | None = None
    ) -> Answer:
        """Answer the last turn. `heat` is the sampling temperature; 0 takes the likeliest token. UserError if it does not fit."""
        asked(messages)
        limit = limit or self.limit
        prompt = self.encoder.prompt(row_of([*messages, {"role": "assistant", "content": ""}]))
        if len(prompt) + limit > self.longest:
            what = f"{len(prompt)} tokens of chat and {limit} of answer are more than the model's {self.longest}"
            raise UserError(what, where="messages", hint="Shorten the chat or ask for fewer tokens.")
        with self.turn:
            begun = time.monotonic()
            ((tokens, _),) = generate.greedy(
                self.models[variant], [prompt], limit, self.encoder.stop_ids, generate.sampler(heat, seed)
            )
        stopped = bool(tokens) and tokens[-1] in self.encoder.stop_ids
        text = str(self.encoder.tokenizer.decode(tokens[:-1] if stopped else tokens, skip_special_tokens=False))
        return Answer(text, stopped, len(prompt), len(tokens), time.monotonic() - begun)


def load(variant: Variant, run: Path, facts: dict[str, Any], base: str) -> Any:
    """In fp32: one answer at a time is bound by memory, and nothing is rounded away."""
    import torch

    model: Any
    if variant == "tuned" and (run / "model").is_dir():
        model = load_model(run / "model", torch.float32)
    else:
        model = load_model(same_base(facts, base), torch.float32)
        if variant == "tuned":
            model = methods.merged(model, str(run / "adapter"))
    return model.to("cuda" if torch.cuda.is_available() else "cpu").eval()


def asked(messages: Sequence[Message]) -> None:
    if not messages or messages[-1]["role"] not in ("user", "tool"):
        raise UserError("the last message must be the user's", where="messages")
    for message in messages:
        if message["role"] not in ROLES:
            raise UserError(f"role {message['role']!r} is none of {', '.join(ROLES)}", where="messages")


def row_of(messages: Sequence[Message]) -> Row:
    return Row(NO_PLACE, NO_PLACE, 1, tuple(messages))
