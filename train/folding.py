"""LoRA layers that compute the same in fewer passes over memory; docs/training.md says what it brought.

peft computes `base(x) + B(A(x)) * scaling` as separate operations, each of which writes a tensor as large as the output, and as many
again backwards. Here the small product is added where the large one stands (`addmm_`), forwards and backwards.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.autograd.function import once_differentiable
from torch.nn.functional import linear


class LowRank(torch.autograd.Function):
    """x·Wᵀ + bias + scaling·(x·Aᵀ)·Bᵀ with W and bias frozen."""

    @staticmethod
    def forward(ctx: Any, x: Any, weight: Any, bias: Any, down: Any, up: Any, scaling: float) -> Any:
        rows = x.reshape(-1, x.shape[-1])
        out = linear(rows, weight, bias)
        small = linear(rows, down)
        out.addmm_(small, up.t(), alpha=scaling)
        ctx.save_for_backward(rows, small, weight, down, up)
        ctx.scaling, ctx.shape = scaling, x.shape
        return out.view(*x.shape[:-1], -1)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Any) -> Any:
        rows, small, weight, down, up = ctx.saved_tensors
        out = gradients[0].reshape(-1, weight.shape[0])
        through = (out @ up).mul_(ctx.scaling)
        given = None
        if ctx.needs_input_grad[0]:
            given = (out @ weight).addmm_(through, down).view(ctx.shape)
        return given, None, None, through.t() @ rows, (out.t() @ small).mul_(ctx.scaling), None


def fold(model: torch.nn.Module) -> int:
    """Let every plain LoRA layer of `model` compute so; how many there were. Its weights and names stay as they are."""
    from peft.tuners.lora.layer import Linear

    found = [m for m in model.modules() if type(m) is Linear and plain(m)]
    for layer in found:
        layer.forward = Folded(layer)
    return len(found)


def plain(layer: Any) -> bool:
    """One adapter without dropout, bias or a variant (DoRA), over a frozen layer of torch's own."""
    base, names = layer.get_base_layer(), list(layer.lora_A)
    if type(base) is not torch.nn.Linear or base.weight.requires_grad or names != layer.active_adapters:
        return False
    name = names[0]
    bare = layer.lora_A[name].bias is None and layer.lora_B[name].bias is None and name not in layer.lora_variant
    dropping = isinstance(layer.lora_dropout[name], torch.nn.Dropout)
    return bare and not dropping and (base.bias is None or not base.bias.requires_grad)


class Folded:
    """The forward of one layer; peft's own wherever more is asked of it than training needs."""

    def __init__(self, layer: Any) -> None:
        self.layer, self.usual = layer, layer.forward
        self.name = layer.active_adapters[0]

    def __call__(self, x: torch.Tensor, *more: Any, **named: Any) -> torch.Tensor:
        layer = self.layer
        asked = more or named or layer.merged or layer.disable_adapters or layer.active_adapters != [self.name]
        if asked or x.dtype != torch.float32 or torch.is_autocast_enabled(x.device.type):
            out: torch.Tensor = self.usual(x, *more, **named)
            return out
        base, name = layer.get_base_layer(), self.name
        small = layer.lora_A[name].weight, layer.lora_B[name].weight
        apply: Any = LowRank.apply
        folded: torch.Tensor = apply(x, base.weight, base.bias, *small, layer.scaling[name])
        return folded
