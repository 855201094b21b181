"""What a run may be told, and what it settles on where it is told nothing."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveFloat, PositiveInt, ValidationError

from curate.errors import UserError

T = TypeVar("T")
FORGETTING_MARGIN = 0.02
"""Bits per byte of general texts. About 1 to 2 % of what a small model pays for plain prose, far above rounding."""
BIAS_MARGIN = 0.2
"""Nats of log-odds per pair: the stereotyped sentence may become a fifth likelier against the other one."""
Auto = Literal["auto"]
Share = Annotated[float, Field(ge=0, lt=1)]


@dataclass(frozen=True, slots=True)
class Resolved(Generic[T]):
    """A setting with the reason it has that value; printed before a run and kept in `run.json`."""

    value: T
    reason: str


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Full(Section):
    """Every weight is trained."""

    kind: Literal["full"] = "full"


class Freeze(Section):
    """Only the last layers and the norm after them are trained."""

    kind: Literal["freeze"] = "freeze"
    layers: PositiveInt = 4


class LowRank(Section):
    rank: PositiveInt = 16
    alpha: PositiveFloat = 32
    dropout: Share = 0.0
    targets: Literal["all-linear"] | tuple[str, ...] = "all-linear"


class Lora(LowRank):
    kind: Literal["lora"] = "lora"


class Rslora(LowRank):
    """LoRA scaled by alpha / sqrt(rank): a high rank keeps its learning rate."""

    kind: Literal["rslora"] = "rslora"


class Dora(LowRank):
    """LoRA with the size of each weight column learnt apart from its direction."""

    kind: Literal["dora"] = "dora"


class Qlora(LowRank):
    """LoRA over a base in 4 bits; needs bitsandbytes and a GPU."""

    kind: Literal["qlora"] = "qlora"


class Ia3(Section):
    """Three learnt vectors a layer that scale keys, values and the feed-forward."""

    kind: Literal["ia3"] = "ia3"


class Prefix(Section):
    """Learnt keys and values before each layer's own."""

    kind: Literal["prefix"] = "prefix"
    tokens: PositiveInt = 20


class Prompt(Section):
    """Learnt embeddings before the text."""

    kind: Literal["prompt"] = "prompt"
    tokens: PositiveInt = 20


Method = Annotated[Full | Freeze | Lora | Rslora | Dora | Qlora | Ia3 | Prefix | Prompt, Field(discriminator="kind")]
METHODS: Mapping[str, type[Section]] = {
    "lora": Lora, "full": Full, "rslora": Rslora, "dora": Dora, "qlora": Qlora,
    "ia3": Ia3, "prefix": Prefix, "prompt": Prompt, "freeze": Freeze,
}  # fmt: skip


class TrainConfig(Section):
    """Everything a user may set. `auto` is settled by `train.settings` when model and data are known."""

    model: str = "smollm2-135m-instruct"
    method: Method = Lora()
    seed: NonNegativeInt = 42
    epochs: PositiveFloat = 3
    learning_rate: PositiveFloat | Auto = "auto"
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    warmup: Share = 0.05
    weight_decay: Annotated[float, Field(ge=0)] = 0.0
    clip: PositiveFloat = 1.0
    batch_tokens: PositiveInt | Auto = "auto"
    """Tokens read for one update of the weights."""
    micro_batch_tokens: PositiveInt | Auto = "auto"
    """Tokens in one pass through the model; memory follows it, the result does not."""
    layout: Literal["padded", "packed"] | Auto = "auto"
    max_length: PositiveInt | Auto = "auto"
    excess_length: Literal["refuse", "drop", "truncate"] = "refuse"
    precision: Literal["fp32", "bf16"] | Auto = "auto"
    recompute: bool = False
    """Activations are computed again in the backward pass: less memory, about a third more time."""
    spread: Literal["copies", "shards"] = "copies"
    """With several processes: the whole model in each (DDP), or a part of it (FSDP2)."""
    validate_every: PositiveInt | Auto = "auto"
    """Updates between two validations; each is also a checkpoint."""
    patience: NonNegativeInt = 3
    """Validations without improvement before the run stops; 0: never."""
    select_by: Literal["loss", "exact"] = "loss"
    """What the best checkpoint is best at: validation loss, or answers reproduced exactly."""
    max_new_tokens: PositiveInt | Auto = "auto"
    few_shot: NonNegativeInt = 3
    metric: str = "auto"
    """The metric that decides, named before training; auto: chosen by the kind of the validation answers."""
    margin: Annotated[float, Field(ge=0)] = 0.0
    """Smallest gain worth having, in the unit of the metric that decides; named before training."""
    forgetting_margin: PositiveFloat = FORGETTING_MARGIN
    bias_margin: PositiveFloat = BIAS_MARGIN
    canaries: Annotated[int, Field(ge=0, le=100)] = 0
    """Made-up secrets put among the training rows, to see whether the model gives one away."""
    tracker: Literal["none", "tensorboard", "trackio"] = "none"


