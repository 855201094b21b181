"""A run that is killed at any moment ends with the weights of a run that was not."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from tests.train.conftest import rows, write_dir
from train import checkpoint
from train.checkpoint import Progress
from train.files import new_folder, read_rows

TOLD = {"method.dropout": 0.1, "epochs": 8, "batch_tokens": 200, "validate_every": 2, "patience": 0, "learning_rate": 2e-3}
SETTINGS = [f"--set={key}={value}" for key, value in {**TOLD, "few_shot": 1, "max_new_tokens": 8}.items()]


def start(folder: Path, tiny: Path, out: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "train", "run", str(folder), "--model", str(tiny), "-o", str(out), *SETTINGS]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True
    )


def finish(folder: Path, tiny: Path, out: Path) -> None:
    done = start(folder, tiny, out)
    _, said = done.communicate(timeout=300)
    assert done.returncode == 0, said


def lines(out: Path) -> int:
    path = out / "metrics.jsonl"
    return path.read_bytes().count(b"\n") if path.is_file() else 0


def kill_at(folder: Path, tiny: Path, out: Path, metrics: int, delay: float) -> None:
    """Start the run and kill -9 it some time after its log has so many lines more."""
    process = start(folder, tiny, out)
    begun = lines(out)
    while process.poll() is None and lines(out) < begun + metrics:
        time.sleep(0.002)
    time.sleep(delay)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def outcome(out: Path) -> dict[str, Any]:
    """Everything that must not depend on interruptions: weights to the bit, losses, answers."""
    losses = [
        {k: row[k] for k in ("step", "loss", "validation_loss", "learning_rate") if k in row}
        for row in read_rows(out / "metrics.jsonl")
    ]
    weights = {
        name: tensor.numpy().tobytes() for name, tensor in load_file(out / "adapter" / "adapter_model.safetensors").items()
    }
    answers = {path.name: path.read_bytes() for path in sorted((out / "predictions").iterdir())}
    return {"weights": weights, "losses": losses, "answers": answers}


def killed_and_resumed(built: Path, tiny: Path, tmp_path: Path, times: int, seed: int) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    finish(built, tiny, whole)
    chance = random.Random(seed)
    for _ in range(times):
        kill_at(built, tiny, broken, chance.randrange(0, 14), chance.random() * 0.05)
    finish(built, tiny, broken)
    assert outcome(broken) == outcome(whole)
    assert not list(broken.rglob("*.partial"))
    assert not (broken / "checkpoints").exists()


@pytest.mark.slow
def test_a_killed_run_ends_as_an_uninterrupted_one(built: Path, tiny: Path, tmp_path: Path) -> None:
    killed_and_resumed(built, tiny, tmp_path, times=2, seed=1)


@pytest.mark.slow
def test_twenty_kills_change_nothing(tiny: Path, tmp_path: Path) -> None:
    folder = write_dir(tmp_path / "more", rows(60), rows(6, 60), rows(6, 66))
    killed_and_resumed(folder, tiny, tmp_path, times=20, seed=2)


# ---- its parts --------------------------------------------------------------------------------------------------------------


def trained_layer(steps: int) -> tuple[torch.nn.Module, torch.optim.Optimizer]:
    torch.manual_seed(3)
    layer = torch.nn.Linear(4, 4)
    optimizer = torch.optim.AdamW(layer.parameters(), lr=0.01, weight_decay=0.1, fused=True)
    advance(layer, optimizer, range(steps))
    return layer, optimizer


def advance(layer: torch.nn.Module, optimizer: torch.optim.Optimizer, steps: range) -> None:
    for step in steps:
        torch.manual_seed(step)
        layer(torch.randn(8, 4)).pow(2).sum().backward()
        optimizer.step()
        optimizer.zero_grad()


def test_weights_and_optimiser_come_back_to_the_bit(tmp_path: Path) -> None:
    layer, optimizer = trained_layer(5)
    checkpoint.save(tmp_path, Progress(5, 5, 0.25, 1), layer, optimizer)
    advance(layer, optimizer, range(5, 9))
    again, other = trained_layer(0)
    assert checkpoint.restore(checkpoint.newest(tmp_path) or tmp_path, again, other) == Progress(5, 5, 0.25, 1)
    advance(again, other, range(5, 9))
    assert all(torch.equal(a, b) for a, b in zip(layer.parameters(), again.parameters(), strict=True))


def test_the_newest_and_the_best_are_kept(tmp_path: Path) -> None:
    layer, optimizer = trained_layer(1)
    for step, best in ((2, 2), (4, 4), (6, 4), (8, 4)):
        checkpoint.save(tmp_path, Progress(step, best), layer, optimizer)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["step-00000004", "step-00000008"]


def test_a_half_written_checkpoint_is_no_checkpoint(tmp_path: Path) -> None:
    layer, optimizer = trained_layer(1)
    checkpoint.save(tmp_path, Progress(2, 2), layer, optimizer)
    with pytest.raises(RuntimeError, match="killed"), new_folder(checkpoint.at(tmp_path, 4)):
        raise RuntimeError("killed")
    (tmp_path / "step-00000006.123.partial").mkdir()
    assert checkpoint.newest(tmp_path) == checkpoint.at(tmp_path, 2)


def test_a_tied_weight_is_saved_once(tiny: Path, tmp_path: Path) -> None:
    from train.models import load_model

    model = load_model(tiny, torch.float32)
    optimizer = torch.optim.AdamW(model.parameters())
    checkpoint.save(tmp_path, Progress(1, 1), model, optimizer)
    assert "lm_head.weight" not in load_file(checkpoint.at(tmp_path, 1) / "weights.safetensors")
    with torch.no_grad():
        model.get_input_embeddings().weight.zero_()
    checkpoint.load_weights(checkpoint.at(tmp_path, 1), model)
    assert float(model.get_output_embeddings().weight.detach().abs().sum()) > 0


def test_the_log_is_cut_back_to_the_checkpoint(tmp_path: Path) -> None:
    log = tmp_path / "metrics.jsonl"
    log.write_text("".join(json.dumps({"step": step}) + "\n" for step in (1, 2, 3)) + '{"step": 4, "lo', encoding="utf-8")
    checkpoint.truncate(log, 2)
    assert [row["step"] for row in read_rows(log)] == [1, 2]
