"""What a classifier that the user names thinks of sentences about a group: an opinion beside the lexicon, never in its place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import Any

from curate.bias.lexicon import Lexicon
from curate.bias.offence import Offence, reported, trim
from curate.bias.reading import Reading
from curate.bias.sentences import parts
from curate.bias.terms import Kind, Role
from curate.errors import MissingExtra, UserError

BATCH = 32
QUIET = {"TRANSFORMERS_VERBOSITY": "error", "HF_HUB_DISABLE_TELEMETRY": "1", "TOKENIZERS_PARALLELISM": "false"}
LONGEST = 512
"""Tokens of a sentence that the model is shown at most; `cut` counts the sentences that have more."""
NAMING = (Role.NOUN, Role.PLURAL, Role.ADJECTIVE, Role.ONE)
"""How a group is named. `she` alone names nobody's group: every story would be judged."""


@dataclass(frozen=True, slots=True)
class Opinion:
    offence: Offence
    label: str


@dataclass
class Classifier:
    """A text-classification model of transformers, on the CPU: a local folder or a hub id. No code of the model's is run."""

    name: str
    wanted: Mapping[str, frozenset[str]]
    """Labels of the model, in lower case, that speak for a rule, by code."""
    thresholds: Mapping[str, float]
    """The probability that such a label must reach, by code."""
    judged: int = 0
    cut: int = 0
    flagged: dict[str, int] = field(default_factory=dict)

    @cached_property
    def loaded(self) -> tuple[Any, Any]:
        """Tokenizer and model. Raises UserError where it cannot be had, MissingExtra without transformers."""
        for name, value in QUIET.items():
            os.environ.setdefault(name, value)
        try:
            from transformers import AutoModelForSequenceClassification, AutoTokenizer
        except ImportError:
            raise MissingExtra("bias_model", "train") from None
        here = Path(self.name).is_dir()
        source, options = str(Path(self.name).resolve()) if here else self.name, {"local_files_only": here}
        try:
            with redirect_stderr(StringIO()):  # bars and advice of what it loads
                tokenizer = AutoTokenizer.from_pretrained(source, **options)
                model = AutoModelForSequenceClassification.from_pretrained(source, use_safetensors=True, **options)
        except (OSError, ValueError, KeyError) as error:
            raise self.unavailable(error, here) from None
        return tokenizer, model.eval()

    def unavailable(self, error: Exception, here: bool) -> UserError:
        if here:
            reason = str(error).partition("\n")[0][:120]
            hint = "A folder as transformers saves it: config.json, the tokenizer's files and model.safetensors."
        else:
            reason = "it is no folder here, and the hub does not answer or does not know it"
            hint = "Download it once while online, or name a local folder."
        return UserError(f"`bias_model` cannot be loaded: {reason}", where=self.name, hint=hint)

    @cached_property
    def labels(self) -> dict[int, str]:
        return {int(i): str(label) for i, label in self.loaded[1].config.id2label.items()}

    @cached_property
    def codes(self) -> dict[int, str]:
        """Which rule a label of the model speaks for."""
        found = {i: code for code, these in self.wanted.items() for i, label in self.labels.items() if label.lower() in these}
        if not found:
            raise UserError(
                f"none of the labels of `bias_model` speaks for {' or '.join(self.wanted)}: it has {', '.join(self.labels.values())}",
                where=self.name,
                hint='Say which does, for instance: [rules.BIAS004.params] labels = ["LABEL_1"].',
            )
        return found

    def scores(self, sentences: Sequence[str]) -> list[list[float]]:
        """A probability for each sentence and label."""
        import torch

        tokenizer, model = self.loaded
        order = sorted(range(len(sentences)), key=lambda i: len(sentences[i]))
        out: list[list[float]] = [[] for _ in sentences]
        room = min(LONGEST, int(getattr(model.config, "max_position_embeddings", LONGEST)))
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            texts = [sentences[i].encode("utf-8", "replace").decode() for i in chosen]
            self.cut += sum(len(ids) > room for ids in tokenizer(texts, verbose=False)["input_ids"])
            inputs = tokenizer(texts, padding=True, truncation=True, max_length=room, return_tensors="pt")
            with torch.inference_mode():
                logits = model(**inputs).logits.float()
            many = model.config.problem_type == "multi_label_classification" or logits.shape[1] == 1
            for i, row in zip(chosen, (logits.sigmoid() if many else logits.softmax(-1)).tolist(), strict=True):
                out[i] = row
        self.judged += len(sentences)
        return out

    def facts(self) -> dict[str, Any]:
        """What a report keeps: which model said it, of how many sentences, and with which labels."""
        speaks = {code: sorted(self.labels[i] for i, c in self.codes.items() if c == code) for code in self.wanted}
        return {
            "model": self.name,
            "kind": "opinion of a model",
            "thresholds": dict(self.thresholds),
            "labels": {code: labels for code, labels in speaks.items() if labels},
            "sentences": self.judged,
            "cut": self.cut,
            "flagged": dict(sorted(self.flagged.items())),
        }


def opinions(reading: Reading, lexicon: Lexicon, model: Classifier, said: Iterable[Offence]) -> Iterator[tuple[str, Opinion]]:
    """Sentences that name a group and that the model has a label for, by code; those the lexicon has told already are left out."""
    codes, told = model.codes, [(o.text, o.start, o.end) for o in said]
    found = list(naming(reading, lexicon))
    sentences = {o: reading.texts[o.text][o.start : o.end] for o in found}
    different = list(dict.fromkeys(sentences.values()))
    scores = dict(zip(different, model.scores(different), strict=True)) if different else {}
    for offence in found:
        values = scores[sentences[offence]]
        for code in model.wanted:
            best = max((i for i, c in codes.items() if c == code), key=lambda i: values[i], default=None)
            if best is None or values[best] < model.thresholds[code]:
                continue
            if not any(t == offence.text and a < offence.end and offence.start < b for t, a, b in told):
                model.flagged[code] = model.flagged.get(code, 0) + 1
                about = Offence(offence.text, offence.start, offence.end, offence.axis, offence.group, round(values[best], 4))
                yield code, Opinion(about, model.labels[best])


def naming(reading: Reading, lexicon: Lexicon) -> Iterator[Offence]:
    """Every sentence that names a group in its own voice; quotation, report and speech against it are left alone, as ever."""
    for text in map(int, reading.texts_with(reading.mentions())):
        whole = reading.texts[text]
        for part in parts(whole, list(reading.spans(text)), frozenset({int(Kind.GROUP)})):
            named = next((span for span in part.spans if span.role in NAMING), None)
            if named and not reported(reading, text, part.start, part.end):
                group = lexicon.groups[named.target]
                yield Offence(text, *trim(whole, part.start, part.end), group.axis, group.name)
