"""`train merge`: the merged model says what the adapter says, or nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from curate.errors import UserError
from tests.train.conftest import write_model
from train import methods
from train.config import Full, Lora, Method, Prefix, TrainConfig
from train.files import write_json
from train.merge import PROBES, merge, scores
from train.models import load_model, load_tokenizer, resolve


def make_run(folder: Path, base: Path, method: Method, size: float = 0.5) -> Path:
    """A run folder as `train run` leaves it, with an adapter whose weights are drawn rather than trained."""
    model = methods.trainable(resolve(str(base)), method, 1, recompute=False)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_B" in name:
                parameter.normal_(0, size)
    kind = "model" if methods.whole(method) else "adapter"
    model.save_pretrained(folder / kind)  # type: ignore[operator]
    load_tokenizer(base).save_pretrained(folder / kind)
    source = resolve(str(base))
    settings = {"method": {"value": TrainConfig(method=method).method.model_dump(), "reason": "test"}}
    write_json(
        folder / "run.json",
        {"settings": settings, "model": {"name": str(base), "path": str(base), "fingerprint": source.fingerprint}},
    )
    return folder


def test_the_merged_model_says_what_the_adapter_says(tiny: Path, tmp_path: Path) -> None:
    import peft

    run = make_run(tmp_path / "run", tiny, Lora())
    found = merge(run, tmp_path / "merged")
    tokenizer = load_tokenizer(tmp_path / "merged")
    texts = [torch.tensor([tokenizer(t)["input_ids"]]) for t in PROBES]
    adapted = peft.PeftModel.from_pretrained(load_model(tiny, torch.float32), str(run / "adapter")).eval()
    assert torch.allclose(scores(load_model(tmp_path / "merged", torch.float32), texts), scores(adapted, texts), atol=1e-4)
    assert found.difference < 1e-4 < found.effect
    assert "from transformers import" in (tmp_path / "merged" / "README.md").read_text(encoding="utf-8")


def test_a_change_that_bf16_would_round_away_is_refused(tiny: Path, tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", tiny, Lora(), size=1e-5)
    with pytest.raises(UserError, match="bf16 rounds the adapter's work away"):
        merge(run, tmp_path / "merged", dtype="bf16")
    assert not (tmp_path / "merged").exists()


def test_a_large_change_survives_bf16(tiny: Path, tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", tiny, Lora(), size=1.0)
    merge(run, tmp_path / "merged", dtype="bf16")
    assert {p.dtype for p in load_model(tmp_path / "merged", torch.bfloat16).parameters()} == {torch.bfloat16}


def test_another_base_is_refused(tiny: Path, tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", tiny, Lora())
    other = write_model(tmp_path / "other", seed=9)
    with pytest.raises(UserError, match="the adapter belongs to another base"):
        merge(run, tmp_path / "merged", base=str(other))


def test_a_whole_model_has_nothing_to_merge(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nothing to merge: full left a whole model"):
        merge(make_run(tmp_path / "run", tiny, Full()), tmp_path / "merged")


def test_learnt_tokens_cannot_be_merged(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be merged"):
        merge(make_run(tmp_path / "run", tiny, Prefix()), tmp_path / "merged")


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not a run folder"):
        merge(tmp_path, tmp_path / "merged")


def test_a_full_folder_is_not_written_over(tiny: Path, tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", tiny, Lora())
    (tmp_path / "merged").mkdir()
    (tmp_path / "merged" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="the folder is not empty"):
        merge(run, tmp_path / "merged")
