"""What tests share: the installed commands, run as a user runs them."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from curate import catalogue
from curate.config import Settings
from curate.corpus import Corpus, from_lines
from curate.examine import Examination, examine

BIN = Path(sys.executable).parent
# LLaMA-Factory pins its libraries, so it is no dependency of the tests; where somebody has installed it, it is asked.
collect_ignore = [] if importlib.util.find_spec("llamafactory") else ["test_llamafactory.py"]

# Wall-clock limits on examples would make the suite depend on how busy the machine is.
# In CI the same examples each time: what is new is looked for by whoever can mend it.
# `make test-fast` asks for a quarter of the examples; a test that names its own number keeps it.
hypothesis.settings.register_profile(
    "curate",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "100")),
)
hypothesis.settings.load_profile("curate")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`run("curate", "audit", file)`; the user's own configuration and colours are out of the way."""

    def call(
        command: str, *args: object, stdin: str | None = None, env: dict[str, str] | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        clean = {
            k: v for k, v in os.environ.items() if not k.startswith("CURATE_") and k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")
        }
        return subprocess.run(
            [str(BIN / command), *map(str, args)],
            capture_output=True,
            text=True,
            input=stdin,
            cwd=cwd or tmp_path,
            env={**clean, "HF_HUB_OFFLINE": "1", "LANG": "C.UTF-8", **(env or {})},
            timeout=300,
            check=False,
        )

    return call


@pytest.fixture
def jsonl(tmp_path: Path) -> Callable[..., Path]:
    """`jsonl(rows, name)` writes a file of JSON lines."""

    def write(rows: list[dict[str, Any]], name: str = "data.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        return path

    return write


def checked(lines: list[str], splits: list[str] | None = None, select: str = "", **settings: Any) -> tuple[Corpus, Examination]:
    """Lines examined with the rules that begin with `select`; close the corpus after use."""
    corpus = from_lines(lines, splits or ())
    return corpus, examine(corpus, catalogue.select(catalogue.shipped(), (select,)), Settings(**settings))


@pytest.fixture
def codes() -> Iterator[Callable[..., dict[int | None, set[str]]]]:
    """`codes(lines, select="SCH")` gives the codes by row."""
    opened: list[Corpus] = []

    def look(lines: list[str], splits: list[str] | None = None, select: str = "", **settings: Any) -> dict[int | None, set[str]]:
        corpus, done = checked(lines, splits, select, **settings)
        opened.append(corpus)
        found: dict[int | None, set[str]] = {}
        for finding in done.findings:
            found.setdefault(finding.row, set()).add(finding.code)
        return found

    yield look
    for corpus in opened:
        corpus.close()
