"""The model that reads for `curate audit --difficulty`: how likely an answer is after its prompt, and alone."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from curate.errors import MissingExtra
from train.embedded import EMBEDDED

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

PROMPT_TOKENS, ANSWER_TOKENS = 192, 96
"""The end of the prompt and the beginning of the answer: what does not follow shows at once."""


@dataclass(frozen=True)
class CausalReader:
    name: str
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase

    def loss(self, prompts: Sequence[str], answers: Sequence[str]) -> list[float]:
        """Nats per token. An answer alone stands in the same frame of the template, so that only the prompt makes the difference."""
        from train.likelihood import Item, encoded, prompted, score

        items = [
            Item(prompted(self.tokenizer, prompt)[-PROMPT_TOKENS:], encoded(self.tokenizer, answer)[:ANSWER_TOKENS])
            for prompt, answer in zip(prompts, answers, strict=True)
        ]
        return [said.nll / said.tokens if said.tokens else float("nan") for said in score(self.model, items)]


def reader(name: str) -> CausalReader:
    """The model of that name, `auto` for the embedded one; on a GPU where there is one."""
    if not (find_spec("torch") and find_spec("transformers")):
        raise MissingExtra("--difficulty", "train")
    import torch

    from train.models import load_model, load_tokenizer, resolve

    source = resolve(EMBEDDED if name == "auto" else name, say=lambda text: print(text, file=sys.stderr))  # noqa: T201
    model = load_model(source, torch.float32)
    if torch.cuda.is_available():
        model.to("cuda")  # type: ignore[arg-type, unused-ignore]
    return CausalReader(source.name, model, load_tokenizer(source))
