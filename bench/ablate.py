"""Did curation pay, on several data sets: build, ablate, one table each, losses included.

    python -P bench/ablate.py --data ROOT [--plan bench/ablation.toml] [-o build/ablation] [--page docs/ablation.md]

The plan is a file under version control, written before the first run; the data of all arms is drawn and hashed before the first
run too. The same command goes on where it was stopped. The tables go to OUT/ablations.md, and into the page between its two marks.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[0:0] = [str(ROOT)]

from train.ablate import Wish, ablate, planned  # noqa: E402 (the project's own packages stand one folder up)
from train.files import write_text  # noqa: E402

BIN = Path(sys.executable).parent
BEGIN, END = "<!-- results -->", "<!-- /results -->"


@dataclass(frozen=True)
class Work:
    """One data set: what was read, what was built from it, and what is asked of it."""

    name: str
    raw: Path
    built: Path
    runs: Path
    wish: Wish


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="../shared/data", help="the folder that {data} stands for in the plan")
    parser.add_argument("--plan", type=Path, default=ROOT / "bench" / "ablation.toml")
    parser.add_argument("-o", "--out", type=Path, default=Path("build/ablation"))
    parser.add_argument("--page", type=Path, help="put the tables into this page")
    asked = parser.parse_args()
    plan = tomllib.loads(asked.plan.read_text(encoding="utf-8"))
    digest = hashlib.sha256(asked.plan.read_bytes()).hexdigest()
    everything = list(work(plan, asked.data, asked.out))
    for one in everything:
        planned(one.built, one.runs, one.wish, [one.raw])
    tables = [f"Plan file: SHA-256 `{digest[:16]}`.\n"]
    for one in everything:
        ablate(one.built, one.runs, one.wish, [one.raw], say=lambda text, name=one.name: told(f"{name}: {text}"))  # type: ignore[misc]
        tables.append(f"## {one.name}\n\n{(one.runs / 'ablation.md').read_text(encoding='utf-8')}")
        write_text(asked.out / "ablations.md", "\n".join(tables))
    if asked.page:
        into(asked.page, "\n".join(tables))
    told(str(asked.out / "ablations.md"))


def into(page: Path, tables: str) -> None:
    """Everything but the results is written by a person and stays."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    write_text(page, f"{before}{BEGIN}\n\n{tables}\n{END}{rest.partition(END)[2]}")


def work(plan: Mapping[str, Any], data: str, out: Path) -> Iterator[Work]:
    for chosen in plan["set"]:
        raw = ROOT / chosen["file"].format(data=Path(data).resolve())
        built = build(raw, out / chosen["name"] / "data", plan)
        runs = out / chosen["name"] / "runs"
        runs.mkdir(parents=True, exist_ok=True)
        limits = {key: plan[key] for key in ("tokens", "learning_rate", "max_length", "test_rows", "validation_rows")}
        wish = Wish(arms=tuple(plan["arms"]), seeds=tuple(plan["seeds"]), metric=chosen["metric"], **limits)
        yield Work(chosen["name"], raw, built, runs, wish)


def build(raw: Path, folder: Path, plan: Mapping[str, Any]) -> Path:
    if not (folder / "manifest.json").is_file():
        folder.parent.mkdir(parents=True, exist_ok=True)
        how = ["--split", plan["split"], "--max-drop", "0.9", "--config", str(ROOT / plan["config"])]
        done = subprocess.run([str(BIN / "curate"), "build", str(raw), "-o", str(folder), *how], check=False)
        if not (folder / "manifest.json").is_file():
            raise SystemExit(done.returncode or 1)
    return folder


def told(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
