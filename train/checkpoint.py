"""Save and resume: weights, optimiser, step and what is best so far; whole or not there at all.

Random state need not be saved: the order of rows is a function of seed and epoch, and dropout is seeded anew at each update.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch.distributed.checkpoint.state_dict import (
    StateDictOptions,
    get_model_state_dict,
    get_optimizer_state_dict,
    set_model_state_dict,
    set_optimizer_state_dict,
)

from train.files import new_folder, read_json, write_json

PREFIX = "step-"
WHOLE = StateDictOptions(full_state_dict=True, cpu_offload=True)
SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Progress:
    """What the loop must know to go on as if it had never stopped."""

    step: int = 0
    best_step: int = 0
    best_score: float = float("inf")
    """Lower is better."""
    without_gain: int = 0
    stopped: str = ""
    """Why training is over; empty while it is not."""
    train_loss: float = 0.0
    """Sum over the supervised tokens since the last validation, and their number."""
    train_tokens: int = 0


def newest(folder: Path) -> Path | None:
    """The last complete checkpoint: folders get their name only when whole."""
    found = [p for p in folder.glob(f"{PREFIX}*") if p.name.removeprefix(PREFIX).isdigit()]
    return max(found, key=lambda p: p.name, default=None)


def at(folder: Path, step: int) -> Path:
    return folder / f"{PREFIX}{step:08d}"


def save(folder: Path, progress: Progress, model: torch.nn.Module, optimizer: torch.optim.Optimizer, main: bool = True) -> None:
    """All processes call this; the main one writes. Older checkpoints go, but for the best."""
    weights = trained_weights(model)
    state: dict[str, Any] = get_optimizer_state_dict(model, optimizer, options=WHOLE)
    if not main:
        return
    with new_folder(at(folder, progress.step)) as partial:
        save_file(weights, partial / "weights.safetensors")
        save_file(flat(state), partial / "optimizer.safetensors")
        write_json(partial / "state.json", {**asdict(progress), "param_groups": state["param_groups"]})
    for old in folder.glob(f"{PREFIX}*"):
        if old not in (at(folder, progress.step), at(folder, progress.best_step)):
            shutil.rmtree(old)


def restore(checkpoint: Path, model: torch.nn.Module, optimizer: torch.optim.Optimizer) -> Progress:
    told = read_json(checkpoint / "state.json")
    groups = told.pop("param_groups")
    load_weights(checkpoint, model)
    state: dict[str, Any] = {"state": nested(load_file(checkpoint / "optimizer.safetensors")), "param_groups": groups}
    if state["state"]:
        set_optimizer_state_dict(model, optimizer, state, options=WHOLE)
    return Progress(**told)


def load_weights(checkpoint: Path, model: torch.nn.Module) -> None:
    weights: dict[str, Any] = load_file(checkpoint / "weights.safetensors")
    set_model_state_dict(model, weights, options=StateDictOptions(full_state_dict=True, strict=False))


def trained_weights(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Trained weights by name; a tied weight once."""
    names = {name.removeprefix("module.") for name, p in model.named_parameters() if p.requires_grad}
    return {name: tensor.contiguous() for name, tensor in gathered(model).items() if name in names}


def gathered(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """All weights by name, put together from the processes that hold them; a tied weight once. In the main process."""
    once = {name.removeprefix("module.") for name, _ in (*model.named_parameters(), *model.named_buffers())}
    state: dict[str, Any] = get_model_state_dict(model, options=WHOLE)
    return {name: tensor for name, tensor in state.items() if name in once}


def flat(state: dict[str, Any]) -> dict[str, torch.Tensor]:
    held: dict[str, dict[str, torch.Tensor]] = state["state"]
    return {f"{name}{SEPARATOR}{key}": tensor.contiguous() for name, values in held.items() for key, tensor in values.items()}


def nested(tensors: dict[str, torch.Tensor]) -> dict[str, dict[str, torch.Tensor]]:
    state: dict[str, dict[str, torch.Tensor]] = {}
    for joint, tensor in tensors.items():
        name, _, key = joint.rpartition(SEPARATOR)
        state.setdefault(name, {})[key] = tensor
    return state


def truncate(path: Path, step: int) -> None:
    """Cut the lines after `step` (and a half-written last one) off `metrics.jsonl`, so that no step is told twice."""
    if not path.is_file():
        return
    keep = 0
    with path.open("rb") as file:
        for line in file:
            try:
                if not line.endswith(b"\n") or json.loads(line)["step"] > step:
                    break
            except (json.JSONDecodeError, KeyError, TypeError):
                break
            keep += len(line)
    with path.open("rb+") as file:
        file.truncate(keep)
