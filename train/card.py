"""The model card: what was trained on what, and three lines that load it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from train.files import write_text


def reload_lines(base: str, folder: str, adapter: bool) -> str:
    """Three lines of plain transformers and peft."""
    if adapter:
        return (
            "from peft import PeftModel\nfrom transformers import AutoModelForCausalLM, AutoTokenizer\n"
            f'model, tokenizer = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("{base}", dtype="float32"), "{folder}"), '
            f'AutoTokenizer.from_pretrained("{folder}")'
        )
    return (
        "from transformers import AutoModelForCausalLM, AutoTokenizer\n"
        f'model = AutoModelForCausalLM.from_pretrained("{folder}", dtype="float32")\n'
        f'tokenizer = AutoTokenizer.from_pretrained("{folder}")'
    )


def write_card(out: Path, facts: dict[str, Any]) -> None:
    settings = {name: fact["value"] for name, fact in facts["settings"].items()}
    method = settings["method"]["kind"]
    adapter = (out / "adapter").is_dir()
    fit = facts["fit"]
    lines = [
        "---",
        "library_name: " + ("peft" if adapter else "transformers"),
        f"base_model: {facts['model']['name']}",
        "tags: [curate-train]",
        "---",
        f"# {facts['model']['name']}, tuned with {method}",
        "",
        f"Trained on `{facts['data']['folder']}` (train.jsonl sha256 `{facts['data']['sha256']['train.jsonl'][:16]}`), seed {settings['seed']}, "
        f"learning rate {settings['learning_rate']:g}; best validation loss {fit['best_validation_loss']:.4f} after {fit['best_step']} updates.",
        *(
            [f"The data did not match its manifest: {'; '.join(facts['data']['trusted_although'])}."]
            if facts["data"]["trusted_although"]
            else []
        ),
        "",
        "What it brought, with intervals: `report.md`. Every setting with its reason: `run.json`.",
        "",
        "## Use",
        "",
        "```python",
        reload_lines(facts["model"]["path"], "adapter" if adapter else "model", adapter),
        "```",
        "",
        "Ask through the chat template saved with it (`tokenizer.apply_chat_template(..., add_generation_prompt=True)`): it is the one trained with.",
    ]
    write_text(out / "README.md", "\n".join(lines) + "\n")
