"""Did curation pay, on several data sets: build, ablate, one table each, losses included.

    python bench/ablate.py -o OUT tickets=samples/tickets.jsonl:fields:@samples/demo.toml NAME=FILE[:METRIC[:@CONFIG]] ...

Every data set is cut to `--rows` rows drawn by `--seed` before anything is looked at, and all plans are written before the first
run. The same command goes on where it was stopped. OUT/ablations.md is what docs/measurements.md quotes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from curate.corpus import read
from curate.inputs import sources
from train.ablate import MOST_TOKENS, Wish, ablate, planned
from train.files import write_text

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Set:
    name: str
    file: str
    metric: str
    config: str

    @classmethod
    def parsed(cls, text: str) -> Set:
        name, _, rest = text.partition("=")
        file, _, more = rest.partition(":")
        metric, _, config = more.partition(":@")
        return cls(name, file, metric or "auto", config)


def sampled(chosen: Set, out: Path, rows: int, seed: int) -> Path:
    """The rows to work with, as JSON lines; all of them where there are no more."""
    target = out / chosen.name / "raw.jsonl"
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        with read(sources([chosen.file]), sample=rows, seed=seed) as corpus:
            # A row that is no JSON stays as it is: finding it is the curator's business.
            write_text(target, "".join(raw.decode("utf-8", "replace").rstrip("\n") + "\n" for raw in corpus.raws()))
    return target


def build(chosen: Set, raw: Path, split: str) -> Path:
    folder = raw.parent / "data"
    if not (folder / "manifest.json").is_file():
        more = ["--config", str(Path(chosen.config).resolve())] if chosen.config else []
        command = [str(BIN / "curate"), "build", raw.name, "-o", folder.name, "--split", split, "--max-drop", "0.9", *more]
        done = subprocess.run(command, cwd=raw.parent, check=False)
        if not (folder / "manifest.json").is_file():
            raise SystemExit(done.returncode or 1)
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="NAME=FILE[:METRIC[:@CONFIG]]")
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--split", default="0.7/0.1/0.2")
    parser.add_argument("--tokens", type=int, default=MOST_TOKENS)
    asked = parser.parse_args()
    work = []
    for chosen in map(Set.parsed, asked.sets):
        raw = sampled(chosen, asked.out, asked.rows, asked.seed)
        folder, wish = build(chosen, raw, asked.split), Wish(metric=chosen.metric, tokens=asked.tokens)
        runs = asked.out / chosen.name / "ablation"
        runs.mkdir(parents=True, exist_ok=True)
        planned(folder, runs, wish, [raw])
        work.append((chosen, folder, runs, wish, raw))
    tables = []
    for chosen, folder, runs, wish, raw in work:
        ablate(folder, runs, wish, [raw], say=lambda text, name=chosen.name: told(f"{name}: {text}"))  # type: ignore[misc]
        tables.append(f"# {chosen.name}\n\n{(runs / 'ablation.md').read_text(encoding='utf-8')}")
        write_text(asked.out / "ablations.md", "\n".join(tables))
    told(str(asked.out / "ablations.md"))


def told(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
