"""Several processes do what one does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file

from train.files import read_rows

TOLD = {
    "epochs": 2,
    "batch_tokens": 200,
    "validate_every": 3,
    "few_shot": 0,
    "max_new_tokens": 4,
    "precision": "fp32",
    "learning_rate": 5e-3,
}


def trained(folder: Path, tiny: Path, out: Path, world: int, *more: str) -> list[dict[str, Any]]:
    """Validation losses and weights of a run by so many processes."""
    settings = [f"--set={key}={value}" for key, value in TOLD.items()]
    launcher = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={world}"] if world > 1 else []
    command = [
        sys.executable,
        *launcher,
        "-m",
        "train",
        "run",
        str(folder),
        "--model",
        str(tiny),
        "-o",
        str(out),
        *settings,
        *more,
    ]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{out / 'report.html'}\n"
    return [row for row in read_rows(out / "metrics.jsonl") if "validation_loss" in row]


def weights(out: Path) -> dict[str, Any]:
    (path,) = [p for p in out.rglob("*.safetensors") if p.parent.name in ("adapter", "model")]
    return load_file(path)


@pytest.mark.slow
@pytest.mark.parametrize(("method", "spread"), [("lora", "copies"), ("lora", "shards"), ("full", "shards")])
def test_two_processes_train_as_one(method: str, spread: str, built: Path, tiny: Path, tmp_path: Path) -> None:
    alone = trained(built, tiny, tmp_path / "one", 1, "--method", method)
    both = trained(built, tiny, tmp_path / "two", 2, "--method", method, f"--set=spread={spread}")
    assert [row["step"] for row in both] == [row["step"] for row in alone]
    assert [row["validation_loss"] for row in both] == pytest.approx([row["validation_loss"] for row in alone], rel=1e-5)
    one, two = weights(tmp_path / "one"), weights(tmp_path / "two")
    assert one.keys() == two.keys()
    assert all(one[name].shape == two[name].shape and abs(one[name] - two[name]).max() < 1e-3 for name in one)
