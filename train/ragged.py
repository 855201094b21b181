"""Rows of one pass laid end to end: no padding is computed, and what all rows begin with is read once.

Instruction data begins with one system prompt, often with one instruction too. Attention looks only backwards, so what the model
makes of a common beginning is the same in every row; gradients of all rows add up in it. Every layer but attention looks at each
token alone, so rows need not be of one length there. Loss and gradients are those of whole rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch

from train.attention import NAME, ROWS, fused, products, register
from train.sharing import FEWEST, SAME, plain

KINDS: dict[str, Callable[..., Any]] = {"sdpa": fused, NAME: products}


@dataclass(frozen=True, slots=True)
class Ragged:
    """The common beginning, then every row's own tokens, in one line."""

    ids: torch.Tensor
    positions: torch.Tensor
    starts: torch.Tensor
    """Where column 0 of each row would stand, had the row its beginning to itself."""
    spans: tuple[int, ...]
    """Tokens of the common beginning (0 for none), then of each row after it."""


def laid(ids: torch.Tensor, lengths: Sequence[int], shared: int) -> Ragged | None:
    """Rows of `ids`, padded on the right beyond `lengths`; None where too little would be saved."""
    spans = (shared, *(length - shared for length in lengths))
    if ids.numel() - sum(spans) < FEWEST:
        return None
    line = torch.cat([ids[0, :shared], *(row[shared:length] for row, length in zip(ids, lengths, strict=True))])
    positions = torch.cat([torch.arange(shared), *(torch.arange(shared, length) for length in lengths)])
    starts = torch.tensor(spans[:-1]).cumsum(0) - shared
    return Ragged(line[None], positions[None], starts, spans)


def attend(inner: Callable[..., Any], module: Any, query: Any, key: Any, value: Any, attention_mask: Any, **told: Any) -> Any:
    """Attention as transformers asks for it; row by row over one line where `spans` say so."""
    spans = told.pop("spans", None)
    if spans is None:
        return inner(module, query, key, value, attention_mask, **told)
    if any(told.get(name) is not None for name in ("sliding_window", "softcap", "position_bias", "s_aux")):
        raise NotImplementedError("rows end to end know plain attention only")
    asked, keys, values = (each.split(spans, dim=2) for each in (query, key, value))
    out = [inner(module, asked[0], keys[0], values[0], None, **told)[0]] if spans[0] else []
    for q, k, v in zip(asked[1:], keys[1:], values[1:], strict=True):
        before, own = spans[0], q.shape[2]
        seen = torch.ones(own, before + own, dtype=torch.bool, device=q.device).tril(before)[None, None] if before else None
        if before:
            k, v = torch.cat([keys[0], k], 2), torch.cat([values[0], v], 2)
        out.append(inner(module, q, k, v, seen, **told)[0])
    return torch.cat(out, 1), None


def attention_of(inner: Any) -> str:
    return str(getattr(inner.config, "_attn_implementation", ""))


def prepared(model: Any, inner: Any) -> bool:
    """Let `model`, which wraps the transformers model `inner`, read so if it can.

    That is found by trying, for there is no list of models that look at other tokens by attention alone.
    """
    before = attention_of(inner)
    usual = before.removeprefix(ROWS)
    if not plain(model) or usual not in KINDS:
        return False
    if any(kind != "full_attention" for kind in getattr(inner.config.get_text_config(), "layer_types", None) or ()):
        return False
    inner.set_attn_implementation(register(ROWS + usual, partial(attend, KINDS[usual])))
    if tried(model):
        return True
    inner.set_attn_implementation(before)
    return False


@torch.no_grad()
def tried(model: Any) -> bool:
    """Whether rows of 8 and 6 tokens with 4 in common give the same logits apart and end to end."""
    ids = torch.arange(16).view(2, 8) % model.config.get_text_config().vocab_size
    ids[1, :4] = ids[0, :4]
    spans = (4, 4, 2)
    line, positions = torch.cat([ids[0], ids[1, 4:6]])[None], torch.tensor([[*range(8), 4, 5]])
    with suppress(TypeError, NotImplementedError, ValueError):
        whole = torch.cat([model(input_ids=each[None], use_cache=False).logits[0, 4:] for each in (ids[0], ids[1, :6])])
        together = model(input_ids=line, position_ids=positions, spans=spans, use_cache=False).logits[0, 4:]
        return bool((whole - together).abs().max() <= SAME * whole.float().std())
    return False
