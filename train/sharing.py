"""Rows that begin alike: their common beginning is read once.

Instruction data begins with one system prompt, often with one instruction too. Attention looks only backwards, so what the model
makes of a common beginning is the same in every row. Answers go on from its keys and values; how losses do is in `ragged`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from transformers.cache_utils import DynamicCache, DynamicLayer

FEWEST = 32
"""Tokens that must be saved in a pass: a second run through the layers costs as much as about ten tokens on a CPU."""
SAME = 1e-3
"""Logits of the trial may differ by this, relative to their spread: above rounding, far below a model that reads otherwise."""


def common(inputs: Sequence[Any], first_prediction: int) -> int:
    """Tokens that all rows begin with, of which none is predicted from; 0 where sharing them would win too little."""
    most = min(first_prediction, *(len(i) - 1 for i in inputs))
    same = np.all([i[:most] == inputs[0][:most] for i in inputs], axis=0)
    length = most if same.all() else int(np.argmin(same))
    return length if length * (len(inputs) - 1) >= FEWEST else 0


def possible(model: Any) -> bool:
    """Whether this model may read so: found by trying, for there is no list of models that keep all they read as keys and values."""
    if not plain(model):
        return False
    ids = torch.arange(16).view(2, 8) % model.config.get_text_config().vocab_size
    ids[1, :4] = ids[0, :4]
    with torch.no_grad():
        whole = model(input_ids=ids, use_cache=False).logits[:, 4:]
        past = beginning(model, ids[:1, :4], 2)
        if past is None:
            return False
        parts = model(input_ids=ids[:, 4:], past_key_values=past, use_cache=True).logits
    return bool((whole - parts).abs().max() <= SAME * whole.float().std())


def plain(model: Any) -> bool:
    """Whether rows may share what is computed at all.

    Not with dropout, which each row draws for itself; not over several processes, whose gradients are exchanged once a forward
    pass; not on a GPU, where nothing was measured.
    """
    spread = hasattr(model, "module") or hasattr(model, "set_requires_gradient_sync")
    dropping = any(isinstance(m, torch.nn.Dropout) and m.p for m in model.modules())
    learnt = any(c.is_prompt_learning for c in getattr(model, "peft_config", {}).values())
    recomputed = getattr(model, "is_gradient_checkpointing", False)
    return not (spread or dropping or learnt or recomputed) and next(model.parameters()).device.type == "cpu"


def beginning(model: Any, ids: torch.Tensor, rows: int, **more: Any) -> DynamicCache | None:
    """Keys and values of one beginning for `rows` rows; None for a model that keeps something else."""
    past = getattr(model(input_ids=ids, use_cache=True, **more), "past_key_values", None)
    if not isinstance(past, DynamicCache) or any(type(layer) is not DynamicLayer for layer in past.layers):
        return None
    past.batch_repeat_interleave(rows)
    return past
