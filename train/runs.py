"""What the report reads of a run folder's `run.json`. Lenient: a key that is not there is a fact that is not reported."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from curate.errors import UserError
from train.config import Resolved
from train.metrics import choose_metric


def read(run: Path) -> dict[str, Any]:
    path = run / "run.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError("not a run folder: it has no run.json", where=str(run)) from None
    except (ValueError, OSError) as error:
        raise UserError(f"run.json cannot be read: {error}", where=str(run)) from None
    if not isinstance(found, dict):
        raise UserError("run.json is not a JSON object", where=str(run))
    return found


def value(tree: Mapping[str, Any], *path: str, default: Any = None) -> Any:  # noqa: ANN401 (JSON)
    """What stands under a path of keys. A setting kept with its reason, `{"value": v, "reason": r}`, gives v."""
    here: Any = tree
    for key in path:
        here = here.get(key) if isinstance(here, Mapping) else None
        if here is None:
            return default
    return here["value"] if isinstance(here, Mapping) and here.keys() == {"value", "reason"} else here


def primary_metric(run: Path, references: Sequence[str]) -> Resolved[str]:
    """The metric named before training; chosen by the kind of answers where none was."""
    named = value(read(run), "primary_metric") if (run / "run.json").exists() else None
    return Resolved(str(named), "named before training") if named else choose_metric(references)
