"""Names by a token-classification model that the user names, here a tiny one made on the spot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

NAMES, WORDS = ["ingrid", "halvorsen", "若", "溪", "李"], ["met", "the", "mayor", "in", "oslo", "昨", "天", "来", "过", ".", "。"]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """BERT without a layer: each word is judged by itself, and these few are learnt in a second."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    folder = tmp_path_factory.mktemp("tiny-ner")
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *NAMES, *WORDS]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    transformers.BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    shape = {"hidden_size": 16, "num_hidden_layers": 0, "num_attention_heads": 2, "intermediate_size": 16}
    labels = {0: "O", 1: "I-PER"}
    config = transformers.BertConfig(
        vocab_size=len(vocabulary), id2label=labels, label2id={v: k for k, v in labels.items()}, **shape
    )
    net = transformers.BertForTokenClassification(config)
    ids = torch.arange(len(vocabulary)).unsqueeze(0)
    wanted = torch.tensor([[int(word in NAMES) for word in vocabulary]])
    steps = torch.optim.Adam(net.parameters(), lr=0.03)
    net.train()
    for _ in range(60):
        # In every place once: the position must not matter.
        turned = int(torch.randint(len(vocabulary), ()).item())
        loss = net(input_ids=ids.roll(turned, 1), labels=wanted.roll(turned, 1)).loss
        steps.zero_grad()
        loss.backward()
        steps.step()
    net.eval().save_pretrained(folder)
    return folder


def test_a_models_names_are_reported_and_masked(model: Path, tmp_path: Path) -> None:
    rows = [
        {"instruction": "Who came?", "output": "ingrid halvorsen met the mayor in oslo. Call +47 22 85 51 57."},
        {"instruction": "谁来过？", "output": "李若溪昨天来过。电话13671829304"},
    ]
    data = tmp_path / "data.jsonl"
    data.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows) + "\n", encoding="utf-8")
    (tmp_path / "curate.toml").write_text(f'pii_model = "{model}"\n')
    audit = [sys.executable, "-m", "curate", "audit", "data.jsonl", "--select", "PII007", "--format", "jsonl"]
    env = os.environ | {"HF_HUB_OFFLINE": "1"}
    done = subprocess.run([*audit, "--pii-names", "all"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(f["line"], f["span"]) for f in found] == [(1, [0, 16]), (2, [0, 3])]
    assert all("[NAME]" in f["excerpt"] for f in found)
