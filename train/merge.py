"""Fold an adapter into its base: W + BA, computed in fp32 and compared with the adapter before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from curate.errors import UserError
from train import generate
from train.card import reload_lines
from train.files import new_folder, read_json, write_text
from train.models import ModelSource, load_model, load_tokenizer, resolve

MERGED_APART = 1e-4
"""Largest difference of log-probabilities after merging in fp32; rounding gives about 1e-5."""
ROUNDED_APART = 0.5
"""Largest mean error after rounding to bf16, as a share of what the adapter changes. A small change in a large bf16 weight is
rounded away (peft issue 2321)."""
PROBES = (
    "The quick brown fox jumps over the lazy dog, and then it sleeps.",
    'Return JSON with the keys "name" and "city".',
    "请用一句话介绍一下你自己。",
    "def add(a, b):\n    return a + b",
)


@dataclass(frozen=True, slots=True)
class Merged:
    difference: float
    """Largest difference of any log-probability between adapter and merged model, in fp32."""
    effect: float
    """What the adapter changes at all, on the same texts."""
    told: str


def merge(run: Path, out: Path, base: str = "", dtype: str = "fp32") -> Merged:
    facts = read_facts(run)
    if out.exists() and any(out.iterdir()):
        raise UserError("the folder is not empty", where=str(out), hint="Give another -o.")
    source = same_base(facts, base)
    tokenizer = load_tokenizer(run / "adapter")
    texts = [torch.tensor([tokenizer(t, add_special_tokens=False)["input_ids"]]) for t in PROBES]

    plain: Any = load_model(source, torch.float32)
    plain.eval()
    before = scores(plain, texts)
    import peft

    try:
        adapted: Any = peft.PeftModel.from_pretrained(plain, str(run / "adapter")).eval()
    except (RuntimeError, ValueError) as error:
        raise UserError(f"the adapter does not fit this base: {str(error).splitlines()[0]}", where=str(run)) from None
    wanted = scores(adapted, texts)
    model = adapted.merge_and_unload(safe_merge=True)
    found = compared(before, wanted, scores(model, texts))
    if dtype == "bf16":
        found = rounded(model, texts, before, wanted, found)
    model.config.use_cache = True
    with new_folder(out) as partial:
        model.save_pretrained(partial)
        tokenizer.save_pretrained(partial)
        write_text(partial / "README.md", card(facts, out, found))
    return found


def read_facts(run: Path) -> dict[str, Any]:
    if not (run / "run.json").is_file():
        raise UserError("not a run folder: it has no run.json", where=str(run))
    facts: dict[str, Any] = read_json(run / "run.json")
    kind = facts["settings"]["method"]["value"]["kind"]
    if (run / "model").is_dir():
        raise UserError(
            f"nothing to merge: {kind} left a whole model", where=str(run / "model"), hint="Use that folder as it is."
        )
    if not (run / "adapter").is_dir():
        raise UserError("the run has no adapter yet", where=str(run), hint="The same `train run` command finishes it.")
    if kind in ("prefix", "prompt"):
        raise UserError(
            f"{kind} tuning puts learnt tokens before the text and changes no weight: it cannot be merged", where=str(run)
        )
    return facts


def same_base(facts: dict[str, Any], base: str) -> ModelSource:
    source = resolve(base or (facts["model"]["path"] if Path(facts["model"]["path"]).is_dir() else facts["model"]["name"]))
    if source.fingerprint != facts["model"]["fingerprint"]:
        hint = f"It was trained over {facts['model']['name']}; give that with --base."
        raise UserError("the adapter belongs to another base: the weights differ", where=source.name, hint=hint)
    return source


@torch.inference_mode()
def scores(model: Any, texts: list[torch.Tensor]) -> torch.Tensor:
    return torch.cat(
        [model(input_ids=t.to(next(model.parameters()).device)).logits[0].float().log_softmax(-1).cpu() for t in texts]
    )


def compared(before: torch.Tensor, wanted: torch.Tensor, got: torch.Tensor) -> Merged:
    difference, effect = float((got - wanted).abs().max()), float((wanted - before).abs().max())
    if difference > max(MERGED_APART, 1e-3 * effect):
        what = f"the merged model differs from the adapter: log-probabilities by up to {difference:.2g}"
        raise UserError(what, hint="Nothing was written.")
    told = f"log-probabilities are off by {difference:.1g} at most, where the adapter changes them by up to {effect:.2g}"
    return Merged(difference, effect, told)


def rounded(model: Any, texts: list[torch.Tensor], before: torch.Tensor, wanted: torch.Tensor, found: Merged) -> Merged:
    """The model in bf16, if it stays nearer to the adapter than to the base."""
    lost = float((scores(generate.lowered(model), texts) - wanted).abs().mean())
    change = float((wanted - before).abs().mean())
    if lost > ROUNDED_APART * change:
        what = f"bf16 rounds the adapter's work away: off by {lost:.2g} on average where the adapter changes {change:.2g}"
        raise UserError(what, hint="Save it with --dtype fp32; nothing was written.")
    return Merged(
        found.difference, found.effect, f"{found.told}; in bf16 they are off by {lost:.1g} on average, of {change:.1g} changed"
    )


def card(facts: dict[str, Any], out: Path, found: Merged) -> str:
    name, kind = facts["model"]["name"], facts["settings"]["method"]["value"]["kind"]
    return (
        f"---\nlibrary_name: transformers\nbase_model: {name}\ntags: [curate-train]\n---\n# {name}, tuned with {kind}, merged\n\n"
        f"Merged in fp32: {found.told}. The report of the run says what the tuning brought.\n\n"
        f"```python\n{reload_lines(name, str(out.resolve()), adapter=False)}\n```\n"
    )
