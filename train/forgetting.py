"""What the model still knows: general probes that have nothing to do with the task, before and after training.

The claim wanted is "not worse", and a test that finds no difference does not show it. Hence non-inferiority against a margin that
is declared beforehand (Blackwelder 1982; item 8 of docs/statistics.md): within margin, forgot, or cannot tell.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curate.errors import UserError
from train.config import FORGETTING_MARGIN
from train.likelihood import score_answers, score_texts
from train.scores import lines
from train.statistics import Effect, Margin, non_inferior
from train.sums import ratio

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

FOLDER = Path(__file__).parent / "probes"


@dataclass(frozen=True, slots=True)
class Probe:
    """A text that costs the model bits: a passage on its own, or an answer after its prompt."""

    id: str
    set: str
    kind: str
    text: str
    prompt: str = ""


def shipped() -> list[Probe]:
    """General English and Chinese, written for this project."""
    return [p for language in ("en", "zh") for p in read(f"general {language}", FOLDER / f"general.{language}.jsonl")]


def read(name: str, path: Path) -> list[Probe]:
    """A user's own probes have the same form: `{"text"}` for a passage, `{"prompt", "text"}` for an answer."""
    probes = []
    for number, line in lines(path):
        try:
            row = json.loads(line)
            prompt = row.get("prompt", "")
            found = Probe(str(row.get("id", number)), name, "answer" if prompt else "passage", row["text"], prompt)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise UserError('a probe has a "text" and may have a "prompt"', where=f"{path}:{number}") from None
        if not isinstance(found.text, str) or not found.text or not isinstance(prompt, str):
            raise UserError('"text" or "prompt" is not text', where=f"{path}:{number}")
        probes.append(found)
    if not probes:
        raise UserError("no probes in the file", where=str(path))
    return probes


def measure(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, probes: Sequence[Probe]) -> list[dict[str, Any]]:
    """What each probe costs this model; the same rows for base and tuned are all that `compare` needs."""
    passages, answers = ([p for p in probes if p.kind == kind] for kind in ("passage", "answer"))
    scored = [
        *zip(passages, score_texts(model, tokenizer, [p.text for p in passages]), strict=True),
        *zip(answers, score_answers(model, tokenizer, [(p.prompt, p.text) for p in answers]), strict=True),
    ]
    return [{"set": p.set, "kind": p.kind, "id": p.id, "nll": s.nll, "bytes": len(p.text.encode())} for p, s in scored]


@dataclass(frozen=True, slots=True)
class Forgetting:
    set: str
    kind: str
    effect: Effect
    """Bits per byte; lower is better."""
    margin: float
    outcome: Margin


def compare(
    base: Sequence[Mapping[str, Any]], tuned: Sequence[Mapping[str, Any]], margin: float = FORGETTING_MARGIN
) -> list[Forgetting]:
    """One line per set and kind: passages and answers forget at different speeds."""
    before, after = ({(r["set"], r["kind"], r["id"]): r for r in rows} for rows in (base, tuned))
    if before.keys() != after.keys():
        raise UserError("base and tuned were not measured on the same probes")
    out = []
    for part in dict.fromkeys(key[:2] for key in before):
        keys = sorted(k for k in before if k[:2] == part)
        at_base, at_tuned = ([float(rows[k]["nll"]) / math.log(2) for k in keys] for rows in (before, after))
        effect = ratio(at_base, at_tuned, [float(before[k]["bytes"]) for k in keys])
        out.append(Forgetting(*part, effect, margin, non_inferior(effect.gain, margin)))
    return out


def overall(parts: Sequence[Forgetting]) -> Margin:
    """All within the margin, or any forgotten; every part must pass, so nothing is adjusted for their number."""
    found = {p.outcome for p in parts}
    if Margin.FORGOT in found:
        return Margin.FORGOT
    return Margin.WITHIN if found == {Margin.WITHIN} else Margin.CANNOT_TELL
