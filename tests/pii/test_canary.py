"""Five hundred planted values, every verb and format: none is in any byte written anywhere, nor in a crash."""

from __future__ import annotations

import base64
import html
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyarrow.parquet as pq
import pytest

from tests.pii import values

pytestmark = pytest.mark.slow  # some twenty processes

FORMATS = ("text", "json", "jsonl", "markdown", "html", "sarif", "github")


def planted() -> Iterator[tuple[str, str]]:
    """A value and a sentence with it."""
    rng = random.Random(41)
    bare, beside = sorted(values.MADE), sorted(values.BESIDE)
    for i in range(500):
        if i % 2:
            _, make = values.MADE[bare[i // 2 % len(bare)]]
            value = make(rng)
            yield value, rng.choice(values.PROSE["zh" if i % 4 == 1 else "en"]).format(value)
        else:
            _, make, frame = values.BESIDE[beside[i // 2 % len(beside)]]
            value = make(rng)
            yield value, frame.format(value)


VALUES, TEXTS = zip(*planted(), strict=True)


def rows() -> Iterator[str]:
    """Several shapes of trouble, so that every stage has something to show: twins, refusals, repetition, broken lines."""
    filler = "Please explain step by step what I should do about this matter before the end of the week, thank you."
    for i, text in enumerate(TEXTS):
        prompt = f"{filler} Case {i}. {text}" if i % 3 else f"请告诉我应该怎么处理第{i}件事。{text}"
        answer = (
            f"As an AI language model I cannot help. {text}"
            if i % 7 == 0
            else f"{text} " * 12
            if i % 11 == 0
            else f"Noted: {text}"
        )
        if i % 5 == 0:
            turns = [{"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]
            yield json.dumps({"id": f"chat-{i}", "messages": turns}, ensure_ascii=i % 2 == 0)
        else:
            yield json.dumps({"instruction": prompt, "input": text if i % 13 == 0 else "", "output": answer}, ensure_ascii=False)
        if i % 17 == 0:
            yield json.dumps({"instruction": prompt, "input": "", "output": answer + " !"}, ensure_ascii=False)
        if i % 50 == 1:  # a value that needs no word beside it
            yield f'{{"instruction": "{text}", "output": '


def forms(value: str) -> set[bytes]:
    """Clear, reversed, and as base64, URL, JSON and HTML write it."""
    written = {value, value[::-1], quote(value), quote(value, safe=""), json.dumps(value)[1:-1], html.escape(value)}
    return {w.encode() for w in written} | {base64.b64encode(value.encode())}


class Machine:
    """A folder that stands for a whole machine: home, cache and temporary files are inside."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.said = folder, folder / "said"
        self.said.mkdir()
        self.count = 0
        places = {"HOME": "home", "XDG_CACHE_HOME": "cache", "HF_HOME": "hf", "TMPDIR": "tmp"}
        for name in places.values():
            (folder / name).mkdir()
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("CURATE_")}
        self.env |= {key: str(folder / name) for key, name in places.items()} | {"PYTHONDONTWRITEBYTECODE": "1"}

    def run(self, *args: str, **env: str) -> int:
        self.count += 1
        done = subprocess.run(
            [sys.executable, "-m", "curate", *args], cwd=self.folder, env=self.env | env, capture_output=True, check=False
        )
        (self.said / f"{self.count}.out").write_bytes(done.stdout)
        (self.said / f"{self.count}.err").write_bytes(done.stderr)
        return done.returncode

    def written(self) -> Iterator[tuple[str, bytes]]:
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path.name != "data.jsonl":
                yield str(path.relative_to(self.folder)), path.read_bytes()
                if path.suffix == ".parquet":  # compressed
                    yield f"{path.name}, unpacked", json.dumps(pq.read_table(path).to_pylist(), ensure_ascii=False).encode()

    def assert_silent(self) -> None:
        wanted = [(value, form) for value in VALUES for form in forms(value)]
        for name, content in self.written():
            assert not [value for value, form in wanted if form in content], name


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / "data.jsonl").write_text("\n".join(rows()) + "\n", encoding="utf-8")
    return Machine(tmp_path)


def test_an_audit_shows_no_value_in_any_format(machine: Machine) -> None:
    for form in FORMATS:
        assert machine.run("audit", "data.jsonl", "--format", form) == 1
        assert machine.run("audit", "data.jsonl", "--format", form, "-o", f"report.{form}") == 1
    assert machine.run("audit", "data.jsonl", "--lang", "zh") == 1
    assert machine.run("audit", "data.jsonl", "--write-baseline", "baseline.json") in (0, 1)
    machine.assert_silent()


@pytest.mark.parametrize("policy", ["mask", "pseudonym", "drop"])
def test_a_build_leaves_no_value_anywhere(machine: Machine, policy: str) -> None:
    assert machine.run("build", "data.jsonl", "-o", "built", "--pii", policy, "--max-drop", "0.5") in (0, 1)
    assert not (machine.folder / "built.partial").exists()
    for args in (["verify", "built"], ["verify", "built", "--format", "jsonl"], ["trace", "built", "chat-5"]):
        assert machine.run(*args) in (0, 1)
    assert machine.run("trace", "built", "data.jsonl:2", "--format", "json") == 0
    for form in ("text", "jsonl"):
        assert machine.run("diff", "data.jsonl", "built", "--format", form, "-n", "1000") == 0
    machine.assert_silent()


def test_a_crash_names_code_and_no_value(machine: Machine) -> None:
    (machine.folder / "crashing.py").write_text(
        "from presidio_analyzer import EntityRecognizer\n\n\n"
        "class Boom(EntityRecognizer):\n"
        "    def __init__(self):\n        super().__init__(supported_entities=['X'], name='boom')\n\n"
        "    def load(self):\n        pass\n\n"
        "    def analyze(self, text, entities, nlp_artifacts=None):\n        raise ValueError(f'cannot read {text}')\n"
    )
    (machine.folder / "curate.toml").write_text('[rules.PII004.params]\nrecognizers = ["crashing:Boom"]\n')
    paths = os.pathsep.join([str(machine.folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    assert machine.run("audit", "data.jsonl", PYTHONPATH=paths) == 3
    assert machine.run("build", "data.jsonl", "-o", "built", PYTHONPATH=paths) == 3
    assert b"this is a bug of ours: ValueError" in (machine.said / "1.err").read_bytes()
    assert not [path for path in machine.folder.iterdir() if path.name.startswith("built")]
    machine.assert_silent()
