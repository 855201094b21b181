"""The one place that turns a batch into a loss."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from train import ragged
from train.attention import ROWS
from train.batches import Batch

Chosen = tuple[torch.Tensor, torch.Tensor, int]
"""Rows and columns whose logits are wanted, and the tokens that were given."""


class Scorer:
    """Runs a model and scores the supervised tokens only.

    A hook before the output layer keeps the positions that have a target: with a vocabulary of 49,152 and short answers the
    logits of all positions would be a fifth of the work and most of the memory. Anything a model does to its logits after that
    layer (soft-capping, scaling) still happens, which calling the output layer by hand would lose.
    """

    def __init__(self, model: torch.nn.Module, device: torch.device, bf16: bool = False) -> None:
        self.model, self.device, self.bf16 = model, device, bf16
        self.chosen: Chosen | None = None
        inner = unwrapped(model)
        self.attention = ragged.attention_of(inner)
        self.ragged = ragged.prepared(model, inner)
        output = inner.get_output_embeddings()
        self.handle = output.register_forward_pre_hook(self.keep)

    def keep(self, _module: torch.nn.Module, arguments: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        if self.chosen is None:
            return arguments
        hidden, *rest = arguments
        rows, columns, read = self.chosen
        # Learnt prompt tokens stand before the text and make it longer.
        shift = hidden.shape[1] - read
        return (hidden[rows.to(hidden.device), columns.to(hidden.device) + shift][None], *rest)

    def losses(self, batch: Batch) -> torch.Tensor:
        """Negative log-likelihood of each supervised token, in nats and in float32."""
        line = None
        # Any other attention would not know of spans, and let rows see each other.
        if self.ragged and batch.positions is None and ragged.attention_of(unwrapped(self.model)).startswith(ROWS):
            line = ragged.laid(batch.ids, batch.lengths, batch.shared)
        ids, rows, columns, positions = batch.ids, batch.rows, batch.columns, batch.positions
        more: dict[str, Any] = {}
        if line:
            ids, rows, columns, positions = line.ids, torch.zeros_like(rows), line.starts[rows] + columns, line.positions
            more["spans"] = line.spans
        if positions is not None:
            more["position_ids"] = positions.to(self.device)
        self.chosen = rows, columns, ids.shape[1]
        try:
            with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16):
                # Restarting positions part packed rows only where there is no attention mask and no cache; else they see each other.
                logits = self.model(input_ids=ids.to(self.device), use_cache=False, **more).logits
        finally:
            self.chosen = None
        return cross_entropy(logits[0].float(), batch.targets.to(self.device), reduction="none")

    def close(self) -> None:
        self.handle.remove()
        if self.ragged:
            unwrapped(self.model).set_attn_implementation(self.attention)


def unwrapped(model: Any) -> Any:
    """The transformers model inside the wrappers of DDP and peft."""
    model = getattr(model, "module", model)
    return model.get_base_model() if hasattr(model, "get_base_model") else model


@torch.no_grad()
def mean_loss(scorer: Scorer, batches: Iterable[Batch], summed: Callable[[torch.Tensor], torch.Tensor] = lambda t: t) -> float:
    """Nats a supervised token over all batches: the same whatever the batch size. `summed` adds up over processes."""
    total = torch.zeros(2, dtype=torch.float64)
    was_training = scorer.model.training
    scorer.model.eval()
    for batch in batches:
        losses = scorer.losses(batch).double().sum().cpu()
        if batch.counts:
            total += torch.stack([losses, torch.tensor(float(len(batch.targets)), dtype=torch.float64)])
    scorer.model.train(was_training)
    nats, tokens = summed(total).tolist()
    return float(nats / tokens)
