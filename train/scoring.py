"""The one place that turns a batch into a loss."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from train import sharing
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
        self.shares = sharing.possible(model)
        inner = unwrapped(model)
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
        length = batch.ids.shape[1]
        begun = batch.shared if self.shares else 0
        more: dict[str, Any] = {} if batch.positions is None else {"position_ids": batch.positions.to(self.device)}
        try:
            with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16):
                if begun:
                    nothing = torch.zeros(0, dtype=torch.int64)
                    self.chosen = nothing, nothing, begun
                    more["past_key_values"] = sharing.beginning(self.model, batch.ids[:1, :begun], len(batch.ids))
                self.chosen = batch.rows, batch.columns - begun, length - begun
                # Restarting positions part packed rows only where there is no attention mask and no cache; else they see each other.
                ids = batch.ids[:, begun:].to(self.device)
                logits = self.model(input_ids=ids, use_cache=begun > 0, **more).logits
        finally:
            self.chosen = None
        return cross_entropy(logits[0].float(), batch.targets.to(self.device), reduction="none")

    def close(self) -> None:
        self.handle.remove()


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
