"""What texts cost a model: nats per text, and how far its own greedy continuation would have said the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

BATCH_TOKENS = 768
"""Tokens, padding included, in one forward pass: the logits of a vocabulary of 50,000 then take 150 MB."""


@dataclass(frozen=True, slots=True)
class Scored:
    nll: float
    """Nats, summed over the tokens that were asked about."""
    tokens: int
    verbatim: int
    """Leading tokens that greedy decoding after the same context would have produced: each is the likeliest there."""


@dataclass(frozen=True, slots=True)
class Item:
    context: tuple[int, ...]
    target: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.context) + len(self.target)


def score_texts(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, texts: Sequence[str]) -> list[Scored]:
    """Whole texts, from the first token on: it stands after the start token, or after the end token where there is none."""
    start = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else tokenizer.eos_token_id
    return score(model, [Item((start,), encoded(tokenizer, text)) for text in texts])


def score_answers(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, pairs: Sequence[tuple[str, str]]) -> list[Scored]:
    """Answers, each after its prompt as the chat template puts it."""
    return score(model, [Item(prompted(tokenizer, prompt), encoded(tokenizer, answer)) for prompt, answer in pairs])


def encoded(tokenizer: PreTrainedTokenizerBase, text: str) -> tuple[int, ...]:
    return tuple(tokenizer(text, add_special_tokens=False)["input_ids"])


def prompted(tokenizer: PreTrainedTokenizerBase, prompt: str) -> tuple[int, ...]:
    if not tokenizer.chat_template:
        return encoded(tokenizer, f"{prompt}\n")
    chat = [{"role": "user", "content": prompt}]
    # The template writes its own start token, hence rendered first and tokenised without special tokens.
    return encoded(tokenizer, str(tokenizer.apply_chat_template(chat, add_generation_prompt=True, tokenize=False)))


def score(model: PreTrainedModel, items: Sequence[Item]) -> list[Scored]:
    import torch

    out: list[Scored] = [Scored(0.0, 0, 0)] * len(items)
    was_training, device = model.training, next(model.parameters()).device
    model.train(False)
    with torch.inference_mode():
        for batch in batches(items):
            longest = max(len(items[i]) for i in batch)
            ids = torch.zeros((len(batch), longest), dtype=torch.long)
            mask = torch.zeros_like(ids)
            for row, i in enumerate(batch):
                tokens = items[i].context + items[i].target
                ids[row, : len(tokens)] = torch.tensor(tokens)
                mask[row, : len(tokens)] = 1
            logits = model(input_ids=ids.to(device), attention_mask=mask.to(device), use_cache=False).logits
            for row, i in enumerate(batch):
                out[i] = of_row(logits[row], items[i])
    model.train(was_training)
    return out


def batches(items: Sequence[Item]) -> Iterator[list[int]]:
    """Rows of like length together; an item without a target costs nothing and is not run."""
    batch: list[int] = []
    for i in sorted((i for i, item in enumerate(items) if item.target), key=lambda i: len(items[i])):
        if batch and (len(batch) + 1) * len(items[i]) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def of_row(logits: torch.Tensor, item: Item) -> Scored:
    import torch

    first = len(item.context)
    asked = logits[first - 1 : first - 1 + len(item.target)].float()
    target = torch.tensor(item.target, device=asked.device)
    losses = torch.nn.functional.cross_entropy(asked, target, reduction="sum")
    hits = (asked.argmax(dim=-1) == target).long()
    return Scored(float(losses), len(item.target), int(hits.cumprod(dim=0).sum()))
