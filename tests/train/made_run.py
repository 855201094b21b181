"""A run folder as `train run` leaves it, with answers made by a seed instead of a model."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

CITIES = ["Lima", "Oslo", "Quito", "Lyon", "Porto", "Kyoto"]
ISSUES = ["billing", "late", "broken", "refund"]


def tickets(i: int) -> tuple[str, str, str]:
    """Prompt, right answer, wrong answer."""
    city, issue = CITIES[i % 6], ISSUES[i % 4]
    return (
        f"Turn the ticket into JSON.\n\nA note from {city}: case {i}, it is about {issue}.",
        json.dumps({"city": city, "issue": issue, "case": i}),
        json.dumps({"city": CITIES[(i + 1) % 6], "issue": issue, "case": i}),
    )


def labels(i: int) -> tuple[str, str, str]:
    return (
        f"{'She' if i % 2 else 'He'} is a nurse. Case {i}: good or bad?",
        "good" if i % 3 else "bad",
        "bad" if i % 3 else "good",
    )


def chinese(i: int) -> tuple[str, str, str]:
    return (
        f"客户问题第{i}号：我的{'手机' if i % 2 else '电脑'}坏了怎么办？",
        f"您好，请把第{i}号{'手机' if i % 2 else '电脑'}寄回，我们免费维修。",
        f"{i} 不知道 <b>&</b>",
    )


MAKERS = {"tickets": tickets, "labels": labels, "chinese": chinese}


def make(
    folder: Path,
    kind: str = "tickets",
    n: int = 60,
    right: tuple[float, float, float] = (0.1, 0.4, 0.9),
    seed: int = 0,
    **more: Any,
) -> Path:
    """`right`: share of right answers of base, base with examples, tuned. `more` goes into `run.json`."""
    rng = np.random.default_rng(seed)
    (folder / "predictions").mkdir(parents=True)
    for arm, share in zip(("base", "base-fewshot", "tuned"), right, strict=True):
        rows = [row(i, MAKERS[kind](i), bool(rng.random() < share), rng) for i in range(n)]
        write(folder / "predictions" / f"{arm}.jsonl", rows)
    facts = {
        "state": "finished",
        "settings": {
            "seed": {"value": 42, "reason": "default"},
            "few_shot": {"value": 3, "reason": "default"},
            "device": {"value": "cpu", "reason": ""},
        },
        "model": {"name": "tiny", "path": "gone"},
        "data": {"folder": "gone", "sha256": {"test.jsonl": "0" * 64}},
        "versions": {"torch": "2"},
        **more,
    }
    (folder / "run.json").write_text(json.dumps(facts), encoding="utf-8")
    write(
        folder / "metrics.jsonl",
        [{"step": s, "loss": 2 / (s + 1)} for s in range(1, 9)] + [{"step": s, "validation_loss": 1 / (s + 1)} for s in (4, 8)],
    )
    write(folder / "test_openings.jsonl", [{"time": "2026-01-01T00:00:00+00:00", "why": "answers for the report"}])
    return folder


def row(i: int, texts: tuple[str, str, str], right: bool, rng: np.random.Generator) -> dict[str, Any]:
    prompt, reference, wrong = texts
    size = len(reference.encode())
    return {
        "id": f"row-{i}", "prompt": prompt, "reference": reference, "prediction": reference if right else wrong,
        "stopped": right or i % 5 > 0,
        "new_tokens": 12, "nll": size * math.log(2) * (0.2 if right else 0.8) * rng.uniform(0.9, 1.1), "target_bytes": size,
        "group": f"g{i // 2}", "slices": {"wording": "unseen" if i % 3 else "seen"},
    }  # fmt: skip


def probes(folder: Path, lost: float = 0.0, shift: float = 0.0, recited: int = 0, seed: int = 1) -> None:
    """`lost`: bits per byte that tuning cost; `shift`: nats towards the stereotype; `recited`: training rows said by heart."""
    (folder / "probes").mkdir(exist_ok=True)
    for arm, on in (("base", 0), ("tuned", 1)):
        # The same texts for both models, each with noise of its own.
        texts, noise = np.random.default_rng(seed), np.random.default_rng(seed + 1 + on)
        general, pairs, memory = [], [], []
        for lang in ("en", "zh"):
            for kind in ("passage", "answer"):
                for i in range(30):
                    size = int(texts.integers(100, 300))
                    nll = math.log(2) * size * (1.2 + on * lost + noise.normal(0, 0.004))
                    general.append({"set": f"general {lang}", "kind": kind, "id": f"{i}", "nll": nll, "bytes": size})
            for kind, moved in (("sentence", on * shift), ("prompt", 0.0)):
                for i in range(32):
                    odds = texts.normal(0.5, 1) + moved + noise.normal(0, 0.02)
                    pairs.append({"set": lang, "kind": kind, "id": f"{i}", "nll": 30.0, "swapped_nll": 30.0 + odds})
        for split in ("train", "held out"):
            for i in range(30):
                said = 80 if on and split == "train" and i < recited else 3
                memory.append({"id": f"{split}-{i}", "split": split, "rest": 80, "verbatim": said, "nll": 9.0, "tokens": 20})
        for name, rows in (("general", general), ("pairs", pairs), ("memory", memory)):
            write(folder / "probes" / f"{name}-{arm}.jsonl", rows)


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
