"""BIAS003 and BIAS004 by a classifier that the user names, here a tiny one made on the spot."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from curate.cli import main, outcome

VILE = ["stink", "leeches", "臭", "虫"]
WORDS = [
    *VILE,
    "women",
    "men",
    "immigrants",
    "bring",
    "cake",
    "are",
    "tall",
    "like",
    "the",
    ".",
    "移",
    "民",
    "带",
    "来",
    "蛋",
    "糕",
    "是",
    "。",
]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """BERT with one layer that learns in a second which of these few words are vile."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    folder = tmp_path_factory.mktemp("tiny-classifier")
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    transformers.BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    shape = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    labels = {0: "fine", 1: "toxic"}
    config = transformers.BertConfig(
        vocab_size=len(vocabulary), id2label=labels, label2id={v: k for k, v in labels.items()}, **shape
    )
    net = transformers.BertForSequenceClassification(config).train()
    steps = torch.optim.Adam(net.parameters(), lr=0.01)
    vile = torch.tensor([word in VILE for word in vocabulary])
    for _ in range(300):
        ids = torch.randint(5 + len(VILE), len(vocabulary), (32, 6))
        ids[torch.arange(0, 32, 2), torch.randint(0, 6, (16,))] = torch.randint(5, 5 + len(VILE), (16,))
        ids = torch.cat([torch.full((32, 1), 2), ids, torch.full((32, 1), 3)], 1)
        loss = net(input_ids=ids, labels=vile[ids].any(1).long()).loss
        steps.zero_grad()
        loss.backward()
        steps.step()
    net.eval().save_pretrained(folder)
    return folder


def audit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path, *more: str) -> tuple[int, str, str]:
    rows = [
        {"instruction": "Say it.", "output": "Immigrants bring the cake. Immigrants are leeches."},
        {"instruction": "说。", "output": "移民带来蛋糕。移民是臭虫。"},
        {"instruction": "Say it.", "output": "The leeches stink."},
        {"instruction": "Say it.", "output": 'Some say: "immigrants stink".'},
    ]
    data = folder / "data.jsonl"
    data.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows) + "\n", encoding="utf-8")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("sys.argv", ["curate", "audit", str(data), "--select", "BIAS003,BIAS004", *more])
    code = outcome("curate", main)
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.slow
def test_the_models_opinion_stands_beside_the_lexicon_and_says_whose_it_is(model, tmp_path, monkeypatch, capsys) -> None:
    code, out, err = audit(monkeypatch, capsys, tmp_path, "--config", f"bias_model={model}", "--format", "json")
    assert code == 0, err
    report = json.loads(out)
    facts = report["facts"]["bias"]["model"]
    assert (facts["model"], facts["labels"]) == (str(model), {"BIAS004": ["toxic"]})
    assert facts["sentences"] >= 2
    _, out, _ = audit(monkeypatch, capsys, tmp_path, "--config", f"bias_model={model}", "--format", "jsonl")
    found = {(f["line"], f["code"]): f for f in map(json.loads, out.splitlines()) if "opinion of the model" in f["message"]}
    assert {line for line, _ in found} <= {1, 2}
    assert {code for _, code in found} <= {"BIAS004"}
    assert all(f["severity"] == "warning" for f in found.values())
    told = {f["line"] for f in map(json.loads, out.splitlines())}
    assert told == {1, 2}


@pytest.mark.slow
def test_a_model_that_speaks_for_no_rule_is_refused(model, tmp_path, monkeypatch, capsys) -> None:
    toml = tmp_path / "curate.toml"
    toml.write_text(f'bias_model = "{model}"\n[rules.BIAS003.params]\nlabels = ["x"]\n[rules.BIAS004.params]\nlabels = ["y"]\n')
    code, _, err = audit(monkeypatch, capsys, tmp_path, "--config", str(toml))
    assert code == 2
    assert "fine, toxic" in err


def test_a_model_that_is_not_there_is_one_sentence(tmp_path, monkeypatch, capsys) -> None:
    pytest.importorskip("transformers")
    code, _, err = audit(monkeypatch, capsys, tmp_path, "--config", "bias_model=no/such/folder")
    assert code == 2
    assert "`bias_model` cannot be loaded" in err
    assert "Traceback" not in err


@pytest.mark.slow
def test_labels_and_thresholds_are_the_users(model, tmp_path, monkeypatch, capsys) -> None:
    toml = tmp_path / "curate.toml"
    for threshold, codes in (("0.9", {"BIAS003"}), ("1.0", set())):
        other = f'[rules.BIAS003.params]\nlabels = ["toxic"]\nthreshold = {threshold}\n[rules.BIAS004.params]\nlabels = []\n'
        toml.write_text(f'bias_model = "{model}"\n{other}')
        _, out, err = audit(monkeypatch, capsys, tmp_path, "--config", str(toml), "--format", "jsonl")
        opinions = [f for f in map(json.loads, out.splitlines()) if "opinion of the model" in f["message"]]
        assert {f["code"] for f in opinions} == codes, err


def test_a_folder_that_is_no_model_and_a_missing_extra_are_said(tmp_path, monkeypatch, capsys) -> None:
    pytest.importorskip("transformers")
    empty = tmp_path / "empty"
    empty.mkdir()
    code, _, err = audit(monkeypatch, capsys, tmp_path, "--config", f"bias_model={empty}")
    assert (code, "config.json" in err) == (2, True)
    monkeypatch.setitem(sys.modules, "transformers", None)  # as if it were not installed
    code, _, err = audit(monkeypatch, capsys, tmp_path, "--config", f"bias_model={empty}")
    assert (code, "[train]" in err) == (2, True)
