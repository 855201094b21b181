"""Greedy answers in batches, and what the reference answers cost a model."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from train.attention import answering
from train.batches import batch
from train.data import Encoder, Sample
from train.keeping import with_room
from train.scoring import Scorer
from train.sharing import beginning, common, possible

PASS_TOKENS = 2048
"""Prompt tokens, padding included, of the rows that are answered together."""
KEPT_TOKENS = 8 * PASS_TOKENS
"""The same with a common beginning, which is read once and whose keys and values are kept for each row."""
MOST_ROWS = 32
LEAVING = 0.75
"""Rows that have ended leave the batch when no more than this share goes on: every time, what is kept of the others is copied."""


@dataclass(frozen=True, slots=True)
class Written:
    text: str
    stopped: bool
    """The model ended by itself, before the limit."""
    tokens: int
    confidence: float
    """Probability that the model gives these very tokens, end token included."""


def answers(
    model: Any, encoder: Encoder, prompts: Sequence[Sequence[int]], limit: int, done: Callable[[int], None] = lambda _: None
) -> list[Written]:
    """The likeliest next token again and again; rows of like length together. In the order of `prompts`."""
    written: dict[int, Written] = {}
    begun = shared(model, prompts)
    for group in grouped([*map(len, prompts)], begun):
        with answering(model):
            said = greedy(model, [prompts[i] for i in group], limit, encoder.stop_ids, begun=begun)
        for i, (tokens, nats) in zip(group, said, strict=True):
            stopped = bool(tokens) and tokens[-1] in encoder.stop_ids
            text = encoder.tokenizer.decode(tokens[:-1] if stopped else tokens, skip_special_tokens=False)
            written[i] = Written(str(text), stopped, len(tokens), math.exp(-nats))
        done(len(group))
    return [written[i] for i in range(len(prompts))]


def shared(model: Any, prompts: Sequence[Sequence[int]]) -> int:
    """Tokens that all prompts begin with (a system prompt, an instruction, examples), if the model can read them once for all."""
    begun = common([np.asarray(p) for p in prompts], max(map(len, prompts))) if len(prompts) > 1 else 0
    return begun if begun and possible(model) else 0


def grouped(lengths: Sequence[int], begun: int = 0) -> Iterator[list[int]]:
    """Rows of one pass; of what they begin with in common only keys and values are kept for each."""
    group: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        rows = len(group) + 1
        if group and (rows * (lengths[i] - begun) > PASS_TOKENS or rows * lengths[i] > KEPT_TOKENS or rows > MOST_ROWS):
            yield group
            group = []
        group.append(i)
    if group:
        yield group


Choose = Callable[[torch.Tensor], torch.Tensor]
"""The next token of each row, from logits of shape [rows, vocabulary]."""


def likeliest(logits: torch.Tensor) -> torch.Tensor:
    return logits.argmax(-1)


def sampler(heat: float, seed: int | None = None) -> Choose:
    """Draw at a temperature; 0 is the likeliest token. With a seed the draws are the same again on the same machine."""
    if heat == 0:
        return likeliest
    chance = torch.Generator()
    chance.manual_seed(seed) if seed is not None else chance.seed()

    def drawn(logits: torch.Tensor) -> torch.Tensor:
        shares = (logits.float() / heat).softmax(-1).cpu()
        return torch.multinomial(shares, 1, generator=chance)[:, 0].to(logits.device)

    return drawn


@torch.inference_mode()
def greedy(
    model: Any, prompts: Sequence[Sequence[int]], limit: int, stops: set[int], choose: Choose = likeliest, begun: int = 0
) -> list[tuple[list[int], float]]:
    """New tokens of each row with its end token, and the nats they cost the model. Rows that have ended leave the batch: a long answer does not hold them all.

    `begun`: so many first tokens are the same in all prompts, and read once.
    """
    was_training = model.training
    model.eval()
    device = next(model.parameters()).device
    ids, mask = (numbers.to(device) for numbers in padded(prompts, begun))
    out: list[list[int]] = [[] for _ in prompts]
    nats, rows = [0.0] * len(prompts), list(range(len(prompts)))
    cache: Any = None
    if begun:
        first = torch.tensor([list(prompts[0][:begun])], device=device)
        cache = with_room(beginning(model, first, len(prompts), logits_to_keep=1))
    for _ in range(limit):
        positions = (mask.cumsum(-1) - 1).clamp(min=0)[:, -ids.shape[1] :]
        step = model(
            input_ids=ids, attention_mask=mask, position_ids=positions, past_key_values=cache, use_cache=True, logits_to_keep=1
        )
        cache = with_room(step.past_key_values) if cache is None else cache
        logits = step.logits[:, -1]
        chosen = choose(logits)
        costs = torch.nn.functional.cross_entropy(logits.float(), chosen, reduction="none")
        for row, token, cost in zip(rows, chosen.tolist(), costs.tolist(), strict=True):
            if not ended(out[row], stops):
                out[row].append(token)
                nats[row] += cost
        keep = [i for i, row in enumerate(rows) if not ended(out[row], stops)]
        if not keep:
            break
        if len(keep) <= LEAVING * len(rows):
            rows, kept = [rows[i] for i in keep], torch.tensor(keep, device=device)
            cache.batch_select_indices(kept)
            mask, chosen = mask[kept], chosen[kept]
        ids = chosen[:, None]
        mask = torch.cat([mask, mask.new_ones(len(rows), 1)], dim=-1)
    model.train(was_training)
    return list(zip(out, nats, strict=True))


def padded(prompts: Sequence[Sequence[int]], begun: int) -> tuple[torch.Tensor, torch.Tensor]:
    """What is left to read of each prompt, ending in one column, and which tokens count, those read before included."""
    longest = max(map(len, prompts))
    ids = torch.tensor([[0] * (longest - len(p)) + list(p[begun:]) for p in prompts])
    return ids, torch.tensor([[1] * begun + [0] * (longest - len(p)) + [1] * (len(p) - begun) for p in prompts])


def ended(said: Sequence[int], stops: set[int]) -> bool:
    return bool(said) and said[-1] in stops


def costs(model: Any, samples: Sequence[Sample], pad: int, device: torch.device) -> list[float]:
    """Nats of each sample's supervised tokens, summed."""
    return [sum(nats) for nats in token_costs(model, samples, pad, device)]


@torch.inference_mode()
def token_costs(model: Any, samples: Sequence[Sample], pad: int, device: torch.device) -> list[list[float]]:
    """Nats of every supervised token, sample by sample."""
    scorer = Scorer(model, device)
    model.eval()
    nats: list[list[float]] = [[] for _ in samples]
    begun = shared(model, [s.ids[: int(np.flatnonzero(s.trained)[0])].tolist() for s in samples if s.supervised])
    for group in grouped([*map(len, samples)], begun):
        chosen = batch([samples[i] for i in group], "padded", pad)
        losses = scorer.losses(chosen).double().cpu()
        for owner, cost in zip(chosen.owners.tolist(), losses.tolist(), strict=True):
            nats[group[owner]].append(cost)
    scorer.close()
    return nats


def lowered(model: Any) -> Any:
    """Weights in bf16, buffers as they are: positions computed in bf16 would be wrong beyond a few hundred tokens."""
    for parameter in model.parameters():
        parameter.data = parameter.data.to(torch.bfloat16)
    return model
