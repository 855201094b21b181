"""A tokenizer with its template and its limits, from a folder, a `tokenizer.json` or the hub; no model is loaded and no code run."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curate.errors import UserError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "chat_template.jinja",
    "special_tokens_map.json",
    "config.json",
    "generation_config.json",
)
UNBOUNDED = 10**7
"""Tokenizers without a limit write 10^30."""
_ENDS = ("<|im_end|>", "<|eot_id|>", "<end_of_turn>", "<|end|>", "</s>", "<|endoftext|>", "<eos>", "<|end_of_text|>")


@dataclass(frozen=True)
class Loaded:
    name: str
    tokenizer: Tokenizer
    template: str
    """Empty: the model has none."""
    bos: str
    eos: str
    control: tuple[str, ...]
    """Tokens with a meaning of their own, longest first."""
    max_length: int
    """0: no limit known."""
    parameters: int
    """Of the model, estimated from its configuration; 0: unknown."""


def load(name: str) -> Loaded:
    """Read everything there is to know.

    Raises:
        UserError: nothing of that name, or no fast tokenizer in it.

    """
    folder = _folder(name)
    path = folder if folder.is_file() else folder / "tokenizer.json"
    if not path.is_file():
        hint = "Only fast tokenizers can be read here; save it once with transformers' `AutoTokenizer.from_pretrained(...).save_pretrained(...)`."
        raise UserError("no tokenizer.json", where=name, hint=hint)
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:
        # The library raises bare Exception for every malformed file.
        raise UserError(f"the tokenizer cannot be read: {error}", where=str(path)) from None
    # A file may carry the cutting and padding of whoever saved it; here every token counts.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    settings = {file: _json(path.parent / file) for file in FILES if file.endswith(".json") and file != "tokenizer.json"}
    control = sorted((t.content for t in tokenizer.get_added_tokens_decoder().values() if t.special), key=lambda t: (-len(t), t))
    return Loaded(
        name,
        tokenizer,
        _template(path.parent, settings["tokenizer_config.json"]),
        _token(settings, "bos_token"),
        _token(settings, "eos_token") or next((end for end in _ENDS if end in control), ""),
        tuple(control),
        _limit(settings),
        parameters(settings["config.json"]),
    )


def _folder(name: str) -> Path:
    path = Path(name).expanduser()
    if path.exists():
        return path
    if path.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        raise UserError(
            "no such file or folder",
            where=name,
            hint="--tokenizer takes a folder, a tokenizer.json or a hub id such as owner/name.",
        )
    if "/" not in name:
        return _of_train(name)
    return _from_hub(name)


def _of_train(name: str) -> Path:
    """`train` keeps its default model in the user's cache; its tokenizer lies beside the weights."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "curate-train" / "models"
    found = sorted(root.glob(f"{name.lower()}-*/tokenizer.json"))
    if not found:
        hint = "A hub id is owner/name. The default model of `train` is known here once `train` has fetched it."
        raise UserError("no such file or folder", where=name, hint=hint)
    return found[-1].parent


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError, RepositoryNotFoundError

    offline = os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "TRUE", "YES", "ON")
    try:
        return Path(snapshot_download(name, allow_patterns=list(FILES), local_files_only=offline))
    except (RepositoryNotFoundError, HFValidationError):
        raise UserError("no local folder and no model on the hub has this name", where=name) from None
    except LocalEntryNotFoundError:
        because = "HF_HUB_OFFLINE is set" if offline else "the hub cannot be reached"
        raise UserError(
            f"not in the local cache, and {because}", where=name, hint="Name a local folder, or set HF_ENDPOINT to a mirror."
        ) from None
    except OSError as error:
        raise UserError(
            f"the hub refuses: {type(error).__name__}", where=name, hint="Name a local folder, or log in with `hf auth login`."
        ) from None


def _json(path: Path) -> Mapping[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UserError(f"not JSON: {error}", where=str(path)) from None
    return value if isinstance(value, dict) else {}


def _template(folder: Path, config: Mapping[str, Any]) -> str:
    own = folder / "chat_template.jinja"
    if own.is_file():
        return own.read_text(encoding="utf-8")
    found = config.get("chat_template") or ""
    if isinstance(found, list):
        named = {entry.get("name"): entry.get("template", "") for entry in found if isinstance(entry, dict)}
        found = named.get("default") or next(iter(named.values()), "")
    return str(found)


def _token(settings: Mapping[str, Mapping[str, Any]], key: str) -> str:
    for file in ("tokenizer_config.json", "special_tokens_map.json"):
        value = settings[file].get(key)
        if value:
            return str(value["content"] if isinstance(value, dict) else value)
    return ""


def _limit(settings: Mapping[str, Mapping[str, Any]]) -> int:
    """The smaller of the tokenizer's and the model's own limit."""
    config = settings["config.json"]
    limits = [
        settings["tokenizer_config.json"].get("model_max_length"),
        config.get("max_position_embeddings"),
        config.get("n_positions"),
    ]
    known = [int(n) for n in limits if isinstance(n, (int, float)) and 0 < n < UNBOUNDED]
    return min(known, default=0)


def parameters(config: Mapping[str, Any]) -> int:
    """Weights of a decoder in the common layout: embeddings, attention with grouped keys, gated feed-forward."""
    try:
        width, layers = int(config["hidden_size"]), int(config["num_hidden_layers"])
        heads = int(config["num_attention_heads"])
        inner, words = int(config["intermediate_size"]), int(config["vocab_size"])
    except (KeyError, TypeError, ValueError):
        return 0
    head = int(config.get("head_dim") or width // heads)
    shared = int(config.get("num_key_value_heads") or heads)
    layer = 2 * width * head * (heads + shared) + 3 * width * inner
    return words * width * (1 if config.get("tie_word_embeddings") else 2) + layers * layer
