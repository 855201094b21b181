"""What a row tells about itself, worked out when it is first asked for and then kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801
    """`functools.cached_property` without the lock that it takes up to Python 3.11, which costs more than most texts of a row."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self.make, self.name, self.__doc__ = make, make.__name__, make.__doc__

    def __get__(self, row: Any, _: type) -> T:
        found: T
        found = row.__dict__[self.name] = self.make(row)
        return found
