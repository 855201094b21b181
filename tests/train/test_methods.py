"""Every method trains what it says and loads again in plain transformers and peft."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from curate.errors import UserError
from train import methods
from train.config import METHODS, Freeze, Full, Lora, Method, Qlora, Rslora, TrainConfig, load
from train.folding import fold
from train.models import load_model, resolve

ON_CPU = [kind for kind in METHODS if kind != "qlora"]
IDS = torch.arange(5, 25)[None]


def method(kind: str) -> Method:
    return TrainConfig.model_validate({"method": {"kind": kind}}).method


def stepped(model: Any) -> None:
    """One update large enough to show."""
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=0.05)
    for _ in range(2):  # LoRA's second matrix is zero at first, so the first learns only from the second step on
        model(input_ids=IDS, labels=IDS, use_cache=False).loss.backward()
        optimizer.step()
        optimizer.zero_grad()


@pytest.mark.parametrize("kind", ON_CPU)
def test_a_method_trains_a_step_and_loads_again(kind: str, tiny: Path, tmp_path: Path) -> None:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    chosen = method(kind)
    model: Any = methods.trainable(resolve(str(tiny)), chosen, 1, recompute=False)
    before = load_model(tiny, torch.float32)(input_ids=IDS).logits
    stepped(model)
    model.eval()
    wanted = model(input_ids=IDS, use_cache=False).logits
    assert not torch.allclose(wanted[:, -IDS.shape[1] :], before, atol=1e-3)

    model.save_pretrained(tmp_path)
    if methods.whole(chosen):
        again = AutoModelForCausalLM.from_pretrained(tmp_path, dtype=torch.float32)
    else:
        again = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(tiny, dtype=torch.float32), tmp_path)
    assert torch.allclose(again.eval()(input_ids=IDS, use_cache=False).logits, wanted, atol=1e-5)


@pytest.mark.parametrize("kind", [k for k in ON_CPU if methods.mergeable(method(k))])
def test_merged_is_the_adapter(kind: str, tiny: Path, tmp_path: Path) -> None:
    model: Any = methods.trainable(resolve(str(tiny)), method(kind), 1, recompute=False)
    stepped(model)
    wanted = model.eval()(input_ids=IDS, use_cache=False).logits
    model.save_pretrained(tmp_path)
    merged = methods.merged(load_model(tiny, torch.float32), str(tmp_path))
    assert torch.allclose(merged(input_ids=IDS).logits, wanted, atol=1e-4)


@pytest.mark.parametrize("kind", ["lora", "rslora", "dora"])
def test_an_untrained_adapter_is_the_base(kind: str, tiny: Path) -> None:
    model: Any = methods.trainable(resolve(str(tiny)), method(kind), 1, recompute=False)
    assert torch.allclose(model.eval()(input_ids=IDS).logits, load_model(tiny, torch.float32)(input_ids=IDS).logits, atol=1e-6)


def test_the_seed_decides_how_an_adapter_starts(tiny: Path) -> None:
    def first(seed: int) -> torch.Tensor:
        model = methods.trainable(resolve(str(tiny)), Lora(), seed, recompute=False)
        return next(p for n, p in model.named_parameters() if "lora_A" in n)

    assert torch.equal(first(1), first(1))
    assert not torch.equal(first(1), first(2))


def test_freeze_trains_the_last_layers_and_nothing_before(tiny: Path) -> None:
    model = methods.trainable(resolve(str(tiny)), Freeze(layers=1), 1, recompute=False)
    names = {n for n, p in model.named_parameters() if p.requires_grad}
    assert names == {n for n, _ in model.named_parameters() if n.startswith(("model.layers.3.", "model.norm."))}


def test_freeze_of_more_layers_than_there_are_is_refused(tiny: Path) -> None:
    with pytest.raises(UserError, match="the model has 4 layers, fewer than 9"):
        methods.trainable(resolve(str(tiny)), Freeze(layers=9), 1, recompute=False)


def test_weights_that_are_trained_are_in_fp32(tiny: Path) -> None:
    for chosen in (Full(), Rslora()):
        model = methods.trainable(resolve(str(tiny)), chosen, 1, recompute=False)
        assert {p.dtype for p in model.parameters() if p.requires_grad} == {torch.float32}


def test_qlora_without_its_needs_is_refused_in_a_sentence() -> None:
    if torch.cuda.is_available():
        pytest.skip("a GPU is here")
    with pytest.raises(UserError, match=r"qlora needs .*, which is not here"):
        methods.check(Qlora())


def test_recomputing_changes_no_gradient(tiny: Path) -> None:
    def gradients(recompute: bool) -> list[torch.Tensor]:
        model: Any = methods.trainable(resolve(str(tiny)), Lora(), 1, recompute)
        model(input_ids=IDS, labels=IDS, use_cache=False).loss.backward()
        return [p.grad for p in model.parameters() if p.grad is not None]

    assert all(torch.allclose(a, b, atol=1e-6) for a, b in zip(gradients(False), gradients(True), strict=True))


# ---- settings as typed ------------------------------------------------------------------------------------------------------


def test_an_unknown_setting_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(UserError, match=r"no setting `epoch`\n  Did you mean `epochs`\?"):
        load(None, assignments=["epoch=2"])
    with pytest.raises(UserError, match=r"no setting `method.rnk`\n  Did you mean `method.rank`\?"):
        load(None, method="lora", assignments=["method.rnk=8"])


def test_an_unknown_method_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(UserError, match=r"no method 'loar'\n  Did you mean `lora`\?"):
        load(None, method="loar")


def test_a_value_of_the_wrong_kind_is_named() -> None:
    with pytest.raises(UserError, match=r"`epochs`: .*, not 'many'"):
        load(None, assignments=["epochs=many"])


def test_settings_come_from_the_file_then_from_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text('epochs = 2\nseed = 7\n[method]\nkind = "lora"\nrank = 8\n', encoding="utf-8")
    config = load(tmp_path / "run.toml", assignments=["epochs=5", "method.alpha=64"])
    assert (config.epochs, config.seed, config.method) == (5, 7, Lora(rank=8, alpha=64))


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text("epochs: 2\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"run.toml: not TOML"):
        load(tmp_path / "run.toml")


def test_the_way_attention_is_computed_does_not_stay_in_the_saved_model(tiny: Path, tmp_path: Path) -> None:
    model: Any = methods.trainable(resolve(str(tiny)), Full(), 1, recompute=False, attention="products")
    model.save_pretrained(tmp_path)
    assert "products" not in (tmp_path / "config.json").read_text(encoding="utf-8")
    assert load_model(tmp_path, torch.float32).config._attn_implementation == "sdpa"


def moved(model: Any) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """Logits, and the gradients of what is trained, once LoRA's second matrix is no longer zero."""
    torch.manual_seed(3)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if "lora_B" in name:
                weights.normal_(std=0.2)
    out = model(input_ids=IDS, labels=IDS, use_cache=False)
    out.loss.backward()
    return out.logits.detach(), {name: p.grad for name, p in model.named_parameters() if p.requires_grad}


@pytest.mark.parametrize("chosen", [Lora(), Rslora()], ids=lambda m: m.kind)
def test_folded_layers_compute_what_pefts_do(chosen: Method, tiny: Path) -> None:
    usual, folded = (methods.trainable(resolve(str(tiny)), chosen, 1, recompute=False) for _ in range(2))
    assert fold(folded) == 28
    (logits, wanted), (again, found) = moved(usual), moved(folded)
    assert torch.allclose(again, logits, atol=1e-5)
    assert found.keys() == wanted.keys()
    assert all(torch.allclose(found[name], wanted[name], atol=1e-5) for name in wanted)
    with folded.disable_adapter(), usual.disable_adapter():  # type: ignore[operator]
        assert torch.equal(folded(input_ids=IDS).logits, usual(input_ids=IDS).logits)


@pytest.mark.parametrize("chosen", [Lora(dropout=0.1), method("dora"), method("ia3"), Full()], ids=str)
def test_what_is_no_plain_lora_is_not_folded(chosen: Method, tiny: Path) -> None:
    assert fold(methods.trainable(resolve(str(tiny)), chosen, 1, recompute=False)) == 0
