"""The model card: what was trained on what, and three lines that load it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from train.files import write_text
from train.models import HUB

CARD = """---
library_name: {library}
base_model: {base}
tags: [curate-train]
---
# {base}, tuned with {method}

Trained on `{data}` (train.jsonl sha256 `{digest}`), seed {seed}, learning rate {rate:g}.
Best validation loss {loss:.4f} after {step} updates.
{trusted}
What it brought, with intervals: `report.md`. Every setting with its reason: `run.json`.

## Use

```python
{code}
```

The folders are those of the machine that trained; elsewhere, write where they are there.
Ask through the chat template saved with it, `tokenizer.apply_chat_template(..., add_generation_prompt=True)`: training
used the same.
"""


def reload_lines(base: str, folder: str, adapter: bool) -> str:
    """Three lines of plain transformers and peft; `base` and `folder` as they are found from anywhere."""
    if adapter:
        return (
            "from peft import PeftModel\nfrom transformers import AutoModelForCausalLM, AutoTokenizer\n"
            f'model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("{base}", dtype="float32"), "{folder}"); '
            f'tokenizer = AutoTokenizer.from_pretrained("{folder}")'
        )
    return (
        "from transformers import AutoModelForCausalLM, AutoTokenizer\n"
        f'model = AutoModelForCausalLM.from_pretrained("{folder}", dtype="float32")\n'
        f'tokenizer = AutoTokenizer.from_pretrained("{folder}")'
    )


def write_card(out: Path, facts: dict[str, Any]) -> None:
    settings = {name: fact["value"] for name, fact in facts["settings"].items()}
    adapter = (out / "adapter").is_dir()
    base = facts["model"]
    folder = (out / ("adapter" if adapter else "model")).resolve()
    wrong = "; ".join(facts["data"]["trusted_although"])
    text = CARD.format(
        library="peft" if adapter else "transformers",
        base=facts["model"]["name"],
        method=settings["method"]["kind"],
        data=facts["data"]["folder"],
        digest=facts["data"]["sha256"]["train.jsonl"][:16],
        seed=settings["seed"],
        rate=settings["learning_rate"],
        loss=facts["fit"]["best_validation_loss"],
        step=facts["fit"]["best_step"],
        trusted=f"\nThe data did not match its manifest: {wrong}.\n" if wrong else "",
        code=reload_lines(base["name"] if base["found"] == HUB else str(Path(base["path"]).resolve()), str(folder), adapter),
    )
    write_text(out / "README.md", text)
