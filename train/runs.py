"""What the report reads of a run folder besides the answers. Lenient: a key that is not there is a fact that is not reported."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from curate.errors import UserError
from train.config import Resolved
from train.facts import Fit, Point
from train.metrics import choose_metric

Tree = Mapping[str, Any]
SETTINGS = ("settings", "config")
"""Where a run keeps its settings; a key at the top counts first."""


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


def value(tree: Tree, *path: str, default: Any = None) -> Any:
    """What stands under a path of keys. A setting kept with its reason, `{"value": v, "reason": r}`, gives v."""
    here: Any = tree
    for key in path:
        here = here.get(key) if isinstance(here, Mapping) else None
    if isinstance(here, Mapping) and "value" in here:
        here = here["value"]
    return default if here is None else here


def setting(tree: Tree, name: str, default: Any = None) -> Any:
    for path in ((name,), *((place, name) for place in SETTINGS)):
        found = value(tree, *path)
        if found is not None:
            return found
    return default


def reason(tree: Tree, name: str) -> str | None:
    """Why a setting has its value, where the run kept it."""
    for place in (tree, *(tree.get(place, {}) for place in SETTINGS)):
        found = place.get(name) if isinstance(place, Mapping) else None
        if isinstance(found, Mapping) and found.get("reason"):
            return str(found["reason"])
    return None


def text(tree: Tree, name: str) -> str | None:
    found = setting(tree, name)
    return None if found is None else str(found)


def primary_metric(run: Path, references: Sequence[str]) -> Resolved[str]:
    """The metric named before training; chosen by the kind of answers where none was."""
    settings = read(run) if (run / "run.json").exists() else {}
    name = setting(settings, "primary_metric")
    return (
        Resolved(str(name), reason(settings, "primary_metric") or "named before training") if name else choose_metric(references)
    )


def fit(run: Path) -> Fit | None:
    """The curves of `metrics.jsonl`: losses at each validation, and of each update in between."""
    path = run / "metrics.jsonl"
    if not path.is_file():
        return None
    points: dict[int, dict[str, float]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
            here = points.setdefault(int(row["step"]), {})
        except (ValueError, KeyError, TypeError):
            continue
        for name, keys in (("train", ("loss", "train_loss")), ("validation", ("validation_loss",))):
            for key in keys:
                if isinstance(row.get(key), int | float):
                    here[name] = float(row[key])
    found = [Point(step=step, **losses) for step, losses in sorted(points.items()) if losses]
    validated = [p for p in found if p.validation is not None]
    best = min(validated, key=lambda p: p.validation or 0.0).step if validated else None
    return Fit(points=tuple(found), best_step=best) if found else None


def openings(run: Path, settings: Tree) -> int | None:
    """How often the test rows were opened, by the log that the run keeps of it."""
    for name in ("test_openings.jsonl", "openings.jsonl"):
        path = run / name
        if path.is_file():
            return sum(1 for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    found = value(settings, "test_openings")
    return len(found) if isinstance(found, list) else int(found) if isinstance(found, int) else None


def test_digest(settings: Tree) -> str | None:
    """SHA-256 of the test file, from whatever place the run kept it in."""
    found = value(settings, "data", "sha256", "test.jsonl")
    return found if isinstance(found, str) else None


def plan_digest(settings: Tree) -> str | None:
    """Digest of what was settled before training: metric, margins, settings and data. The run's own where it wrote one."""
    given = text(settings, "plan_hash")
    settled = {key: settings[key] for key in ("primary_metric", "settings", "data") if key in settings}
    if given or "settings" not in settled:
        return given
    return hashlib.sha256(json.dumps(settled, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def data_folder(settings: Tree) -> Path | None:
    """The built folder that was trained on, if it is still there with the same test file."""
    found = value(settings, "data", "folder")
    path = Path(found) if isinstance(found, str) else None
    if path is None or not (path / "test.jsonl").is_file():
        return None
    digest = test_digest(settings)
    return path if digest is None or hashlib.sha256((path / "test.jsonl").read_bytes()).hexdigest() == digest else None


KEPT = ("versions", "commit", "device", "threads", "precision", "seed", "method", "model", "data", "chat_template_sha256")
APART = {"device", "precision", "seed", "method", "model"}
"""Settings with a line of their own."""


def provenance(settings: Tree) -> dict[str, Any]:
    """What is needed to make the run again, as the run wrote it down: the whole configuration and the template's text too."""
    found = {name: setting(settings, name) for name in KEPT}
    found["answers_precision"] = value(settings, "evaluation_precision")
    seconds = value(settings, "fit", "seconds")
    found["training_seconds"] = round(float(seconds), 1) if isinstance(seconds, int | float) else None
    told = settings.get("settings")
    found["settings"] = {name: value(told, name) for name in told if name not in APART} if isinstance(told, Mapping) else None
    found["chat_template"] = text(settings, "chat_template")
    return {name: v for name, v in found.items() if v not in (None, "", {}, [])}
