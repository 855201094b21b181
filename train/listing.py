"""The settings as `train run --help` lists them."""

from __future__ import annotations

from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from train.config import METHODS, TrainConfig


def described() -> str:
    """The settings, one a line, for `train run --help`."""
    lines = []
    for name, field in TrainConfig.model_fields.items():
        if name == "method":
            continue
        lines.append(f"{name} = {shown(field.default)}  ({allowed(field.annotation)})")
    for kind, section in METHODS.items():
        options = [f"{name} = {shown(f.default)}" for name, f in section.model_fields.items() if name != "kind"]
        lines.append(f"method = {kind}" + (f"  (method.{', method.'.join(options)})" if options else ""))
    return "\n".join(lines)


def shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def allowed(annotation: Any) -> str:
    """`"a" | "b" | number`, as a person would write the type."""
    if get_origin(annotation) in (Union, UnionType):
        return " | ".join(allowed(a) for a in get_args(annotation))
    if get_origin(annotation) is Literal:
        return " | ".join(get_args(annotation))
    if get_origin(annotation) is Annotated:
        return allowed(get_args(annotation)[0])
    return {"int": "whole number", "float": "number", "str": "text", "bool": "true | false"}.get(
        getattr(annotation, "__name__", ""), ""
    )
