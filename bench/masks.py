"""TOK: whether the tokens that `curate audit --tokenizer` counts are those that `train` learns from, row by row.

    python -P bench/masks.py --data ROOT [--model NAME]

ROOT/instruction holds public instruction files (docs/quality.md). Both sides read the same lines: `curate` with `tokenizers` and jinja2,
`train` with transformers and its own mask. A row that either side refuses is counted apart. Prints Markdown.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from curate.corpus import from_lines
from curate.errors import UserError
from curate.tokens.account import accounts
from curate.tokens.load import Loaded, load
from curate.tokens.template import Template
from train.encoding import Encoder
from train.models import load_tokenizer, resolve
from train.rows import row_of

FILES = (
    "llamafactory_alpaca_en_demo.json",
    "llamafactory_alpaca_zh_demo.json",
    "fastchat_dummy_conversation.json",
    "llamafactory_v1_sft_demo.jsonl",
    "llamafactory_glaive_toolcall_en_demo.json",
    "oaast_sft_zh.json",
)
Counted = dict[int, tuple[int, int]]
"""By row: tokens, and those that the loss counts."""


def lines_of(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return text.splitlines() if path.suffix == ".jsonl" else [json.dumps(row, ensure_ascii=False) for row in json.loads(text)]


def curates(lines: list[str], loaded: Loaded) -> Counted:
    template = Template(loaded.template, loaded.bos, loaded.eos, loaded.control)
    with from_lines(lines) as corpus:
        return {a.row: (a.tokens, a.supervised) for a in accounts(corpus.records(), loaded, template, 0) if not a.refused}


def trains(lines: list[str], encoder: Encoder) -> Counted:
    return dict(_trains(lines, encoder))


def _trains(lines: list[str], encoder: Encoder) -> Iterator[tuple[int, tuple[int, int]]]:
    for n, line in enumerate(lines):
        try:
            samples = encoder.samples(row_of(line.encode(), "rows", n + 1))
        except UserError:
            continue
        yield n, (sum(map(len, samples)), sum(sample.supervised for sample in samples))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", default="smollm2-135m-instruct")
    given = parser.parse_args()
    source = resolve(given.model, say=lambda text: print(text, file=sys.stderr))
    loaded, encoder = load(str(source.path)), Encoder(load_tokenizer(source))
    print("| file | rows | read by both | same tokens | same tokens in the loss |\n|---|---|---|---|---|")
    for name in FILES:
        lines = lines_of(given.data / "instruction" / name)
        ours, theirs = curates(lines, loaded), trains(lines, encoder)
        both = [(ours[row], theirs[row]) for row in ours.keys() & theirs.keys()]
        same = [sum(x[i] == y[i] for x, y in both) for i in (0, 1)]
        print(f"| {name} | {len(lines):,} | {len(both):,} | {same[0]:,} | {same[1]:,} |", flush=True)


if __name__ == "__main__":
    main()
