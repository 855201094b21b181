"""Which weights are trained: the only place where the methods differ."""

from __future__ import annotations

import importlib.util
from typing import Any, assert_never

import torch
from torch import nn

from curate.errors import UserError
from train.attention import NAME, register
from train.config import Dora, Freeze, Full, Ia3, Lora, LowRank, Method, Prefix, Prompt, Qlora, Rslora
from train.models import ModelSource, load_model
from train.processes import stack

# Learning rates: TRL's "LoRA without regret" and PEFT's method comparison (LoRA 1e-4 to 3e-4, about ten times full fine-tuning);
# IA3 and learnt prompts train few numbers and need more.
RATES: dict[str, float] = {
    "full": 2e-5, "freeze": 5e-5, "lora": 2e-4, "rslora": 2e-4, "dora": 2e-4, "qlora": 2e-4,
    "ia3": 5e-3, "prefix": 5e-3, "prompt": 1e-2,
}  # fmt: skip
HIGHEST = {"full": 5e-5, "freeze": 5e-4}
LOWEST = {"lora": 5e-5, "rslora": 5e-5, "dora": 5e-5, "qlora": 5e-5, "ia3": 5e-4, "prefix": 5e-4, "prompt": 5e-4}


def whole(method: Method) -> bool:
    """True where the run leaves a whole model rather than an adapter."""
    return isinstance(method, Full | Freeze)


def mergeable(method: Method) -> bool:
    return isinstance(method, LowRank | Ia3)


def learnt_tokens(method: Method) -> int:
    return method.tokens if isinstance(method, Prefix | Prompt) else 0


def advice(method: Method, rate: float) -> str:
    """A warning where the learning rate does not fit the method, else nothing."""
    if rate > HIGHEST.get(method.kind, float("inf")):
        return (
            f"learning rate {rate:g} is high for {method.kind}: over {HIGHEST[method.kind]:g} a model forgets more than it learns"
        )
    if rate < LOWEST.get(method.kind, 0.0):
        return (
            f"learning rate {rate:g} is low for {method.kind}: below {LOWEST[method.kind]:g} a short run changes almost nothing"
        )
    return ""


def check(method: Method, spread: str = "copies") -> None:
    """What can be refused before anything is loaded."""
    if spread == "shards" and isinstance(method, Qlora | Prefix | Prompt):
        raise UserError(f"{method.kind} cannot be trained in shards", hint="--set spread=copies, or another --method.")
    if isinstance(method, Qlora) and not (importlib.util.find_spec("bitsandbytes") and torch.cuda.is_available()):
        missing = "a CUDA GPU" if importlib.util.find_spec("bitsandbytes") else "bitsandbytes"
        raise UserError(f"qlora needs {missing}, which is not here", hint="--method lora gives the same kind of adapter.")


def trainable(source: ModelSource, method: Method, seed: int, recompute: bool, attention: str = "sdpa") -> nn.Module:
    """The model in fp32 with the method's weights set to be trained.

    fp32 because bf16 weights cannot move by small steps: of SmolLM2-135M's weights 92 % stay where they are at a step of 5e-5.
    """
    check(method)
    # peft draws the adapter's first values when it wraps the model, so the seed is set before.
    torch.manual_seed(seed)
    model: Any = load_model(source, torch.float32, **quantised(method))
    if attention == NAME:
        model.set_attn_implementation(register())
    model.config.use_cache = False
    match method:
        case Full():
            pass
        case Freeze():
            freeze(model, method.layers)
        case Lora() | Rslora() | Dora() | Qlora() | Ia3() | Prefix() | Prompt():
            model = adapted(model, method)
        case _:
            assert_never(method)
    if recompute:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    model.train()
    assert isinstance(model, nn.Module)
    return model


def quantised(method: Method) -> dict[str, Any]:
    if not isinstance(method, Qlora):
        return {}
    import transformers

    four_bits: Any = transformers.BitsAndBytesConfig
    return {"quantization_config": four_bits(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16)}


def adapted(model: Any, method: Lora | Rslora | Dora | Qlora | Ia3 | Prefix | Prompt) -> Any:
    import peft

    if isinstance(method, Qlora):
        model = peft.prepare_model_for_kbit_training(model, use_gradient_checkpointing=False)
    try:
        return peft.get_peft_model(model, adapter_config(method))
    except ValueError as error:
        raise UserError(f"{method.kind} does not fit this model: {str(error).splitlines()[0]}") from None


def adapter_config(method: Lora | Rslora | Dora | Qlora | Ia3 | Prefix | Prompt) -> Any:
    import peft

    task = peft.TaskType.CAUSAL_LM
    match method:
        case LowRank():
            targets = method.targets if isinstance(method.targets, str) else list(method.targets)
            return peft.LoraConfig(
                task_type=task, r=method.rank, lora_alpha=method.alpha, lora_dropout=method.dropout, target_modules=targets,
                use_rslora=isinstance(method, Rslora), use_dora=isinstance(method, Dora),
            )  # fmt: skip
        case Ia3():
            return peft.IA3Config(task_type=task)
        case Prefix():
            return peft.PrefixTuningConfig(task_type=task, num_virtual_tokens=method.tokens)
        case Prompt():
            # Started from real tokens: random ones learn next to nothing (PEFT's comparison: 34 % against 6 %).
            sampled = peft.PromptTuningInit.SAMPLE_VOCAB
            return peft.PromptTuningConfig(task_type=task, num_virtual_tokens=method.tokens, prompt_tuning_init=sampled)
        case _:
            assert_never(method)


def freeze(model: Any, last: int) -> None:
    """Train the last layers and the norm after them; the output layer is often the embedding itself and stays."""
    layers = stack(model)
    if last > len(layers):
        raise UserError(f"the model has {len(layers)} layers, fewer than {last}", where="method.layers")
    model.requires_grad_(False)
    layers[len(layers) - last :].requires_grad_(True)
    for name, module in model.base_model.named_children():
        if "norm" in name or name == "ln_f":
            module.requires_grad_(True)


def merged(base: Any, folder: str) -> Any:
    """The base with its adapter: folded in where it can be, else beside it. For use, not for training."""
    import peft

    model = peft.PeftModel.from_pretrained(base, folder)
    if model.peft_config["default"].is_prompt_learning:
        return model
    return model.merge_and_unload(safe_merge=True)