def load(path: Path | None, method: str = "", model: str = "", assignments: Sequence[str] = ()) -> TrainConfig:
    """The file, then `--model` and `--method`, then each `--set key=value`; an unknown key stops here."""
    tree: dict[str, Any] = read(path) if path else {}
    if model:
        tree["model"] = model
    if method:
        if method not in METHODS:
            raise UserError(f"no method {method!r}", hint=f"{closest(method, METHODS)}Methods: {', '.join(METHODS)}.")
        given = tree.get("method")
        tree["method"] = (
            {**given, "kind": method} if isinstance(given, dict) and given.get("kind") == method else {"kind": method}
        )
    for assignment in assignments:
        assign(tree, assignment)
    if isinstance(tree.get("method"), dict):
        tree["method"].setdefault("kind", "lora")
    return validated(tree, str(path) if path else "")


def read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(error.strerror or "cannot be read", where=str(path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"not TOML: {error}", where=str(path), hint="Write keys as `epochs = 2` or under `[method]`.") from None


def assign(tree: dict[str, Any], assignment: str) -> None:
    """`method.rank=8`: the value is read as TOML, and as a plain string where it is none."""
    key, sep, text = assignment.partition("=")
    key = key.strip()
    if not sep or not key:
        raise UserError(f"--set {assignment}", hint="Write --set key=value, e.g. --set epochs=2.")
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text
    if key == "method":
        key = "method.kind"
    *way, last = key.split(".")
    for step in way:
        branch = tree.setdefault(step, {})
        if not isinstance(branch, dict):
            raise UserError(f"`{step}` holds no keys", where=f"--set {key}")
        tree = branch
    tree[last] = value


def validated(tree: dict[str, Any], where: str) -> TrainConfig:
    try:
        return TrainConfig.model_validate(tree)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        # In a union pydantic puts the chosen branch into the address: `method.lora.rank` is the user's `method.rank`.
        steps = [
            str(step) for i, step in enumerate(first["loc"]) if not (i == 1 and first["loc"][0] == "method" and step in METHODS)
        ]
        steps = [step for step in steps if step.isidentifier() and step not in ("constrained-float", "constrained-int")]
        key = ".".join(step for step in steps if step not in ("float", "int"))
        if first["type"] == "extra_forbidden":
            raise UserError(f"no setting `{key}`", where=where, hint=closest(key, known_keys(tree)) + SETTINGS_HINT) from None
        raise UserError(f"`{key}`: {first['msg'][0].lower()}{first['msg'][1:]}, not {first['input']!r}", where=where) from None


SETTINGS_HINT = "`train run --help` lists the settings."


def known_keys(tree: Mapping[str, Any]) -> Iterator[str]:
    chosen = tree.get("method")
    kind = chosen.get("kind", "lora") if isinstance(chosen, dict) else "lora"
    yield from TrainConfig.model_fields
    yield from (f"method.{name}" for name in METHODS.get(str(kind), Lora).model_fields)


def closest(word: str, choices: Iterator[str] | Mapping[str, Any]) -> str:
    found = difflib.get_close_matches(word, list(choices), n=1, cutoff=0.5)
    return f"Did you mean `{found[0]}`? " if found else ""
