"""A tiny random model and small data, made here: no test but the slow ones needs a download."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Here = Callable[..., subprocess.CompletedProcess[str]]

CHATML = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    """Tiny matrices gain nothing from threads, and two test processes on two cores lose much."""
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)


def write_model(folder: Path, template: str = CHATML, seed: int = 0) -> Path:
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    words = Tokenizer(models.BPE())
    words.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    words.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=320, special_tokens=SPECIALS, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    words.train_from_iterator(["what is the capital of the country", "the answer is here", "assistant user system"], trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=words,
        bos_token="<|im_start|>",
        eos_token="<|im_end|>",
        pad_token="<|im_end|>",
        unk_token="<|endoftext|>",
        chat_template=template,
    )
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=4, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=512, bos_token_id=1, eos_token_id=2, pad_token_id=2, tie_word_embeddings=True,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("models") / "tiny")


COUNTRIES = ["France", "Japan", "Kenya", "Peru", "Norway", "Chile", "Egypt", "India", "Spain", "Cuba", "Iran", "Mali"]


def rows(count: int, start: int = 0) -> list[dict[str, str]]:
    return [
        {
            "id": f"row-{i}",
            "instruction": f"What is the capital of {COUNTRIES[i % len(COUNTRIES)]}{'?' * (1 + i % 3)}",
            "output": f"The answer is city number {i % len(COUNTRIES)}" + " indeed" * (i % 4) + ".",
        }
        for i in range(start, start + count)
    ]


def write_dir(folder: Path, train: list[dict[str, str]], validation: list[dict[str, str]], test: list[dict[str, str]]) -> Path:
    """A built folder as small as the trainer accepts: three splits and a signed manifest."""
    from curate import manifest

    folder.mkdir(parents=True, exist_ok=True)
    outputs = {}
    for name, part in (("train", train), ("validation", validation), ("test", test)):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in part).encode()
        (folder / f"{name}.jsonl").write_bytes(text)
        outputs[f"{name}.jsonl"] = {"sha256": hashlib.sha256(text).hexdigest(), "bytes": len(text)}
    counts = {"train": len(train), "validation": len(validation), "test": len(test)}
    manifest.write(folder, {"outputs": outputs, "counts": counts, "verdict": "ready"})
    return folder


@pytest.fixture
def built(tmp_path: Path) -> Path:
    return write_dir(tmp_path / "built", rows(24), rows(6, 24), rows(6, 30))


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Here:
    """As `run` does it, but in this process: arguments in, exit code and both streams out, without loading libraries anew.

    What only a process can show (the installed commands, what is imported) has tests of its own that start one.
    """
    from train import cli

    def call(command: str, *args: object) -> subprocess.CompletedProcess[str]:
        told = [command, *map(str, args)]
        for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LC_ALL", "LANGUAGE"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("LANG", "C.UTF-8")
        monkeypatch.setattr(sys, "argv", told)
        monkeypatch.chdir(tmp_path)
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.run()
        out, words = capsys.readouterr()
        return subprocess.CompletedProcess(told, int(left.value.code or 0), out, words)

    return call


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test of a finished run needs the run, which is a process that trains: none of them is fast."""
    for item in items:
        if "finished" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
