"""One process or many: copies of the model (DDP) or shards of it (FSDP2), started by torchrun or `accelerate launch`.

Plain torch: both launchers set the same variables, and sharding works over gloo on a CPU, where it can be tested.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import torch
import torch.distributed as dist
from torch import nn

from train.folding import fold

Spread = Literal["copies", "shards"]
# The main process downloads and converts a model, and answers the test rows, while the others wait.
PATIENCE = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Processes:
    rank: int
    world: int
    device: torch.device
    spread: Spread = "copies"

    @classmethod
    def joined(cls, spread: Spread = "copies") -> Processes:
        """As the launcher placed this process; alone where there was none."""
        rank, world = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
        local = int(os.environ.get("LOCAL_RANK", "0"))
        device = torch.device("cuda", local) if torch.cuda.is_available() else torch.device("cpu")
        if device.type == "cuda":
            torch.cuda.set_device(device)
        if world > 1 and not dist.is_initialized():
            dist.init_process_group("nccl" if device.type == "cuda" else "gloo", timeout=PATIENCE)
        if os.environ.get("ACCELERATE_USE_FSDP", "").lower() == "true":
            spread = "shards"
        return cls(rank, world, device, spread if world > 1 else "copies")

    @property
    def main(self) -> bool:
        return self.rank == 0

    @property
    def sharded(self) -> bool:
        return self.spread == "shards"

    def placed(self, model: nn.Module) -> nn.Module:
        """The model on its device and spread over the processes."""
        model = model.to(self.device)
        if self.world == 1:
            if self.device.type == "cpu":
                fold(model)
            return model
        if self.sharded:
            from torch.distributed.device_mesh import init_device_mesh
            from torch.distributed.fsdp import fully_shard

            mesh = init_device_mesh(self.device.type, (self.world,))
            for layer in stack(model):
                fully_shard(layer, mesh=mesh)
            fully_shard(model, mesh=mesh)
            return model
        return nn.parallel.DistributedDataParallel(model, device_ids=[self.device] if self.device.type == "cuda" else None)

    @contextmanager
    def gathering(self, model: Any, last: bool) -> Iterator[None]:
        """Gradients are exchanged once an update, in its last pass."""
        if self.world == 1:
            yield
        elif self.sharded:
            model.set_requires_gradient_sync(last)
            yield
        elif last:
            yield
        else:
            with model.no_sync():
                yield

    def total(self, values: torch.Tensor) -> torch.Tensor:
        """Summed over all processes."""
        if self.world > 1:
            values = values.to(self.device)
            dist.all_reduce(values)
        return values.cpu()

    def wait(self) -> None:
        if self.world > 1:
            dist.barrier()

    @contextmanager
    def main_first(self) -> Iterator[None]:
        """The main process does it, then the others find it done."""
        if not self.main:
            self.wait()
        yield
        if self.main:
            self.wait()

    def leave(self) -> None:
        if dist.is_initialized():
            dist.destroy_process_group()


def stack(model: nn.Module) -> nn.ModuleList:
    """The layers: the longest list of modules."""
    return max((m for m in model.modules() if isinstance(m, nn.ModuleList)), key=len, default=nn.ModuleList())


def bare(model: nn.Module) -> Any:
    """The model inside DDP's wrapper."""
    return model.module if isinstance(model, nn.parallel.DistributedDataParallel) else model
