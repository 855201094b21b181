"""From a chat to token ids with a mask: exactly what is trained on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from curate.errors import UserError
from train.rows import Message, Row, last_answer

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

# Noncharacters: valid code points that no text may use for interchange (Unicode 16, section 23.7), so one is always free.
SENTINELS = tuple(chr(c) for c in range(0xFDD0, 0xFDF0))


@dataclass(frozen=True, slots=True)
class Sample:
    """Token ids, and for each whether it is trained on. Position t is predicted from the tokens before it."""

    row: Row
    ids: np.ndarray[Any, np.dtype[np.int32]]
    trained: np.ndarray[Any, np.dtype[np.bool_]]

    @property
    def supervised(self) -> int:
        """Tokens the loss counts; the first token of a row has nothing before it to be predicted from."""
        return int(self.trained[1:].sum())

    def __len__(self) -> int:
        return len(self.ids)


class Encoder:
    """Renders a chat with the model's own template and finds each assistant turn in it."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self.tokenizer = tokenizer
        assert tokenizer.eos_token_id is not None  # load_tokenizer refuses a tokenizer without one
        self.eos: int = tokenizer.eos_token_id
        self.template = str(tokenizer.chat_template)
        special = {t.content for t in tokenizer.added_tokens_decoder.values() if t.special} | set(tokenizer.all_special_tokens)
        self.control_ids = frozenset(int(tokenizer.convert_tokens_to_ids(t)) for t in special)  # type: ignore[arg-type]  # one in, one out
        self.control = re.compile("|".join(re.escape(t) for t in sorted(special, key=len, reverse=True)))
        self.stop_ids: set[int] = {self.eos}
        """Ends of turn seen so far; generation stops at each of them."""

    def samples(self, row: Row) -> list[Sample]:
        """One sample a row; one an assistant turn where the template rewrites earlier turns as a chat goes on."""
        if row.plain:
            return [self.text(row)]
        sentinel = next(s for s in SENTINELS if not any(s in m["content"] for m in row.messages))
        messages = [{**m, "content": self.neutral(m["content"], sentinel)} for m in row.messages]
        turns = [i for i, m in enumerate(messages) if m["role"] == "assistant" and i > 0]
        if not messages:
            return [Sample(row, np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.bool_))]
        whole = self.encode(row, messages, turns, sentinel)
        if whole is not None:
            return [whole]
        parts = [self.encode(row, messages[: i + 1], [i], sentinel) for i in turns]
        if any(part is None for part in parts):
            hint = "A chat must render to the beginning of the same chat with one more turn; take a model whose template does."
            raise UserError("the model's chat template changes what it wrote before the answer", where=row.where, hint=hint)
        return [part for part in parts if part is not None]

    def text(self, row: Row) -> Sample:
        """Plain text with the tokenizer's own start token, if any, and an end to learn to stop at."""
        body = "\n".join(m["content"] for m in row.messages)
        lead = [i for i in self.tokenizer("")["input_ids"] if i != self.eos][:1]
        ids = [*lead, *self.tokens(self.neutral(body, SENTINELS[0]), SENTINELS[0]), self.eos]
        trained = np.ones(len(ids), dtype=np.bool_)
        trained[: len(lead)] = False
        return Sample(row, np.array(ids, dtype=np.int32), trained)

    def prompt(self, row: Row) -> list[int]:
        """Tokens that ask for the last answer."""
        asked = row.messages[: last_answer(row)]
        sentinel = next(s for s in SENTINELS if not any(s in m["content"] for m in asked))
        marked = [{**m, "content": self.neutral(m["content"], sentinel)} for m in asked]
        return self.tokens(self.render(marked, row, ask=True), sentinel)

    def answer_only(self, row: Row) -> Sample:
        """The row with nothing but its last answer to be scored; `ends` says whether that has an end token."""
        sample = self.samples(row)[-1]
        last = np.flatnonzero(sample.trained)[-1]
        start = last
        while start > 0 and sample.trained[start - 1]:
            start -= 1
        scored = np.zeros_like(sample.trained)
        scored[start : last + 1] = True
        return Sample(row, sample.ids, scored)

    def ends(self, sample: Sample) -> bool:
        """The last token that is scored or trained on is one to stop at."""
        return int(sample.ids[np.flatnonzero(sample.trained)[-1]]) in self.stop_ids

    def encode(self, row: Row, messages: Sequence[Message], turns: Sequence[int], sentinel: str) -> Sample | None:
        """Tokens and mask; None where rendering a shorter chat does not give the beginning of the longer one."""
        text = self.render(messages, row)
        heads = [self.render(messages[:i], row, ask=True) for i in turns]
        uptos = [text if i + 1 == len(messages) else self.render(messages[: i + 1], row) for i in turns]
        if not all(text.startswith(part) for part in chain(heads, uptos)):
            return None
        cuts = [len(part) for pair in zip(heads, uptos, strict=True) for part in pair]
        ids, bounds = self.cut_tokens(text, cuts, sentinel)
        trained = np.zeros(len(ids) + 1, dtype=np.bool_)
        for start, end in zip(bounds[::2], bounds[1::2], strict=True):
            stop = next((p for p in range(end - 1, start - 1, -1) if ids[p] in self.control_ids), None)
            if stop is not None:
                self.stop_ids.add(ids[stop])
                end = stop + 1
            elif end == len(ids):
                # The template ends an answer with nothing to stop at: the end token is added, or the model never stops.
                ids.append(self.eos)
                end = len(ids)
            trained[start:end] = True
        return Sample(row, np.array(ids, dtype=np.int32), trained[: len(ids)])

    def cut_tokens(self, text: str, cuts: Sequence[int], sentinel: str) -> tuple[list[int], list[int]]:
        """Tokens of `text`, and how many stand before each cut.

        A prompt must be the same tokens here as it will be when the model is asked. Where a token would straddle a cut (a line
        feed before the answer and one at its start, say), the text is encoded piece by piece.
        """
        ids = self.tokens(text, sentinel)
        bounds = []
        for cut in cuts:
            head = ids if cut == len(text) else self.tokens(text[:cut], sentinel)
            if ids[: len(head)] != head:
                return self.pieces(text, cuts, sentinel)
            bounds.append(len(head))
        return ids, bounds

    def pieces(self, text: str, cuts: Sequence[int], sentinel: str) -> tuple[list[int], list[int]]:
        ids: list[int] = []
        bounds: list[int] = []
        for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
            piece = text[start:end]
            ids += self.tokens(piece, sentinel) if start == 0 else self.continued(piece, sentinel)
            bounds.append(len(ids))
        return ids, bounds[:-1]

    def render(self, messages: Sequence[Message], row: Row, ask: bool = False) -> str:
        from jinja2 import TemplateError

        try:
            text = self.tokenizer.apply_chat_template(
                list(messages), tools=list(row.tools) or None, tokenize=False, add_generation_prompt=ask
            )
        except (TemplateError, TypeError) as error:
            raise UserError(f"the model's chat template refuses the row: {error}", where=row.where) from None
        assert isinstance(text, str)
        return text

    def neutral(self, content: str, sentinel: str) -> str:
        """Mark control tokens in user text, so that `tokens` reads them as ordinary characters and no row can fake a turn."""
        return self.control.sub(lambda m: m[0][0] + sentinel + m[0][1:], content)

    def tokens(self, text: str, sentinel: str) -> list[int]:
        if sentinel not in text:
            return self.plain(text)
        marked = "|".join(re.escape(t[0] + sentinel + t[1:]) for t in self.control_strings())
        first, *rest = re.split(f"({marked})", text)
        ids = self.plain(first)
        for i, piece in enumerate(rest):
            ids += self.continued(piece.replace(sentinel, ""), "", split=i % 2 == 0) if piece else []
        return ids

    def control_strings(self) -> list[str]:
        return sorted(self.tokenizer.convert_ids_to_tokens(sorted(self.control_ids)), key=len, reverse=True)

    def continued(self, piece: str, sentinel: str, split: bool = False) -> list[int]:
        """Tokens of a piece from the middle of a text: a line feed goes before, so that no tokenizer adds its leading blank."""
        if sentinel and sentinel in piece:
            return self.tokens(piece, sentinel)
        lead, both = self.plain("\n", split), self.plain("\n" + piece, split)
        return both[len(lead) :] if both[: len(lead)] == lead else self.plain(piece, split)

    def plain(self, text: str, split: bool = False) -> list[int]:
        # The template has written the start token already: special tokens are never added a second time.
        ids: list[int] = self.tokenizer(text, add_special_tokens=False, split_special_tokens=split)["input_ids"]
        return ids
