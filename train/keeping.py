"""Keys and values with room for what comes: nothing is copied for each new token, as a growing cache would."""

from __future__ import annotations

from typing import Any

import torch
from transformers.cache_utils import DynamicCache, DynamicLayer

ROOM = 64
"""Tokens for which room is made at a time."""


class Roomy(DynamicLayer):  # type: ignore[no-untyped-call]
    """`keys` and `values` are the filled parts of larger tensors; whoever replaces them (to leave rows out) just gives up the room."""

    def __init__(self, filled: DynamicLayer) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        assert filled.keys is not None
        assert filled.values is not None
        self.lazy_initialization(filled.keys, filled.values)
        self.keys: torch.Tensor = filled.keys
        self.values: torch.Tensor = filled.values
        self.room: tuple[torch.Tensor, torch.Tensor] | None = None

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        had = self.keys.shape[-2]
        end = had + key_states.shape[-2]
        if self.room is None or end > self.room[0].shape[-2] or self.keys.data_ptr() != self.room[0].data_ptr():
            self.room = self._larger(self.keys, end + ROOM), self._larger(self.values, end + ROOM)
        for room, new in zip(self.room, (key_states, value_states), strict=True):
            room[..., had:end, :] = new
        self.keys, self.values = (room[..., :end, :] for room in self.room)
        return self.keys, self.values

    @staticmethod
    def _larger(filled: torch.Tensor, length: int) -> torch.Tensor:
        room = filled.new_empty(*filled.shape[:-2], length, filled.shape[-1])
        room[..., : filled.shape[-2], :] = filled
        return room


def with_room(cache: Any) -> Any:
    """The same cache, if it is one of plain keys and values; anything else (sliding windows, states) is left as it is."""
    if type(cache) is DynamicCache:
        cache.layers = [Roomy(layer) if type(layer) is DynamicLayer and layer.is_initialized else layer for layer in cache.layers]
    return cache
